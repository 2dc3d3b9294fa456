//===- Programs.cpp - hand-made programs to emit -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/Emit/Programs.h"

#include <cstring>
#include <stdexcept>

using namespace convwright::schedules;
using convwright::schedules::testing::binary;
using convwright::schedules::testing::convolutionKernel;
using Shape = convwright::schedules::testing::Layer;

namespace convwright::compiler::testing {

namespace {

Choice planFor(const Kernel &kernel, const Target &target) {
  Result<Choice> choice = choosePlan(kernel, target, {});
  if (!choice)
    throw std::runtime_error(choice.error().message);
  return *choice;
}

TensorInfo infoOf(const Operand &operand) {
  return {operand.name, operand.type, operand.layout, operand.dims};
}

TensorInfo infoOf(const Output &output) {
  return {output.name, output.type, output.layout, {output.dims.begin(), output.dims.end()}};
}

/// A layer of one kernel, whose operands are the layer's arguments and weights.
LayerProgram singleStep(const std::string &name, Kernel kernel, const Target &target) {
  LayerProgram layer;
  layer.name = name;
  layer.documentation = "A layer made by hand.\nIts text */ cannot end the comment.";
  layer.symbols = kernel.symbols;
  Step step;
  for (const Operand &operand : kernel.operands) {
    bool isWeight = operand.role == Operand::Role::Weight;
    bool isActivation = operand.role == Operand::Role::Activation;
    step.operands.push_back(
        {Reference::Place::Argument, static_cast<int32_t>(layer.arguments.size())});
    step.weights.push_back(isWeight ? static_cast<int32_t>(layer.weights.size()) : -1);
    if (isWeight)
      layer.weights.push_back(infoOf(operand));
    if (isActivation)
      layer.arguments.push_back(infoOf(operand));
  }
  for (Output &output : kernel.outputs) {
    output.name = "result";
    step.outputs.push_back({Reference::Place::Result, static_cast<int32_t>(layer.results.size())});
    layer.results.push_back(infoOf(output));
  }
  step.choice = planFor(kernel, target);
  step.kernel = std::move(kernel);
  layer.steps.push_back(std::move(step));
  return layer;
}

void makeConstant(Operand &operand, const std::function<float(size_t)> &value) {
  size_t count = 1;
  for (const Extent &extent : operand.dims)
    count *= static_cast<size_t>(extent.add);
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = value(i);
  operand.role = Operand::Role::Constant;
  operand.data.resize(count * sizeof(float));
  std::memcpy(operand.data.data(), values.data(), operand.data.size());
}

/// out = operation(in, constant), pointwise.
Step pointwiseStep(const std::string &name, ScalarOp operation, double constant, Reference from,
                   Reference to, const TensorInfo &tensor, const std::vector<Symbol> &symbols,
                   const Target &target) {
  Step step;
  step.kernel.name = name;
  step.kernel.symbols = symbols;
  step.kernel.operands.push_back(
      {"in", Operand::Role::Activation, tensor.type, tensor.dims, tensor.layout, {}});
  step.kernel.outputs.push_back({"out",
                                 binary(operation, ScalarExpr::operand(0, ElementType::F32),
                                        ScalarExpr::constant(constant, ElementType::F32)),
                                 ElementType::F32, tensor.dims, tensor.layout});
  step.choice = planFor(step.kernel, target);
  step.operands = {from};
  step.weights = {-1};
  step.outputs = {to};
  return step;
}

} // namespace

LayerProgram convolutionLayer(const std::string &name, const Shape &shape, const Target &target) {
  return singleStep(name, convolutionKernel(shape), target);
}

LayerProgram constantLayer(const std::string &name, const Shape &shape, const Target &target) {
  Kernel kernel = convolutionKernel(shape);
  makeConstant(kernel.operands[1], [](size_t i) { return static_cast<float>(i + 1) / 16; });
  makeConstant(kernel.operands[2], [](size_t) { return 0.25f; });
  return singleStep(name, std::move(kernel), target);
}

LayerProgram twoStepLayer(const std::string &name, const Target &target) {
  LayerProgram layer;
  layer.name = name;
  layer.symbols = {{"H", 1, 64, 1, 4}, {"W", 2, 64, 2, 6}};
  TensorInfo tensor{
      "x",
      ElementType::F32,
      Layout::ChannelsLast,
      {Extent::constant(1), Extent::constant(3), Extent::ofSymbol(0), Extent::ofSymbol(1)}};
  layer.arguments = {tensor};
  layer.results = {tensor};
  layer.results[0].name = "result";
  layer.buffers = {{tensor, 0}};
  layer.slots = 1;
  Reference argument{Reference::Place::Argument, 0}, buffer{Reference::Place::Buffer, 0},
      result{Reference::Place::Result, 0};
  layer.steps = {
      pointwiseStep("add", ScalarOp::Add, 1, argument, buffer, tensor, layer.symbols, target),
      pointwiseStep("double", ScalarOp::Mul, 2, buffer, result, tensor, layer.symbols, target)};
  return layer;
}

TargetProgram programOf(const std::string &name,
                        const std::function<std::vector<LayerProgram>(const Target &)> &layers) {
  Result<Target> target = findTarget(name);
  if (!target)
    throw std::runtime_error(target.error().message);
  return {*target, layers(*target)};
}

TargetProgram sampleProgram(const std::string &target) {
  Shape conv{.C = 5, .H = 12, .W = 14, .K = 7, .R = 3, .S = 3, .padH = 1, .padW = 1};
  conv.symbolic = true;
  Shape known{.C = 2, .H = 6, .W = 6, .K = 3, .R = 3, .S = 3, .out = Layout::ChannelsFirst};
  return programOf(target, [&](const Target &machine) {
    return std::vector{convolutionLayer("conv", conv, machine), twoStepLayer("twice", machine),
                       constantLayer("known", known, machine)};
  });
}

} // namespace convwright::compiler::testing
