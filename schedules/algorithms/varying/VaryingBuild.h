//===- VaryingBuild.h - kernels that vary over the image, scheduled --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_VARYING_VARYINGBUILD_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_VARYING_VARYINGBUILD_H

#include "schedules/lowering/Nest.h"

namespace convwright::schedules {

/// The numbers of a plan.
struct VaryingPlan {
  bool pixelLanes = true;
  int64_t channels = 4; // a tile's output channels; pixel lanes only
  int64_t pixels = 1;   // a tile's vectors of pixels, or its pixels
};

/// Whether a tile of so many pixels never meets more than three kernels of the grid along a row.
bool fewKernelsMeet(const Kernel &kernel, int64_t pixels);

Pipelines buildVarying(const Kernel &kernel, const VaryingPlan &plan, const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_VARYING_VARYINGBUILD_H
