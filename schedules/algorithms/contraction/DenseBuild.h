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
#include "schedules/lowering/Tensors.h"

namespace convwright::schedules {

/// Defines and schedules a kernel of one convolution, or of the phases of a transposed one.
/// Requires !whyNotDense().
Pipelines buildDense(const Kernel &kernel, const DensePlan &plan, const Target &target,
                     Pixels pixels);
/// The same, of dense tensors where the plan sees their pixels as a line.
inline Pipelines buildDense(const Kernel &kernel, const DensePlan &plan, const Target &target) {
  return buildDense(kernel, plan, target, plan.line ? Pixels::Line : Pixels::Plane);
}

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEBUILD_H
