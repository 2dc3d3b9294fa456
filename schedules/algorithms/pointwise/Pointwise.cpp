//===- Pointwise.cpp - 1x1 convolution as a blocked matrix product ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/contraction/DenseBuild.h"
#include "schedules/algorithms/contraction/DensePlanner.h"
#include "schedules/lowering/Tensors.h"

namespace convwright::schedules {

namespace {

class Pointwise final : public Algorithm {
public:
  std::string_view name() const override { return "pointwise"; }
  std::string_view summary() const override {
    return "1x1 convolution as a blocked matrix product over a line of pixels";
  }
  std::optional<std::string> whyNot(const Kernel &kernel, const Target &target) const override {
    if (auto reason = whyNotDense(kernel, target))
      return reason;
    for (const Stage &conv : kernel.stages) {
      if (conv.taps() != 1)
        return "the filter is " + spellTaps(conv) + ", it takes 1x1";
      if (conv.padded())
        return "it takes no padding";
    }
    return std::nullopt;
  }
  Plan defaultPlan(const Kernel &kernel, const Target &target) const override {
    DensePlanner plans = planner(kernel, target);
    return plans.normalised(plans.fastest(), "pointwise");
  }
  double cost(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    DensePlanner plans = planner(kernel, target);
    return plans.milliseconds(plans.complete(plan));
  }
  std::vector<Parameter> space(const Kernel &kernel, const Target &target) const override {
    return planner(kernel, target).space();
  }
  std::optional<std::string> whyNotPlan(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    DensePlanner plans = planner(kernel, target);
    return plans.whyNot(plans.complete(plan));
  }
  Plan normalise(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    DensePlanner plans = planner(kernel, target);
    return plans.normalised(plans.complete(plan), "pointwise");
  }
  Pipelines build(const Kernel &kernel, const Plan &plan, const Target &target) const override {
    return buildDense(kernel, planner(kernel, target).complete(plan), target);
  }
  std::optional<Pipelines> buildStrided(const Kernel &kernel, const Plan &plan,
                                        const Target &target) const override {
    if (!isLine(kernel))
      return std::nullopt;
    DensePlan line = planner(kernel, target).complete(plan);
    if (hasOnePixelImages(kernel))
      return buildDense(kernel, line, target, Pixels::Apart);
    return buildDense(kernel, DensePlanner(kernel, target, DenseInput::InPlace).packedAs(line),
                      target);
  }

private:
  /// Without stride, rows do not matter: the pixels are one line.
  static bool isLine(const Kernel &kernel) {
    const std::vector<WindowAxis> &window = kernel.stages.front().window;
    return std::all_of(window.begin(), window.end(),
                       [](const WindowAxis &axis) { return axis.stride == 1; }) &&
           Tensors::canBeLine(kernel);
  }
  static DensePlanner planner(const Kernel &kernel, const Target &target) {
    return DensePlanner(kernel, target, isLine(kernel) ? DenseInput::Line : DenseInput::InPlace);
  }
};

} // namespace

std::unique_ptr<Algorithm> createPointwise() { return std::make_unique<Pointwise>(); }

} // namespace convwright::schedules
