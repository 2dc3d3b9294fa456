//===- KernelCheck.h - what a kernel's parts must be for each other -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_KERNELCHECK_H
#define CONVWRIGHT_SCHEDULES_KERNEL_KERNELCHECK_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules {

/// What is wrong with a kernel that did not come from the compiler, whose verifiers see to the
/// same; none when everything that schedules rely on holds: indices in range, types that agree,
/// extents positive and without overflow over the symbols' ranges, sizes that follow from each
/// other. Requires that children come before their parents in every expression.
std::optional<std::string> checkKernel(const Kernel &kernel);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_KERNELCHECK_H
