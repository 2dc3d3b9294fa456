//===- StaticMeasurer.cpp - estimates instead of times --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/StaticMeasurer.h"

#include "schedules/Schedules.h"
#include "schedules/tuning/measure/static/Features.h"
#include "schedules/tuning/measure/static/StaticModel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <new>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace convwright::schedules {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int exitOutOfMemory = 12;
/// A search finds the plans that the model errs about. Of 97 layers tuned by estimates, two gains
/// of 1.2 and 1.7 were losses, two of more than 2 were true (README).
constexpr double staticMargin = 1;

struct Child {
  size_t index;
  pid_t process;
  int pipe;
  Clock::time_point begin;
  std::string bytes;
};

/// What came of a candidate, and what the model says when it compiled.
struct Answer {
  Outcome outcome;
  std::optional<Views> views;
};

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

int64_t addressSpaceNow() {
  std::ifstream status("/proc/self/statm");
  int64_t pages = 0;
  status >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

void writeAll(int pipe, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(pipe, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR)
      _exit(1);
    bytes.remove_prefix(written < 0 ? 0 : static_cast<size_t>(written));
  }
}

class StaticMeasurer final : public Measurer {
public:
  StaticMeasurer(Target target, MachineModel model, const StaticOptions &options)
      : target(std::move(target)), model(std::move(model)), options(options) {
    size_t wanted = options.jobs ? options.jobs : std::thread::hardware_concurrency();
    jobs = std::max<size_t>(wanted, 1);
  }

  std::string_view name() const override { return "static"; }
  bool deterministic() const override { return true; }
  double margin() const override { return staticMargin; }
  json hardware() const override {
    return {{"cpu", "model of " + model.name}, {"l1", target.l1}, {"l2", target.l2}};
  }
  size_t batch() const override { return 4 * jobs; }

  Result<std::vector<Outcome>> measure(const Problem &problem, const std::vector<Plan> &candidates,
                                       const std::optional<Plan> &,
                                       const std::function<void(size_t, const Outcome &)> &finished,
                                       const std::atomic<bool> *cancelled) override;

  /// The child's whole life.
  [[noreturn]] void estimateAndExit(const Kernel &kernel, const Plan &plan, int pipe) const;
  /// With the whole model's estimate.
  Answer answerOf(const Child &child, int status, bool late) const;

  const Target target;
  const MachineModel model;
  const StaticOptions options;
  size_t jobs = 1;

private:
  /// The default plan's estimates; none when it cannot be compiled.
  Result<std::optional<Views>> referenceOf(const Kernel &kernel,
                                           const std::atomic<bool> *cancelled);

  std::map<std::string, Views> references; // by problemKey()
};

/// Plans of one kernel: the children under way and the answers so far.
class Batch {
public:
  using Finished = std::function<void(size_t index, Answer &answer)>;

  Batch(const StaticMeasurer &measurer, const Kernel &kernel, const std::vector<Plan> &candidates,
        Finished finished)
      : measurer(measurer), kernel(kernel), candidates(candidates), finished(std::move(finished)),
        answers(candidates.size()) {}

  ~Batch() {
    for (const Child &child : children) {
      kill(child.process, SIGKILL);
      close(child.pipe);
      waitpid(child.process, nullptr, 0);
    }
  }
  Batch(const Batch &) = delete;

  /// Those that were answered before `cancelled`, in order.
  Result<std::vector<Answer>> run(const std::atomic<bool> *cancelled) {
    while (reported < candidates.size() && !(cancelled && *cancelled)) {
      while (children.size() < measurer.jobs && next < candidates.size())
        if (std::optional<Error> error = start(next++))
          return *error;
      listen();
    }
    std::vector<Answer> result;
    for (size_t i = 0; i < reported; ++i)
      result.push_back(std::move(*answers[i]));
    return result;
  }

private:
  std::optional<Error> start(size_t index) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      return Error{std::string("cannot start a compiling process: ") + std::strerror(errno)};
    std::fflush(nullptr); // what stands in a buffer would be written twice
    pid_t process = fork();
    if (process == 0) {
      close(ends[0]);
      measurer.estimateAndExit(kernel, candidates[index], ends[1]);
    }
    int problem = errno;
    close(ends[1]);
    if (process < 0) {
      close(ends[0]);
      return Error{std::string("cannot start a compiling process: ") + std::strerror(problem)};
    }
    children.push_back({index, process, ends[0], Clock::now(), {}});
    return std::nullopt;
  }

  /// Waits for news, but not so long that a deadline or a cancellation would go unnoticed.
  void listen() {
    std::vector<pollfd> pipes;
    for (const Child &child : children)
      pipes.push_back({child.pipe, POLLIN, 0});
    poll(pipes.data(), pipes.size(), /*milliseconds=*/50);
    for (size_t i = pipes.size(); i-- > 0;) {
      bool late = secondsSince(children[i].begin) > measurer.options.compileSeconds;
      if (late)
        kill(children[i].process, SIGKILL);
      if (!pipes[i].revents && !late)
        continue;
      char buffer[65536];
      ssize_t count = late ? 0 : read(children[i].pipe, buffer, sizeof buffer);
      if (count > 0)
        children[i].bytes.append(buffer, static_cast<size_t>(count));
      else if (count == 0 || errno != EINTR)
        finish(i, late);
    }
  }

  void finish(size_t at, bool late) {
    Child child = std::move(children[at]);
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(at));
    close(child.pipe);
    int status = 0;
    while (waitpid(child.process, &status, 0) < 0 && errno == EINTR)
      ;
    answers[child.index] = measurer.answerOf(child, status, late);
    for (; reported < answers.size() && answers[reported]; ++reported)
      finished(reported, *answers[reported]);
  }

  const StaticMeasurer &measurer;
  const Kernel &kernel;
  const std::vector<Plan> &candidates;
  Finished finished;
  std::vector<std::optional<Answer>> answers;
  std::vector<Child> children;
  size_t next = 0, reported = 0;
};

Result<std::vector<Outcome>>
StaticMeasurer::measure(const Problem &problem, const std::vector<Plan> &candidates,
                        const std::optional<Plan> &,
                        const std::function<void(size_t, const Outcome &)> &finished,
                        const std::atomic<bool> *cancelled) {
  if (problem.target != target.name)
    return Error{"this measurer estimates for target " + target.name +
                 ", but the problem's target is " + problem.target};
  Result<std::optional<Views>> reference = referenceOf(problem.kernel, cancelled);
  if (!reference)
    return reference.error();
  auto judge = [&](size_t index, Answer &answer) {
    if (*reference && answer.views)
      answer.outcome.ms = (**reference)[0] * cautiousRatio(*answer.views, **reference);
    if (finished)
      finished(index, answer.outcome);
  };
  Result<std::vector<Answer>> answers =
      Batch(*this, problem.kernel, candidates, judge).run(cancelled);
  if (!answers)
    return answers.error();
  std::vector<Outcome> outcomes;
  for (Answer &answer : *answers)
    outcomes.push_back(std::move(answer.outcome));
  return outcomes;
}

Result<std::optional<Views>> StaticMeasurer::referenceOf(const Kernel &kernel,
                                                         const std::atomic<bool> *cancelled) {
  std::string key = problemKey(kernel);
  if (auto found = references.find(key); found != references.end())
    return std::optional<Views>(found->second);
  Result<Choice> choice = choosePlan(kernel, target, {});
  if (!choice)
    return std::optional<Views>();
  std::vector<Plan> plans{choice->plan};
  Result<std::vector<Answer>> answers =
      Batch(*this, kernel, plans, [](size_t, Answer &) {}).run(cancelled);
  if (!answers)
    return answers.error();
  if (answers->empty() || !answers->front().views)
    return std::optional<Views>();
  references[key] = *answers->front().views;
  return answers->front().views;
}

void StaticMeasurer::estimateAndExit(const Kernel &kernel, const Plan &plan, int pipe) const {
  signal(SIGINT, SIG_IGN); // the parent decides what an interruption means
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto most = static_cast<rlim_t>(addressSpaceNow() + options.memoryBytes);
  rlimit limit{most, most};
  setrlimit(RLIMIT_AS, &limit);
  std::set_new_handler([] { _exit(exitOutOfMemory); });
  Result<CodeFeatures> features = codeFeatures(kernel, plan, target, model);
  json answer;
  if (features)
    answer = {{"ms", estimateViews(*features, model)}};
  else
    answer = {{"refused", features.error().message}};
  writeAll(pipe, answer.dump(-1, ' ', false, json::error_handler_t::replace));
  _exit(0);
}

Answer StaticMeasurer::answerOf(const Child &child, int status, bool late) const {
  Answer result;
  Outcome &outcome = result.outcome;
  outcome.compileSeconds = secondsSince(child.begin);
  json answer = json::parse(child.bytes, nullptr, /*allow_exceptions=*/false);
  char text[160];
  if (late) {
    outcome.verdict = Verdict::TimedOut;
    std::snprintf(text, sizeof text, "still compiling after %.3g s", options.compileSeconds);
    outcome.reason = text;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == exitOutOfMemory) {
    outcome.verdict = Verdict::OutOfMemory;
    std::snprintf(text, sizeof text, "compiling needs more than %lld MiB",
                  static_cast<long long>(options.memoryBytes >> 20));
    outcome.reason = text;
  } else if (answer.is_object() && answer.contains("refused")) {
    outcome.verdict = Verdict::Refused;
    outcome.reason = answer["refused"];
  } else if (answer.is_object() && answer.contains("ms")) {
    outcome.verdict = Verdict::Ok;
    result.views = answer["ms"].get<Views>();
    outcome.ms = (*result.views)[0];
  } else {
    outcome.verdict = Verdict::Crashed;
    outcome.reason = std::string("the code generator crashed (") +
                     (WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it ended early") + ")";
  }
  return result;
}

} // namespace

Result<std::unique_ptr<Measurer>> makeStaticMeasurer(const Target &target,
                                                     const StaticOptions &options) {
  Result<MachineModel> model =
      options.cpu == "host" ? machineModelHere(target) : machineModelOf(target);
  if (!model)
    return model.error();
  if (!options.cpu.empty() && options.cpu != "host") {
    const MachineModel *named = findMachineModel(options.cpu);
    if (!named || named->machine != target.machine) {
      std::string known;
      for (const MachineModel &row : allMachineModels())
        if (row.machine == target.machine)
          known += (known.empty() ? "" : ", ") + row.name;
      return Error{"the static model knows no CPU '" + options.cpu + "' for target " + target.name +
                   "; it knows: " + known};
    }
    model = *named;
  }
  return std::unique_ptr<Measurer>(
      std::make_unique<StaticMeasurer>(target, std::move(*model), options));
}

} // namespace convwright::schedules
