//===- KernelText.h - all of a kernel as a text to compare -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_MEASURE_KERNELTEXT_H
#define CONVWRIGHT_SCHEDULES_MEASURE_KERNELTEXT_H

#include "schedules/Kernel.h"

#include <string>

namespace convwright::schedules {

/// Two kernels with the same text compute the same from the same operands, in the same layouts.
/// Names are left out; constants' bytes are in it.
std::string kernelText(const Kernel &kernel);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_MEASURE_KERNELTEXT_H
