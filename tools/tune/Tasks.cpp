//===- Tasks.cpp - the kernels that a file asks to be tuned -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/Tasks.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace convwright::tools {

std::vector<TuneTask> tasksOf(const std::vector<compiler::LayerProgram> &layers,
                              const schedules::Target &target, int threads) {
  std::vector<TuneTask> tasks;
  std::vector<std::string> texts; // the canonical kernels
  for (const compiler::LayerProgram &layer : layers)
    for (const compiler::Step &step : layer.steps) {
      std::string name = layer.steps.size() == 1 ? layer.name : layer.name + "/" + step.kernel.name;
      std::string text = schedules::kernelToJson(schedules::canonicalKernel(step.kernel)).dump();
      auto known = std::find(texts.begin(), texts.end(), text);
      if (known != texts.end()) {
        tasks[static_cast<size_t>(known - texts.begin())].also.push_back(name);
        continue;
      }
      texts.push_back(std::move(text));
      tasks.push_back({std::move(name), {step.kernel, target.name, threads}, {}});
    }
  return tasks;
}

} // namespace convwright::tools
