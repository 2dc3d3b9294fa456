//===- KernelSources.h - which lines of the source a kernel computes ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_DRIVER_KERNELSOURCES_H
#define CONVWRIGHT_COMPILER_DRIVER_KERNELSOURCES_H

#include "compiler/IR/ConvDialect.h"

#include <string>
#include <vector>

namespace llvm {
class SourceMgr;
}

namespace convwright::compiler {

/// "line 3, conv2d and pointwise work: y = relu(conv2d(x, w));", a text for each line of the source
/// whose work the kernel does, in the order of the source. What a fn or another layer does counts
/// where that is called.
std::vector<std::string> sourcesOf(ir::KernelOp kernel, const llvm::SourceMgr &sources);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_KERNELSOURCES_H
