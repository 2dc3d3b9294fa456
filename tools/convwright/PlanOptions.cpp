//===- PlanOptions.cpp - what compile, run and bench are asked of plans ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/PlanOptions.h"

#include "tools/convwright/Console.h"

#include <CLI/CLI.hpp>
#include <charconv>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

using Parameters = std::map<std::string, int64_t>;

/// "tile_x=14,tile_k=2".
Result<Parameters> parseParameters(const std::string &text) {
  Parameters parameters;
  for (const std::string &part : splitList(text)) {
    size_t equals = part.find('=');
    int64_t value = 0;
    const char *end = part.data() + part.size();
    bool named = equals != part.npos && equals > 0 && equals + 1 < part.size();
    auto [rest, problem] = std::from_chars(named ? part.data() + equals + 1 : end, end, value);
    if (!named || problem != std::errc() || rest != end)
      return Error{"'" + part + "' in --tune-params is not NAME=INTEGER"};
    if (!parameters.emplace(part.substr(0, equals), value).second)
      return Error{"'" + part.substr(0, equals) + "' is given twice in --tune-params"};
  }
  return parameters;
}

Result<std::optional<compiler::LayerForm>> findForm(const std::string &text) {
  if (text.empty())
    return std::optional<compiler::LayerForm>();
  Result<compiler::LayerForm> form = compiler::parseLayerForm(text);
  if (!form)
    return Error{"--form: " + form.error().message};
  return std::optional(*form);
}

} // namespace

void addPlanOptions(CLI::App &command, PlanOptions &options) {
  command.add_option("--algorithm", options.algorithm, "Of every convolution");
  command.add_option("--tune-params", options.parameters,
                     "Parameters of its plan: NAME=INTEGER,... ('convwright list algorithms FILE' "
                     "says which there are)");
  command.add_option("--form", options.form,
                     "Of every layer: \"fusion = full|epilogue|prologue|none, intermediates = "
                     "declared|nchw|nhwc\"");
}

Result<compiler::PlanOverrides> overridesFrom(const PlanOptions &options) {
  Result<std::string> algorithm = checkAlgorithm(options.algorithm);
  if (!algorithm)
    return algorithm.error();
  Result<Parameters> parameters = parseParameters(options.parameters);
  if (!parameters)
    return parameters.error();
  Result<std::optional<compiler::LayerForm>> form = findForm(options.form);
  if (!form)
    return form.error();
  compiler::PlanOverrides overrides{*algorithm, *parameters};
  overrides.form = *form;
  return overrides;
}

} // namespace convwright::tools
