//===- CompiledKernel.cpp - what comes out of code generation -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/CompiledKernel.h"

namespace convwright::schedules {

int64_t PackedBuffer::bytes() const {
  auto count = static_cast<int64_t>(byteWidth(type));
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

} // namespace convwright::schedules
