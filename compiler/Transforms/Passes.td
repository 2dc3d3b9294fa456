//===- Passes.td - from an imported layer to planned kernels ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_TRANSFORMS_PASSES_TD
#define CONVWRIGHT_COMPILER_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

class Conv_Pass<string passArgument, string operation> : Pass<passArgument, operation> {
  let dependentDialects = ["::convwright::ir::ConvDialect", "::mlir::arith::ArithDialect"];
}

def FoldBatchNorm : Conv_Pass<"conv-fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Turn batch norms into the convolution's filter and bias, or into pointwise work";
  let description = [{
    A batch norm of a convolution's only use, with weight-side statistics, becomes
    filter · scale and (bias − mean) · scale + beta with scale = gamma / sqrt(var + eps): weight-side
    maps, evaluated when the weights are packed. Any other batch norm becomes a map.
  }];
}

def FoldConstants : Conv_Pass<"conv-fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Do pointwise work on constants now";
  let description = [{
    A weight-side map of constants becomes a constant, named like its first operand: schedules see the
    taps of a scaled filter, and a batch norm of constants costs nothing at run.
  }];
}

def FuseEpilogue : Conv_Pass<"conv-fuse-epilogue", "::mlir::func::FuncOp"> {
  let summary = "Compose pointwise maps, so that nothing between them is stored";
  let description = [{
    A map is merged into the map that consumes it when that is its only use and their extents are
    equal. A cheap map of the layer's arguments is merged into each of its consumers: computing it again
    costs less than storing it. Expensive maps with several uses stay, and so do maps that would
    together have more than 256 operations.
  }];
}

def FormKernels : Conv_Pass<"conv-form-kernels", "::mlir::func::FuncOp"> {
  let summary = "Group convolutions and the pointwise work around them into conv.kernel regions";
  let description = [{
    A map joins the last kernel that computes one of its operands with the map's own extents.
    Convolutions of the same input that meet in such a map share the kernel, when each output reads one
    channel and they pad alike. A map that only feeds
    convolutions of one kernel is that kernel's prologue. What is left is a pointwise kernel. Values
    with other uses become further results of kernels that read one channel an output; a dense
    convolution's kernel has one result, and what else is wanted of it is pointwise work on that. Every
    result of the layer is written by a kernel.

    `fusion` says which pointwise work may join a convolution's kernel; without its epilogue a kernel
    ends at accumulator + bias. Pointwise work alone is grouped as ever.
  }];
  let options = [
    Option<"fusion", "fusion", "::convwright::compiler::Fusion",
           "::convwright::compiler::Fusion::Full",
           "Which pointwise work joins a convolution's kernel", [{::llvm::cl::values(
             clEnumValN(::convwright::compiler::Fusion::Full, "full",
                        "what follows it and what prepares its input"),
             clEnumValN(::convwright::compiler::Fusion::Epilogue, "epilogue", "what follows it"),
             clEnumValN(::convwright::compiler::Fusion::Prologue, "prologue",
                        "what prepares its input"),
             clEnumValN(::convwright::compiler::Fusion::None, "none", "nothing"))}]>
  ];
}

def AssignLayouts : Conv_Pass<"conv-assign-layouts", "::mlir::func::FuncOp"> {
  let summary = "Decide how tensors between kernels lie in memory";
  let description = [{
    Gives each tensor that a kernel writes and only kernels read the layout of `intermediates`.
    Arguments and results are the user's contract and stay; so does what lies alike in every layout
    (one channel, one pixel), and what a kernel with convolutions writes beside a result of the
    layer, because it writes one layout.
  }];
  let options = [
    Option<"intermediates", "intermediates", "::convwright::compiler::Intermediates",
           "::convwright::compiler::Intermediates::Declared",
           "The layout of tensors between kernels", [{::llvm::cl::values(
             clEnumValN(::convwright::compiler::Intermediates::Declared, "declared",
                        "as the source says"),
             clEnumValN(::convwright::compiler::Intermediates::Nchw, "nchw", "channels outermost"),
             clEnumValN(::convwright::compiler::Intermediates::Nhwc, "nhwc", "channels innermost"))}]>
  ];
}

def SelectPlan : Conv_Pass<"conv-select-plan", "::mlir::ModuleOp"> {
  let summary = "Decide how each kernel is computed on the module's target";
  let description = [{
    Asks the advisor (records), if there is one, then schedules::choosePlan, honouring `algorithm` and `tolerance` of the convolutions and the
    options; writes #conv.plan. A kernel that has a plan already (from a record or the user) keeps it
    after it was validated. What the advisor said is kept as `conv.plan_notes` for `--explain`.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"\"",
           "The target's name; empty: the module's conv.target">,
    Option<"algorithm", "algorithm", "std::string", "\"\"",
           "The algorithm for every kernel with convolutions; empty: free choice">,
    ListOption<"parameters", "parameters", "std::string",
               "Plan parameters, name=value, for every kernel">
  ];
}

def PlanWorkspace : Conv_Pass<"conv-plan-workspace", "::mlir::func::FuncOp"> {
  let summary = "Give each intermediate tensor a slot of the workspace";
  let description = [{
    Writes `slots` on each kernel: for each result the slot that it lies in, or −1 when it is a result of
    the layer. Tensors in one slot are never alive together; of the free slots a tensor takes the one
    that grows least.
  }];
}

#endif // CONVWRIGHT_COMPILER_TRANSFORMS_PASSES_TD
