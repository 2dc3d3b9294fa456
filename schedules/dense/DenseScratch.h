//===- DenseScratch.h - how much memory staging takes ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_DENSE_DENSESCRATCH_H
#define CONVWRIGHT_SCHEDULES_DENSE_DENSESCRATCH_H

#include "schedules/Schedules.h"
#include "schedules/dense/DenseShape.h"

#include <vector>

namespace convwright::schedules {

/// An upper bound of what DenseBuild's staged input allocates; tiles and strips may be rounded up.
/// `flat`: staged rows are columns and channels together.
std::vector<ScratchBuffer> denseScratch(const Convolution &conv, const DenseShape &shape,
                                        const DensePlan &plan, const Target &target, bool flat);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_DENSE_DENSESCRATCH_H
