//===- Description.cpp - a library's self-description, for reading --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Description.h"

#include "compiler/Import/Safetensors.h"
#include "tools/convwright/Console.h"

#include "llvm/Object/Archive.h"
#include "llvm/Support/Error.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
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
  std::string shown = text(tensor.at("type"));
  if (!extents.empty())
    shown += "[" + join(extents) + "]";
  // Only images have a layout that a .conv file can say.
  bool says = tensor.contains("layout") && tensor.at("layout") != "row-major";
  return shown + (says ? " " + text(tensor.at("layout")) : "");
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

/// The description that stands in the member of a library's entries; empty: there is none.
std::string descriptionIn(llvm::StringRef entries) {
  size_t begin = entries.find("{\n  \"library\": ");
  if (begin == llvm::StringRef::npos)
    return "";
  return entries.slice(begin, entries.find('\0', begin)).str();
}

/// A member of a static library: its name and its bytes.
using Members = std::vector<std::pair<std::string, llvm::StringRef>>;

llvm::Expected<Members> membersOf(const llvm::object::Archive &archive) {
  Members members;
  llvm::Error error = llvm::Error::success();
  for (const llvm::object::Archive::Child &child : archive.children(error)) {
    llvm::Expected<llvm::StringRef> name = child.getName(), bytes = child.getBuffer();
    if (!name || !bytes) {
      error = llvm::joinErrors(name.takeError(), bytes.takeError());
      break;
    }
    members.emplace_back(name->str(), *bytes);
  }
  if (error)
    return std::move(error);
  return members;
}

llvm::Expected<Members> membersOf(llvm::MemoryBufferRef buffer) {
  auto archive = llvm::object::Archive::create(buffer);
  if (!archive)
    return archive.takeError();
  return membersOf(**archive);
}

/// "a.o, b.o, ..." of the first few.
std::string namesOf(const Members &members) {
  constexpr size_t most = 8;
  std::vector<std::string> names;
  names.reserve(most + 1);
  for (const auto &[name, bytes] : members)
    if (names.size() < most)
      names.push_back(name);
  if (members.size() > most)
    names.push_back("...");
  return join(names);
}

std::string describeTensor(const compiler::TensorView &tensor) {
  auto type = compiler::elementType(tensor.type);
  std::vector<std::string> extents;
  for (int64_t extent : tensor.shape)
    extents.push_back(std::to_string(extent));
  std::string line = tensor.name + ": " +
                     std::string(type ? schedules::spell(*type) : compiler::spell(tensor.type));
  if (!extents.empty())
    line += "[" + join(extents) + "]";
  return line + (type ? "" : " (a type that .conv files do not load)");
}

} // namespace

Result<std::string> describeArchive(const std::string &archive, const std::string &path) {
  llvm::Expected<Members> members = membersOf(llvm::MemoryBufferRef(archive, path));
  if (!members)
    return Error{path + ": a damaged static library: " + llvm::toString(members.takeError())};
  for (const auto &[name, bytes] : *members)
    if (std::string json = descriptionIn(bytes); llvm::StringRef(name).ends_with("_entries.o"))
      if (!json.empty())
        return describe(json, fs::path(path).parent_path().string());
  return Error{path + " is a static library that convwright did not make; its members are " +
               (members->empty() ? "none" : namesOf(*members))};
}

Result<std::string> describeSafetensors(const std::string &content, const std::string &path) {
  auto bytes = std::as_bytes(std::span(content));
  Result<compiler::Safetensors> file =
      compiler::Safetensors::parse({bytes.begin(), bytes.end()}, path);
  if (!file)
    return file.error();
  size_t count = file->tensors().size();
  std::ostringstream out;
  out << "safetensors " << path << ": " << count << (count == 1 ? " tensor, " : " tensors, ")
      << content.size() << " bytes\n";
  for (const compiler::TensorView &tensor : file->tensors())
    out << "  " << describeTensor(tensor) << '\n';
  for (const auto &[name, value] : file->metadata())
    out << "  metadata " << name << ": " << value << '\n';
  return out.str();
}

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
