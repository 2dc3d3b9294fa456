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
  schedules::Layout layout = schedules::Layout::ChannelsLast;
  /// A peer's mode ("nhwc", "nchw", "any" ...) to hold us to; empty: the best of its direct modes.
  std::string peerLayout;
  std::vector<PeerCommand> peers;
  /// Table rows as they are to be computed: this padding mode where there is padding (empty: the
  /// row's own), N and the sizes as symbols. What is plain in them is timed beside, as peer
  /// "plain".
  std::string paddingMode;
  bool symbolic = false;
  unsigned jobs = 0; // rows compiled at once; 0: one for each CPU
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

/// The rows as the options have them; those that a padding mode does not concern are left out.
std::vector<Row> rowsInForm(const std::vector<Row> &rows, const BenchOptions &options);

/// Every row of a table: compiled (several at a time), checked against double precision, timed
/// interleaved with the peers. A row that fails says so in its result and does not stop the others.
BenchResult benchTable(const std::vector<Row> &rows, const Compile &compile,
                       const BenchOptions &options);

/// The reference interpreter on a layer: its results, in their order, for these arguments and
/// weights.
using Interpret = std::function<schedules::Result<std::vector<std::vector<double>>>(
    const compiler::LayerProgram &layer, const std::vector<schedules::HostTensor> &arguments,
    const std::vector<schedules::HostTensor> &weights)>;

/// Every layer of a program, timed at the symbols' `like` sizes and checked at sizes that the
/// interpreter can bear. A layer from one u8 image to another is timed beside peers that know
/// "sobel", if they give the same image.
BenchResult benchLayers(const compiler::TargetProgram &program, const std::string &libraryName,
                        const Interpret &interpret, const BenchOptions &options);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_BENCH_H
