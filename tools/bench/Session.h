//===- Session.h - one pinned thread, its peers, and what was timed -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_SESSION_H
#define CONVWRIGHT_TOOLS_BENCH_SESSION_H

#include "tools/bench/Bench.h"

namespace convwright::bench {

/// The timing part of a bench: pins the calling thread (and so the peers that it starts) to as many
/// CPUs as there are threads, finds the best burst, and times calls beside the peers.
class Session {
public:
  explicit Session(const BenchOptions &options);
  /// Gives the thread its CPUs back.
  ~Session();
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  /// Another of our calls, to be timed as a peer of that name.
  struct Own {
    std::string name;
    std::function<int()> run;
  };
  /// Times `run`, which returns a cw_status, beside `own` and every mode of every peer that takes
  /// `problem` (empty: none). `accept` is asked after a peer prepared itself; false: it computes
  /// something else. Fills in result.ours, .peers and, when `run` fails, .problem.
  void time(RowResult &result, const std::function<int()> &run, const std::string &problem,
            const std::function<bool()> &accept = nullptr, const std::vector<Own> &own = {});
  /// Times calls of ours beside each other, one Measurement for each, in order.
  std::vector<Measurement> timeTogether(const std::vector<std::function<int()>> &runs);
  /// The peak is that of the best burst so far.
  MachineInfo machine() const;

private:
  struct Running {
    PeerCommand command;
    std::unique_ptr<Peer> peer;
  };
  /// Adds the peer's modes that do the problem. Returns why there are none; otherwise nothing.
  std::string prepareModes(Running &running, const std::string &problem,
                           const std::function<bool()> &accept, std::vector<Contender> &contenders,
                           std::vector<PeerResult> &results,
                           std::vector<std::function<void()>> &drops);
  Contender contenderOf(const std::function<int()> &run) const;
  bool wantsMode(const std::string &mode) const;

  const BenchOptions &options;
  std::vector<int> previousCpus, cpus;
  std::vector<Running> peers;
  int64_t bestBurst = INT64_MAX;
};

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_SESSION_H
