//===- Session.cpp - one pinned thread, its peers, and what was timed -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Session.h"

#include "convwright/convwright.h"

#include <algorithm>
#include <sched.h>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::bench {

using schedules::Sampler;

namespace {

constexpr int64_t minimumSampleNs = 150'000;
constexpr int calibrationBursts = 1000;

std::vector<int> allowedCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set))
      cpus.push_back(cpu);
  return cpus;
}

void allowCpus(const std::vector<int> &cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int cpu : cpus)
    CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

constexpr int ourGroup = 0;
int groupOf(PeerKind kind) { return 1 + static_cast<int>(kind); }

/// The last ones: the first serve most interrupts.
std::vector<int> lastOf(const std::vector<int> &cpus, int count) {
  size_t taken = std::min<size_t>(std::max(count, 1), cpus.size());
  return {cpus.end() - taken, cpus.end()};
}

} // namespace

Session::Session(const BenchOptions &options)
    : options(options), previousCpus(allowedCpus()), cpus(lastOf(previousCpus, options.threads)) {
  allowCpus(cpus);
  for (int i = 0; i < calibrationBursts; ++i)
    bestBurst = std::min(bestBurst, cw_burst());
  for (const PeerCommand &command : options.peers)
    peers.push_back({command, nullptr});
}

Session::~Session() { allowCpus(previousCpus); }

MachineInfo Session::machine() const {
  double perCore = cw_burst_flops() / static_cast<double>(bestBurst);
  return {cpuName(), cpus, perCore * static_cast<double>(cpus.size())};
}

bool Session::wantsMode(const std::string &mode) const {
  return options.peerLayout.empty() || mode == options.peerLayout;
}

std::string Session::prepareModes(Running &running, const std::string &problem,
                                  const std::function<bool()> &accept,
                                  std::vector<Contender> &contenders,
                                  std::vector<PeerResult> &results,
                                  std::vector<std::function<void()>> &drops) {
  if (problem.empty())
    return "a peer computes the plain convolution of a table's row, or (opencv) the edge strength "
           "of a u8 image; this layer is neither";
  if (!running.peer || !running.peer->alive()) {
    Result<std::unique_ptr<Peer>> started = Peer::start(running.command);
    if (!started)
      return started.error().message;
    running.peer = std::move(*started);
  }
  Peer *peer = running.peer.get();
  std::string whyNot = "it has no mode '" + options.peerLayout + "'";
  for (const std::string &mode : std::vector<std::string>(peer->modes())) {
    if (!wantsMode(mode))
      continue;
    Result<Peer::Handle> handle = peer->prepare(mode, problem);
    if (!handle) {
      whyNot = handle.error().message;
      continue;
    }
    if (accept && !accept()) {
      peer->drop(*handle);
      whyNot = "it computes something else";
      continue;
    }
    PeerKind kind = mode == "winograd" ? PeerKind::Winograd : PeerKind::Direct;
    contenders.push_back(
        {peer->name() + ":" + mode, groupOf(kind), [=, handle = *handle](int count, int64_t burst) {
           return peer->run(handle, count, burst);
         }});
    results.push_back({kind, handle->description, {}});
    drops.push_back([=, handle = *handle] { peer->drop(handle); });
  }
  return results.empty() ? whyNot : "";
}

/// Ours. `run` is copied; the thing it calls must outlive the contender.
Contender Session::contenderOf(const std::function<int()> &run) const {
  auto sampler = std::make_shared<Sampler>(minimumSampleNs, options.threads == 1);
  return {"convwright", ourGroup, [=](int count, int64_t burst) -> Result<Samples> {
            int status = CW_OK;
            Samples samples = sampler->take(count, burst, [&] { status |= run(); });
            if (status != CW_OK)
              return Error{"the layer failed while it was timed"};
            return samples;
          }};
}

std::vector<Measurement> Session::timeTogether(const std::vector<std::function<int()>> &runs) {
  std::vector<Contender> contenders;
  contenders.reserve(runs.size());
  for (const std::function<int()> &run : runs)
    contenders.push_back(contenderOf(run));
  return measure(contenders, bestBurst, options.timing);
}

void Session::time(RowResult &result, const std::function<int()> &run, const std::string &problem,
                   const std::function<bool()> &accept, const std::vector<Own> &own) {
  std::vector<Contender> contenders{contenderOf(run)};
  std::vector<PeerResult> prepared;
  for (const Own &other : own) {
    contenders.push_back(contenderOf(other.run));
    contenders.back().name = other.name;
    prepared.push_back({PeerKind::Direct, other.name, {}});
  }
  std::vector<std::function<void()>> drops;
  for (Running &running : peers) {
    std::vector<PeerResult> modes;
    std::string whyNot = prepareModes(running, problem, accept, contenders, modes, drops);
    if (!whyNot.empty())
      result.leftOut[running.command.name] = whyNot;
    prepared.insert(prepared.end(), modes.begin(), modes.end());
  }
  std::vector<Measurement> measurements = measure(contenders, bestBurst, options.timing);
  result.ours = measurements[0];
  if (!result.ours.problem.empty())
    result.problem = result.ours.problem;
  for (size_t i = 0; i < prepared.size(); ++i) {
    prepared[i].measurement = measurements[i + 1];
    result.peers.push_back(prepared[i]);
  }
  for (const std::function<void()> &drop : drops)
    drop();
}

} // namespace convwright::bench
