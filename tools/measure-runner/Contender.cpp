//===- Contender.cpp - a built candidate, loaded and ready to be called ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Contender.h"

#include "tools/measure-runner/Verdicts.h"

#include "runtime/src/HalideHooks.h"

#include <cstring>
#include <dlfcn.h>
#include <stdexcept>

using namespace convwright::schedules;

// What generated code calls; dlopen finds it in this program.
#define VISIBLE __attribute__((visibility("default")))
extern "C" {
VISIBLE void *halide_malloc(void *context, size_t bytes) {
  void *memory = cwrt_halide_malloc(context, bytes);
  if (!memory)
    convwright::measure::endOutOfMemory(); // generated code would not look
  return memory;
}
VISIBLE void halide_free(void *context, void *memory) { cwrt_halide_free(context, memory); }
VISIBLE int halide_do_par_for(void *context, convwright::runtime::HalideTask task, int min,
                              int size, uint8_t *closure) {
  return cwrt_halide_do_par_for(context, task, min, size, closure);
}
}

namespace convwright::measure {

namespace {

cw_kernel_function find(void *library, const std::string &entry) {
  auto *function = reinterpret_cast<cw_kernel_function>(dlsym(library, (entry + "_argv").c_str()));
  if (!function)
    throw std::runtime_error("the shared object lacks " + entry + "_argv");
  return function;
}

/// cw_element_type has the same numbers.
int32_t abiType(ElementType type) { return static_cast<int32_t>(type); }

template <typename T> int64_t count(const std::vector<T> &list) {
  return static_cast<int64_t>(list.size());
}

const cw_extent *keep(const std::vector<Extent> &dims, std::deque<std::vector<cw_extent>> &kept) {
  std::vector<cw_extent> &copy = kept.emplace_back();
  for (const Extent &e : dims)
    copy.push_back({e.symbol, e.mul, e.add, e.div});
  return copy.data();
}

cw_tensor tensorRow(const TensorInfo &info, std::deque<std::vector<cw_extent>> &kept) {
  bool nhwc = info.role == Operand::Role::Activation && info.layout == Layout::ChannelsLast;
  return {info.name.c_str(), abiType(info.type),    nhwc ? CW_CHANNELS_LAST : CW_CHANNELS_FIRST,
          count(info.dims),  keep(info.dims, kept), 0};
}

std::unique_ptr<GuardedMemory> cacheLines(size_t bytes) {
  return std::make_unique<GuardedMemory>(static_cast<int64_t>((bytes + 63) / 64 * 64));
}

} // namespace

Contender::Contender(const std::string &stem) {
  Result<BuiltInfo> read = readBuilt(stem, &constants);
  if (!read)
    throw std::runtime_error(read.error().message);
  built = *read;
  load(stem + ".so");
  if (built.constantPackedBytes) {
    auto bytes = static_cast<size_t>(built.constantPackedBytes);
    constantPacked = cacheLines(bytes);
    std::memcpy(constantPacked->atTheEnd(), constants.data() + built.constantPackedOffset, bytes);
  }
  makeArguments();
  makeWeights();
  makeTables();
}

void Contender::load(const std::string &path) {
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw std::runtime_error(std::string("cannot load the candidate: ") + dlerror());
  runFunction = find(library, built.entry);
  if (!built.packEntry.empty())
    packFunction = find(library, built.packEntry);
}

void Contender::makeArguments() {
  for (const Symbol &s : built.symbols)
    symbols.push_back({s.name.c_str(), s.lo, s.hi, s.step});
  for (int32_t index : built.activations) {
    inputReferences.push_back(
        {CW_PLACE_ARGUMENT, static_cast<int32_t>(argumentTable.size()), nullptr});
    argumentTable.push_back(tensorRow(built.operands.at(static_cast<size_t>(index)), extents));
  }
  for (const TensorInfo &output : built.outputs) {
    const cw_view *view = nullptr;
    if (const TensorInfo::View &part = output.view; !part.steps.empty())
      view = &views.emplace_back(cw_view{count(part.dims), keep(part.dims, extents),
                                         keep(part.starts, extents), part.steps.data()});
    outputReferences.push_back({CW_PLACE_RESULT, static_cast<int32_t>(resultTable.size()), view});
    resultTable.push_back(tensorRow(output, extents));
  }
}

void Contender::makeWeights() {
  for (int32_t index : built.weights) {
    const TensorInfo &info = built.operands.at(static_cast<size_t>(index));
    bool known = info.role == Operand::Role::Constant;
    cw_tensor row = tensorRow(info, extents);
    weightReferences.push_back({known ? -1 : count(weightTable), row,
                                known ? constants.data() + info.dataOffset : nullptr});
    if (!known)
      weightTable.push_back(row);
  }
  for (const PackedBuffer &buffer : built.packed)
    packedTable.push_back({abiType(buffer.type), count(buffer.dims), buffer.dims.data()});
  for (const ScratchBuffer &buffer : built.scratch)
    scratchTable.push_back(
        {count(buffer.dims), keep(buffer.dims, extents), buffer.elementBytes, buffer.perThread});
}

void Contender::makeTables() {
  kernel.name = built.entry.c_str();
  kernel.run = runFunction;
  kernel.pack = packFunction;
  kernel.input_count = count(inputReferences);
  kernel.inputs = inputReferences.data();
  kernel.output_count = count(outputReferences);
  kernel.outputs = outputReferences.data();
  kernel.weight_count = count(weightReferences);
  kernel.weights = weightReferences.data();
  kernel.packed_count = count(packedTable);
  kernel.packed = packedTable.data();
  kernel.constant_packed = constantPacked ? constantPacked->atTheEnd() : nullptr;
  kernel.scratch_count = count(scratchTable);
  kernel.scratch = scratchTable.data();
  variant = {built.target.c_str(), CW_MACHINE_CPU, built.cpuFeatures, 1, &kernel, nullptr};
  layer.abi_version = CW_ABI_VERSION;
  layer.name = "candidate";
  layer.hash = 1;
  layer.symbol_count = count(symbols);
  layer.symbols = symbols.data();
  layer.argument_count = count(argumentTable);
  layer.arguments = argumentTable.data();
  layer.result_count = count(resultTable);
  layer.results = resultTable.data();
  // Weights that are all known were packed by the compiler.
  layer.weight_count = packFunction ? count(weightTable) : 0;
  layer.weights = weightTable.data();
  layer.variant_count = 1;
  layer.variants = &variant;
}

std::string Contender::bind(Tensors &tensors, const std::vector<int64_t> &sizes, int threads) {
  arguments.clear();
  results.clear();
  weights.clear();
  for (int32_t index : built.activations)
    arguments.push_back(tensors.operand(index).dlpack());
  for (HostTensor &output : tensors.outputs)
    results.push_back(output.dlpack());
  for (int32_t index : built.weights)
    if (built.operands.at(static_cast<size_t>(index)).role != Operand::Role::Constant)
      weights.push_back(tensors.operand(index).dlpack());
  size_t packedBytes = cwrt_packed_bytes(&layer);
  size_t bytes = cwrt_variant_workspace_bytes(&layer, &variant, sizes.data(), threads);
  if (packedBytes == 0 || bytes == 0)
    return cw_last_error();
  if (packFunction) {
    if (!packed)
      packed = cacheLines(packedBytes);
    if (cwrt_pack(&layer, weights.data(), packed->atTheEnd()) != CW_OK)
      return cw_last_error();
  }
  if (!workspace)
    workspace = cacheLines(bytes);
  // Fresh pages are zero, and would hide that somebody counts on it.
  std::memset(workspace->atTheEnd(), 0xff, bytes);
  options.threads = threads;
  options.workspace = workspace->atTheEnd();
  options.workspace_bytes = bytes;
  return "";
}

int Contender::run() {
  return cwrt_run(&layer, packed ? packed->atTheEnd() : nullptr, arguments.data(), results.data(),
                  &options);
}

} // namespace convwright::measure
