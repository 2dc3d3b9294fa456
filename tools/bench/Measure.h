//===- Measure.h - times contenders interleaved ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_BENCH_MEASURE_H
#define CONVWRIGHT_TOOLS_BENCH_MEASURE_H

#include "schedules/kernel/Result.h"
#include "schedules/tuning/measure/Sampler.h"
#include "schedules/tuning/measure/Statistics.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace convwright::bench {

using schedules::geometricMean;
using schedules::Interval;
using schedules::median;
using schedules::quantile;
using schedules::ratioInterval;
using schedules::relativeSpread;
using schedules::Samples;

/// Something to time. `take` gives `count` samples, judging them by `knownBurst`.
struct Contender {
  std::string name;
  int group = 0; // compared with others of its group when the slow are left out
  std::function<schedules::Result<Samples>(int count, int64_t knownBurst)> take;
};

/// What the clock said of one contender.
struct Measurement {
  std::string name;
  std::string problem; // not empty: it could not be timed, and says why
  double ms = 0;       // median of the samples that count
  double spread = 0;   // interquartile range over the median
  int samples = 0;     // how many count
  int spoilt = 0;      // how many were thrown away, or, when noisy, would have been
  /// A contender had too few clean samples: the fastest quarter of everybody's samples counts.
  bool noisy = false;
  bool partial = false; // dropped out early, being far behind
  /// The samples that count, in nanoseconds, round by round. Rounds may be empty.
  std::vector<std::vector<double>> rounds;
};

struct MeasureOptions {
  int rounds = 8;
  int samplesPerRound = 4;
  /// Rounds are added, up to four times as many, until every contender has this many clean samples.
  int cleanSamples = 16;
  /// After three rounds a contender this much slower than the fastest of its group is left out; 0:
  /// never.
  double dropBeyond = 1.6;
  double budgetSeconds = 20; // no new round is begun after this
  const std::atomic<bool> *cancelled = nullptr;
};

/// Interleaves them: each round takes a few samples of every contender, one contender after the
/// other, in alternating order. `bestBurst` is kept up to date.
std::vector<Measurement> measure(const std::vector<Contender> &contenders, int64_t &bestBurst,
                                 const MeasureOptions &options);

/// peer's time / ours, with its interval over the rounds that both took part in (over all
/// samples, when those are too few), widened to hold the value, which is that of all rounds.
struct Ratio {
  double value = 0;
  Interval interval;
};
Ratio compare(const Measurement &peer, const Measurement &ours, double confidence = 0.95);

} // namespace convwright::bench

#endif // CONVWRIGHT_TOOLS_BENCH_MEASURE_H
