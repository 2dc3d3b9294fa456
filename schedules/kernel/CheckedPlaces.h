//===- CheckedPlaces.h - which elements to check when all are too many ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_CHECKEDPLACES_H
#define CONVWRIGHT_SCHEDULES_KERNEL_CHECKEDPLACES_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules {

/// Multiply-adds behind one element of the kernel's outputs; at least 1.
int64_t multiplyAddsBehind(const Kernel &kernel);

/// About `count` different indices of a tensor, always the same: corners first, then edges and
/// places behind tiles of common sizes, then anywhere. Every extent is at least 1.
std::vector<std::vector<int64_t>> tellingPlaces(const std::vector<int64_t> &shape, size_t count);

/// Where an element of an output lies in the tensor that it is a part of.
std::vector<int64_t> placeInWhole(const Output &output, std::vector<int64_t> place,
                                  const std::vector<int64_t> &sizes);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_CHECKEDPLACES_H
