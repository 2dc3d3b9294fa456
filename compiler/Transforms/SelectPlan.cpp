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

  /// The convolutions' attributes, then this pass's options. Pointwise kernels take neither.
  schedules::PlanRequest requestFor(KernelOp kernel) {
    schedules::PlanRequest request = compiler::requestOf(kernel);
    if (kernel.getBody().getOps<Conv2dOp>().empty())
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
    auto choice = schedules::choosePlan(lowered->kernel, machine, requestFor(op));
    if (!choice)
      return op.emitError(choice.error().message);
    op.setPlanAttr(compiler::toMlir(op.getContext(), choice->plan));
    return success();
  }

  std::map<std::string, int64_t> requested;
};

} // namespace
