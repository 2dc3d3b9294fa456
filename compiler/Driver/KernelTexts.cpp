//===- KernelTexts.cpp - stages and decisions as text ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/KernelTexts.h"

#include "compiler/IR/ConvTypes.h"
#include "schedules/algorithms/Algorithm.h"

#include "llvm/Support/FormatVariadic.h"

namespace convwright::compiler {

using schedules::Consideration;
using schedules::EmitKind;
using schedules::Result;

std::string_view spell(Stage stage) {
  switch (stage) {
  case Stage::Ast:
    return "ast";
  case Stage::Mlir:
    return "mlir";
  case Stage::Plan:
    return "plan";
  case Stage::LoopNest:
    return "loopnest";
  case Stage::Halide:
    return "halide";
  case Stage::Assembly:
    return "asm";
  case Stage::LlvmIr:
    return "llvm-ir";
  }
  return {};
}

const std::vector<Stage> &allStages() {
  static const std::vector<Stage> stages{Stage::Ast,      Stage::Mlir,   Stage::Plan,
                                         Stage::LoopNest, Stage::Halide, Stage::Assembly,
                                         Stage::LlvmIr};
  return stages;
}

static EmitKind kindOf(Stage stage) {
  if (stage == Stage::LoopNest)
    return EmitKind::LoopNest;
  if (stage == Stage::Halide)
    return EmitKind::HalideStatement;
  return stage == Stage::Assembly ? EmitKind::Assembly : EmitKind::LlvmIr;
}

Result<std::string> kernelTexts(const TargetProgram &program, Stage stage) {
  // A comment in the language of the text that follows.
  const char *comment = stage == Stage::LlvmIr ? ";" : stage == Stage::Assembly ? "#" : "//";
  std::string all;
  for (const LayerProgram &layer : program.layers)
    for (const Step &step : layer.steps) {
      auto text = schedules::emitKernel(step.kernel, step.choice.plan, program.target,
                                        layer.name + "_" + step.kernel.name, kindOf(stage));
      if (!text)
        return text.error();
      all +=
          llvm::formatv("{0} layer {1}, kernel {2}, {3}: {4}\n", comment, layer.name,
                        step.kernel.name, program.target.name, schedules::print(step.choice.plan))
              .str();
      all += *text + "\n";
    }
  return all;
}

//===----------------------------------------------------------------------===//
// --explain
//===----------------------------------------------------------------------===//

void leaveOutByTolerance(Step &step, double tolerance) {
  for (Consideration &considered : step.choice.considered) {
    if (considered.chosen || !considered.legal)
      continue;
    double bound = schedules::errorBound(step.kernel, considered.plan);
    if (bound <= tolerance)
      continue;
    considered.legal = false;
    considered.whyNot =
        llvm::formatv("promises a relative error of {0:e1}, more than the tolerance "
                      "of {1:e1}",
                      bound, tolerance);
  }
}

/// The model's time of the plan itself: a record's or the user's is not the default.
static double estimateOf(const Step &step, const schedules::Target &target) {
  const schedules::Plan &plan = step.choice.plan;
  return schedules::findAlgorithm(plan.algorithm)->cost(step.kernel, plan, target);
}

static std::string explainOne(const Consideration &considered, const Step &step,
                              const schedules::Target &target) {
  if (considered.chosen)
    return llvm::formatv("    {0,-10} chosen, estimated {1:F3} ms: {2}\n", considered.algorithm,
                         estimateOf(step, target),
                         schedules::algorithmSummary(considered.algorithm))
        .str();
  return llvm::formatv("    {0,-10} {1}: {2}\n", considered.algorithm,
                       considered.legal ? "not chosen" : "cannot", considered.whyNot)
      .str();
}

std::string explainPlans(const TargetProgram &program, const KernelContents &contents) {
  std::string text;
  for (const LayerProgram &layer : program.layers) {
    text += llvm::formatv("layer {0} on {1}\n", layer.name, program.target.name).str();
    if (layer.form != LayerForm() || !layer.formNote.empty())
      text += llvm::formatv("  form: {0} ({1})\n", print(layer.form), layer.formNote).str();
    for (const Step &step : layer.steps) {
      text +=
          llvm::formatv("  kernel {0}: {1}\n", step.kernel.name, schedules::print(step.choice.plan))
              .str();
      if (auto found = contents.find({layer.name, step.kernel.name}); found != contents.end())
        for (const std::string &line : found->second)
          text += "    computes " + line + "\n";
      for (const std::string &note : step.choice.notes)
        text += "    " + note + "\n";
      for (const Consideration &considered : step.choice.considered)
        text += explainOne(considered, step, program.target);
    }
  }
  return text;
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

static TensorInfo describe(llvm::StringRef name, mlir::Type type, ir::Symbols symbols) {
  ir::TensorSpec spec = ir::specOf(type, symbols);
  return {name.str(), spec.type, ir::layoutOf(type), spec.dims};
}

LayerInterface interfaceOf(mlir::func::FuncOp function) {
  LayerInterface layer;
  layer.name = function.getName().str();
  if (auto documentation = function->getAttrOfType<mlir::StringAttr>(ir::docAttrName))
    layer.documentation = documentation.str();
  layer.symbols = ir::symbolsOf(function);
  for (mlir::BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    auto name = function.getArgAttrOfType<mlir::StringAttr>(index, ir::nameAttrName);
    auto role = function.getArgAttrOfType<mlir::StringAttr>(index, ir::roleAttrName);
    auto &list = role == ir::weightRole ? layer.weights : layer.arguments;
    list.push_back(describe(name, argument.getType(), layer.symbols));
  }
  auto names = function->getAttrOfType<mlir::ArrayAttr>(ir::resultsAttrName);
  for (auto [name, type] :
       llvm::zip_equal(names.getAsValueRange<mlir::StringAttr>(), function.getResultTypes()))
    layer.results.push_back(describe(name, type, layer.symbols));
  return layer;
}

} // namespace convwright::compiler
