//===- Layers.cpp - loads generated layers and calls them -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/execute/Layers.h"

#include "compiler/Emit/Names.h"
#include "schedules/lowering/TemporaryDirectory.h"

#include <array>
#include <dlfcn.h>
#include <utility>

using convwright::compiler::LayerProgram;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

constexpr size_t maximumPointers = 32;

template <size_t... I>
int callWith(void *function, void *const *arguments, std::index_sequence<I...>) {
  using Function = int (*)(decltype((void)I, static_cast<void *>(nullptr))...);
  return reinterpret_cast<Function>(function)(arguments[I]...);
}

template <size_t N> int callWithCount(void *function, void *const *arguments) {
  return callWith(function, arguments, std::make_index_sequence<N>());
}

using Caller = int (*)(void *, void *const *);

template <size_t... N>
constexpr std::array<Caller, sizeof...(N)> makeCallers(std::index_sequence<N...>) {
  return {callWithCount<N>...};
}

/// Calls a C function whose parameters are `arguments.size()` object pointers and which returns
/// int: the shape of every generated entry.
Caller callerFor(size_t count) {
  static constexpr auto callers = makeCallers(std::make_index_sequence<maximumPointers + 1>());
  return count <= maximumPointers ? callers[count] : nullptr;
}

} // namespace

HostTensor makeTensor(const compiler::TensorInfo &info, std::span<const int64_t> sizes) {
  return {info.type, schedules::valuesOf(info.dims, sizes), info.layout};
}

Packed::Packed(size_t bytes)
    : storage(std::aligned_alloc(64, (std::max<size_t>(bytes, 1) + 63) / 64 * 64)) {
  if (!storage)
    throw std::bad_alloc();
}

void Layers::Unload::operator()(void *handle) const { dlclose(handle); }

Result<Layers> Layers::build(const std::vector<compiler::TargetProgram> &programs,
                             compiler::EmitOptions options, const std::string &executable) {
  Result<std::string> runtime = compiler::runtimeLibrary(executable);
  if (!runtime)
    return runtime.error();
  Result<schedules::TemporaryDirectory> directory = schedules::TemporaryDirectory::make();
  if (!directory)
    return directory.error();
  options.directory = directory->path();
  std::string name = options.name;
  Result<std::string> path = compiler::emitSharedObject(programs, options, *runtime,
                                                        directory->path() + "/lib" + name + ".so");
  if (!path)
    return path.error();
  void *handle = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Error{std::string("cannot load the generated code: ") + dlerror()};
  return Layers(handle, std::move(name));
}

void *Layers::entry(const LayerProgram &layer, const char *suffix) const {
  std::string symbol = compiler::layerPrefix(name, layer) + suffix;
  return dlsym(handle.get(), symbol.c_str());
}

std::string Layers::lastError() const {
  auto *function = reinterpret_cast<const char *(*)()>(dlsym(handle.get(), "cw_last_error"));
  return function ? function() : "the generated library has no cw_last_error";
}

Result<std::unique_ptr<Packed>> Layers::pack(const LayerProgram &layer,
                                             std::vector<HostTensor> &weights) const {
  if (layer.weights.empty())
    return std::unique_ptr<Packed>();
  auto *bytes = reinterpret_cast<size_t (*)()>(entry(layer, "_packed_bytes"));
  void *function = entry(layer, "_pack");
  Caller caller = callerFor(weights.size() + 1);
  if (!bytes || !function || !caller)
    return Error{"layer '" + layer.name + "' has no entry to pack its weights, or too many"};
  auto packed = std::make_unique<Packed>(bytes());
  std::vector<void *> arguments;
  arguments.reserve(weights.size() + 1);
  for (HostTensor &weight : weights)
    arguments.push_back(weight.dlpack());
  arguments.push_back(packed->data());
  if (caller(function, arguments.data()) != CW_OK)
    return Error{lastError()};
  return packed;
}

std::function<int()> Layers::prepareRun(const LayerProgram &layer, Call &call,
                                        const cw_options &options) const {
  std::vector<DLTensor *> tensors;
  for (std::vector<HostTensor> *list : {&call.arguments, &call.results})
    for (HostTensor &tensor : *list)
      tensors.push_back(tensor.dlpack());
  return prepareRun(layer, call.packed.get(), tensors, options);
}

std::function<int()> Layers::prepareRun(const LayerProgram &layer, Packed *packed,
                                        std::span<DLTensor *const> tensors,
                                        const cw_options &options) const {
  std::vector<void *> arguments;
  if (packed)
    arguments.push_back(packed->data());
  arguments.insert(arguments.end(), tensors.begin(), tensors.end());
  arguments.push_back(const_cast<cw_options *>(&options));
  void *function = entry(layer, "_run");
  Caller caller = callerFor(arguments.size());
  if (!function || !caller)
    return [] { return static_cast<int>(CW_ERROR_INTERNAL); };
  return [=] { return caller(function, arguments.data()); };
}

int Layers::run(const LayerProgram &layer, Call &call, const cw_options &options) const {
  return prepareRun(layer, call, options)();
}

int Layers::run(const LayerProgram &layer, Packed *packed, std::span<DLTensor *const> tensors,
                const cw_options &options) const {
  return prepareRun(layer, packed, tensors, options)();
}

size_t Layers::workspaceBytes(const LayerProgram &layer, std::span<const int64_t> sizes) const {
  using Function = size_t (*)(const int64_t *);
  auto *function = reinterpret_cast<Function>(entry(layer, "_workspace_bytes"));
  return function ? function(sizes.data()) : 0;
}

std::vector<int64_t> likeSizes(const LayerProgram &layer) {
  std::vector<int64_t> sizes;
  sizes.reserve(layer.symbols.size());
  for (const schedules::Symbol &symbol : layer.symbols)
    sizes.push_back(symbol.like);
  return sizes;
}

std::vector<int64_t> sizesFrom(const LayerProgram &layer,
                               const std::vector<std::vector<int64_t>> &argumentShapes) {
  std::vector<int64_t> sizes = likeSizes(layer);
  // Backwards, so that the first mention of a symbol is the one that stays.
  for (size_t i = std::min(layer.arguments.size(), argumentShapes.size()); i-- > 0;) {
    const auto &dims = layer.arguments[i].dims;
    for (size_t d = std::min(dims.size(), argumentShapes[i].size()); d-- > 0;)
      if (!dims[d].isConstant() && dims[d] == schedules::Extent::ofSymbol(dims[d].symbol))
        sizes[dims[d].symbol] = argumentShapes[i][d];
  }
  return sizes;
}

} // namespace convwright::tools
