//===- Verdicts.cpp - the end of a process that a candidate brought about --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Verdicts.h"

#include <csignal>
#include <cstring>
#include <initializer_list>
#include <new>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

namespace convwright::measure {

namespace {

const char *volatile phase = "loading";

/// Only what a signal handler may do.
void writeText(const char *text) {
  ssize_t ignored = write(STDOUT_FILENO, text, std::strlen(text));
  static_cast<void>(ignored);
}

[[noreturn]] void endWith(const char *verdict, int signal) {
  char digits[] = {static_cast<char>('0' + signal / 10), static_cast<char>('0' + signal % 10), 0};
  writeText("\n{\"verdict\":\"");
  writeText(verdict);
  writeText("\",\"phase\":\"");
  writeText(phase);
  writeText("\",\"signal\":");
  writeText(signal >= 10 ? digits : digits + 1);
  writeText("}\n");
  _exit(0);
}

void onSignal(int signal) {
  endWith(signal == SIGALRM || signal == SIGPROF ? "timed_out" : "crashed", signal);
}

void setTimer(__itimer_which_t which, double seconds) {
  auto whole = static_cast<time_t>(seconds);
  itimerval timer{};
  timer.it_value.tv_sec = whole;
  timer.it_value.tv_usec =
      static_cast<suseconds_t>((seconds - static_cast<double>(whole)) * 999'999) + 1;
  setitimer(which, &timer, nullptr);
}

} // namespace

void enterPhase(const char *name) { phase = name; }

void endOutOfMemory() { endWith("out_of_memory", 0); }

void catchTheEnd(double cpuSeconds, double clockSeconds, int64_t bytes) {
  static char stack[65536]; // a candidate may overflow the other one
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  sigaltstack(&alternative, nullptr);
  struct sigaction action{};
  action.sa_handler = onSignal;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGALRM, SIGPROF})
    sigaction(signal, &action, nullptr);
  std::set_new_handler(endOutOfMemory);
  if (bytes > 0) {
    rlimit memory{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
    setrlimit(RLIMIT_DATA, &memory);
  }
  setTimer(ITIMER_PROF, cpuSeconds);
  setTimer(ITIMER_REAL, clockSeconds);
}

} // namespace convwright::measure
