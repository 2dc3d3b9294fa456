//===- Race.cpp - times a candidate beside the incumbent -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Race.h"

#include "tools/measure-runner/Canary.h"
#include "tools/measure-runner/Evict.h"

#include "schedules/tuning/measure/Sampler.h"
#include "schedules/tuning/measure/Statistics.h"

#include <algorithm>
#include <chrono>
#include <cmath>

using namespace convwright::schedules;

namespace convwright::measure {

namespace {

constexpr int64_t warmNs = 2'000'000;
/// Samples of calls longer than this begin with whatever the other one left in the caches.
constexpr double shortCallNs = 2e6;
constexpr size_t pairsBeforeHopeless = 3, noisyPairsBeforeHopeless = 7;
constexpr size_t pairsOfPromising = 6, pairsOfUnpromising = 34;
constexpr size_t loneSamples = 16;

struct Sample {
  double ns = 0;
  bool clean = false;
};

/// One contender and how its samples are taken.
class Lane {
public:
  Lane(Contender &contender, Tensors &tensors, const Job &job)
      : contender(contender), tensors(tensors), cold(job.cold), knownBurst(job.knownBurst),
        sampler(static_cast<int64_t>(job.minimumSampleUs * 1000), job.threads == 1, warmNs) {}

  /// `bestBurst`: the best of this process so far.
  Sample take(int64_t &bestBurst) {
    auto call = [&] { status |= contender.run(); };
    auto evictAll = [&] { evict(contender, tensors); };
    if (!cold && last.ns < shortCallNs)
      call(); // the other one's weights leave the caches, ours come
    int64_t known = std::min(bestBurst, knownBurst);
    Samples samples = cold ? sampler.take(1, known, evictAll, call) : sampler.take(1, known, call);
    bestBurst = std::min(bestBurst, samples.bestBurst);
    bool clean = !samples.clean.empty();
    return last = {clean ? samples.clean[0] : samples.spoilt[0], clean};
  }
  int failure() const { return status; }

private:
  Contender &contender;
  Tensors &tensors;
  bool cold;
  int64_t knownBurst;
  Sampler sampler;
  Sample last;
  int status = 0;
};

struct Pair {
  Sample candidate, incumbent;
  bool clean() const { return candidate.clean && incumbent.clean; }
};

class Race {
public:
  Race(const Job &job, Tensors &tensors, Contender &candidate, Contender *incumbent)
      : job(job), candidate(candidate, tensors, job) {
    if (incumbent)
      this->incumbent.emplace(*incumbent, tensors, job);
  }

  RaceResult run() {
    result.canaryBefore = canary();
    incumbent ? runPairs() : runAlone();
    result.canaryAfter = canary();
    if (candidate.failure() || (incumbent && incumbent->failure()))
      result.problem = cw_last_error();
    return result;
  }

private:
  bool outOfTime(double budgetMs) const {
    std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - begin;
    return spent.count() > budgetMs;
  }

  void runAlone() {
    std::vector<double> clean, all;
    while (clean.size() < loneSamples && all.size() < 2 * loneSamples &&
           !(outOfTime(job.budgetMs) && all.size() >= 5)) {
      Sample sample = candidate.take(result.bestBurst);
      all.push_back(sample.ns);
      if (sample.clean)
        clean.push_back(sample.ns);
    }
    result.noisy = clean.size() < 5;
    result.spoilt = static_cast<int>(all.size() - clean.size());
    result.candidate = result.noisy ? all : clean;
  }

  void takePair() {
    Pair pair;
    bool candidateFirst = (pairs.size() % 2 == 0) != job.swapped;
    if (candidateFirst)
      pair.candidate = candidate.take(result.bestBurst);
    pair.incumbent = incumbent->take(result.bestBurst);
    if (!candidateFirst)
      pair.candidate = candidate.take(result.bestBurst);
    pairs.push_back(pair);
  }

  /// Each of the candidate's samples is far slower than the incumbent's median, and the pairs are
  /// clean, or there are more of them.
  bool hopeless() const {
    double fastest = HUGE_VAL;
    std::vector<double> others;
    size_t clean = 0;
    for (const Pair &pair : pairs) {
      fastest = std::min(fastest, pair.candidate.ns);
      others.push_back(pair.incumbent.ns);
      clean += pair.clean();
    }
    bool enough = clean >= pairsBeforeHopeless || pairs.size() >= noisyPairsBeforeHopeless;
    return enough && fastest > job.hopeless * median(others);
  }

  bool clear(const RatioEstimate &estimate) const {
    return estimate.low > 1 + job.allowance || estimate.high < 1 - job.allowance;
  }

  /// It looks faster, for what a few pairs are worth.
  bool promising(const PairedTest &test) const {
    return test.pairs() >= pairsOfPromising && test.middle() > 1 + job.allowance;
  }

  /// Patience is for candidates that may be better; of the others it is enough to know about how
  /// fast they are.
  bool patienceEnds(const PairedTest &test) const {
    size_t most = PairedTest::mostPairs(), least = PairedTest::looks().front();
    if (test.pairs() >= most || pairs.size() >= 2 * most)
      return true;
    if (pairs.size() < least || (pairs.size() < pairsOfUnpromising && !outOfTime(job.budgetMs)))
      return false;
    return !promising(test) || outOfTime(job.promisingBudgetMs);
  }

  void runPairs() {
    PairedTest test(job.confidence);
    while (!patienceEnds(test)) {
      takePair();
      if (hopeless()) {
        result.hopeless = true;
        return keep(/*cleanOnly=*/false);
      }
      const Pair &pair = pairs.back();
      if (!pair.clean())
        continue;
      test.add(pair.incumbent.ns, pair.candidate.ns);
      std::optional<RatioEstimate> estimate = test.look();
      if (estimate && clear(*estimate)) {
        result.ratio = *estimate;
        return keep(/*cleanOnly=*/true);
      }
    }
    conclude(test);
  }

  /// The last look: at the clean pairs, or at all when these are too few.
  void conclude(const PairedTest &cleanTest) {
    result.noisy = cleanTest.pairs() < PairedTest::looks().front();
    keep(!result.noisy);
    PairedTest all(job.confidence);
    for (const Pair &pair : pairs)
      all.add(pair.incumbent.ns, pair.candidate.ns);
    result.ratio = (result.noisy ? all : cleanTest).lastLook();
  }

  void keep(bool cleanOnly) {
    for (const Pair &pair : pairs) {
      result.spoilt += !pair.clean();
      if (cleanOnly && !pair.clean())
        continue;
      result.candidate.push_back(pair.candidate.ns);
      result.incumbent.push_back(pair.incumbent.ns);
    }
    if (result.hopeless)
      result.ratio = {median(result.incumbent) / median(result.candidate), 0, 1 / job.hopeless};
  }

  const Job &job;
  Lane candidate;
  std::optional<Lane> incumbent;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  std::vector<Pair> pairs;
  RaceResult result;
};

} // namespace

RaceResult race(const Job &job, Tensors &tensors, Contender &candidate, Contender *incumbent) {
  return Race(job, tensors, candidate, incumbent).run();
}

RaceResult forfeit(const Job &job, double candidateNs, double incumbentNs) {
  RaceResult result;
  result.candidate = {candidateNs};
  result.incumbent = {incumbentNs};
  result.hopeless = true;
  result.ratio = {incumbentNs / candidateNs, 0, 1 / job.hopeless};
  return result;
}

} // namespace convwright::measure
