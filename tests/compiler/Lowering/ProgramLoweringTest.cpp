//===- ProgramLoweringTest.cpp - programs compute what layers say ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs are executed step by step with the schedules' own reference, in real slots: a buffer
// whose slot was taken too early would be read with another one's values.
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/ProgramLowering.h"
#include "compiler/Reference/Interpreter.h"
#include "compiler/Transforms/Passes.h"
#include "schedules/kernel/KernelReference.h"
#include "tests/compiler/Lowering/LoweringTestSupport.h"
#include "tests/compiler/support/RandomLayer.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace convwright;
using namespace convwright::compiler;
using schedules::ElementType;
using schedules::Operand;
using Place = Reference::Place;
using Tensor = schedules::HostTensor;

namespace {

/// Executes a program at given sizes.
class Machine {
public:
  Machine(const LayerProgram &program, const ExactTensors &inputs, std::vector<int64_t> sizes)
      : program(program), sizes(std::move(sizes)) {
    for (const TensorInfo &argument : program.arguments)
      arguments.push_back(load(argument, inputs.at(argument.name)));
    for (const TensorInfo &weight : program.weights)
      weights.push_back(load(weight, inputs.at(weight.name)));
    for (const TensorInfo &result : program.results)
      results.push_back(empty(result));
    slots.resize(program.slots);
  }

  ExactTensors run() {
    for (const Step &step : program.steps)
      execute(step);
    ExactTensors out;
    for (size_t i = 0; i < results.size(); ++i)
      out[program.results[i].name] = unload(program.results[i], results[i]);
    return out;
  }

private:
  std::vector<int64_t> shapeOf(const std::vector<schedules::Extent> &dims) {
    std::vector<int64_t> shape;
    for (const schedules::Extent &extent : dims)
      shape.push_back(extent.at(sizes));
    return shape;
  }
  Tensor empty(const TensorInfo &info) {
    return Tensor(info.type, shapeOf(info.dims), info.layout);
  }

  /// Kernels see one number as a tensor of one element.
  Tensor load(const TensorInfo &info, const ExactTensor &from) {
    Tensor tensor = info.dims.empty() ? Tensor(info.type, {1}, info.layout) : empty(info);
    size_t next = 0;
    tensor.forEach([&](const std::vector<int64_t> &at) { tensor.set(at, from.values[next++]); });
    return tensor;
  }
  ExactTensor unload(const TensorInfo &info, const Tensor &tensor) {
    ExactTensor out{info.type, tensor.shape(), {}};
    tensor.forEach([&](const std::vector<int64_t> &at) { out.values.push_back(tensor.at(at)); });
    return out;
  }

  Tensor constant(const Operand &operand) {
    Tensor tensor(operand.type, shapeOf(operand.dims), operand.layout);
    auto values = reinterpret_cast<const float *>(operand.data.data());
    tensor.forEach([&](const std::vector<int64_t> &at) { tensor.set(at, *values++); });
    return tensor;
  }

  /// What lies at a place when a kernel reads it.
  Tensor &at(Reference place) {
    if (place.place == Place::Argument)
      return arguments[place.index];
    if (place.place == Place::Result)
      return results[place.index];
    auto &[owner, tensor] = slots[program.buffers[place.index].slot];
    EXPECT_EQ(owner, place.index) << "the slot holds another buffer by now";
    return *tensor;
  }

  void store(Reference place, Tensor tensor) {
    if (place.place == Place::Result)
      results[place.index] = std::move(tensor);
    else
      slots[program.buffers[place.index].slot] = {place.index, std::move(tensor)};
  }

  /// Where an element of a part lies in the whole.
  std::vector<int64_t> inWhole(const schedules::Part &part, std::vector<int64_t> at) {
    for (size_t i = 0; i < at.size(); ++i)
      at[i] = part.start[i].at(sizes) + at[i] * part.step[i];
    return at;
  }

  Tensor partOf(const Tensor &whole, const Operand &operand) {
    Tensor tensor(operand.type, shapeOf(operand.dims), operand.layout);
    tensor.forEach([&](const std::vector<int64_t> &at) {
      tensor.set(at, whole.at(inWhole(*operand.part, at)));
    });
    return tensor;
  }

  /// The first part of a buffer makes it; the others find it.
  void storePart(Reference place, const schedules::Output &output, const Tensor &tensor) {
    bool isThere = place.place == Place::Result;
    if (!isThere)
      isThere = slots[program.buffers[place.index].slot].first == place.index &&
                slots[program.buffers[place.index].slot].second;
    if (!isThere)
      store(place, Tensor(output.type, shapeOf(output.part->whole), output.layout));
    Tensor &whole = at(place);
    tensor.forEach([&](const std::vector<int64_t> &at) {
      whole.set(inWhole(*output.part, at), tensor.at(at));
    });
    ++partsWritten;
  }

  void execute(const Step &step) {
    std::vector<Tensor> operands;
    for (size_t i = 0; i < step.kernel.operands.size(); ++i) {
      const Operand &operand = step.kernel.operands[i];
      if (operand.role == Operand::Role::Constant)
        operands.push_back(constant(operand));
      else if (operand.role == Operand::Role::Weight)
        operands.push_back(weights[step.weights[i]]);
      else if (operand.part)
        operands.push_back(partOf(at(step.operands[i]), operand));
      else
        operands.push_back(at(step.operands[i]));
    }
    for (size_t i = 0; i < step.outputs.size(); ++i) {
      const schedules::Output &output = step.kernel.outputs[i];
      Tensor tensor(output.type, shapeOf({output.dims.begin(), output.dims.end()}), output.layout);
      tensor.forEach([&](const std::vector<int64_t> &at) {
        tensor.set(at, schedules::referenceValue(step.kernel, sizes, operands, i, at));
      });
      if (output.part)
        storePart(step.outputs[i], output, tensor);
      else
        store(step.outputs[i], std::move(tensor));
    }
  }

  const LayerProgram &program;
  std::vector<int64_t> sizes;
  std::vector<Tensor> arguments, weights, results;
  std::vector<std::pair<int32_t, std::optional<Tensor>>> slots;

public:
  int partsWritten = 0;
};

void expectNear(const ExactTensors &expected, const ExactTensors &found) {
  ASSERT_EQ(found.size(), expected.size());
  for (const auto &[name, tensor] : expected) {
    ASSERT_EQ(found.at(name).shape, tensor.shape);
    // Between kernels values are stored as f32, which may move one over the edge of a conversion.
    double allowed = tensor.type == ElementType::F32 ? 1e-3 : 2;
    for (size_t i = 0; i < tensor.values.size(); ++i)
      ASSERT_NEAR(found.at(name).values[i], tensor.values[i],
                  allowed * (1 + std::abs(tensor.values[i])))
          << name << "[" << i << "]";
  }
}

TEST(ProgramLowering, ProgramsComputeWhatTheirLayersSay) {
  auto target = schedules::findTarget("x86-64-v3");
  ASSERT_TRUE(target);
  int reused = 0, parts = 0;
  for (unsigned seed = 1001; seed < 1101; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    mlir::MLIRContext context;
    auto drawn = compiler::testing::drawLayer(context, seed);
    auto layer = *drawn.module->getOps<mlir::func::FuncOp>().begin();
    auto expected = interpret(layer, drawn.inputs);
    ASSERT_TRUE(expected) << expected.error().message;

    mlir::PassManager manager(&context);
    ir::SelectPlanOptions options;
    options.target = target->name;
    ir::buildCompilePipeline(manager, options);
    ASSERT_TRUE(mlir::succeeded(manager.run(*drawn.module)));
    auto program = lowerModule(*drawn.module, *target);
    ASSERT_TRUE(mlir::succeeded(program));
    ASSERT_EQ(program->layers.size(), 1u);
    const LayerProgram &lowered = program->layers[0];
    reused += static_cast<size_t>(lowered.slots) < lowered.buffers.size();
    Machine machine(lowered, drawn.inputs, drawn.sizes);
    expectNear(*expected, machine.run());
    parts += machine.partsWritten;
    if (HasFatalFailure())
      return;
  }
  EXPECT_GE(reused, 5); // slots were shared at all
  EXPECT_GE(parts, 50); // and tensors
}

TEST(ProgramLowering, PlansAndWhatWasConsideredComeAlong) {
  compiler::testing::ParsedModule parsed(R"mlir(
!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!w = tensor<8x8x1x1xf32>
func.func @layer(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !x
    attributes {conv.results = ["y"], conv.doc = "A layer."} {
  %y = conv.conv2d %x, %w algorithm "loops" : (!x, !w) -> !x
  return %y : !x
})mlir");
  auto target = schedules::findTarget("x86-64-v3");
  ASSERT_TRUE(target);
  mlir::PassManager manager(&parsed.context);
  ir::SelectPlanOptions options;
  options.target = target->name;
  ir::buildCompilePipeline(manager, options);
  ASSERT_TRUE(mlir::succeeded(manager.run(*parsed.module)));
  auto program = lowerModule(*parsed.module, *target);
  ASSERT_TRUE(mlir::succeeded(program));
  const LayerProgram &layer = program->layers[0];
  EXPECT_EQ(layer.name, "layer");
  EXPECT_EQ(layer.documentation, "A layer.");
  ASSERT_EQ(layer.steps.size(), 1u);
  const Step &step = layer.steps[0];
  EXPECT_EQ(step.kernel.outputs[0].name, "y");
  EXPECT_EQ(step.outputs[0].place, Place::Result);
  EXPECT_EQ(step.weights, (std::vector<int32_t>{-1, 0}));
  EXPECT_EQ(step.choice.plan.algorithm, "loops");
  EXPECT_EQ(step.choice.considered.size(), schedules::algorithmNames().size());
  for (const schedules::Consideration &considered : step.choice.considered) {
    EXPECT_EQ(considered.chosen, considered.algorithm == "loops");
    EXPECT_EQ(considered.whyNot.empty(), considered.chosen) << considered.algorithm;
  }
}

TEST(ProgramLowering, UnplannedKernelsAreRefused) {
  compiler::testing::ParsedModule parsed(R"mlir(
!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
func.func @layer(%x: !x {conv.name = "x", conv.role = "activation"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.kernel "layer"(%x) slots [-1] : (!x) -> !x {
  ^bb0(%a: !x):
    conv.yield %a : !x
  }
  return %y : !x
})mlir");
  std::string message;
  mlir::ScopedDiagnosticHandler handler(
      &parsed.context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  auto target = schedules::findTarget("x86-64-v3");
  ASSERT_TRUE(target);
  EXPECT_FALSE(mlir::succeeded(lowerModule(*parsed.module, *target)));
  EXPECT_EQ(message, "kernel layer has no plan: conv-select-plan has not run");
}

} // namespace
