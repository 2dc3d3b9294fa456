//===- PlanLowering.cpp - #conv.plan and what was asked for ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/PlanLowering.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSwitch.h"

using namespace convwright;
using namespace convwright::compiler;
using schedules::PlanSource;

ir::PlanAttr compiler::toMlir(mlir::MLIRContext *context, const schedules::Plan &plan) {
  mlir::Builder builder(context);
  mlir::NamedAttrList parameters;
  for (const auto &[name, value] : plan.parameters)
    parameters.set(name, builder.getI64IntegerAttr(value));
  return ir::PlanAttr::get(context, builder.getStringAttr(plan.algorithm),
                           parameters.getDictionary(context),
                           builder.getStringAttr(schedules::spell(plan.source)));
}

schedules::Plan compiler::fromMlir(ir::PlanAttr plan) {
  schedules::Plan result;
  result.algorithm = plan.getAlgorithm().str();
  for (mlir::NamedAttribute parameter : plan.getParameters())
    result.parameters[parameter.getName().str()] =
        llvm::cast<mlir::IntegerAttr>(parameter.getValue()).getInt();
  result.source = llvm::StringSwitch<PlanSource>(plan.getSource())
                      .Case("model", PlanSource::Model)
                      .Case("record", PlanSource::Record)
                      .Case("user", PlanSource::User)
                      .Default(PlanSource::Default);
  return result;
}

schedules::PlanRequest compiler::requestOf(ir::KernelOp kernel) {
  schedules::PlanRequest request;
  for (auto stage : kernel.getBody().getOps<ir::StageOp>()) {
    if (auto algorithm = stage.algorithm())
      request.algorithm = algorithm->str();
    auto tolerance = stage.tolerance();
    if (!tolerance)
      continue;
    bool isFirst = request.tolerance == 0;
    request.tolerance = isFirst ? *tolerance : std::min(request.tolerance, *tolerance);
  }
  return request;
}

/// What was considered without any wish, in the light of the plan that was settled on.
static void markChosen(schedules::Consideration &considered, const schedules::Plan &plan) {
  bool wasChosen = considered.chosen;
  considered.chosen = considered.algorithm == plan.algorithm;
  if (considered.chosen) {
    considered.plan = plan;
    considered.whyNot.clear();
  } else if (wasChosen) {
    bool advised = plan.source == PlanSource::Record || plan.source == PlanSource::Model;
    considered.whyNot = "the model's choice, but " + plan.algorithm +
                        (advised ? " is what records say" : " was asked for");
  }
}

schedules::Result<schedules::Choice> compiler::choiceOf(ir::KernelOp op,
                                                        const schedules::Kernel &kernel,
                                                        const schedules::Target &target) {
  if (!op.getPlanAttr())
    return schedules::Error{"kernel " + op.getName().str() +
                            " has no plan: conv-select-plan has not run"};
  auto plan = schedules::validatePlan(kernel, target, fromMlir(op.getPlanAttr()));
  if (!plan)
    return plan.error();
  // What was considered does not depend on what was asked for.
  auto choice = schedules::choosePlan(kernel, target, {});
  if (!choice)
    return choice.error();
  choice->plan = *plan;
  if (auto notes = op->getAttrOfType<mlir::ArrayAttr>(ir::planNotesAttrName))
    for (auto note : notes.getAsRange<mlir::StringAttr>())
      choice->notes.push_back(note.str());
  for (schedules::Consideration &considered : choice->considered)
    markChosen(considered, *plan);
  return choice;
}
