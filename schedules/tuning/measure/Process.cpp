//===- Process.cpp - a child process within limits -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace convwright::schedules {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Child {
  size_t index;
  pid_t process;
  std::array<int, 2> pipes; // its standard output and error; -1: ended
  Clock::time_point begin;
  ProcessEnd end;

  bool open() const { return pipes[0] >= 0 || pipes[1] >= 0; }
  void killAll() const { kill(-process, SIGKILL); }
};

/// The child's whole life.
[[noreturn]] void live(const std::function<int()> &function, const ProcessLimits &limits,
                       pid_t parent, int output, int errors) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1); // it died before it could take us along
  signal(SIGINT, SIG_IGN);
  int input = open("/dev/null", O_RDONLY);
  dup2(input, 0);
  dup2(output, 1);
  dup2(errors, 2);
  if (limits.bytes > 0) {
    rlimit memory{static_cast<rlim_t>(limits.bytes), static_cast<rlim_t>(limits.bytes)};
    setrlimit(RLIMIT_DATA, &memory);
  }
  if (limits.cpuSeconds > 0) {
    auto seconds = static_cast<rlim_t>(std::ceil(limits.cpuSeconds));
    rlimit cpu{seconds, seconds + 1};
    setrlimit(RLIMIT_CPU, &cpu);
  }
  rlimit noCore{0, 0};
  setrlimit(RLIMIT_CORE, &noCore);
  std::set_new_handler([] { _exit(outOfMemoryExit); });
  int code = function();
  fflush(nullptr);
  _exit(code);
}

class Children {
public:
  Children(const std::vector<std::function<int()>> &functions, size_t jobs,
           const ProcessLimits &limits, const std::function<void(size_t, ProcessEnd)> &ended,
           const std::atomic<bool> *cancelled)
      : functions(functions), jobs(std::max<size_t>(jobs, 1)), limits(limits), ended(ended),
        cancelled(cancelled) {}

  ~Children() {
    for (Child &child : children) {
      child.killAll();
      closePipes(child);
      waitpid(child.process, nullptr, 0);
    }
  }
  Children(const Children &) = delete;
  Children &operator=(const Children &) = delete;

  Result<size_t> run() {
    while (done < functions.size()) {
      while (children.size() < jobs && next < functions.size())
        if (!start(next++))
          return Error{std::string("cannot start a process: ") + std::strerror(errno)};
      listen();
      enforce();
      for (size_t i = children.size(); i-- > 0;)
        if (!children[i].open())
          finish(i);
    }
    return done;
  }

private:
  bool start(size_t index) {
    int output[2], errors[2];
    if (pipe2(output, O_CLOEXEC) != 0)
      return false;
    if (pipe2(errors, O_CLOEXEC) != 0) {
      close(output[0]);
      close(output[1]);
      return false;
    }
    fflush(nullptr); // what stands in a buffer would be written twice
    pid_t parent = getpid(), process = fork();
    if (process == 0)
      live(functions[index], limits, parent, output[1], errors[1]);
    int problem = errno;
    close(output[1]);
    close(errors[1]);
    if (process < 0) {
      close(output[0]);
      close(errors[0]);
      errno = problem;
      return false;
    }
    setpgid(process, process); // whichever of us comes first
    children.push_back({index, process, {output[0], errors[0]}, Clock::now(), {}});
    return true;
  }

  static void closePipes(Child &child) {
    for (int &pipe : child.pipes)
      if (pipe >= 0)
        close(std::exchange(pipe, -1));
  }

  /// Waits for news, but not so long that a limit would go unnoticed.
  void listen() {
    std::vector<pollfd> pipes;
    for (const Child &child : children)
      for (int pipe : child.pipes)
        pipes.push_back({pipe, POLLIN, 0}); // poll passes over negative ones
    poll(pipes.data(), pipes.size(), /*milliseconds=*/50);
    for (size_t i = 0; i < pipes.size(); ++i)
      if (pipes[i].revents)
        read(children[i / 2], i % 2);
  }

  static void read(Child &child, size_t which) {
    constexpr size_t mostKept = 64 << 20;
    char buffer[65536];
    ssize_t count = ::read(child.pipes[which], buffer, sizeof buffer);
    std::string &text = which == 0 ? child.end.output : child.end.errors;
    if (count > 0 && text.size() < mostKept)
      text.append(buffer, static_cast<size_t>(count));
    else if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
      close(std::exchange(child.pipes[which], -1));
  }

  void enforce() {
    bool stop = cancelled && cancelled->load();
    for (Child &child : children) {
      bool late = secondsSince(child.begin) > limits.seconds;
      if (!stop && !late)
        continue;
      (stop ? child.end.cancelled : child.end.timedOut) = true;
      child.killAll();
      closePipes(child);
    }
    if (stop)
      skipTheRest();
  }

  void skipTheRest() {
    for (; next < functions.size(); ++next) {
      ProcessEnd end;
      end.cancelled = true;
      ++done;
      ended(next, end);
    }
  }

  void finish(size_t at) {
    Child child = std::move(children[at]);
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(at));
    int status = 0;
    while (waitpid(child.process, &status, 0) < 0 && errno == EINTR)
      ;
    child.killAll(); // what it left behind
    child.end.seconds = secondsSince(child.begin);
    child.end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    child.end.timedOut = child.end.timedOut || child.end.signal == SIGXCPU;
    child.end.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    ++done;
    ended(child.index, std::move(child.end));
  }

  const std::vector<std::function<int()>> &functions;
  size_t jobs;
  const ProcessLimits &limits;
  const std::function<void(size_t, ProcessEnd)> &ended;
  const std::atomic<bool> *cancelled;
  size_t next = 0, done = 0;
  std::vector<Child> children;
};

} // namespace

Result<size_t> runFunctions(const std::vector<std::function<int()>> &functions, size_t jobs,
                            const ProcessLimits &limits,
                            const std::function<void(size_t, ProcessEnd)> &ended,
                            const std::atomic<bool> *cancelled) {
  return Children(functions, jobs, limits, ended, cancelled).run();
}

Result<ProcessEnd> runProgram(const std::vector<std::string> &command, const ProcessLimits &limits,
                              const std::atomic<bool> *cancelled) {
  std::vector<char *> arguments;
  for (const std::string &word : command)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  auto execute = [&] {
    execvp(arguments[0], arguments.data());
    std::fprintf(stderr, "cannot start %s: %s\n", arguments[0], std::strerror(errno));
    return 127;
  };
  ProcessEnd result;
  auto keep = [&](size_t, ProcessEnd end) { result = std::move(end); };
  Result<size_t> ran = runFunctions({execute}, 1, limits, keep, cancelled);
  if (!ran)
    return ran.error();
  return result;
}

std::string signalName(int signal) {
  const char *name = sigabbrev_np(signal);
  return name ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

} // namespace convwright::schedules
