//===- Problem.h - what is tuned: a kernel, for a target, on so many threads ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_PROBLEM_H
#define CONVWRIGHT_SCHEDULES_KERNEL_PROBLEM_H

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Result.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace convwright::schedules {

/// What a search is about and what a record was measured for.
struct Problem {
  Kernel kernel;
  std::string target; // a row of Targets.def, never "host"
  int threads = 1;
};

/// The kernel without what cannot change its speed, so that equal work compares equal: names are
/// positional ("k", "i0", "w0", "c0", "o0", "S0"), and a Constant of more than 64 elements is a
/// Weight without data (its values are not looked at by any algorithm).
Kernel canonicalKernel(const Kernel &kernel);

/// All of a kernel as JSON, data in base64, and back. kernelFromJson checks everything that a
/// hand-edited file can get wrong (types, ranks, node order, indices, extents) and never crashes.
nlohmann::json kernelToJson(const Kernel &kernel);
Result<Kernel> kernelFromJson(const nlohmann::json &json);

/// 16 hex digits of a stable 64-bit hash of the canonical kernel's JSON: an index, the full
/// problem decides.
std::string problemKey(const Kernel &kernel);
/// The same of its convolutions alone (shapes, strides, padding, types, layouts), whatever is fused
/// around them: what plans carry over between.
std::string convolutionKey(const Kernel &kernel);
/// What convolutionKey hashes: equal texts are equal convolutions.
std::string convolutionText(const Kernel &kernel);

/// "3x3 s1 64->64 @56x56 nhwc f32 +2" for people: first convolution, then how many pointwise
/// operations are fused.
std::string describeProblem(const Kernel &kernel);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_PROBLEM_H
