//===- Process.cpp - programs are checked where they may crash -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Process.h"

#include <new>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using std::chrono::steady_clock;

namespace convwright::fuzz {

volatile std::sig_atomic_t interrupted = 0;

Process::Process(std::vector<Request> requests, const CheckOptions &options, int seconds)
    : asked(std::move(requests)), errors(std::tmpfile()),
      deadline(steady_clock::now() + std::chrono::seconds(seconds)) {
  void *memory =
      mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || !errors)
    throw std::bad_alloc();
  shared = new (memory) Report; // of zeros
  std::fflush(nullptr);
  process = fork();
  if (process != 0)
    return;
  setpgid(0, 0); // so that the code generator's processes end with this one
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  dup2(fileno(errors), STDERR_FILENO);
  dup2(fileno(errors), STDOUT_FILENO);
  check(asked, options, *shared);
  std::fflush(nullptr);
  _exit(0);
}

Process::~Process() {
  stop();
  munmap(shared, sizeof(Report));
  if (errors)
    std::fclose(errors);
}

void Process::stop() {
  if (process <= 0)
    return;
  kill(-process, SIGKILL);
  kill(process, SIGKILL);
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR)
    ;
  process = -1;
}

bool Process::ended() {
  if (process <= 0)
    return true;
  int status = 0;
  if (waitpid(process, &status, WNOHANG) == process) {
    kill(-process, SIGKILL); // what it may have left behind
    process = -1;
    if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
      how = Ending::Crash;
      words = WIFSIGNALED(status) ? strsignal(WTERMSIG(status))
                                  : "exit code " + std::to_string(WEXITSTATUS(status));
    }
  } else if (steady_clock::now() > deadline) {
    how = Ending::Hang;
    words = "too slow";
    stop();
  } else {
    return false;
  }
  char buffer[4096];
  std::rewind(errors);
  size_t count = std::fread(buffer, 1, sizeof buffer, errors);
  words += "\n" + std::string(buffer, count);
  return true;
}

Verdict verdictOf(const Process &process, size_t index) {
  const ProgramReport &report = process.report().programs[index];
  Verdict verdict;
  verdict.state = report.state;
  verdict.stage = report.stage.get();
  verdict.message = report.message.get();
  verdict.text = report.text.get();
  verdict.decisions = report.decisions.get();
  verdict.operations = report.operations.get();
  verdict.steering = report.steering.get();
  verdict.refusedCalls = report.refusedCalls;
  verdict.runs = report.runs;
  bool isOpen = verdict.state == State::Untried || verdict.state == State::Started;
  if (isOpen && process.ending() != Ending::Regular) {
    verdict.ending = process.ending();
    verdict.message = (verdict.ending == Ending::Hang ? "hangs while " : "crashes while ") +
                      verdict.stage + ": " + process.lastWords();
  }
  return verdict;
}

Verdict checkAlone(const Request &request, const CheckOptions &options, int seconds) {
  Process process({request}, options, seconds);
  while (!process.ended()) {
    if (interrupted)
      return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return verdictOf(process, 0);
}

} // namespace convwright::fuzz
