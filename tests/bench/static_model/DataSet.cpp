//===- DataSet.cpp - the layers and plans the static model is judged by ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/bench/static_model/DataSet.h"

#include "schedules/algorithms/Algorithm.h"
#include "tests/schedules/support/Kernels.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <random>
#include <sstream>

namespace convwright::bench {

using namespace convwright::schedules;

const std::vector<DataLayer> &dataLayers() {
  constexpr Layout nhwc = Layout::ChannelsLast, nchw = Layout::ChannelsFirst;
  static const std::vector<DataLayer> layers = {
      {"rn50_1x1_64-64@56", nhwc, false},
      {"rn50_3x3_64-64@56", nhwc, false},
      {"rn50_3x3_128-128@28", nchw, true},
      {"mbv2_dw3x3_144@56", nhwc, false},
      {"convnext_dw7x7_96@56", nhwc, true},
      {"rn50_1x1_256-64@56", nchw, false},
      {"rn50_1x1_512-128@28", nhwc, true},
      {"resnext_3x3g32_256@28", nhwc, false},
      {"resnext_3x3g32_128@56", nhwc, true},
      {"img_3x3_1-1@1080x1920", nchw, false},
      {"rn50_1x1_1024-256@14", nhwc, false},
      {"rn50_3x3_256-256@14", nhwc, false},
      {"rn50_3x3_512-512@7", nhwc, true},
      {"rn50_3x3s2_128-128@56", nhwc, false},
      {"mbv2_dw3x3_384@14", nhwc, true},
      {"mbv2_dw3x3s2_96@112", nhwc, false},
      {"rn50_1x1s2_256-512@56", nhwc, true},
      {"rn50_conv1_7x7s2_3-64@224", nhwc, false},
      {"convnext_dw7x7_384@14", nhwc, false},
      {"img_15x15_1-1@1080x1920", nchw, true},
      {"unet:conv2", nhwc, false},
  };
  return layers;
}

std::optional<Kernel> dataKernel(const std::string &table, const DataLayer &layer) {
  std::ifstream file(table);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream text(line);
    std::string suite, name;
    testing::Layer l;
    text >> suite >> name >> l.N >> l.C >> l.H >> l.W >> l.K >> l.R >> l.S >> l.strideH >>
        l.strideW >> l.padH >> l.padW >> l.dilationH >> l.dilationW >> l.groups;
    l.in = l.out = layer.layout;
    if (text && name == layer.name)
      return testing::convolutionKernel(l);
  }
  return std::nullopt;
}

namespace {

/// Draws plans of one algorithm.
class Drawer {
public:
  Drawer(const Algorithm &algorithm, const Kernel &kernel, const Target &target)
      : algorithm(algorithm), kernel(kernel), target(target),
        parameters(algorithm.space(kernel, target)) {}

  Plan standard() const { return algorithm.defaultPlan(kernel, target); }

  /// Each parameter of `base` kept with probability `keep`, otherwise drawn.
  std::optional<Plan> draw(const Plan &base, double keep, std::mt19937_64 &random) const {
    Plan plan = base;
    for (const Parameter &parameter : parameters) {
      bool kept = static_cast<double>(random() >> 11) < keep * 0x1p53;
      if (!kept)
        plan.parameters[parameter.name] = parameter.values[random() % parameter.values.size()];
    }
    if (algorithm.whyNotPlan(kernel, plan, target))
      return std::nullopt;
    return algorithm.normalise(kernel, plan, target);
  }

private:
  const Algorithm &algorithm;
  const Kernel &kernel;
  const Target &target;
  std::vector<Parameter> parameters;
};

} // namespace

std::vector<Plan> dataPlans(const Kernel &kernel, const Target &target, size_t count,
                            uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Plan> plans;
  std::vector<Drawer> drawers;
  auto add = [&](const Plan &plan) {
    if (std::find(plans.begin(), plans.end(), plan) == plans.end())
      plans.push_back(plan);
  };
  for (const auto &algorithm : allAlgorithms())
    if (!algorithm->whyNot(kernel, target)) {
      drawers.emplace_back(*algorithm, kernel, target);
      add(algorithm->normalise(kernel, drawers.back().standard(), target));
    }
  // `loops` is last, takes anything and has few plans: it gets one draw in eight.
  for (int tries = 0; plans.size() < count && tries < 20000; ++tries) {
    bool loops = drawers.size() == 1 || random() % 8 == 0;
    const Drawer &drawer = loops ? drawers.back() : drawers[random() % (drawers.size() - 1)];
    double keep = std::array{0.0, 0.4, 0.7}[random() % 3];
    if (std::optional<Plan> plan = drawer.draw(drawer.standard(), keep, random))
      add(*plan);
  }
  return plans;
}

} // namespace convwright::bench
