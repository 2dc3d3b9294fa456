//===- Expected.h - right values that every candidate is checked against ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_EXPECTED_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_EXPECTED_H

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Result.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// One output element and what it should be.
struct ExpectedValue {
  int64_t output = 0;
  int64_t offset = 0; // elements from the start of the output, in memory order
  double value = 0;   // what the element should hold, converted to its type
};

/// Right values of some hundred elements of every output, in double precision, for inputs filled by
/// fillRandom(seed): corners, edges, where tiles may end, and pseudo-random places; fewer when one
/// element costs many multiply-adds. Takes a second at most for common layers.
std::vector<ExpectedValue> expectedValues(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                          uint64_t seed);

/// A file of them, and back. The format is of one machine's byte order: little-endian.
std::optional<Error> writeExpected(const std::string &path,
                                   const std::vector<ExpectedValue> &values);
Result<std::vector<ExpectedValue>> readExpected(const std::string &path);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_EXPECTED_H
