//===- ExactTensor.h - a tensor of doubles, for the reference --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_REFERENCE_EXACTTENSOR_H
#define CONVWRIGHT_COMPILER_REFERENCE_EXACTTENSOR_H

#include "schedules/kernel/ElementType.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace convwright::compiler {

/// A tensor whose every element is exact: numbers alone, not memory as an element type has it,
/// which is schedules/kernel/HostTensor.h. i32, u8 and i8 values are integers; f32 values are
/// doubles, rounded to f32 only where the language converts.
struct ExactTensor {
  schedules::ElementType type = schedules::ElementType::F32;
  std::vector<int64_t> shape; // logical order
  std::vector<double> values; // row-major in that order

  int64_t elementCount() const {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    return count;
  }
};

/// Tensors by name: a layer's arguments, or its results.
using ExactTensors = std::map<std::string, ExactTensor>;

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_REFERENCE_EXACTTENSOR_H
