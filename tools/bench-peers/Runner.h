//===- Runner.h - the line protocol that peers' runner processes speak ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A runner reads commands from standard input and answers each with one line; fields are separated
// by tabs. It works only between a command and its answer, so that one process runs at any moment.
//
//   (on start)                               hello   <peer>  <mode>,<mode>...
//   prepare <mode> <problem fields...>       ready   <id>  <what it will run>    |  no <why>
//   run <id> <count> <best burst, ns>        samples <best burst, ns>  <ns>,<ns>!,...
//                                            (nanoseconds a call; ! marks a spoilt sample)
//   drop <id>                                dropped
//   quit                                     (ends)
//
// Problems: a row of a table, f32, with bias and ReLU where it has a filter: its operation and
// padding mode, N C K groups, and the size, taps, stride, padding, output padding and dilation
// along depth, height and width each; "sobel H W <input file> <output file>", u8 images as raw
// bytes.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_PEERS_RUNNER_H
#define CONVWRIGHT_TOOLS_BENCH_PEERS_RUNNER_H

#include <functional>
#include <string>
#include <vector>

namespace convwright::bench {

/// Something ready to be timed.
struct Prepared {
  std::function<void()> call;
  std::string description;
};

/// What a runner offers. `prepare` throws std::exception when it cannot do the problem.
struct PeerLibrary {
  std::string name;
  std::vector<std::string> modes;
  std::function<Prepared(const std::string &mode, const std::vector<std::string> &problem)> prepare;
};

/// Speaks the protocol on standard input and output until "quit" or end of file.
/// minimumSampleNs: the least duration of one sample. oneThread: the work is done by this thread.
void serve(const PeerLibrary &library, int64_t minimumSampleNs, bool oneThread);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_PEERS_RUNNER_H
