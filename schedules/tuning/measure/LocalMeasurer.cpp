//===- LocalMeasurer.cpp - builds here, times here or on another machine ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/LocalMeasurer.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/tuning/measure/Expected.h"
#include "schedules/tuning/measure/WorkDirectory.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <sched.h>
#include <unistd.h>

namespace convwright::schedules {

namespace {

using nlohmann::json;

void removeFiles(const std::string &stem) {
  for (const char *extension : {".json", ".bin", ".so", ".o"})
    unlink((stem + extension).c_str());
}

class ProcessMeasurer final : public Measurer {
public:
  ProcessMeasurer(std::string_view kind, MeasureOptions given, TemporaryDirectory directory,
                  std::unique_ptr<Executor> executor)
      : kind(kind), options(std::move(given)), directory(std::move(directory)),
        executor(std::move(executor)), builder(options.build, options.compile),
        timer(*this->executor, options.time, this->directory.path()) {}

  std::optional<Error> askHardware() {
    Result<json> answer = schedules::askHardware(*executor, options.threads);
    if (!answer)
      return answer.error();
    machine = std::move(*answer);
    if (!options.time.cores.empty())
      machine["cores"] = options.time.cores;
    return std::nullopt;
  }

  std::string_view name() const override { return kind; }
  json hardware() const override { return machine; }
  size_t batch() const override { return options.batch ? options.batch : 8; }

  Result<std::vector<Outcome>> measure(const Problem &problem, const std::vector<Plan> &candidates,
                                       const std::optional<Plan> &incumbent,
                                       const std::function<void(size_t, const Outcome &)> &finished,
                                       const std::atomic<bool> *cancelled) override {
    if (std::optional<Error> error = begin(problem))
      return *error;
    Result<std::vector<Built>> built = buildAll(problem, candidates, incumbent, cancelled);
    if (!built)
      return built.error();
    std::vector<Outcome> outcomes;
    for (size_t i = 0; i < candidates.size(); ++i) {
      if (cancelled && cancelled->load())
        return outcomes;
      Result<Outcome> outcome = judge(problem, candidates[i], (*built)[i], incumbent, cancelled);
      if (!outcome)
        return outcome.error();
      if (cancelled && cancelled->load() && !outcome->timed())
        return outcomes; // it may be the interruption's doing
      outcomes.push_back(*outcome);
      if (finished)
        finished(i, *outcome);
      if (!outcome->better && incumbent && candidates[i] != *incumbent)
        drop(candidates[i]);
    }
    return outcomes;
  }

private:
  /// Makes the expected values when the problem is another one than last time.
  std::optional<Error> begin(const Problem &problem) {
    std::string text = problem.target + "\n" + kernelToJson(problem.kernel).dump();
    if (text == known)
      return std::nullopt;
    for (const auto &[plan, built] : kept) {
      timer.forget(built.stem);
      removeFiles(built.stem);
    }
    kept.clear();
    if (!expected.empty()) {
      executor->forget({expected});
      unlink(expected.c_str());
    }
    known = text;
    expected = directory.path() + "/expected" + std::to_string(++files) + ".bin";
    sizes = likeSizes(problem.kernel);
    return writeExpected(expected, expectedValues(problem.kernel, sizes, options.time.seed));
  }

  /// All that is not there yet, in parallel; one Built for each candidate.
  Result<std::vector<Built>> buildAll(const Problem &problem, const std::vector<Plan> &candidates,
                                      const std::optional<Plan> &incumbent,
                                      const std::atomic<bool> *cancelled) {
    std::vector<Plan> missing;
    std::vector<std::string> stems;
    auto want = [&](const Plan &plan) {
      if (kept.contains(print(plan)) ||
          std::find(missing.begin(), missing.end(), plan) != missing.end())
        return;
      missing.push_back(plan);
      stems.push_back(directory.path() + "/c" + std::to_string(++files));
    };
    if (incumbent)
      want(*incumbent);
    for (const Plan &plan : candidates)
      want(plan);
    Result<std::vector<Built>> built = builder.build(problem, missing, stems, cancelled);
    if (!built)
      return built;
    for (size_t i = 0; i < missing.size(); ++i)
      kept.emplace(print(missing[i]), (*built)[i]);
    std::vector<Built> results;
    for (const Plan &plan : candidates)
      results.push_back(kept.at(print(plan)));
    return results;
  }

  Result<Outcome> judge(const Problem &problem, const Plan &plan, const Built &built,
                        const std::optional<Plan> &incumbent, const std::atomic<bool> *cancelled) {
    if (!built.fine)
      return built.outcome;
    TimeRequest request{built.stem, "", expected, sizes, problem.threads};
    if (incumbent) {
      const Built &best = kept.at(print(*incumbent));
      if (!best.fine)
        return Error{"the incumbent " + print(*incumbent) +
                     " cannot be built: " + best.outcome.reason};
      request.incumbent = best.stem;
    }
    Result<Outcome> outcome = timer.time(request, cancelled);
    if (!outcome)
      return outcome;
    outcome->compileSeconds = built.outcome.compileSeconds;
    outcome->objectBytes = built.outcome.objectBytes;
    return outcome;
  }

  void drop(const Plan &plan) {
    auto found = kept.find(print(plan));
    if (found == kept.end())
      return;
    timer.forget(found->second.stem);
    removeFiles(found->second.stem);
    kept.erase(found);
  }

  std::string kind;
  MeasureOptions options;
  TemporaryDirectory directory;
  std::unique_ptr<Executor> executor; // before the directory goes, its copies do
  Builder builder;
  Timer timer;
  json machine;
  std::string known, expected;
  std::vector<int64_t> sizes;
  std::map<std::string, Built> kept; // by plan: the incumbent and candidates that may become it
  int files = 0;
};

using ExecutorMaker = std::function<Result<std::unique_ptr<Executor>>(const std::string &runner)>;

Result<std::unique_ptr<Measurer>> makeMeasurer(std::string_view kind, const Target &target,
                                               MeasureOptions options, const ExecutorMaker &make) {
  if (options.runner.empty()) {
    Result<std::string> runner = findRunner(target);
    if (!runner)
      return runner.error();
    options.runner = *runner;
  }
  Result<TemporaryDirectory> directory = makeWorkDirectory();
  if (!directory)
    return directory.error();
  Result<std::unique_ptr<Executor>> executor = make(options.runner);
  if (!executor)
    return executor.error();
  auto measurer = std::make_unique<ProcessMeasurer>(kind, std::move(options), std::move(*directory),
                                                    std::move(*executor));
  if (std::optional<Error> problem = measurer->askHardware())
    return *problem;
  return std::unique_ptr<Measurer>(std::move(measurer));
}

} // namespace

Result<std::unique_ptr<Measurer>> makeLocalMeasurer(const MeasureOptions &options) {
  Result<Target> target = findTarget(options.target);
  if (!target)
    return target.error();
  if (target->isGpu() || !runsHere(*target))
    return Error{"code for " + target->name +
                 " does not run on this machine: time it elsewhere (ssh), or use the static model"};
  return makeMeasurer("local", *target, options,
                      [](const std::string &runner) -> Result<std::unique_ptr<Executor>> {
                        return makeLocalExecutor(runner);
                      });
}

Result<std::unique_ptr<Measurer>> makeSshMeasurer(const MeasureOptions &options,
                                                  const RemoteOptions &remote) {
  Result<Target> target = findTarget(options.target);
  if (!target)
    return target.error();
  return makeMeasurer("ssh", *target, options, [&](const std::string &runner) {
    return makeRemoteExecutor(runner, remote);
  });
}

} // namespace convwright::schedules
