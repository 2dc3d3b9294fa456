//===- DenseBuild.h - register-tiled convolution in Halide -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_DENSE_DENSEBUILD_H
#define CONVWRIGHT_SCHEDULES_DENSE_DENSEBUILD_H

#include "schedules/Pipelines.h"
#include "schedules/dense/DenseShape.h"

namespace convwright::schedules {

/// Defines and schedules a kernel of one convolution. Requires !whyNotDense().
Pipelines buildDense(const Kernel &kernel, const DensePlan &plan, const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_DENSE_DENSEBUILD_H
