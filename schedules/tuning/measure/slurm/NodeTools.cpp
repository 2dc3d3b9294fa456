//===- NodeTools.cpp - building and timing on a node ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/NodeTools.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/tuning/measure/Expected.h"
#include "schedules/tuning/measure/LocalMeasurer.h"
#include "schedules/tuning/measure/WorkDirectory.h"
#include "schedules/tuning/measure/static/Features.h"

#include <nlohmann/json.hpp>

namespace convwright::schedules::slurm {

TaskTools makeBuildTools(const RoundSettings &settings) {
  BuildOptions options = settings.build;
  options.jobs = settings.buildCores;
  TaskTools tools;
  tools.build = [builder = std::make_shared<Builder>(options, compileKernelWithEstimate)](
                    const Problem &problem, const std::vector<Plan> &plans,
                    const std::vector<std::string> &stems) {
    return builder->build(problem, plans, stems);
  };
  tools.expect = [seed = settings.time.seed](const Problem &problem, const std::string &path) {
    return writeExpected(path, expectedValues(problem.kernel, likeSizes(problem.kernel), seed));
  };
  tools.hardware = nlohmann::json::object();
  return tools;
}

namespace {
/// What timing needs, in the order in which it is made; it goes in the other.
struct Bench {
  Bench(TemporaryDirectory directory, std::unique_ptr<Executor> executor)
      : directory(std::move(directory)), executor(std::move(executor)) {}

  TemporaryDirectory directory;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Timer> timer;
};
} // namespace

Result<TaskTools> makeTimingTools(const RoundSettings &settings) {
  Result<Target> target = findTarget(settings.target);
  if (!target)
    return target.error();
  if (!runsHere(*target))
    return Error{"code for " + target->name +
                 " does not run on this node; give a constraint that only nodes meet on which it "
                 "does"};
  Result<std::string> runner = findRunner(*target);
  if (!runner)
    return runner.error();
  Result<TemporaryDirectory> directory = makeWorkDirectory();
  if (!directory)
    return directory.error();
  auto bench = std::make_shared<Bench>(std::move(*directory), makeLocalExecutor(*runner));
  bench->timer = std::make_unique<Timer>(*bench->executor, settings.time, bench->directory.path());
  Result<nlohmann::json> hardware = askHardware(*bench->executor, settings.threads);
  if (!hardware)
    return hardware.error();
  TaskTools tools;
  tools.hardware = *hardware;
  tools.time = [bench](const TaskTools::Contest &contest) {
    return bench->timer->time({contest.stem, contest.incumbentStem.value_or(""),
                               contest.expectedFile, likeSizes(contest.problem.kernel),
                               contest.problem.threads});
  };
  return tools;
}

} // namespace convwright::schedules::slurm
