//===- Check.h - whether a candidate's numbers are right -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_CHECK_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_CHECK_H

#include "schedules/tuning/measure/Expected.h"
#include "tools/measure-runner/Tensors.h"

#include <vector>

namespace convwright::measure {

/// Relative L2 error of the worst output, and what is allowed.
struct Judgement {
  double error = 0, allowed = 0;
  bool right() const { return error <= allowed; } // false for NaN
};

/// What the outputs hold now against right values. `bound`: the algorithm's promise; integer
/// outputs may round the other way here and there, but 8-bit ones never by more than one.
/// NaN where it should not be (or is not where it should be) is an infinite error.
Judgement compareWithExpected(const Tensors &tensors,
                              const std::vector<schedules::ExpectedValue> &expected, double bound);
/// Every element against another contender's outputs.
Judgement compareWithOutputs(const Tensors &tensors,
                             const std::vector<std::vector<std::byte>> &right, double bound);

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_CHECK_H
