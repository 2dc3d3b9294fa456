//===- Machine.h - the machine that a runner is on -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_MACHINE_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_MACHINE_H

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace convwright::measure {

/// The last `threads` CPUs that this process may use (interrupts mostly go to the first), or all.
std::vector<int> lastCores(int threads);
/// This process and the threads it starts from now on stay on these CPUs. False: not allowed.
bool pinTo(const std::vector<int> &cores);
/// {"cpu": model name, "family", "model", "stepping", "cores": [..], "l1": bytes, "l2", "l3",
/// "features": CW_CPU_* bits}.
nlohmann::json describeMachine(const std::vector<int> &cores);

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_MACHINE_H
