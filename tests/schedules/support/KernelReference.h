//===- KernelReference.h - the right answer, for the schedules' tests ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELREFERENCE_H
#define CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELREFERENCE_H

#include "tests/schedules/support/KernelRunner.h"

namespace convwright::schedules::testing {

/// Value of `output` at logical `at`, in double precision with plain loops, independent of
/// lowering/.
double referenceValue(const Kernel &kernel, const std::vector<int64_t> &sizes,
                      const std::vector<HostTensor> &operands, size_t output,
                      const std::vector<int64_t> &at);

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELREFERENCE_H
