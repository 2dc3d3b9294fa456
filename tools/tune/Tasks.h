//===- Tasks.h - the kernels that a file asks to be tuned ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_TASKS_H
#define CONVWRIGHT_TOOLS_TUNE_TASKS_H

#include "compiler/Lowering/Program.h"
#include "schedules/kernel/Problem.h"

#include <string>
#include <vector>

namespace convwright::tools {

/// One kernel to tune.
struct TuneTask {
  std::string name; // the layer's; "layer/kernel" when a layer has several
  schedules::Problem problem;
  std::vector<std::string> also; // other names of the same work
};

/// Every kernel of every layer, equal work once, in the order of the file.
std::vector<TuneTask> tasksOf(const std::vector<compiler::LayerProgram> &layers,
                              const schedules::Target &target, int threads);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_TASKS_H
