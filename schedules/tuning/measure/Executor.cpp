//===- Executor.cpp - where runner processes run ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Executor.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <unistd.h>

namespace convwright::schedules {

namespace {

class LocalExecutor final : public Executor {
public:
  explicit LocalExecutor(std::string runner) : runner(std::move(runner)) {}

  Result<std::string> give(const std::string &file) override { return file; }
  void forget(const std::vector<std::string> &) override {}
  Result<ProcessEnd> run(const std::vector<std::string> &arguments, const ProcessLimits &limits,
                         const std::atomic<bool> *cancelled) override {
    std::vector<std::string> command{runner};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return runProgram(command, limits, cancelled);
  }

private:
  std::string runner;
};

std::vector<std::string> wordsOf(const std::string &text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    words.push_back(word);
  return words;
}

std::string replaced(std::string text, const std::string &what, const std::string &with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string joined(const std::vector<std::string> &words) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

class RemoteExecutor final : public Executor {
public:
  explicit RemoteExecutor(const RemoteOptions &options)
      : prefix(wordsOf(options.prefix)), copy(wordsOf(options.copy)),
        stem(options.directory + "/convwright-" + hostName() + "-" + std::to_string(getpid()) +
             "-" + std::to_string(++executors) + "-") {}

  /// Copies the runner; none: fine.
  std::optional<Error> start(const std::string &runner) {
    Result<std::string> there = give(runner);
    if (!there)
      return there.error();
    remoteRunner = *there;
    return std::nullopt;
  }

  ~RemoteExecutor() override {
    for (const auto &[here, there] : copies)
      unneeded.push_back(there);
    removeUnneeded();
  }

  Result<std::string> give(const std::string &file) override {
    if (auto known = copies.find(file); known != copies.end())
      return known->second;
    std::string there = stem + std::filesystem::path(file).filename().string();
    std::vector<std::string> command;
    for (const std::string &word : copy)
      command.push_back(replaced(replaced(word, "{from}", file), "{to}", there));
    Result<ProcessEnd> end = runProgram(command, {60, 0});
    if (!end)
      return end.error();
    if (!end->fine())
      return Error{"cannot copy to where candidates are timed: '" + joined(command) + "' " +
                   (end->timedOut ? "took more than 60 s"
                                  : "gave exit code " + std::to_string(end->exitCode)) +
                   ": " + end->errors};
    return copies.emplace(file, there).first->second;
  }

  void forget(const std::vector<std::string> &files) override {
    constexpr size_t manyUnneeded = 16; // starting a process there takes its time
    for (const std::string &file : files)
      if (auto known = copies.find(file); known != copies.end()) {
        unneeded.push_back(known->second);
        copies.erase(known);
      }
    if (unneeded.size() >= manyUnneeded)
      removeUnneeded();
  }

  Result<ProcessEnd> run(const std::vector<std::string> &arguments, const ProcessLimits &limits,
                         const std::atomic<bool> *cancelled) override {
    std::vector<std::string> command = prefix;
    command.push_back(remoteRunner);
    command.insert(command.end(), arguments.begin(), arguments.end());
    return runProgram(command, limits, cancelled);
  }

private:
  void removeUnneeded() {
    std::vector<std::string> arguments{"--remove"};
    arguments.insert(arguments.end(), unneeded.begin(), unneeded.end());
    if (!remoteRunner.empty() && !unneeded.empty())
      static_cast<void>(static_cast<bool>(run(arguments, {60, 0}, nullptr)));
    unneeded.clear();
  }

  static std::string hostName() {
    char name[64] = {};
    gethostname(name, sizeof name - 1);
    return name;
  }

  std::vector<std::string> prefix, copy;
  std::string stem, remoteRunner;
  std::map<std::string, std::string> copies; // here → there
  std::vector<std::string> unneeded;         // there
  static inline int executors = 0;
};

} // namespace

std::unique_ptr<Executor> makeLocalExecutor(const std::string &runner) {
  return std::make_unique<LocalExecutor>(runner);
}

Result<std::unique_ptr<Executor>> makeRemoteExecutor(const std::string &runner,
                                                     const RemoteOptions &options) {
  if (options.copy.find("{from}") == std::string::npos ||
      options.copy.find("{to}") == std::string::npos)
    return Error{"the copy command '" + options.copy +
                 "' lacks {from} or {to}; for ssh: \"scp -q {from} HOST:{to}\""};
  if (wordsOf(options.prefix).empty())
    return Error{"the command that starts a runner is empty; for ssh: \"ssh HOST\""};
  if (wordsOf(options.directory).size() != 1)
    return Error{"the directory '" + options.directory + "' has to be a path without spaces"};
  auto executor = std::make_unique<RemoteExecutor>(options);
  if (std::optional<Error> problem = executor->start(runner))
    return *problem;
  return std::unique_ptr<Executor>(std::move(executor));
}

Result<nlohmann::json> askHardware(Executor &executor, int threads) {
  Result<ProcessEnd> end = executor.run({"--hardware", std::to_string(threads)}, {60, 0}, nullptr);
  if (!end)
    return end.error();
  nlohmann::json answer = nlohmann::json::parse(end->output, nullptr, /*allow_exceptions=*/false);
  if (end->fine() && answer.is_object())
    return answer;
  return Error{"the runner does not start where candidates are timed (" +
               (end->timedOut ? "no answer in 60 s"
                : end->signal ? signalName(end->signal)
                              : "exit code " + std::to_string(end->exitCode)) +
               "): " + end->errors};
}

static bool isProgram(const std::filesystem::path &path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

Result<std::string> findRunner(const Target &target) {
  if (const char *given = std::getenv("CONVWRIGHT_MEASURE_RUNNER"); given && *given) {
    if (isProgram(given))
      return std::string(given);
    return Error{"CONVWRIGHT_MEASURE_RUNNER is \"" + std::string(given) +
                 "\", where no program is: set it to the path of measure_runner, or unset it"};
  }
  std::error_code ignored;
  std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  bool foreign = target.machine == Machine::AArch64;
#if defined(__aarch64__)
  foreign = false;
#endif
  std::filesystem::path path = self.parent_path().parent_path() / "libexec/convwright" /
                               (foreign ? "measure_runner-aarch64" : "measure_runner");
  if (!isProgram(path))
    return Error{"the program that times candidates is missing: " + path.string() +
                 (foreign ? " (it is built where aarch64-linux-gnu-g++ is installed)" : "") +
                 "; set CONVWRIGHT_MEASURE_RUNNER to its path"};
  return path.string();
}

} // namespace convwright::schedules
