//===- List.cpp - convwright list: targets, algorithms, parameters --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Algorithm.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Source.h"

#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>
#include <memory>

using convwright::compiler::LayerInterface;
using convwright::compiler::LayerProgram;
using convwright::schedules::Algorithm;
using convwright::schedules::Kernel;
using convwright::schedules::Parameter;
using convwright::schedules::Result;
using convwright::schedules::Target;

namespace convwright::tools {
namespace {

struct ListOptions {
  std::string what, file, layer, target = "host";
};

constexpr const char *targetsWord = "targets", *algorithmsWord = "algorithms";

std::string machineOf(const Target &target) {
  if (target.isGpu())
    return "GPU";
  return (target.machine == schedules::Machine::X86 ? "x86-64, " : "64-bit ARM, ") +
         std::to_string(target.vectorRegisters) + " vector registers of " +
         std::to_string(target.vectorBits) + " bits";
}

void listTargets() {
  Result<Target> host = schedules::findTarget("host");
  for (const Target &target : schedules::allTargets()) {
    std::cout << std::left << std::setw(16) << target.name << machineOf(target);
    if (host && host->name == target.name)
      std::cout << "; 'host' on this machine";
    else if (schedules::runsHere(target))
      std::cout << "; runs here";
    std::cout << '\n';
  }
}

void listAlgorithms() {
  for (const auto &algorithm : schedules::allAlgorithms())
    std::cout << std::left << std::setw(16) << algorithm->name() << algorithm->summary() << '\n';
}

void listParameter(const Parameter &parameter) {
  std::cout << "      " << std::left << std::setw(17) << parameter.name << ' ';
  for (size_t i = 0; i < parameter.values.size(); ++i)
    std::cout << (i ? ", " : "") << parameter.values[i];
  if (parameter.most > 0)
    std::cout << " (any from 1 to " << parameter.most << ")";
  std::cout << ": " << parameter.doc << '\n';
}

void listAlgorithm(const Algorithm &algorithm, const Kernel &kernel, const Target &target) {
  std::cout << "    " << algorithm.name() << ": ";
  if (std::optional<std::string> whyNot = algorithm.whyNot(kernel, target)) {
    std::cout << "cannot: " << *whyNot << '\n';
    return;
  }
  std::vector<Parameter> parameters = algorithm.space(kernel, target);
  std::cout << algorithm.summary() << (parameters.empty() ? "; it has no parameters" : "") << '\n';
  for (const Parameter &parameter : parameters)
    listParameter(parameter);
}

/// What each kernel of the layers could be computed with: values worth trying, the default first.
int listChoices(const ListOptions &options) {
  Result<std::vector<Target>> targets = findTargets(options.target);
  if (!targets)
    return failUsage(targets.error().message);
  if (targets->size() != 1)
    return failUsage("list takes one target, not " + std::to_string(targets->size()));
  Source source(options.file);
  if (!source.ok())
    return source.failure();
  if (!options.layer.empty())
    if (Result<const LayerInterface *> layer = source.layer(options.layer); !layer)
      return failInput(options.file + ": " + layer.error().message);
  auto programs = compileFor(source, *targets, {}, options.layer);
  if (!programs)
    return source.failure();
  for (const LayerProgram &layer : programs->front().layers) {
    std::cout << "layer " << layer.name << " on " << targets->front().name << '\n';
    for (const compiler::Step &step : layer.steps) {
      std::cout << "  kernel " << step.kernel.name << '\n';
      for (const auto &algorithm : schedules::allAlgorithms())
        listAlgorithm(*algorithm, step.kernel, targets->front());
    }
  }
  return exitFine;
}

int list(const ListOptions &options) {
  bool ofLayers = !options.file.empty();
  if (ofLayers && options.what == targetsWord)
    return failUsage("list targets takes no file; list algorithms FILE says what each kernel of a "
                     "file can be computed with");
  if (!ofLayers && !options.layer.empty())
    return failUsage("--layer is of a file: list algorithms FILE --layer " + options.layer);
  if (ofLayers)
    return listChoices(options);
  if (options.what != algorithmsWord)
    listTargets();
  if (options.what.empty())
    std::cout << '\n';
  if (options.what != targetsWord)
    listAlgorithms();
  return exitFine;
}

} // namespace

void addListCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand(
      "list", "Lists the targets and the algorithms, or what a file's layers can be computed with");
  auto options = std::make_shared<ListOptions>();
  command->add_option("WHAT", options->what, "targets or algorithms; default: both")
      ->check(CLI::IsMember({targetsWord, algorithmsWord}));
  command->add_option("FILE", options->file,
                      "A .conv file: the algorithms of its kernels, with their parameters");
  command->add_option("--layer", options->layer, "Only this layer");
  command->add_option("--target", options->target, "A target")->capture_default_str();
  command->callback([=, &line] { line.run = [=] { return list(*options); }; });
}

} // namespace convwright::tools
