//===- SelectPlan.cpp - decide how each kernel is computed -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/KernelLowering.h"
#include "compiler/Lowering/PlanLowering.h"
#include "compiler/Transforms/Passes.h"

namespace convwright::ir {
#define GEN_PASS_DEF_SELECTPLAN
#include "compiler/Transforms/Passes.h.inc"
} // namespace convwright::ir

using namespace convwright;
using namespace convwright::ir;
using namespace mlir;

namespace {

struct SelectPlanPass : convwright::ir::impl::SelectPlanBase<SelectPlanPass> {
  using SelectPlanBase::SelectPlanBase;
  SelectPlanPass(const SelectPlanOptions &options, schedules::Advisor advisor)
      : SelectPlanBase(options), advisor(std::move(advisor)) {}

  void runOnOperation() override {
    std::optional<schedules::Target> machine = findMachine();
    if (!machine || failed(parseParameters()))
      return signalPassFailure();
    auto walked = getOperation().walk([&](KernelOp kernel) {
      return failed(plan(kernel, *machine)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walked.wasInterrupted())
      signalPassFailure();
  }

private:
  std::optional<schedules::Target> findMachine() {
    std::string name = target;
    auto attribute = getOperation()->getAttrOfType<StringAttr>(targetAttrName);
    if (name.empty() && attribute)
      name = attribute.str();
    if (name.empty()) {
      getOperation().emitError("needs a target: the option target= or the attribute conv.target");
      return std::nullopt;
    }
    auto found = schedules::findTarget(name);
    if (!found) {
      getOperation().emitError(found.error().message);
      return std::nullopt;
    }
    return *found;
  }

  LogicalResult parseParameters() {
    for (const std::string &text : parameters) {
      auto [name, value] = StringRef(text).split('=');
      int64_t number;
      if (name.empty() || value.getAsInteger(10, number))
        return getOperation().emitError("plan parameter '") << text << "' is not name=integer";
      requested[name.str()] = number;
    }
    return success();
  }

  /// The stages' attributes, then this pass's options. Pointwise kernels take neither.
  schedules::PlanRequest requestFor(KernelOp kernel) {
    schedules::PlanRequest request = compiler::requestOf(kernel);
    if (kernel.getBody().getOps<StageOp>().empty())
      return request;
    if (!algorithm.empty())
      request.algorithm = algorithm;
    request.parameters = requested;
    return request;
  }

  LogicalResult plan(KernelOp op, const schedules::Target &machine) {
    FailureOr<compiler::LoweredKernel> lowered = compiler::lowerKernel(op);
    if (failed(lowered))
      return failure();
    if (op.getPlanAttr()) {
      auto valid =
          schedules::validatePlan(lowered->kernel, machine, compiler::fromMlir(op.getPlanAttr()));
      return valid ? success() : op.emitError(valid.error().message);
    }
    schedules::PlanRequest request = requestFor(op);
    if (std::optional<schedules::Plan> advised = ask(op, lowered->kernel, machine, request)) {
      op.setPlanAttr(compiler::toMlir(op.getContext(), *advised));
      return success();
    }
    auto choice = schedules::choosePlan(lowered->kernel, machine, request);
    if (!choice)
      return op.emitError(choice.error().message);
    op.setPlanAttr(compiler::toMlir(op.getContext(), choice->plan));
    return success();
  }

  /// The advisor's plan when it is valid; its notes stay with the kernel either way.
  std::optional<schedules::Plan> ask(KernelOp op, const schedules::Kernel &kernel,
                                     const schedules::Target &machine,
                                     const schedules::PlanRequest &request) {
    if (!advisor)
      return std::nullopt;
    schedules::Advice advice = advisor(kernel, machine, request);
    if (advice.plan) {
      if (auto valid = schedules::validatePlan(kernel, machine, *advice.plan); !valid) {
        advice.notes.push_back("advice not followed: " + valid.error().message);
        advice.plan.reset();
      }
    }
    SmallVector<StringRef> notes(advice.notes.begin(), advice.notes.end());
    if (!notes.empty())
      op->setAttr(planNotesAttrName, Builder(op.getContext()).getStrArrayAttr(notes));
    return advice.plan;
  }

  schedules::Advisor advisor;
  std::map<std::string, int64_t> requested;
};

} // namespace

std::unique_ptr<Pass> ir::createSelectPlan(const SelectPlanOptions &options,
                                           schedules::Advisor advisor) {
  return std::make_unique<SelectPlanPass>(options, std::move(advisor));
}
