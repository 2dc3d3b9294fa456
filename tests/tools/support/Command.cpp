//===- Command.cpp - runs the convwright command for tests ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace convwright::tests {
namespace {

schedules::TemporaryDirectory newDirectory() {
  auto made = schedules::TemporaryDirectory::make();
  if (!made)
    throw std::runtime_error(made.error().message);
  return std::move(*made);
}

std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

Workplace::Workplace() : directory(newDirectory()), outputs(newDirectory()) {}

void Workplace::write(const std::string &name, const std::string &content) const {
  std::ofstream(path(name), std::ios::binary) << content;
}

std::string Workplace::read(const std::string &name) const { return readFile(path(name)); }

bool Workplace::has(const std::string &name) const { return std::filesystem::exists(path(name)); }

std::vector<std::string> Workplace::files() const {
  std::vector<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(path()))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

pid_t Workplace::start(const std::vector<std::string> &arguments, int input) const {
  std::vector<std::string> words{CONVWRIGHT_BINARY_DIR "/bin/convwright"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char *> pointers;
  for (std::string &word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t process = fork();
  if (process != 0)
    return process;
  int out = open((outputs.path() + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int err = open((outputs.path() + "/err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(input, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  // What tests say of plans does not change with what is shipped; they may say otherwise.
  setenv("CONVWRIGHT_TUNED", "none", /*overwrite=*/0);
  if (chdir(path().c_str()) == 0)
    execv(pointers[0], pointers.data());
  _exit(127);
}

Outcome Workplace::finish(pid_t process) const {
  int status = 0;
  waitpid(process, &status, 0);
  Outcome outcome;
  if (WIFEXITED(status))
    outcome.code = WEXITSTATUS(status);
  else
    outcome.signal = WTERMSIG(status);
  outcome.out = readFile(outputs.path() + "/out");
  outcome.err = readFile(outputs.path() + "/err");
  return outcome;
}

Outcome Workplace::run(const std::vector<std::string> &arguments, const std::string &input) const {
  std::string source = outputs.path() + "/in";
  std::ofstream(source, std::ios::binary) << input;
  int file = open(source.c_str(), O_RDONLY | O_CLOEXEC);
  Outcome outcome = finish(start(arguments, file));
  close(file);
  return outcome;
}

Outcome Workplace::runAndSignal(const std::vector<std::string> &arguments, int signal,
                                double seconds) const {
  auto time = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  return runAndSignal(arguments, signal,
                      [=](pid_t) { return std::chrono::steady_clock::now() >= time; });
}

Outcome Workplace::runAndSignal(const std::vector<std::string> &arguments, int signal,
                                const std::function<bool(pid_t)> &ready) const {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  pid_t process = start(arguments, ends[0]);
  constexpr int pause = 10'000, most = 60'000'000 / pause; // microseconds
  for (int i = 0; i < most && !ready(process); ++i)
    usleep(pause);
  kill(process, signal);
  Outcome outcome = finish(process);
  close(ends[0]);
  close(ends[1]);
  return outcome;
}

bool hasChildren(pid_t process) {
  std::string id = std::to_string(process);
  return !readFile("/proc/" + id + "/task/" + id + "/children").empty();
}

std::string sobelText() { return readFile(CONVWRIGHT_SOURCE_DIR "/examples/edges/edges.conv"); }

} // namespace convwright::tests
