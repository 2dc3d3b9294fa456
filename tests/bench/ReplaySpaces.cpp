//===- ReplaySpaces.cpp - strategies compared on recorded spaces -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// How many trials a strategy needs where `random` needs so many, without a clock:
//   replay_spaces [strategy=model] [seeds=20] [cold=0] [OPTION=VALUE ...] RECORDS.jsonl ...
// For each layer the mean trials to 95, 97 and 99 % of its best recorded speed, the default plan
// not counted, and at last the geometric means of the ratios to random's. cold=1: other layers'
// records are not known. Where the default alone reaches a goal there is nothing to compare.
//
//===----------------------------------------------------------------------===//

#include "schedules/search/Replay.h"

#include <chrono>
#include <cmath>
#include <cstdio>

using namespace convwright::schedules;

namespace {

struct Arguments {
  ReplayOptions replay;
  std::vector<std::string> files;
};

Arguments parse(int argc, char **argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    std::string text = argv[i];
    size_t equals = text.find('=');
    std::string name = text.substr(0, equals), value = text.substr(equals + 1);
    if (equals == std::string::npos)
      arguments.files.push_back(text);
    else if (name == "strategy")
      arguments.replay.strategy = value;
    else if (name == "seeds")
      arguments.replay.seeds = std::atoi(value.c_str());
    else if (name == "cold")
      arguments.replay.othersKnown = value == "0";
    else
      arguments.replay.strategyOptions[name] = std::atof(value.c_str());
  }
  return arguments;
}

/// Geometric means of ratios.
struct Totals {
  std::array<double, 3> logs{};
  std::array<int, 3> counts{};

  void add(const ReplayResult &ours, const ReplayResult &random) {
    for (size_t goal = 0; goal < logs.size(); ++goal) {
      if (ours.mean[goal] <= 0 || random.mean[goal] <= 0)
        continue;
      logs[goal] += std::log(ours.mean[goal] / random.mean[goal]);
      ++counts[goal];
    }
  }
  double ratio(size_t goal) const { return counts[goal] ? std::exp(logs[goal] / counts[goal]) : 0; }
};

int fail(const std::string &message) {
  std::fprintf(stderr, "replay_spaces: %s\n", message.c_str());
  return 1;
}

void printRow(const RecordedSpace &space, const ReplayResult &random, const ReplayResult &ours,
              double seconds) {
  double standard = ours.defaultMs > 0 ? 100 * ours.bestMs / ours.defaultMs : 0;
  std::printf("%-24s %5zu %7.0f %% %7.1f %7.1f %7.1f  %7.1f %7.1f %7.1f  %.2f\n",
              space.name.c_str(), ours.plans, standard, random.mean[0], random.mean[1],
              random.mean[2], ours.mean[0], ours.mean[1], ours.mean[2], seconds);
  std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
  Arguments arguments = parse(argc, argv);
  Result<RecordSet> records = readRecords(arguments.files);
  if (!records)
    return fail(records.error().message);
  ReplayOptions random;
  random.strategy = "random";
  random.seeds = arguments.replay.seeds;
  Totals totals;
  std::printf("%-24s %5s %9s %23s  %23s  %s\n", "layer", "plans", "default", "random: 95 97 99 %",
              (arguments.replay.strategy + ": 95 97 99 %").c_str(), "seconds a search");
  for (const RecordedSpace &space : recordedSpaces(*records)) {
    auto begin = std::chrono::steady_clock::now();
    Result<ReplayResult> ours = replay(space, *records, arguments.replay);
    double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    Result<ReplayResult> theirs = replay(space, *records, random);
    if (!ours || !theirs)
      return fail((ours ? theirs : ours).error().message);
    totals.add(*ours, *theirs);
    printRow(space, *theirs, *ours, seconds / arguments.replay.seeds);
  }
  std::printf("geometric mean of the ratios to random: %.3f %.3f %.3f (over %d, %d, %d layers)\n",
              totals.ratio(0), totals.ratio(1), totals.ratio(2), totals.counts[0], totals.counts[1],
              totals.counts[2]);
  return 0;
}
