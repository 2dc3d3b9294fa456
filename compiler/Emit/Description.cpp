//===- Description.cpp - a library's description of itself ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/AbiTables.h"
#include "compiler/Emit/LibraryTexts.h"
#include "compiler/Emit/Mapped.h"
#include "compiler/Emit/Names.h"

#include <nlohmann/json.hpp>

using namespace convwright::schedules;
using Json = nlohmann::ordered_json;

namespace convwright::compiler {

namespace {

Json describeTensors(const std::vector<TensorInfo> &tensors, const std::vector<Symbol> &symbols,
                     bool areWeights = false) {
  Json list = Json::array();
  for (const TensorInfo &tensor : tensors) {
    Json shape = Json::array();
    for (const Extent &extent : tensor.dims)
      shape.push_back(extent.isConstant() ? Json(extent.add) : Json(printExtent(extent, symbols)));
    list.push_back({{"name", tensor.name},
                    {"type", spell(tensor.type)},
                    {"shape", shape},
                    {"layout", areWeights ? rowMajor : printLayout(tensor)}});
  }
  return list;
}

Json describeSymbols(const std::vector<Symbol> &symbols) {
  Json list = Json::array();
  for (const Symbol &symbol : symbols)
    list.push_back({{"name", symbol.name},
                    {"lo", symbol.lo},
                    {"hi", symbol.hi},
                    {"step", symbol.step},
                    {"like", symbol.like}});
  return list;
}

Json describePlan(const Plan &plan) {
  Json parameters = Json::object();
  for (const auto &[name, value] : plan.parameters)
    parameters[name] = value;
  return {
      {"algorithm", plan.algorithm}, {"parameters", parameters}, {"source", spell(plan.source)}};
}

std::vector<int64_t> likeSizes(const LayerProgram &layer) {
  return mapped(layer.symbols, [](const Symbol &symbol) { return symbol.like; });
}

Json describeTarget(const CompiledLibrary &library, const AbiTables &tables, size_t layer,
                    size_t target) {
  const TargetProgram &program = *library.targets[target].program;
  std::vector<int64_t> sizes = likeSizes(program.layers[layer]);
  auto workspace = [&](int threads) {
    return cwrt_variant_workspace_bytes(&tables.layer(), &tables.variant(target), sizes.data(),
                                        threads);
  };
  Json kernels = Json::array();
  const std::vector<Step> &steps = program.layers[layer].steps;
  for (size_t s = 0; s < steps.size(); ++s)
    kernels.push_back({{"name", steps[s].kernel.name},
                       {"symbol", library.targets[target].kernels[layer][s].entry},
                       {"plan", describePlan(steps[s].choice.plan)}});
  Json entry = {{"target", program.target.name},
                {"workspace_bytes", workspace(1)},
                {"workspace_bytes_per_further_thread", workspace(2) - workspace(1)},
                {"kernels", kernels}};
  if (const LayerForm &form = program.layers[layer].form; form != LayerForm())
    entry["form"] = {{"fusion", spell(form.fusion)}, {"intermediates", spell(form.intermediates)}};
  if (!program.layers[layer].weights.empty())
    entry["packed_bytes"] = cwrt_variant_packed_bytes(&tables.variant(target));
  return entry;
}

Json describeLayer(const CompiledLibrary &library, size_t index) {
  const LayerProgram &layer = library.layer(index);
  AbiTables tables(library, index);
  Json targets = Json::array();
  for (size_t t = 0; t < library.targets.size(); ++t)
    targets.push_back(describeTarget(library, tables, index, t));
  return {{"name", layer.name},
          {"documentation", layer.documentation},
          {"symbols", describeSymbols(layer.symbols)},
          {"arguments", describeTensors(layer.arguments, layer.symbols)},
          {"weights", describeTensors(layer.weights, layer.symbols, /*areWeights=*/true)},
          {"results", describeTensors(layer.results, layer.symbols)},
          {"targets", targets}};
}

} // namespace

std::string writeDescription(const CompiledLibrary &library,
                             const std::vector<std::string> &records) {
  Json targets = Json::array();
  for (const CompiledTarget &target : library.targets)
    targets.push_back(target.program->target.name);
  Json layers = Json::array();
  for (size_t l = 0; l < library.layerCount(); ++l)
    layers.push_back(describeLayer(library, l));
  Json description = {{"library", library.name},
                      {"convwright", CONVWRIGHT_VERSION},
                      {"abi_version", CW_ABI_VERSION},
                      {"targets", targets},
                      {"records", records},
                      {"layers", layers}};
  return description.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace convwright::compiler
