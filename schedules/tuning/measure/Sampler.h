//===- Sampler.h - timed samples, each bracketed by FMA bursts ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SAMPLER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SAMPLER_H

#include "schedules/tuning/measure/Burst.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <vector>

namespace convwright::schedules {

/// What a burst may take, over the best one, before the sample beside it counts as spoilt.
constexpr double burstTolerance = 1.04;
/// What a one-thread sample may take in wall time, over the CPU time of its thread.
constexpr double preemptionTolerance = 1.02;

/// A few samples taken one after the other.
struct Samples {
  std::vector<double> clean, spoilt; // nanoseconds a call
  int64_t bestBurst = INT64_MAX;     // nanoseconds; the best of those beside these samples
};

/// Times a callable. Each sample is as many calls as fill `minimumNs`, between two bursts; it is
/// spoilt when a burst ran slow (somebody else's work, or a lower clock) or when the thread lost
/// its CPU meanwhile. One Sampler for each thing timed: it warms up once.
class Sampler {
public:
  /// watchPreemption: the work is all done by the calling thread. warmNs: how long the thing is
  /// called before its first sample, at least once.
  Sampler(int64_t minimumNs, bool watchPreemption, int64_t warmNs = 30'000'000)
      : minimumNs(minimumNs), warmNs(warmNs), watchPreemption(watchPreemption) {}

  /// knownBurst: what a burst takes on this core, as far as is known; spoilt is judged by it, and
  /// by the bursts beside these samples where they were faster.
  template <typename Call> Samples take(int count, int64_t knownBurst, Call &&call) {
    return takeTimed(count, knownBurst, call, [&] {
      Time begin = Time::now();
      for (int64_t j = 0; j < calls; ++j)
        call();
      return Time::now() - begin;
    });
  }
  /// The same, but `ahead` runs before every single call, outside of the time taken.
  template <typename Ahead, typename Call>
  Samples take(int count, int64_t knownBurst, Ahead &&ahead, Call &&call) {
    return takeTimed(count, knownBurst, call, [&] {
      Time sum;
      for (int64_t j = 0; j < calls; ++j) {
        ahead();
        Time begin = Time::now();
        call();
        sum = sum + (Time::now() - begin);
      }
      return sum;
    });
  }

private:
  /// Nanoseconds by the wall clock, and of the CPU that this thread had.
  struct Time {
    int64_t wall = 0, cpu = 0;
    static Time now() { return {wallNow(), cpuNow()}; }
    Time operator-(Time other) const { return {wall - other.wall, cpu - other.cpu}; }
    Time operator+(Time other) const { return {wall + other.wall, cpu + other.cpu}; }
  };

  template <typename Call, typename Once>
  Samples takeTimed(int count, int64_t knownBurst, Call &call, Once &&once) {
    if (!calls)
      warmUp(call);
    Samples samples;
    int64_t before = burst(samples);
    for (int i = 0; i < count; ++i) {
      Time taken = once();
      int64_t after = burst(samples);
      int64_t best = std::min(knownBurst, samples.bestBurst);
      int64_t limit = static_cast<int64_t>(best * burstTolerance);
      bool preempted = watchPreemption && taken.wall > taken.cpu * preemptionTolerance + 10'000;
      bool good = before <= limit && after <= limit && !preempted;
      // What the thread had of the CPU says more than a time that others had a part of.
      int64_t time = preempted ? taken.cpu : taken.wall;
      (good ? samples.clean : samples.spoilt).push_back(static_cast<double>(time) / calls);
      before = after;
    }
    return samples;
  }

  static int64_t wallNow() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  }
  static int64_t cpuNow() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
  }
  static int64_t burst(Samples &samples) {
    int64_t time = cw_burst();
    samples.bestBurst = std::min(samples.bestBurst, time);
    return time;
  }

  template <typename Call> void warmUp(Call &call) {
    int64_t begin = wallNow(), fastest = INT64_MAX;
    do {
      int64_t start = wallNow();
      call();
      fastest = std::min(fastest, std::max<int64_t>(wallNow() - start, 1));
    } while (wallNow() - begin < warmNs);
    calls = std::max<int64_t>(1, (minimumNs + fastest - 1) / fastest);
  }

  int64_t minimumNs, warmNs;
  bool watchPreemption;
  int64_t calls = 0;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SAMPLER_H
