//===- KernelGrouping.h - which operations share a kernel ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_TRANSFORMS_KERNELGROUPING_H
#define CONVWRIGHT_COMPILER_TRANSFORMS_KERNELGROUPING_H

#include "compiler/Lowering/LayerForm.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace convwright::ir {

/// Operations that one kernel computes, in program order. A cheap prologue may be in several
/// groups.
using KernelGroup = llvm::SmallVector<mlir::Operation *>;

/// Divides the layer's activation-side convolutions and maps into kernels, as FormKernels
/// documents; in an order of execution.
std::vector<KernelGroup> groupIntoKernels(mlir::func::FuncOp layer, compiler::Fusion fusion);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_TRANSFORMS_KERNELGROUPING_H
