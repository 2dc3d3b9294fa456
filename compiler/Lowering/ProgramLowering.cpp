//===- ProgramLowering.cpp - a planned module to Program.h -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/ProgramLowering.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Placement.h"
#include "compiler/Lowering/KernelLowering.h"
#include "compiler/Lowering/PlanLowering.h"

using namespace convwright;
using namespace convwright::compiler;
using Place = Reference::Place;

namespace {

class LayerLowering {
public:
  LayerLowering(mlir::func::FuncOp layer, const schedules::Target &target)
      : layer(layer), target(target), symbols(ir::symbolsOf(layer)) {}

  llvm::FailureOr<LayerProgram> run() {
    program.name = layer.getName().str();
    if (auto doc = layer->getAttrOfType<mlir::StringAttr>(ir::docAttrName))
      program.documentation = doc.str();
    program.symbols = symbols;
    lowerArguments();
    lowerResults();
    for (auto kernel : layer.getBody().getOps<ir::KernelOp>())
      if (llvm::failed(lowerStep(kernel)))
        return llvm::failure();
    return std::move(program);
  }

private:
  TensorInfo describe(mlir::Type type, std::string name) {
    ir::TensorSpec spec = ir::specOf(type, symbols);
    return {std::move(name), spec.type, ir::layoutOf(type), spec.dims};
  }

  void lowerArguments() {
    for (mlir::BlockArgument argument : layer.getArguments()) {
      auto name =
          layer.getArgAttrOfType<mlir::StringAttr>(argument.getArgNumber(), ir::nameAttrName);
      std::vector<TensorInfo> &list =
          ir::isWeightSide(argument) ? program.weights : program.arguments;
      if (ir::isWeightSide(argument))
        weights[argument] = static_cast<int32_t>(list.size());
      else
        places[argument] = {Place::Argument, static_cast<int32_t>(list.size())};
      list.push_back(describe(argument.getType(), name.str()));
    }
  }

  void lowerResults() {
    auto names = layer->getAttrOfType<mlir::ArrayAttr>(ir::resultsAttrName);
    mlir::Operation *returned = layer.getBody().front().getTerminator();
    for (auto [i, value] : llvm::enumerate(returned->getOperands())) {
      places[value] = {Place::Result, static_cast<int32_t>(i)};
      std::string name = llvm::cast<mlir::StringAttr>(names[i]).str();
      program.results.push_back(describe(value.getType(), name));
    }
  }

  /// Where the kernel writes its result: the layer's result, or a buffer in its slot, new unless
  /// another kernel has written a part of it.
  Reference placeOutput(ir::KernelOp kernel, mlir::OpResult value, const std::string &name) {
    mlir::Value tensor = ir::tensorHolding(value);
    if (auto found = places.find(tensor); found != places.end())
      return found->second;
    auto slot = static_cast<int32_t>((*kernel.getSlots())[value.getResultNumber()]);
    program.slots = std::max(program.slots, slot + 1);
    Reference place{Place::Buffer, static_cast<int32_t>(program.buffers.size())};
    program.buffers.push_back({describe(tensor.getType(), name), slot});
    return places[tensor] = place;
  }

  llvm::LogicalResult lowerStep(ir::KernelOp op) {
    llvm::FailureOr<LoweredKernel> lowered = lowerKernel(op);
    if (llvm::failed(lowered))
      return llvm::failure();
    if (!op.getSlots())
      return op.emitError("has no workspace slots: conv-plan-workspace has not run");
    auto choice = choiceOf(op, lowered->kernel, target);
    if (!choice)
      return op.emitError(choice.error().message);

    Step step{std::move(lowered->kernel), std::move(*choice), {}, {}, {}};
    for (unsigned input : lowered->inputs) {
      mlir::Value value = op.getInputs()[input];
      step.operands.push_back(places.lookup(ir::tensorHolding(value)));
      auto weight = weights.find(value);
      step.weights.push_back(weight == weights.end() ? -1 : weight->second);
    }
    for (auto [output, number] : llvm::zip_equal(step.kernel.outputs, lowered->results)) {
      Reference place = placeOutput(op, op->getResult(number), output.name);
      if (place.place == Place::Result)
        output.name = program.results[place.index].name;
      step.outputs.push_back(place);
    }
    program.steps.push_back(std::move(step));
    return llvm::success();
  }

  mlir::func::FuncOp layer;
  const schedules::Target &target;
  std::vector<ir::Symbol> symbols;
  LayerProgram program;
  llvm::DenseMap<mlir::Value, Reference> places;
  llvm::DenseMap<mlir::Value, int32_t> weights;
};

} // namespace

llvm::FailureOr<LayerProgram> compiler::lowerLayer(mlir::func::FuncOp layer,
                                                   const schedules::Target &target) {
  return LayerLowering(layer, target).run();
}

llvm::FailureOr<TargetProgram> compiler::lowerModule(mlir::ModuleOp module,
                                                     const schedules::Target &target) {
  TargetProgram program{target, {}};
  for (auto layer : module.getOps<mlir::func::FuncOp>()) {
    llvm::FailureOr<LayerProgram> lowered = lowerLayer(layer, target);
    if (llvm::failed(lowered))
      return llvm::failure();
    program.layers.push_back(std::move(*lowered));
  }
  return program;
}
