//===- main.cpp - checks and times one candidate in a fresh process --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   measure_runner JOB.json          one line of JSON: the verdict, and the times
//   measure_runner --hardware N      one line of JSON: the machine, and the cores for N threads
//   measure_runner --remove FILE...  removes files: where it runs there may be no shell
// Exit code 0 whatever the candidate does; 1 with a sentence when it could not even be tried.
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Check.h"
#include "tools/measure-runner/Machine.h"
#include "tools/measure-runner/Race.h"
#include "tools/measure-runner/Verdicts.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <unistd.h>

using namespace convwright;
using namespace convwright::measure;
using nlohmann::json;

namespace {

/// A verdict before anything was timed.
json ended(const char *verdict, const std::string &reason, const Judgement &judgement) {
  return {{"verdict", verdict},
          {"reason", reason},
          {"error", judgement.error},
          {"allowed", judgement.allowed}};
}

json timed(const RaceResult &result, const Judgement &judgement) {
  return {{"verdict", result.hopeless ? "slower" : "ok"},
          {"error", judgement.error},
          {"allowed", judgement.allowed},
          {"samples", result.candidate},
          {"incumbent", result.incumbent},
          {"spoilt", result.spoilt},
          {"noisy", result.noisy},
          {"ratio", {result.ratio.ratio, result.ratio.low, result.ratio.high}},
          {"best_burst", result.bestBurst},
          {"canary", {result.canaryBefore, result.canaryAfter}}};
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2e", value);
  return text;
}

/// Nanoseconds of CPU that this thread had, where it does all the work; by the clock otherwise: a
/// process whose CPU time is limited sees its own only tick by tick.
double workNs(const Job &job) {
  timespec time{};
  clock_gettime(job.threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

/// workNs() of one call; a sentence in `problem` when it failed.
double callOnce(const Job &job, Contender &contender, std::string &problem) {
  double begin = workNs(job);
  if (contender.run() != CW_OK)
    problem = cw_last_error();
  return workNs(job) - begin;
}

/// Both contenders and what is known of the right answer.
class Trial {
public:
  explicit Trial(const Job &job) : job(job) {
    if (job.swapped)
      loadIncumbent();
    candidate = std::make_unique<Contender>(job.candidate);
    if (!job.swapped)
      loadIncumbent();
    auto values = schedules::readExpected(job.expected);
    if (!values)
      throw std::runtime_error(values.error().message);
    expected = *values;
    tensors = std::make_unique<Tensors>(candidate->info(), candidate->constantBytes(), job.sizes,
                                        job.seed);
  }

  json run() {
    std::string problem;
    Judgement judgement = check(problem);
    if (!problem.empty())
      return ended("crashed", problem, judgement);
    if (!judgement.right())
      return ended("wrong",
                   wrongAgainst + ": relative L2 error " + scientific(judgement.error) +
                       ", allowed is " + scientific(judgement.allowed),
                   judgement);
    if (forfeits(problem))
      return timed(forfeit(job, candidateNs, incumbentNs), judgement);
    enterPhase("timing");
    tensors->place(/*checking=*/false);
    bind(problem);
    RaceResult result = race(job, *tensors, *candidate, incumbent.get());
    if (!result.problem.empty())
      problem = result.problem;
    return problem.empty() ? timed(result, judgement) : ended("crashed", problem, judgement);
  }

private:
  /// Far slower twice: the first call alone may have met with an accident.
  bool forfeits(std::string &problem) {
    constexpr double beyondHope = 4;
    if (!incumbent || candidateNs <= beyondHope * incumbentNs)
      return false;
    candidateNs = std::min(candidateNs, callOnce(job, *candidate, problem));
    incumbentNs = std::max(incumbentNs, callOnce(job, *incumbent, problem));
    return candidateNs > beyondHope * incumbentNs;
  }

  void loadIncumbent() {
    if (!job.incumbent.empty())
      incumbent = std::make_unique<Contender>(job.incumbent);
  }

  void bind(std::string &problem) {
    std::string theirs, ours;
    if (incumbent && job.swapped)
      theirs = incumbent->bind(*tensors, job.sizes, job.threads);
    ours = candidate->bind(*tensors, job.sizes, job.threads);
    if (incumbent && !job.swapped)
      theirs = incumbent->bind(*tensors, job.sizes, job.threads);
    if (!theirs.empty())
      throw std::runtime_error("the incumbent cannot run: " + theirs);
    problem += ours;
  }

  /// The correctness gate. The incumbent runs before any of the candidate's code has.
  Judgement check(std::string &problem) {
    tensors->place(/*checking=*/true);
    std::vector<std::vector<std::byte>> right;
    if (incumbent) {
      enterPhase("incumbent");
      std::string theirs = incumbent->bind(*tensors, job.sizes, job.threads);
      if (theirs.empty()) {
        tensors->poisonOutputs();
        incumbentNs = callOnce(job, *incumbent, theirs);
        right = tensors->outputBytes();
      }
      if (!theirs.empty())
        throw std::runtime_error("the incumbent cannot run: " + theirs);
    }
    enterPhase("candidate");
    problem = candidate->bind(*tensors, job.sizes, job.threads);
    if (!problem.empty())
      return {};
    tensors->poisonOutputs();
    candidateNs = callOnce(job, *candidate, problem);
    Judgement judgement = compareWithExpected(*tensors, expected, candidate->info().errorBound);
    wrongAgainst = std::to_string(expected.size()) + " outputs in double precision";
    if (!incumbent || !judgement.right())
      return judgement;
    double bound = candidate->info().errorBound + incumbent->info().errorBound;
    Judgement whole = compareWithOutputs(*tensors, right, bound);
    if (whole.right())
      return judgement;
    wrongAgainst = "the whole output beside the incumbent's";
    return whole;
  }

  const Job &job;
  std::unique_ptr<Contender> candidate, incumbent;
  std::unique_ptr<Tensors> tensors;
  std::vector<schedules::ExpectedValue> expected;
  std::string wrongAgainst;
  double candidateNs = 0, incumbentNs = 0;
};

int runJob(const char *path) {
  Job job = readJob(path);
  std::vector<int> cores = job.cores.empty() ? lastCores(job.threads) : job.cores;
  if (!pinTo(cores))
    throw std::runtime_error("cannot pin to the wanted cores");
  catchTheEnd(job.seconds, job.clockSeconds, job.bytes);
  // NaN and infinity are null in JSON.
  std::printf("%s\n", Trial(job).run().dump().c_str());
  return 0;
}

int removeFiles(char **paths) {
  for (; *paths; ++paths)
    unlink(*paths);
  return 0;
}

} // namespace

int main(int argc, char **argv) try {
  // They would change what runs.
  unsetenv("CONVWRIGHT_TARGET");
  unsetenv("CONVWRIGHT_THREADS");
  std::string what = argc > 1 ? argv[1] : "";
  if (what == "--remove")
    return removeFiles(argv + 2);
  if (what == "--hardware" && argc == 3) {
    std::printf("%s\n", describeMachine(lastCores(std::atoi(argv[2]))).dump().c_str());
    return 0;
  }
  if (argc == 2)
    return runJob(argv[1]);
  std::fputs("usage: measure_runner JOB.json | --hardware N | --remove FILE...\n", stderr);
  return 2;
} catch (const std::exception &problem) {
  std::fprintf(stderr, "%s\n", problem.what());
  return 1;
}
