//===- Check.h - draws, compiles, runs and compares programs ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_CHECK_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_CHECK_H

#include "tests/fuzz/language/Choices.h"
#include "tests/fuzz/language/Report.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::fuzz {

/// A program to check: by its seed, or by decisions that were kept.
struct Request {
  uint64_t seed = 0;
  std::optional<Decisions> decisions;
};

struct CheckOptions {
  std::string target = "host";
  std::string executable; // leads to the runtime library
  bool strided = false;   // tensors that are not dense: needs a runtime that takes them
  std::string inputs;     // write the inputs of a program that is wrong there; empty: do not
};

/// Checks the programs, which share a library, and says in `report` what came of each. May crash or
/// hang where there is a bug: call it in a process of its own.
void check(const std::vector<Request> &requests, const CheckOptions &options, Report &report);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_CHECK_H
