//===- Compile.cpp - convwright compile: a library from a .conv file ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/OutputFile.h"
#include "tools/convwright/PlanOptions.h"
#include "tools/convwright/PlanRecords.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/Source.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

using convwright::compiler::Stage;
using convwright::compiler::TargetProgram;
using convwright::schedules::Error;
using convwright::schedules::Result;
using convwright::schedules::Target;

namespace convwright::tools {
namespace {

struct CompileOptions {
  std::string file, directory = ".", targets = "host", name, emit, depfile;
  PlanOptions plan;
  RecordOptions records;
  bool explain = false;
  unsigned jobs = 0;
};

constexpr const char *objectStage = "obj";

std::vector<std::string> stageNames() {
  std::vector<std::string> names;
  for (Stage stage : compiler::allStages())
    names.emplace_back(compiler::spell(stage));
  names.push_back(objectStage);
  return names;
}

bool dependsOnTarget(Stage stage) { return stage != Stage::Ast && stage != Stage::Mlir; }

/// What can be said of the options before the file is read.
Result<std::vector<Target>> checkOptions(const CompileOptions &options) {
  std::vector<std::string> stages = stageNames();
  if (!options.emit.empty() &&
      std::find(stages.begin(), stages.end(), options.emit) == stages.end())
    return Error{"unknown stage '" + options.emit + "' to emit" + didYouMean(options.emit, stages) +
                 "; the stages are " + join(stages)};
  return findTargets(options.targets);
}

class CompileCommand {
public:
  CompileCommand(const CompileOptions &options, const CommandLine &line, Source &source,
                 std::vector<Target> targets, compiler::PlanOverrides asked,
                 const PlanRecords &records)
      : options(options), line(line), source(source), targets(std::move(targets)), records(records),
        overrides(std::move(asked)) {
    overrides.advisor = records.advisor(/*threads=*/1);
    overrides.formAdvisor = records.formAdvisor(/*threads=*/1);
  }

  int run() {
    if (!options.emit.empty() && options.emit != objectStage)
      return printStage();
    if (std::optional<Error> error = checkOutputs())
      return failInput(error->message);
    std::optional<std::vector<TargetProgram>> compiled = compileFor(source, targets, overrides, "");
    if (!compiled)
      return source.failure();
    programs = std::move(*compiled);
    if (options.explain)
      printExplanations();
    return writeFiles();
  }

private:
  int printStage() {
    for (Stage stage : compiler::allStages()) {
      if (compiler::spell(stage) != options.emit)
        continue;
      if (std::optional<Error> error = source.needLayers(); error && dependsOnTarget(stage))
        return failInput(error->message);
      for (const Target &target : targets) {
        std::optional<std::string> text = source.driver().textAt(stage, target, overrides);
        if (!text)
          return source.failure();
        std::cout << *text;
        if (!dependsOnTarget(stage))
          break;
      }
    }
    return exitFine;
  }

  void printExplanations() {
    for (const TargetProgram &program : programs)
      std::cout << source.driver().explain(program);
  }

  std::string libraryName() const {
    return options.name.empty() ? compiler::libraryName(options.file) : options.name;
  }

  /// An error when a file to write is one that was read, or the depfile's place is not there.
  std::optional<Error> checkOutputs() const {
    std::vector<InputFile> inputs = inputFiles(emitOptions().dependencies, "the file that is read");
    std::string name = options.directory + "/" + libraryName();
    if (options.emit != objectStage)
      for (const std::string &path : {name + ".h", name + ".json", name + "Config.cmake"})
        if (auto error = refuseInput(path, "-o", inputs))
          return Error{error->message + ", or another library with --name"};
    if (options.depfile.empty())
      return std::nullopt;
    if (std::optional<Error> error = refuseInput(options.depfile, "--depfile", inputs))
      return error;
    if (isWrittenInto(options.depfile))
      return Error{"--depfile " + options.depfile + " is no regular file; name another"};
    return refuseUnwritable(options.depfile, "--depfile");
  }

  /// Writes the library, or with `--emit obj` its kernels' objects alone.
  int writeFiles() {
    Progress progress(std::cerr, Progress::chooseMode(line.progress), "compiling");
    compiler::EmitOptions emission = emitOptions();
    emission.progress = [&](const compiler::EmitProgress &step) {
      progress.update(step.done, step.total, step.what);
    };
    Result<std::vector<std::string>> files = options.emit == objectStage
                                                 ? compiler::emitObjects(programs, emission)
                                                 : compiler::emitLibrary(programs, emission);
    if (!files)
      return failInput(files.error().message);
    for (const std::string &file : *files)
      std::cout << "wrote " << file << '\n';
    return exitFine;
  }

  compiler::EmitOptions emitOptions() const {
    compiler::EmitOptions emission;
    emission.name = libraryName();
    emission.directory = options.directory;
    emission.dependencies = source.driver().filesRead();
    if (std::find(emission.dependencies.begin(), emission.dependencies.end(), options.file) ==
        emission.dependencies.end())
      emission.dependencies.insert(emission.dependencies.begin(), options.file);
    emission.records = records.used();
    emission.dependencies.insert(emission.dependencies.end(), records.files().begin(),
                                 records.files().end());
    emission.depfile = behindLinks(options.depfile);
    emission.jobs = options.jobs;
    emission.cancelled = &interrupted();
    return emission;
  }

  const CompileOptions &options;
  const CommandLine &line;
  Source &source;
  std::vector<Target> targets;
  const PlanRecords &records;
  compiler::PlanOverrides overrides;
  std::vector<TargetProgram> programs;
};

int compile(const CompileOptions &options, const CommandLine &line) {
  Result<std::vector<Target>> targets = checkOptions(options);
  if (!targets)
    return failUsage(targets.error().message);
  Result<compiler::PlanOverrides> asked = overridesFrom(options.plan);
  if (!asked)
    return failUsage(asked.error().message);
  Result<PlanRecords> records = PlanRecords::load(options.records, *targets, line);
  if (!records)
    return failInput(records.error().message);
  Source source(options.file);
  if (!source.ok())
    return source.failure();
  return CompileCommand(options, line, source, std::move(*targets), std::move(*asked), *records)
      .run();
}

} // namespace

void addCompileCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand(
      "compile", "Compiles a .conv file to a static library, a C header and a CMake package");
  auto options = std::make_shared<CompileOptions>();
  command->add_option("FILE", options->file, "The .conv file")->required();
  command->add_option("-o,--out", options->directory, "Where the files go; must exist")
      ->capture_default_str();
  command->add_option("--target", options->targets, "Targets, separated by commas")
      ->capture_default_str();
  command->add_option("--name", options->name, "The library's name; default: the file's");
  addPlanOptions(*command, options->plan);
  addRecordOptions(*command, options->records);
  command->add_option("--emit", options->emit,
                      "Print a stage instead: " + join(stageNames()) + " (obj writes files)");
  command->add_flag("--explain", options->explain,
                    "Print each kernel's plan, and why every other algorithm was not chosen");
  command->add_option("--depfile", options->depfile, "Write a Makefile rule of the files read");
  command->add_option("-j,--jobs", options->jobs, "Kernels compiled at once; default: the CPUs")
      ->check(CLI::Range(1, 1024));
  command->callback([=, &line] { line.run = [=, &line] { return compile(*options, line); }; });
}

} // namespace convwright::tools
