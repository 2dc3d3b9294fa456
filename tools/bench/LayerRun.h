//===- LayerRun.h - a layer with its tensors, ready to be checked and timed ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_LAYERRUN_H
#define CONVWRIGHT_TOOLS_BENCH_LAYERRUN_H

#include "tools/bench/Bench.h"

namespace convwright::bench {

/// What a check of numbers came to.
struct Check {
  double relativeError = 0; // L2 norm of the difference over that of the reference
  int64_t checked = 0;      // how many outputs
  int64_t outputs = 0;      // of how many
  bool ranOut = false;      // more would have been checked in more time
};

/// The part of a row's seconds that its check may take.
inline double checkSeconds(const BenchOptions &options) { return options.timing.budgetSeconds / 2; }

/// The fields that follow from the program and the options alone.
RowResult startResult(const compiler::LayerProgram &layer, const std::string &target,
                      const BenchOptions &options);
/// Notes a check; a failed one becomes the row's problem.
void judge(RowResult &result, const Check &check);

/// A layer's tensors, filled with fixed pseudo-random values, packed weights and a workspace.
class LayerRun {
public:
  /// Packs; problem() says when that fails.
  LayerRun(const compiler::LayerProgram &layer, const tools::Layers &layers,
           std::vector<int64_t> sizes, int threads);
  LayerRun(const LayerRun &) = delete;
  LayerRun &operator=(const LayerRun &) = delete;

  /// Once. A cw_status; problem() has the text.
  int run();
  /// For timing: one call, with all look-ups done. Valid as long as this object.
  std::function<int()> timed() const { return function; }
  const std::string &problem() const { return reason; }

  tools::Call &call() { return tensors; }
  const std::vector<schedules::HostTensor> &weights() const { return weightTensors; }

private:
  const tools::Layers &layers;
  std::vector<schedules::HostTensor> weightTensors;
  tools::Call tensors;
  std::unique_ptr<tools::Packed> workspace;
  cw_options options{};
  std::function<int()> function;
  std::string reason;
};

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_LAYERRUN_H
