//===- TuneWorker.cpp - the part of tune that runs on a cluster's nodes -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/NodeTools.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace convwright::tools {

namespace slurm = schedules::slurm;

namespace {

struct WorkerOptions {
  std::string kind, round;
  size_t index = 0;
};

using TaskResult = schedules::Result<size_t>;

TaskResult build(const slurm::RoundFolder &round, size_t lease,
                 const slurm::RoundSettings &settings) {
  return slurm::runBuildTask(round, lease, slurm::makeBuildTools(settings));
}

TaskResult time(const slurm::RoundFolder &round, size_t lease,
                const slurm::RoundSettings &settings) {
  schedules::Result<slurm::TaskTools> tools = slurm::makeTimingTools(settings);
  return tools ? slurm::runTimingTask(round, lease, *tools) : TaskResult(tools.error());
}

TaskResult hardware(const slurm::RoundFolder &round, size_t, const slurm::RoundSettings &settings) {
  schedules::Result<slurm::TaskTools> tools = slurm::makeTimingTools(settings);
  if (!tools)
    return tools.error();
  if (std::optional<schedules::Error> failure = round.writeHardware(tools->hardware))
    return *failure;
  return size_t{1};
}

struct Kind {
  const char *name;
  TaskResult (*run)(const slurm::RoundFolder &, size_t, const slurm::RoundSettings &);
};
constexpr Kind kinds[] = {{"build", build}, {"time", time}, {"hardware", hardware}};

int runWorker(const WorkerOptions &options) {
  slurm::RoundFolder round(options.round);
  schedules::Result<slurm::RoundSettings> settings = round.readSettings();
  if (!settings)
    return failInput(settings.error().message);
  for (const Kind &kind : kinds)
    if (options.kind == kind.name) {
      TaskResult done = kind.run(round, options.index, *settings);
      return done ? exitFine : failInput(done.error().message);
    }
  return failUsage("unknown task '" + options.kind + "'; the tasks are build, time, hardware");
}

} // namespace

void addTuneWorkerCommand(CLI::App &app, CommandLine &line) {
  auto options = std::make_shared<WorkerOptions>();
  // An empty group hides it from --help: only tune itself calls it, through Slurm.
  CLI::App *command = app.add_subcommand("tune-worker", "A task of tune --executor slurm");
  command->group("");
  command->add_option("task", options->kind, "build, time or hardware")->required();
  command->add_option("--round", options->round, "The round's folder")->required();
  command->add_option("--index", options->index, "Which lease")->required();
  command->callback([options, &line] { line.run = [options] { return runWorker(*options); }; });
}

} // namespace convwright::tools
