//===- Report.h - what a bench found, as text and JSON --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_REPORT_H
#define CONVWRIGHT_TOOLS_BENCH_REPORT_H

#include "tools/bench/Measure.h"

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace convwright::bench {

/// How a peer's mode counts: against the ratio, or beside it.
enum class PeerKind : uint8_t { Direct, Winograd };

struct PeerResult {
  PeerKind kind = PeerKind::Direct;
  std::string implementation; // what the library said that it runs
  Measurement measurement;    // named "onednn2.6:nhwc"
};

struct RowResult {
  std::string suite, name, target, algorithm, source, plan, layout;
  int threads = 1;
  double flops = 0;    // of the direct algorithm; 0: not a convolution of known size
  std::string problem; // not empty: it could not be compiled, run or verified, and says why
  double compileSeconds = 0;
  Measurement ours;
  std::vector<PeerResult> peers; // those that could be timed
  std::map<std::string, std::string>
      leftOut; // the peers that were asked for and not timed, and why
  bool verified = false;
  double relativeError = 0, allowedError = 0;
  int64_t checkedOutputs = 0, outputs = 0; // how many were checked, of how many
  bool checkRanOut = false;                // more would have been, in more time
  std::string unchecked;                   // not empty: none was, and says why

  /// Nothing wrong was found.
  bool mayBeTimed() const { return verified || !unchecked.empty(); }
  /// The fastest that was timed of that kind; null: none.
  const PeerResult *best(PeerKind kind) const;
  std::optional<Ratio> ratio(PeerKind kind) const;
};

struct MachineInfo {
  std::string cpu;
  std::vector<int> cores; // the work was pinned to these
  double peakGflops = 0;  // f32 FMA peak of those cores together, by the best burst
};

/// "model name" of /proc/cpuinfo, or the architecture.
std::string cpuName();

/// Geometric means of the ratio by suite, and of all rows as "all". Rows without a direct peer do
/// not count.
std::map<std::string, double> geometricMeans(const std::vector<RowResult> &rows, PeerKind kind);

void printHeading(std::ostream &out);
void printRow(std::ostream &out, const RowResult &row, const MachineInfo &machine);
/// The peers that were not timed beside some rows, each reason once.
void printLeftOut(std::ostream &out, const std::vector<RowResult> &rows);
/// The rows whose check came to its time's end, and what it had seen by then.
void printCheckedInPart(std::ostream &out, const std::vector<RowResult> &rows);
void printSummary(std::ostream &out, const std::vector<RowResult> &rows,
                  const MachineInfo &machine);

/// The whole, as tools/README.md documents it.
std::string toJson(const std::vector<RowResult> &rows, const MachineInfo &machine);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_REPORT_H
