//===- ConvInterfaces.td - what an operation says of itself ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The importer, the verifier, the passes, the interpreter and the lowering ask these; none of them
// names an operation. Each operation answers in one file of IR/Ops.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVINTERFACES_TD
#define CONVWRIGHT_COMPILER_IR_CONVINTERFACES_TD

include "mlir/IR/OpBase.td"

def Conv_LanguageOp : OpInterface<"LanguageOp"> {
  let cppNamespace = "::convwright::ir";
  let description = [{
    An operation that the language calls by its name: `conv2d` is `conv.conv2d`. Its operands stand in
    the order of the call, those that the language gives as attributes behind them; its attributes have
    the language's names, except that `padding` is `pad_before` and `pad_after`. The first operand is an
    activation. One result.
  }];
  let methods = [
    StaticInterfaceMethod<"Their names, in order. The last may be variadic.",
      "::llvm::ArrayRef<::llvm::StringRef>", "operandNames", (ins),
      [{ return ConcreteOp::odsOperandNames(); }]>,
    StaticInterfaceMethod<"How many numbers a list for each spatial axis has; 0: as the input has axes.",
      "unsigned", "spatialRank", (ins), [{ return ConcreteOp::odsSpatialRank(); }]>,
    StaticInterfaceMethod<[{
      The extent of its window along each spatial axis, for padding = same. Empty: it has no window, or
      the operands do not say one; then inferShape tells why.
      }], "::std::vector<int64_t>", "windowTaps", (ins "const ::convwright::ir::OpShape &":$shape),
      "", [{ return {}; }]>,
    StaticInterfaceMethod<[{
      The type and extents of the result, with every constraint of the operation checked. Asked before
      it exists and when it does; ir::inferResult checks what all operations have in common.
      }], "::convwright::ir::Checked<::convwright::ir::TensorSpec>", "inferShape",
      (ins "const ::convwright::ir::OpShape &":$shape)>,
    InterfaceMethod<"The operands, in the order of operandNames; null where one is absent.",
      "::llvm::SmallVector<::mlir::Value>", "operandsInOrder", (ins), [{
        ::llvm::SmallVector<::mlir::Value> values;
        for (unsigned i = 0; i < ConcreteOp::odsOperandNames().size(); ++i) {
          auto group = $_op.getODSOperands(i);
          if (group.empty())
            values.push_back({});
          values.append(group.begin(), group.end());
        }
        return values;
      }]>,
    InterfaceMethod<[{
      The result by the operation's definition, in double precision and plain loops: the oracle.
      `operands` as in operandsInOrder; `shape` is the result's.
      }], "::convwright::compiler::ExactTensor", "interpret",
      (ins "::convwright::ir::HostOperands":$operands, "::std::vector<int64_t>":$shape)>
  ];
  let verify = "return ::convwright::ir::verifyLanguageOp($_op);";
}

def Conv_StageOp : OpInterface<"StageOp", [Conv_LanguageOp]> {
  let cppNamespace = "::convwright::ir";
  let description = [{
    An operation that a kernel computes: a reduction over a window. Pointwise work is fused before and
    behind it; `algorithm` and `tolerance` steer how it is computed.
  }];
  let methods = [
    InterfaceMethod<"What the window slides over: the operand that takes pointwise work before it.",
      "::mlir::OpOperand &", "windowedInput", (ins), "", "return $_op->getOpOperand(0);">,
    InterfaceMethod<[{
      Each output element reads one channel: bound by memory, so reading the input once for two of them
      wins. Others are bound by arithmetic, and their fast algorithms compute one at a time.
      }], "bool", "readsOneChannelPerOutput", (ins), "", "return false;">,
    InterfaceMethod<"One padded copy of the same input serves both, step by step.",
      "bool", "sharesWindowWith", (ins "::convwright::ir::StageOp":$other), "", "return false;">,
    InterfaceMethod<"Where a factor and a term for each output channel can go; none: nowhere.",
      "::std::optional<::convwright::ir::ChannelAffine>", "channelAffine", (ins), "",
      "return ::std::nullopt;">,
    InterfaceMethod<"The operation in plain structs; `expression` gives that of an operand's element.",
      "::convwright::schedules::Stage", "lowerToStage",
      (ins "::convwright::ir::ExpressionOf":$expression, "::convwright::ir::Symbols":$symbols)>,
    InterfaceMethod<"The algorithm that the user asks for.",
      "::std::optional<::llvm::StringRef>", "algorithm", (ins), "return $_op.getAlgorithm();">,
    InterfaceMethod<"The relative L2 error that the user allows.",
      "::std::optional<double>", "tolerance", (ins), [{
        auto value = $_op.getTolerance();
        return value ? ::std::optional<double>(value->convertToDouble()) : ::std::nullopt;
      }]>
  ];
}

def Conv_AccessOp : OpInterface<"AccessOp", [Conv_LanguageOp]> {
  let cppNamespace = "::convwright::ir";
  let description = [{
    An operation that moves elements: each of the result's is one of its first operand's, or a few of
    them put together. Whoever reads the result reads the operand instead, and there is no pass over
    memory of its own; FormKernels stores it only where no reader can.
  }];
  let methods = [
    InterfaceMethod<"An element of the result in terms of elements of the first operand.",
      "::convwright::ir::AccessForm", "accessForm", (ins "::convwright::ir::Symbols":$symbols)>
  ];
}

def Conv_AssemblyOp : OpInterface<"AssemblyOp", [Conv_LanguageOp]> {
  let cppNamespace = "::convwright::ir";
  let description = [{
    An operation whose result is its operands put together, each a part of it. Nobody computes it: who
    computes an operand writes it in its place (Placement.h), and FormKernels has copied those for which that
    cannot be. It stays between the kernels, which neither form nor hold it.
  }];
  let methods = [
    InterfaceMethod<"Which elements of the result an operand is.",
      "::convwright::schedules::Part", "partOf",
      (ins "unsigned":$operand, "::convwright::ir::Symbols":$symbols)>
  ];
}

#endif // CONVWRIGHT_COMPILER_IR_CONVINTERFACES_TD
