//===- DenseBuild.h - register-tiled convolution in Halide -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEBUILD_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEBUILD_H

#include "schedules/algorithms/contraction/DenseShape.h"
#include "schedules/lowering/Pipelines.h"

namespace convwright::schedules {

/// Defines and schedules a kernel of one convolution, or of the phases of a transposed one.
/// Requires !whyNotDense().
Pipelines buildDense(const Kernel &kernel, const DensePlan &plan, const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEBUILD_H
