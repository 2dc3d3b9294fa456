//===- LanguageFuzz.cpp - random programs against the reference -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes random .conv files with every operation of the language, compiles and runs them, and
// compares with the reference interpreter. What is wrong is made as small as it gets, printed and
// kept. README.md says more.
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Author.h"
#include "tests/fuzz/language/Process.h"

#include "schedules/targets/Target.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <thread>

using namespace convwright;
using namespace convwright::fuzz;
using std::chrono::steady_clock;

namespace {

struct Options {
  uint64_t seed = 20261130;
  int64_t count = 0; // 0: until the time is over
  int seconds = 60, jobs = 1, batch = 8, failures = 5, shrinkSeconds = 120;
  std::string keep = "language_fuzz_found", target, decisions;
  bool strided = false, print = false;
};

struct Totals {
  int64_t programs = 0, good = 0, refused = 0, nothing = 0, wild = 0, wrong = 0, runs = 0,
          refusedCalls = 0;
  std::map<std::string, int64_t> operations; // of programs that were compared
};

class Fuzzer {
public:
  Fuzzer(Options options, std::string executable)
      : options(std::move(options)), executable(std::move(executable)) {
    for (const schedules::Target &target : schedules::allTargets())
      if (!target.isGpu() && schedules::runsHere(target))
        targets.push_back(target.name);
  }

  int run() {
    started = shown = steady_clock::now();
    if (!options.decisions.empty())
      return replay();
    uint64_t next = options.seed;
    while (!isOver(next) || !running.empty()) {
      while (static_cast<int>(running.size()) < options.jobs && !isOver(next))
        start(next);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      if (interrupted)
        running.clear();
      for (size_t i = running.size(); i-- > 0;)
        if (running[i].process->ended()) {
          Batch batch = std::move(running[i]);
          running.erase(running.begin() + static_cast<ptrdiff_t>(i));
          count(batch);
        }
      showProgress(false);
    }
    showProgress(true);
    showOperations();
    return interrupted ? 130 : totals.wrong ? 1 : 0;
  }

private:
  struct Batch {
    std::unique_ptr<Process> process;
    CheckOptions how;
  };

  bool isOver(uint64_t next) const {
    return interrupted || totals.wrong >= options.failures ||
           (options.count ? next >= options.seed + static_cast<uint64_t>(options.count)
                          : steady_clock::now() - started > std::chrono::seconds(options.seconds));
  }

  CheckOptions howTo(const std::string &target) const {
    return {target, executable, options.strided, ""};
  }

  void start(uint64_t &next) {
    std::vector<Request> requests;
    uint64_t first = next;
    uint64_t end = options.count ? options.seed + static_cast<uint64_t>(options.count) : UINT64_MAX;
    for (int i = 0; i < options.batch && next < end; ++i)
      requests.push_back({next++, {}});
    // Every other batch for this machine, the others in turn.
    uint64_t turn = first / static_cast<uint64_t>(options.batch);
    std::string target = !options.target.empty() ? options.target
                         : turn % 2              ? "host"
                                                 : targets[turn / 2 % targets.size()];
    CheckOptions how = howTo(target);
    running.push_back({std::make_unique<Process>(requests, how, 60 + 20 * options.batch), how});
  }

  void count(const Batch &batch) {
    for (size_t i = 0; i < batch.process->requests().size() && !interrupted; ++i) {
      Verdict verdict = verdictOf(*batch.process, i);
      const Request &request = batch.process->requests()[i];
      // What the others of its batch may be to blame for is tried by itself.
      if (verdict.isBug() || verdict.state == State::Untried || verdict.state == State::Started)
        verdict = checkAlone(request, batch.how, 60);
      if (interrupted)
        return;
      count(request, verdict, batch.how);
    }
  }

  void count(const Request &request, const Verdict &verdict, const CheckOptions &how) {
    ++totals.programs;
    totals.runs += verdict.runs;
    totals.refusedCalls += verdict.refusedCalls;
    if (verdict.isBug() || verdict.state == State::Untried || verdict.state == State::Started)
      return report(request, verdict, how);
    if (options.print)
      std::cout << "// seed " << request.seed << "\n" << verdict.text << verdict.message << "\n";
    totals.refused += verdict.state == State::Refused;
    totals.nothing += verdict.state == State::Nothing;
    totals.wild += verdict.state == State::Wild;
    totals.good += verdict.state == State::Good;
    if (verdict.state != State::Good)
      return;
    std::istringstream words(verdict.operations);
    std::string operation;
    while (words >> operation)
      ++totals.operations[operation];
  }

  void report(const Request &request, const Verdict &verdict, const CheckOptions &how) {
    ++totals.wrong;
    std::cout << "\nWRONG: seed " << request.seed << " for " << how.target << ": "
              << verdict.message << "\n"
              << verdict.text << "shrinking...\n"
              << std::flush;
    Shrunk small{request.decisions.value_or(Decisions()), verdict};
    if (auto decisions = parseDecisions(verdict.decisions); decisions && decisions->size() > 1)
      small = shrink(*decisions, verdict, how, options.shrinkSeconds);
    std::filesystem::create_directories(options.keep);
    std::string stem = options.keep + "/" + std::to_string(request.seed);
    CheckOptions keeping = how;
    keeping.inputs = stem + ".safetensors";
    if (!interrupted && !small.decisions.empty())
      (void)checkAlone({0, small.decisions}, keeping, 60);
    std::string command = std::filesystem::path(executable).filename().string();
    std::ostringstream text;
    text << "// " << small.verdict.message.substr(0, small.verdict.message.find('\n')) << "\n"
         << "// target " << how.target << ", " << small.verdict.steering << "\n"
         << "// " << command << " --target " << how.target << " --decisions "
         << print(small.decisions) << "\n"
         << small.verdict.text;
    std::ofstream(stem + ".conv") << text.str();
    std::cout << "after " << small.tried << " smaller ones, in " << stem << ".conv:\n"
              << small.verdict.message << "\n"
              << text.str() << "reproduce: " << command << " --seed " << request.seed
              << " --count 1 --target " << how.target << "\n"
              << std::flush;
  }

  /// One program, by its decisions.
  int replay() {
    std::optional<Decisions> decisions = parseDecisions(options.decisions);
    if (!decisions) {
      std::cerr << "--decisions: numbers with . and / between them\n";
      return 2;
    }
    std::string target = options.target.empty() ? "host" : options.target;
    Verdict verdict = checkAlone({0, decisions}, howTo(target), 60);
    std::cout << verdict.text << verdict.steering << "\n"
              << verdict.message << "\n"
              << (verdict.isBug()                   ? "wrong"
                  : verdict.state == State::Good    ? "right"
                  : verdict.state == State::Refused ? "refused"
                  : verdict.state == State::Wild    ? "not compared: out of f32's range"
                                                    : "nothing drawn")
              << "\n";
    return verdict.isBug() ? 1 : 0;
  }

  void showProgress(bool last) {
    auto now = steady_clock::now();
    if (!last && now - shown < std::chrono::seconds(10))
      return;
    shown = now;
    double seconds = std::chrono::duration<double>(now - started).count();
    std::cout << static_cast<int>(seconds) << " s: " << totals.programs << " programs ("
              << static_cast<double>(totals.programs) / std::max(seconds, 0.001) << " a second), "
              << totals.good << " right in " << totals.runs << " runs, " << totals.refused
              << " refused, " << totals.wild << " out of range, " << totals.nothing << " empty, "
              << totals.refusedCalls << " calls refused, " << totals.wrong << " wrong\n"
              << std::flush;
  }

  void showOperations() const {
    std::cout << "operations in programs that were right:";
    for (const auto &[operation, times] : totals.operations)
      std::cout << " " << operation << " " << times;
    std::cout << "\n";
  }

  Options options;
  std::string executable;
  std::vector<std::string> targets;
  std::vector<Batch> running;
  Totals totals;
  steady_clock::time_point started, shown;
};

void interrupt(int) { interrupted = 1; }

} // namespace

int main(int argc, char **argv) {
  Options options;
  CLI::App app("Random programs of the whole language against the reference");
  app.add_option("--seed", options.seed, "of the first program; the others follow")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  app.add_option("--count", options.count, "how many programs, instead of how long");
  app.add_option("--jobs", options.jobs, "processes at a time")->capture_default_str();
  app.add_option("--batch", options.batch, "programs that share a library")
      ->check(CLI::Range(1, static_cast<int>(mostPrograms)))
      ->capture_default_str();
  app.add_option("--keep", options.keep, "folder for what is wrong")->capture_default_str();
  app.add_option("--target", options.target, "default: all that run here, host most often");
  app.add_option("--failures", options.failures, "stop after so many")->capture_default_str();
  app.add_option("--shrink-seconds", options.shrinkSeconds, "for each failure")
      ->capture_default_str();
  app.add_option("--decisions", options.decisions, "check the program of these decisions");
  app.add_flag("--strided", options.strided,
               "tensors that are not dense: for runtimes that take them");
  app.add_flag("--print", options.print, "print every program");
  CLI11_PARSE(app, argc, argv);
  std::vector<std::string> unknown = unknownToAuthor();
  for (const std::string &what : unknown)
    std::cout << "the fuzzer does not know " << what
              << ": teach it (tests/fuzz/language/Author.h)\n";
  if (!unknown.empty())
    return 1;
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  std::cout << "seed " << options.seed << "\n";
  return Fuzzer(options, std::filesystem::read_symlink("/proc/self/exe").string()).run();
}
