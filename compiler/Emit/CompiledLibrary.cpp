//===- CompiledLibrary.cpp - programs whose kernels are compiled ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/CompiledLibrary.h"

#include "compiler/Emit/Mapped.h"
#include "compiler/Emit/Names.h"
#include "compiler/Emit/ParallelCompile.h"

#include "convwright/abi.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <set>
#include <tuple>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

/// The architecture's part of a triple.
std::string_view architecture(const schedules::Target &target) {
  return std::string_view(target.triple).substr(0, target.triple.find('-'));
}

std::optional<Error> checkTargets(const std::vector<TargetProgram> &programs) {
  if (programs.empty())
    return Error{"no target given: name at least one, such as --target host"};
  const schedules::Target &first = programs.front().target;
  std::set<std::string> seen;
  for (const TargetProgram &program : programs) {
    if (architecture(program.target) != architecture(first))
      return Error{"targets " + first.name + " and " + program.target.name +
                   " are of different architectures (" + std::string(architecture(first)) +
                   " and " + std::string(architecture(program.target)) +
                   "), which cannot lie in one library: compile one library for each"};
    if (!seen.insert(program.target.name).second)
      return Error{"target " + program.target.name + " is given twice: name it once"};
  }
  return std::nullopt;
}

/// The runtime reads symbols' values from arguments' dimensions, so each has to stand alone in one.
std::optional<Error> checkSymbols(const LayerProgram &layer) {
  if (layer.symbols.size() > CW_MAX_SYMBOLS)
    return Error{"layer " + layer.name + " has " + std::to_string(layer.symbols.size()) +
                 " symbolic sizes; allowed are " + std::to_string(CW_MAX_SYMBOLS)};
  for (size_t s = 0; s < layer.symbols.size(); ++s) {
    schedules::Extent plain = schedules::Extent::ofSymbol(static_cast<int32_t>(s));
    bool found = std::ranges::any_of(layer.arguments, [&](const TensorInfo &argument) {
      return std::ranges::find(argument.dims, plain) != argument.dims.end();
    });
    if (!found)
      return Error{"layer " + layer.name + ": no argument has " + layer.symbols[s].name +
                   " as a dimension, so its value cannot be found when the layer is called"};
  }
  return std::nullopt;
}

std::optional<Error> checkLayers(const std::vector<TargetProgram> &programs) {
  if (programs.front().layers.empty())
    return Error{"the file has no layer, so there is nothing to put into a library: add `layer "
                 "name(x: f32[1, 3, 8, 8]) { return ...; }`"};
  for (const LayerProgram &layer : programs.front().layers)
    if (std::optional<Error> error = checkSymbols(layer))
      return error;
  return std::nullopt;
}

std::vector<const TargetProgram *> bestFirst(const std::vector<TargetProgram> &programs) {
  std::vector<const TargetProgram *> order =
      mapped(programs, [](const TargetProgram &program) { return &program; });
  std::ranges::sort(order, [](const TargetProgram *a, const TargetProgram *b) {
    auto key = [](const TargetProgram *p) {
      return std::tuple(p->target.isGpu(), -std::popcount(p->target.cpuFeatures), p);
    };
    return key(a) < key(b);
  });
  return order;
}

} // namespace

Result<CompiledLibrary> compileKernels(const std::vector<TargetProgram> &programs,
                                       const EmitOptions &options) {
  if (!isLibraryName(options.name))
    return Error{"'" + options.name +
                 "' cannot name a library: it begins the names of C functions, so it is made of "
                 "letters, digits and underscores, and does not begin with a digit"};
  if (std::optional<Error> error = checkTargets(programs))
    return *error;
  if (std::optional<Error> error = checkLayers(programs))
    return *error;

  CompiledLibrary library{options.name, {}};
  for (const TargetProgram *program : bestFirst(programs)) {
    CompiledTarget &target = library.targets.emplace_back();
    target.program = program;
    for (const LayerProgram &layer : program->layers)
      target.kernels.emplace_back(layer.steps.size());
  }
  std::vector<CompileJob> jobs;
  for (CompiledTarget &target : library.targets)
    for (size_t l = 0; l < target.kernels.size(); ++l)
      for (size_t s = 0; s < target.kernels[l].size(); ++s)
        jobs.push_back({target.program, &target.program->layers[l], s, &target.kernels[l][s]});
  if (std::optional<Error> error = compileInChildren(jobs, options))
    return *error;

  for (CompiledTarget &target : library.targets) {
    if (!target.program->target.isGpu())
      continue;
    Result<std::vector<std::byte>> runtime = schedules::deviceRuntimeObject(target.program->target);
    if (!runtime)
      return runtime.error();
    target.deviceRuntime = std::move(*runtime);
  }
  return library;
}

} // namespace convwright::compiler
