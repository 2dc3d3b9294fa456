//===- Reproducer.cpp - what is kept when we crash ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Reproducer.h"

#include "tools/convwright/ExitCode.h"

#include "llvm/Support/ErrorHandling.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace convwright::tools {
namespace {

// Everything that a signal handler needs is composed beforehand: it may only open, write and exit.
struct State {
  std::string text;                  // the command line, then the inputs
  std::array<std::string, 2> places; // the working directory first
};

State &state() {
  static State *instance = new State; // never destroyed: signals may come during exit
  return *instance;
}

void writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    ssize_t written = write(file, text.data(), text.size());
    if (written <= 0)
      return;
    text.remove_prefix(written);
  }
}

/// Async-signal-safe.
void writeReproducer(std::string_view message) {
  for (const std::string &place : state().places) {
    int file = open(place.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
      continue;
    writeAll(file, "message: ");
    writeAll(file, message);
    writeAll(file, "\n");
    writeAll(file, state().text);
    close(file);
    writeAll(STDERR_FILENO, "convwright: the input and the command line are kept in ");
    writeAll(STDERR_FILENO, place);
    writeAll(STDERR_FILENO, "; please report them\n");
    return;
  }
}

/// Async-signal-safe.
void report(std::string_view message) {
  writeAll(STDERR_FILENO, "convwright: internal error: ");
  writeAll(STDERR_FILENO, message);
  writeAll(STDERR_FILENO, "\n");
  writeReproducer(message);
}

std::string_view nameOf(int signal) {
  switch (signal) {
  case SIGSEGV:
    return "segmentation fault";
  case SIGBUS:
    return "bus error";
  case SIGILL:
    return "illegal instruction";
  case SIGFPE:
    return "arithmetic fault";
  default:
    return "aborted";
  }
}

void onSignal(int signal) {
  report(nameOf(signal));
  _exit(exitInternal);
}

void onFatalError(void *, const char *reason, bool) {
  report(reason);
  _exit(exitInternal);
}

void onTerminate() {
  report("terminated by an exception");
  _exit(exitInternal);
}

void catchFatalSignals() {
  static std::array<char, 65536> stack; // a stack overflow has none of its own left
  stack_t alternative = {};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  struct sigaction action = {};
  action.sa_handler = onSignal;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    sigaction(signal, &action, nullptr);
}

} // namespace

void armReproducer(const std::vector<std::string> &commandLine) {
  std::string name = "convwright-reproducer-" + std::to_string(getpid()) + ".txt";
  const char *temporary = std::getenv("TMPDIR");
  state().places = {name, std::string(temporary && *temporary ? temporary : "/tmp") + "/" + name};
  state().text = "command:";
  for (const std::string &argument : commandLine)
    state().text += " " + argument;
  state().text += "\n";
  catchFatalSignals();
  llvm::install_fatal_error_handler(onFatalError);
  std::set_terminate(onTerminate);
}

void rememberInput(const std::string &path, const std::string &content) {
  state().text += "input: " + path + "\n----\n" + content + "\n----\n";
}

int internalError(const std::string &message) {
  report(message);
  return exitInternal;
}

} // namespace convwright::tools
