//===- Description.cpp - a library's self-description, for reading --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Description.h"

#include "tools/convwright/Console.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

using Json = nlohmann::ordered_json;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

namespace fs = std::filesystem;

std::string text(const Json &value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string shape(const Json &tensor) {
  std::vector<std::string> extents;
  for (const Json &extent : tensor.at("shape"))
    extents.push_back(text(extent));
  return text(tensor.at("type")) + "[" + join(extents) + "] " + text(tensor.at("layout"));
}

void describeTensors(std::ostream &out, const char *role, const Json &tensors) {
  for (const Json &tensor : tensors)
    out << "  " << role << " " << text(tensor.at("name")) << ": " << shape(tensor) << '\n';
}

std::string plan(const Json &plan) {
  std::string line = "algorithm = " + text(plan.at("algorithm"));
  for (const auto &[name, value] : plan.at("parameters").items())
    line += ", " + name + " = " + text(value);
  return line + ", source = " + text(plan.at("source"));
}

void describeTarget(std::ostream &out, const Json &target) {
  out << "  " << text(target.at("target")) << ": workspace " << target.at("workspace_bytes")
      << " bytes, and " << target.at("workspace_bytes_per_further_thread")
      << " for each further thread";
  if (target.contains("packed_bytes"))
    out << "; packed weights " << target.at("packed_bytes") << " bytes";
  out << '\n';
  if (auto form = target.find("form"); form != target.end())
    out << "    form: fusion = " << text(form->at("fusion"))
        << ", intermediates = " << text(form->at("intermediates")) << '\n';
  for (const Json &kernel : target.at("kernels"))
    out << "    kernel " << text(kernel.at("name")) << ": " << plan(kernel.at("plan")) << '\n';
}

void describeLayer(std::ostream &out, const Json &layer) {
  out << "layer " << text(layer.at("name")) << '\n';
  std::istringstream documentation(text(layer.at("documentation")));
  for (std::string line; std::getline(documentation, line);)
    out << "  /// " << line << '\n';
  describeTensors(out, "argument", layer.at("arguments"));
  describeTensors(out, "weight", layer.at("weights"));
  describeTensors(out, "result", layer.at("results"));
  for (const Json &symbol : layer.at("symbols"))
    out << "  " << text(symbol.at("name")) << " in " << symbol.at("lo") << ".." << symbol.at("hi")
        << " like " << symbol.at("like") << " step " << symbol.at("step") << '\n';
  for (const Json &target : layer.at("targets"))
    describeTarget(out, target);
}

void describeFiles(std::ostream &out, const std::string &library, const std::string &directory) {
  fs::path folder = directory.empty() ? "." : directory;
  for (const std::string &name :
       {"lib" + library + ".a", library + ".h", library + "Config.cmake"}) {
    std::error_code error;
    uintmax_t size = fs::file_size(folder / name, error);
    if (!error)
      out << "file " << name << ": " << size << " bytes\n";
  }
}

} // namespace

Result<std::string> describe(const std::string &json, const std::string &directory) {
  std::ostringstream out;
  try {
    Json description = Json::parse(json);
    std::vector<std::string> targets;
    for (const Json &target : description.at("targets"))
      targets.push_back(text(target));
    std::string library = text(description.at("library"));
    out << "library " << library << ", by convwright " << text(description.at("convwright"))
        << ", for " << join(targets) << '\n';
    for (const Json &layer : description.at("layers"))
      describeLayer(out, layer);
    describeFiles(out, library, directory);
  } catch (const Json::exception &error) {
    return Error{std::string("not the description of a library made by convwright: ") +
                 error.what()};
  }
  return out.str();
}

} // namespace convwright::tools
