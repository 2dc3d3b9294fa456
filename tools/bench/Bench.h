//===- Bench.h - compiles, checks and times rows beside peers -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_BENCH_H
#define CONVWRIGHT_TOOLS_BENCH_BENCH_H

#include "compiler/Lowering/Program.h"
#include "tools/bench/Peer.h"
#include "tools/bench/Report.h"
#include "tools/bench/Table.h"
#include "tools/execute/Layers.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace convwright::bench {

struct BenchOptions {
  int threads = 1;
  schedules::Layout layout = schedules::Layout::NHWC;
  /// A peer's mode ("nhwc", "nchw", "any" ...) to hold us to; empty: the best of its direct modes.
  std::string peerLayout;
  std::vector<PeerCommand> peers;
  std::string algorithm; // what every row asks for; empty: free choice
  unsigned jobs = 0;     // rows compiled at once; 0: one for each CPU
  MeasureOptions timing;
  std::string executable; // leads to the runtime library
  const std::atomic<bool> *cancelled = nullptr;
  /// Called between steps, one call at a time.
  std::function<void(const char *activity, size_t done, size_t total, const std::string &what)>
      progress;
  /// Called once for each finished row, in order.
  std::function<void(const RowResult &, const MachineInfo &)> finished;
};

/// A front end: `.conv` text to a program for the bench's target. Called from several threads.
using Compile = std::function<schedules::Result<compiler::TargetProgram>(
    const std::string &text, const std::string &origin)>;

struct BenchResult {
  MachineInfo machine;
  std::vector<RowResult> rows;
};

/// Every row of a table: compiled (several at a time), checked against double precision, timed
/// interleaved with the peers. A row that fails says so in its result and does not stop the others.
BenchResult benchTable(const std::vector<Row> &rows, const Compile &compile,
                       const BenchOptions &options);

/// What the reference interpreter gives for a layer: results in row-major order, inputs by name
/// (arguments and weights) likewise.
using Interpret = std::function<schedules::Result<std::vector<std::vector<double>>>(
    const compiler::LayerProgram &layer, std::vector<tools::Tensor> &arguments,
    std::vector<tools::Tensor> &weights)>;

/// Every layer of a program at the symbols' `like` sizes. `problem` gives what a peer is asked for
/// ("sobel H W input output"), given the call that is timed; empty: no peer does this layer.
BenchResult benchLayers(const compiler::TargetProgram &program, const std::string &libraryName,
                        const Interpret &interpret, const BenchOptions &options);

/// "direct, 4 x 2 ..." plans of a layer's kernels, their algorithms and sources, for reports.
void describePlans(const compiler::LayerProgram &layer, RowResult &result);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_BENCH_H
