//===- Builder.cpp - candidates to shared objects, each in a child process --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Builder.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace convwright::schedules {

namespace {

constexpr int refusedExit = 98;

bool inPath(const std::string &program) {
  const char *path = std::getenv("PATH");
  std::istringstream directories(path ? path : "");
  for (std::string directory; std::getline(directories, directory, ':');)
    if (access((directory + "/" + program).c_str(), X_OK) == 0)
      return true;
  return false;
}

Machine machineHere() {
#if defined(__aarch64__)
  return Machine::AArch64;
#else
  return Machine::X86;
#endif
}

/// In the child: the exit status of a program, its errors on ours.
int call(const std::vector<std::string> &command) {
  std::vector<char *> arguments;
  for (const std::string &word : command)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t process = fork();
  if (process == 0) {
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = -1;
  waitpid(process, &status, 0);
  return status;
}

struct BuildJob {
  const Kernel &kernel;
  const Plan &plan;
  const Target &target;
  const std::string &stem;
  const KernelCompiler &compile;
};

/// The child's work. What is printed on standard error becomes the reason.
int buildOne(const BuildJob &job) {
  Result<CompiledKernel> compiled = job.compile(job.kernel, job.plan, job.target, "candidate");
  if (!compiled) {
    std::fputs(compiled.error().message.c_str(), stderr);
    return refusedExit;
  }
  std::vector<std::byte> constants;
  BuiltInfo info = describeBuilt(job.kernel, job.plan, job.target, *compiled, constants);
  std::string object = job.stem + ".o";
  std::ofstream file(object, std::ios::binary);
  file.write(reinterpret_cast<const char *>(compiled->object.data()),
             static_cast<std::streamsize>(compiled->object.size()));
  file.close();
  std::optional<Error> problem = writeBuilt(job.stem, info, constants);
  if (!file || problem) {
    std::fprintf(stderr, "cannot write %s: %s", object.c_str(),
                 problem ? problem->message.c_str() : "is there space on the disk?");
    return 1;
  }
  Result<std::vector<std::string>> command = linkCommand(job.target, object, job.stem + ".so");
  int status = command ? call(*command) : -1;
  unlink(object.c_str());
  return status == 0 ? 0 : 1;
}

bool soundsLikeMemory(const std::string &text) {
  return text.find("out of memory") != std::string::npos ||
         text.find("bad_alloc") != std::string::npos;
}

std::string lastLine(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  size_t begin = text.rfind('\n');
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

void judge(const ProcessEnd &end, const BuildOptions &options, Outcome &outcome) {
  std::string memory = number(static_cast<double>(options.bytes) / (1 << 20)) + " MiB";
  if (end.cancelled) {
    outcome.verdict = Verdict::Refused;
    outcome.reason = "interrupted";
  } else if (end.timedOut) {
    outcome.verdict = Verdict::TimedOut;
    outcome.reason = "compiling took more than " + number(options.seconds) + " s";
  } else if (end.exitCode == outOfMemoryExit || end.signal == SIGKILL ||
             (!end.fine() && soundsLikeMemory(end.errors))) {
    outcome.verdict = Verdict::OutOfMemory;
    outcome.reason = "compiling took more than " + memory;
  } else if (end.exitCode == refusedExit) {
    outcome.verdict = Verdict::Refused;
    outcome.reason = end.errors;
  } else {
    outcome.verdict = Verdict::Crashed;
    outcome.reason = end.signal ? "compiling ended with " + signalName(end.signal)
                                : "compiling failed with exit code " + std::to_string(end.exitCode);
    if (!end.errors.empty())
      outcome.reason += ": " + lastLine(end.errors);
  }
}

size_t cpusHere() {
  cpu_set_t cpus;
  return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? static_cast<size_t>(CPU_COUNT(&cpus)) : 1;
}

} // namespace

Result<std::vector<std::string>> linkCommand(const Target &target, const std::string &object,
                                             const std::string &output) {
  // What the runner provides stays open.
  for (const char *linker : {"ld.lld-22", "ld.lld"})
    if (inPath(linker))
      return std::vector<std::string>{linker, "-shared", "-o", output, object};
  std::vector<std::string> drivers{"aarch64-linux-gnu-gcc"};
  if (target.machine == machineHere())
    drivers = {"clang-22", "clang", "cc", "gcc"};
  for (const std::string &driver : drivers)
    if (inPath(driver))
      return std::vector<std::string>{driver, "-shared", "-nostdlib", "-o", output, object};
  return Error{"nothing to link candidates for " + target.name +
               " with: looked for ld.lld-22, ld.lld and compilers in PATH; install lld-22"};
}

Builder::Builder(const BuildOptions &options, KernelCompiler compile)
    : options(options), compile(std::move(compile)) {
  if (this->options.jobs == 0)
    this->options.jobs = cpusHere();
}

Result<std::vector<Built>> Builder::build(const Problem &problem, const std::vector<Plan> &plans,
                                          const std::vector<std::string> &stems,
                                          const std::atomic<bool> *cancelled) const {
  Result<Target> target = findTarget(problem.target);
  if (!target)
    return target.error();
  if (target->isGpu())
    return Error{"candidates for " + target->name +
                 " cannot be timed here: measuring is for CPU targets"};
  Result<std::vector<std::string>> linker = linkCommand(*target, "", "");
  if (!linker)
    return linker.error();
  std::vector<Built> results(plans.size());
  std::vector<std::function<int()>> functions;
  for (size_t i = 0; i < plans.size(); ++i)
    functions.push_back(
        [&, i] { return buildOne({problem.kernel, plans[i], *target, stems.at(i), compile}); });
  auto ended = [&](size_t i, const ProcessEnd &end) {
    Built &built = results[i];
    built.outcome.compileSeconds = end.seconds;
    built.stem = stems[i];
    built.fine = end.fine();
    if (!built.fine)
      return judge(end, options, built.outcome);
    std::error_code missing;
    auto bytes = std::filesystem::file_size(built.stem + ".so", missing);
    built.outcome.objectBytes = missing ? 0 : static_cast<int64_t>(bytes);
  };
  Result<size_t> ran =
      runFunctions(functions, options.jobs,
                   {patience * options.seconds, options.bytes, options.seconds}, ended, cancelled);
  if (!ran)
    return ran.error();
  return results;
}

} // namespace convwright::schedules
