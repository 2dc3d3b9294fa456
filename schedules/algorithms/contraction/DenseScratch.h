//===- DenseScratch.h - how much memory staging takes ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSESCRATCH_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSESCRATCH_H

#include "schedules/algorithms/contraction/DenseShape.h"
#include "schedules/lowering/CompiledKernel.h"

#include <vector>

namespace convwright::schedules {

/// An upper bound of what DenseBuild's staged input allocates; tiles and strips may be rounded up.
/// `flat`: staged rows are columns and channels together.
std::vector<ScratchBuffer> denseScratch(const Stage &conv, const DenseShape &shape,
                                        const DensePlan &plan, const Target &target, bool flat);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSESCRATCH_H
