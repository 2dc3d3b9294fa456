//===- Expect.h - the checks that every algorithm's tests make -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_EXPECT_H
#define CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_EXPECT_H

#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <map>

namespace convwright::schedules::testing {

/// What the tests ask for: an algorithm, some of its parameters, a target, sizes of the symbols.
struct Ask {
  std::string algorithm;
  std::map<std::string, int64_t> parameters = {};
  std::string target = "host";
  std::vector<std::vector<int64_t>> sizes = {{}};
  int threads = 1;
};

/// Chooses, compiles, runs and expects: success, the reference's numbers within the algorithm's
/// bound (exact for integer results), nothing written beyond the tensors, no more scratch than
/// declared.
void expectRight(const Kernel &kernel, const Ask &ask);

/// For SCOPED_TRACE.
std::string describe(const Layer &layer);

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_EXPECT_H
