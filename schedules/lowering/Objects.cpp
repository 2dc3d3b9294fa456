//===- Objects.cpp - from scheduled pipelines to object code and texts --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Objects.h"

#include "schedules/lowering/ScalarLowering.h"
#include "schedules/lowering/TemporaryDirectory.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

// What Pipeline::print_loop_nest() writes to standard error. The library exports it, its header
// does not declare it.
namespace Halide::Internal {
std::string print_loop_nest(const std::vector<Function> &outputs);
}

namespace convwright::schedules {

namespace {

using Halide::LinkageType;
using Halide::Module;

Halide::Target halideTarget(const Target &target) {
  return Halide::Target(target.halideTarget +
                        "-user_context-no_runtime-no_asserts-no_bounds_query");
}

/// Puts other names in the place of functions'.
class FunctionRenamer : public Halide::Internal::IRMutator {
public:
  using IRMutator::mutate;
  std::map<std::string, std::string> names;

private:
  using IRMutator::visit;

  Halide::Expr visit(const Halide::Internal::Variable *op) override {
    auto found = names.find(op->name);
    return found == names.end() ? Halide::Expr(op)
                                : Halide::Internal::Variable::make(op->type, found->second);
  }
};

/// Bodies of parallel loops become functions whose names Halide numbers by what the process
/// compiled before. They get names that depend on the entry alone: the same input gives the same
/// bytes.
void nameTasks(Module &module, const std::string &entry) {
  FunctionRenamer renamer;
  for (Halide::Internal::LoweredFunc &function : module.functions())
    if (function.name != entry) {
      std::string name = entry + "_task" + std::to_string(renamer.names.size());
      renamer.names.emplace("::" + function.name, "::" + name); // as Halide refers to symbols
      function.name = name;
    }
  for (Halide::Internal::LoweredFunc &function : module.functions())
    function.body = renamer.mutate(function.body);
}

Module moduleOf(Halide::Pipeline pipeline, const std::vector<Halide::Argument> &arguments,
                const std::string &entry, const Halide::Target &target) {
  Module module =
      pipeline.compile_to_module(arguments, entry, target, LinkageType::ExternalPlusArgv);
  nameTasks(module, entry);
  return module;
}

std::string packEntryOf(const std::string &entry) { return entry + "_pack"; }

bool packsAtRunTime(const Kernel &kernel, const Pipelines &pipelines) {
  for (int32_t weight : pipelines.weights)
    if (kernel.operands.at(static_cast<size_t>(weight)).role == Operand::Role::Weight)
      return true;
  return false;
}

/// Packing runs on the CPU, whatever the kernel's device.
Halide::Target packTarget(const Halide::Target &target) {
  return target.without_feature(Halide::Target::OpenCL).without_feature(Halide::Target::CUDA);
}

void append(Module &module, const Module &more) {
  for (const Halide::Internal::LoweredFunc &function : more.functions())
    module.append(function);
  module.set_any_strict_float(module.any_strict_float() || more.any_strict_float());
}

} // namespace

Module wholeModule(const Kernel &kernel, const Pipelines &pipelines, const Target &target,
                   const std::string &entry) {
  Halide::Target halide = halideTarget(target);
  Module run = moduleOf(pipelines.run, pipelines.runArguments, entry, halide);
  if (!pipelines.pack || !packsAtRunTime(kernel, pipelines))
    return run;
  append(run, moduleOf(*pipelines.pack, pipelines.packArguments, packEntryOf(entry),
                       packTarget(halide)));
  return run;
}

void addStrided(const Pipelines &strided, const Target &target, Module &module,
                CompiledKernel &compiled) {
  compiled.stridedEntry = compiled.entry + "_strided";
  compiled.stridedScratch = strided.scratch;
  append(module,
         moduleOf(strided.run, strided.runArguments, compiled.stridedEntry, halideTarget(target)));
}

namespace {

int64_t roundedUp(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// Raw weight data as Halide sees it: dimensions reversed, dense.
Halide::Buffer<> rawBuffer(const Operand &operand) {
  std::vector<int> sizes;
  for (size_t i = operand.dims.size(); i-- > 0;)
    sizes.push_back(static_cast<int>(operand.dims[i].add));
  Halide::Buffer<> buffer(halideType(operand.type), sizes);
  std::memcpy(buffer.data(), operand.data.data(), operand.data.size());
  return buffer;
}

/// Runs the pack pipeline here, when all that it reads is known.
std::vector<std::byte> packConstants(const Kernel &kernel, Pipelines &pipelines,
                                     Halide::Pipeline pack) {
  int64_t total = 0;
  for (const PackedBuffer &buffer : pipelines.packed)
    total += roundedUp(buffer.bytes());
  std::vector<std::byte> bytes(static_cast<size_t>(total));
  for (size_t i = 0; i < pipelines.weights.size(); ++i)
    pipelines.weightParams[i].set(
        rawBuffer(kernel.operands.at(static_cast<size_t>(pipelines.weights[i]))));
  std::vector<Halide::Buffer<>> outputs;
  int64_t offset = 0;
  for (const PackedBuffer &buffer : pipelines.packed) {
    std::vector<int> sizes(buffer.dims.begin(), buffer.dims.end());
    outputs.emplace_back(halideType(buffer.type), bytes.data() + offset, sizes);
    offset += roundedUp(buffer.bytes());
  }
  pack.realize(Halide::Realization(outputs));
  return bytes;
}

} // namespace

std::vector<std::byte> objectOf(const Module &module) {
  Halide::Buffer<uint8_t> code = module.resolve_submodules().compile_to_buffer();
  auto *begin = reinterpret_cast<const std::byte *>(code.data());
  return {begin, begin + code.number_of_elements()};
}

namespace {

/// What `write` puts into a file of the path that it is given.
template <typename Write> std::string throughFile(const char *name, Write write) {
  Result<TemporaryDirectory> directory = TemporaryDirectory::make();
  if (!directory)
    throw std::runtime_error(directory.error().message);
  std::filesystem::path path = std::filesystem::path(directory->path()) / name;
  write(path.string());
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw std::runtime_error("cannot read '" + path.string() + "'");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace

CompiledKernel describeKernel(const Kernel &kernel, Pipelines &pipelines,
                              const std::string &entry) {
  CompiledKernel compiled;
  compiled.entry = entry;
  compiled.activations = pipelines.activations;
  compiled.weights = pipelines.weights;
  compiled.packed = pipelines.packed;
  compiled.scratch = pipelines.scratch;
  if (packsAtRunTime(kernel, pipelines))
    compiled.packEntry = packEntryOf(entry);
  else if (pipelines.pack)
    compiled.constantPacked = packConstants(kernel, pipelines, *pipelines.pack);
  return compiled;
}

std::string loopNest(const Pipelines &pipelines) {
  std::vector<Halide::Internal::Function> outputs;
  for (const Halide::Func &output : pipelines.run.outputs())
    outputs.push_back(output.function());
  // Halide numbers some loops by what the process has made before ("x.v16"): the same input is to
  // give the same text.
  static const std::regex numbered("\\.([rv])[0-9]+\\b");
  return std::regex_replace(Halide::Internal::print_loop_nest(outputs), numbered, ".$1");
}

std::string textOf(const Module &module, Halide::OutputFileType type) {
  return throughFile("kernel", [&](const std::string &path) { module.compile({{type, path}}); });
}

std::vector<std::byte> deviceRuntime(const Target &target) {
  std::string text = throughFile("runtime.o", [&](const std::string &path) {
    Halide::compile_standalone_runtime(path, Halide::Target(target.halideTarget + "-user_context"));
  });
  auto *begin = reinterpret_cast<const std::byte *>(text.data());
  return {begin, begin + text.size()};
}

} // namespace convwright::schedules
