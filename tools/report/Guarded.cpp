//===- Guarded.cpp - work on untrusted input in a child process ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Guarded.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace convwright::report {

using schedules::Error;
using schedules::Result;
using Clock = std::chrono::steady_clock;

namespace {

void writeAll(int file, const std::string &text) {
  for (size_t done = 0; done < text.size();) {
    ssize_t count = write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR)
      return;
    if (count > 0)
      done += static_cast<size_t>(count);
  }
}

/// In the child: the first byte says whether a text or an error follows.
[[noreturn]] void answer(int file, const std::function<Result<std::string>()> &work) {
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, SIG_DFL); // the parent's reproducer is not for this
  Result<std::string> result = work();
  writeAll(file, result ? "+" + *result : "-" + result.error().message);
  _exit(0);
}

/// Everything up to the end of the stream; false when the deadline passed first.
bool readAll(int file, Clock::time_point deadline, std::string &text) {
  std::array<char, 65536> buffer;
  while (true) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd waiting{file, POLLIN, 0};
    int ready = left.count() <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready == 0)
      return false;
    if (ready < 0)
      continue; // a signal; the deadline holds
    ssize_t count = read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return true;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

int waitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

} // namespace

Result<std::string> guardedText(const std::function<Result<std::string>()> &work,
                                std::chrono::milliseconds limit) {
  std::array<int, 2> ends;
  if (pipe(ends.data()) != 0)
    return Error{std::string("cannot make a pipe: ") + std::strerror(errno)};
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    answer(ends[1], work);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return Error{std::string("cannot start a process: ") + std::strerror(errno)};
  }
  std::string text;
  bool inTime = readAll(ends[0], Clock::now() + limit, text);
  close(ends[0]);
  if (!inTime)
    kill(child, SIGKILL);
  int status = waitFor(child);
  if (!inTime)
    return Error{"not done after " + std::to_string(limit.count()) + " ms"};
  if (WIFSIGNALED(status))
    return Error{std::string("the process died: ") + strsignal(WTERMSIG(status))};
  if (text.empty())
    return Error{"the process ended without an answer"};
  if (text[0] == '-')
    return Error{text.substr(1)};
  return text.substr(1);
}

} // namespace convwright::report
