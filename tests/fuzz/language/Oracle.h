//===- Oracle.h - what a random layer has to compute -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference computes in double precision. How far generated code may be away from that follows
// from the program itself: it is run again with every inexact value moved by 2^-19 of the sum of
// its terms' absolute values, about 32 times as far as one f32 rounding moves it, up and down.
// Results may differ by some times as much as those runs do. What no rounding reaches has to be
// equal.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_ORACLE_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_ORACLE_H

#include "tests/fuzz/language/Program.h"

#include "compiler/Driver/Driver.h"

namespace convwright::fuzz {

struct ExpectedResult {
  compiler::ExactTensor tensor;
  std::vector<double> allowed; // the difference, element by element; infinite: anything
};

/// A call of the layer at one set of sizes.
struct Expectation {
  compiler::ExactTensors inputs;
  std::map<std::string, ExpectedResult> results;
  /// Something on the way overflows f32 or underflows: doubles say nothing of that.
  bool wild = false;
};

/// `driver` has opened the program's text. The error is a failure: the reference refuses.
schedules::Result<Expectation> expect(compiler::Driver &driver, const Program &program,
                                      const std::vector<int64_t> &sizes);

/// Empty when `values` are what was expected, else a sentence.
std::string compare(const std::string &name, const ExpectedResult &expected,
                    const std::vector<double> &values);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_ORACLE_H
