//===- Process.h - programs are checked where they may crash -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_PROCESS_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_PROCESS_H

#include "tests/fuzz/language/Check.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <sys/types.h>

namespace convwright::fuzz {

/// Set by SIGINT and SIGTERM: everybody ends soon.
extern volatile std::sig_atomic_t interrupted;

/// How a checking process ended.
enum class Ending : uint8_t { Regular, Crash, Hang };

/// check() in a process of its own, with a time limit. Ends with this object.
class Process {
public:
  Process(std::vector<Request> requests, const CheckOptions &options, int seconds);
  ~Process();
  Process(const Process &) = delete;
  Process &operator=(const Process &) = delete;

  /// Whether it has ended; it is stopped when its time is over.
  bool ended();
  /// After ended().
  Ending ending() const { return how; }
  /// What was on its standard error, and which signal it was.
  const std::string &lastWords() const { return words; }
  const Report &report() const { return *shared; }
  const std::vector<Request> &requests() const { return asked; }

private:
  void stop();

  std::vector<Request> asked;
  Report *shared;
  std::FILE *errors;
  pid_t process = -1;
  std::chrono::steady_clock::time_point deadline;
  Ending how = Ending::Regular;
  std::string words;
};

/// What came of one program.
struct Verdict {
  State state = State::Untried;
  Ending ending = Ending::Regular;
  std::string message, stage, text, decisions, operations, steering;
  int refusedCalls = 0, runs = 0;

  bool isBug() const { return state == State::Wrong || ending != Ending::Regular; }
};

/// Of the report's program number `index`. A process that did not end regularly is to blame for the
/// programs that it did not come to the end of.
Verdict verdictOf(const Process &process, size_t index);
/// Runs a program by itself. Untried when interrupted.
Verdict checkAlone(const Request &request, const CheckOptions &options, int seconds);

/// A smaller program that is wrong in the same way, and its verdict. `hear` is told of each that is
/// smaller than the one before.
struct Shrunk {
  Decisions decisions;
  Verdict verdict;
  int tried = 0;
};
Shrunk shrink(const Decisions &decisions, const Verdict &verdict, const CheckOptions &options,
              int seconds);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_PROCESS_H
