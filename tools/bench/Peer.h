//===- Peer.h - a peer's runner process -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_PEER_H
#define CONVWRIGHT_TOOLS_BENCH_PEER_H

#include "schedules/kernel/Result.h"
#include "schedules/tuning/measure/Sampler.h"

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace convwright::bench {

using schedules::Samples;

/// How to start a runner (tools/bench-peers/): its command and what to add to its environment.
struct PeerCommand {
  std::string name; // as --peer spells it
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> environment;
};

/// The peers that --peer knows; how each is found and started is decided at configure time, or by
/// the environment (CONVWRIGHT_ONEDNN3_RUNNER, CONVWRIGHT_PYTHON, CONVWRIGHT_PYTHONPATH).
std::vector<std::string> peerNames();
/// Errors: the peer is unknown, or is not built or installed here; the message says what to
/// install.
schedules::Result<PeerCommand> findPeer(const std::string &name, const std::string &toolDirectory,
                                        int threads);

/// A running runner. It inherits the CPU affinity of the thread that starts it, and works only
/// between a command and its answer. When it dies or does not answer in time, every later call
/// gives an error; the bench starts another.
class Peer {
public:
  static schedules::Result<std::unique_ptr<Peer>> start(const PeerCommand &command);
  ~Peer();
  Peer(const Peer &) = delete;
  Peer &operator=(const Peer &) = delete;

  /// "onednn2.6", as the runner says.
  const std::string &name() const { return title; }
  const std::vector<std::string> &modes() const { return offered; }
  bool alive() const { return socket >= 0; }

  struct Handle {
    int id = 0;
    std::string description;
  };
  /// The error says why the peer refuses. `problem`: tab-separated, see tools/bench-peers/Runner.h.
  schedules::Result<Handle> prepare(const std::string &mode, const std::string &problem);
  schedules::Result<Samples> run(const Handle &handle, int count, int64_t knownBurst);
  void drop(const Handle &handle);

private:
  Peer() = default;
  schedules::Result<std::vector<std::string>> ask(const std::string &line);
  schedules::Result<std::string> readLine();
  void stop();

  pid_t process = -1;
  int socket = -1;
  std::string title, pending;
  std::vector<std::string> offered;
};

/// The fields of a "samples" answer. Empty when it is malformed.
std::optional<Samples> parseSamples(const std::vector<std::string> &fields);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_PEER_H
