//===- AbiTables.cpp - a layer's tables as the runtime reads them --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/AbiTables.h"

#include "compiler/Emit/Mapped.h"
#include "compiler/Emit/Names.h"
#include "schedules/kernel/ContentHash.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

using namespace convwright::schedules;

namespace convwright::compiler {

namespace {

/// Stands for an entry: that there is one is all that the tables say before linking.
int entryMarker(void **) { return -1; }

/// cw_element_type has the same numbers.
int32_t code(ElementType type) { return static_cast<int32_t>(type); }

int64_t code(Machine machine) {
  switch (machine) {
  case Machine::OpenCL:
    return CW_MACHINE_OPENCL;
  case Machine::Cuda:
    return CW_MACHINE_CUDA;
  case Machine::X86:
  case Machine::AArch64:
    return CW_MACHINE_CPU;
  }
}

bool sameBuffer(const Buffer &a, const Buffer &b) {
  return a.slot == b.slot && a.tensor.name == b.tensor.name && a.tensor.type == b.tensor.type &&
         a.tensor.layout == b.tensor.layout && a.tensor.dims == b.tensor.dims;
}

} // namespace

template <typename T> const T *AbiTables::keep(std::vector<T> list) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<std::byte> &bytes = rows.emplace_back(list.size() * sizeof(T));
  if (!list.empty())
    std::memcpy(bytes.data(), list.data(), bytes.size());
  return reinterpret_cast<const T *>(bytes.data());
}

const char *AbiTables::keep(const std::string &text) { return strings.emplace_back(text).c_str(); }

const cw_extent *AbiTables::extents(const std::vector<Extent> &dims) {
  return keep(mapped(dims, [](const Extent &extent) {
    return cw_extent{extent.symbol, extent.mul, extent.add, extent.div};
  }));
}

cw_tensor AbiTables::tensor(const TensorInfo &info) {
  return {keep(info.name),
          code(info.type),
          info.layout == Layout::ChannelsLast ? CW_CHANNELS_LAST : CW_CHANNELS_FIRST,
          static_cast<int64_t>(info.dims.size()),
          extents(info.dims),
          /*pitched=*/0};
}

std::vector<cw_tensor> AbiTables::tensors(const std::vector<TensorInfo> &infos) {
  return mapped(infos, [&](const TensorInfo &info) { return tensor(info); });
}

/// What the kernels of no target need dense. One that reads a tensor in another shape, its elements
/// in order, needs its images so.
int64_t AbiTables::pitchedDims(const TensorInfo &tensor, const Reference &place) const {
  size_t rank = tensor.dims.size(), dense = schedules::denseDims(tensor.dims, tensor.layout);
  auto isReshaped = [&](const Operand &operand) {
    Dims seen = operand.dims, whole = tensor.dims;
    for (Dims *dims : {&seen, &whole})
      std::erase(*dims, Extent::constant(1));
    return seen != whole;
  };
  for (const CompiledTarget &target : library.targets)
    for (const Step &step : target.program->layers[layerIndex].steps)
      for (size_t i = 0; i < step.operands.size(); ++i)
        if (step.kernel.operands[i].role == Operand::Role::Activation &&
            step.operands[i].place == place.place && step.operands[i].index == place.index &&
            isReshaped(step.kernel.operands[i]))
          dense = std::max(dense, rank - 1);
  return static_cast<int64_t>(rank - dense);
}

std::vector<cw_tensor> AbiTables::callersTensors(const std::vector<TensorInfo> &infos,
                                                 Reference::Place place) {
  std::vector<cw_tensor> rows = tensors(infos);
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i].pitched = pitchedDims(infos[i], {place, static_cast<int32_t>(i)});
  return rows;
}

cw_weight_reference AbiTables::weight(const Step &step, int32_t operand) {
  const Operand &source = step.kernel.operands[operand];
  // Weights are row-major whatever their rank.
  TensorInfo info{source.name, source.type, Layout::ChannelsFirst, source.dims};
  bool known = source.role == Operand::Role::Constant;
  return {known ? -1 : step.weights[operand], tensor(info), known ? source.data.data() : nullptr};
}

void AbiTables::placeBuffers() {
  for (const CompiledTarget &target : library.targets) {
    const std::vector<Buffer> &own = target.program->layers[layerIndex].buffers;
    auto place = std::search(buffers.begin(), buffers.end(), own.begin(), own.end(), sameBuffer);
    firstBuffers.push_back(static_cast<size_t>(place - buffers.begin()));
    if (place == buffers.end())
      buffers.insert(place, own.begin(), own.end());
  }
}

cw_reference AbiTables::reference(const Reference &reference, size_t firstBuffer) const {
  switch (reference.place) {
  case Reference::Place::Argument:
    return {CW_PLACE_ARGUMENT, reference.index, nullptr};
  case Reference::Place::Result:
    return {CW_PLACE_RESULT, reference.index, nullptr};
  case Reference::Place::Buffer:
    return {CW_PLACE_BUFFER, reference.index + static_cast<int32_t>(firstBuffer), nullptr};
  }
}

/// None where the kernel sees the whole tensor.
const cw_view *AbiTables::view(const std::vector<Extent> &dims,
                               const std::optional<schedules::Part> &part) {
  if (!part)
    return nullptr;
  return keep(std::vector<cw_view>{
      {static_cast<int64_t>(dims.size()), extents(dims), extents(part->start), keep(part->step)}});
}

cw_kernel AbiTables::kernel(const Step &step, const CompiledKernel &compiled, size_t firstBuffer) {
  std::vector<cw_reference> inputs, outputs;
  for (int32_t operand : compiled.activations) {
    const Operand &read = step.kernel.operands[operand];
    inputs.push_back(reference(step.operands[operand], firstBuffer));
    inputs.back().view = view(read.dims, read.part);
  }
  for (size_t i = 0; i < step.outputs.size(); ++i) {
    const schedules::Output &written = step.kernel.outputs[i];
    outputs.push_back(reference(step.outputs[i], firstBuffer));
    outputs.back().view = view(written.dims, written.part);
  }
  std::vector<cw_weight_reference> weights =
      mapped(compiled.weights, [&](int32_t operand) { return weight(step, operand); });
  std::vector<cw_packed> packed = mapped(compiled.packed, [&](const PackedBuffer &buffer) {
    return cw_packed{code(buffer.type), static_cast<int64_t>(buffer.dims.size()),
                     keep(std::vector<int64_t>(buffer.dims))};
  });
  auto scratchRow = [&](const ScratchBuffer &buffer) {
    return cw_scratch{static_cast<int64_t>(buffer.dims.size()), extents(buffer.dims),
                      buffer.elementBytes, buffer.perThread};
  };
  std::vector<cw_scratch> scratch = mapped(compiled.scratch, scratchRow);
  std::vector<cw_scratch> stridedScratch = mapped(compiled.stridedScratch, scratchRow);

  cw_kernel row{};
  row.name = keep(step.kernel.name);
  row.pack = compiled.packEntry.empty() ? nullptr : entryMarker;
  row.input_count = static_cast<int64_t>(inputs.size());
  row.inputs = keep(std::move(inputs));
  row.output_count = static_cast<int64_t>(outputs.size());
  row.outputs = keep(std::move(outputs));
  row.weight_count = static_cast<int64_t>(weights.size());
  row.weights = keep(std::move(weights));
  row.packed_count = static_cast<int64_t>(packed.size());
  row.packed = keep(std::move(packed));
  row.constant_packed = compiled.constantPacked.empty() ? nullptr : compiled.constantPacked.data();
  row.scratch_count = static_cast<int64_t>(scratch.size());
  row.scratch = keep(std::move(scratch));
  row.strided = compiled.stridedEntry.empty() ? nullptr : entryMarker;
  row.strided_scratch_count = static_cast<int64_t>(stridedScratch.size());
  row.strided_scratch = keep(std::move(stridedScratch));
  return row;
}

cw_variant AbiTables::variantFor(size_t index) {
  const CompiledTarget &target = library.targets[index];
  const Target &machine = target.program->target;
  std::vector<cw_kernel> kernels;
  const std::vector<Step> &steps = target.program->layers[layerIndex].steps;
  kernels.reserve(steps.size());
  for (size_t s = 0; s < steps.size(); ++s)
    kernels.push_back(kernel(steps[s], target.kernels[layerIndex][s], firstBuffers[index]));
  return {keep(machine.name),       code(machine.machine),
          machine.cpuFeatures,      static_cast<int64_t>(kernels.size()),
          keep(std::move(kernels)), nullptr};
}

AbiTables::AbiTables(const CompiledLibrary &library, size_t layer)
    : library(library), layerIndex(layer) {
  const LayerProgram &program = library.layer(layer);
  std::vector<cw_symbol> symbols = mapped(program.symbols, [&](const Symbol &symbol) {
    return cw_symbol{keep(symbol.name), symbol.lo, symbol.hi, symbol.step};
  });
  std::vector<TensorInfo> rowMajorWeights = program.weights;
  for (TensorInfo &weight : rowMajorWeights)
    weight.layout = Layout::ChannelsFirst;
  placeBuffers();
  std::vector<cw_buffer> intermediates = mapped(
      buffers, [&](const Buffer &buffer) { return cw_buffer{tensor(buffer.tensor), buffer.slot}; });
  std::vector<cw_variant> variants;
  int32_t slots = 0;
  for (size_t target = 0; target < library.targets.size(); ++target) {
    variants.push_back(variantFor(target));
    slots = std::max(slots, library.targets[target].program->layers[layer].slots);
  }

  table.abi_version = CW_ABI_VERSION;
  table.name = keep(layerPrefix(library.name, program));
  table.hash = hashOf(library, layer);
  table.symbol_count = static_cast<int64_t>(symbols.size());
  table.symbols = keep(std::move(symbols));
  table.argument_count = static_cast<int64_t>(program.arguments.size());
  table.arguments = keep(callersTensors(program.arguments, Reference::Place::Argument));
  table.result_count = static_cast<int64_t>(program.results.size());
  table.results = keep(callersTensors(program.results, Reference::Place::Result));
  table.weight_count = static_cast<int64_t>(program.weights.size());
  table.weights = keep(tensors(rowMajorWeights));
  table.buffer_count = static_cast<int64_t>(intermediates.size());
  table.buffers = keep(std::move(intermediates));
  table.slot_count = slots;
  table.variant_count = static_cast<int64_t>(variants.size());
  table.variants = keep(std::move(variants));
}

const CompiledKernel &AbiTables::compiledKernel(size_t target, size_t step) const {
  return library.targets[target].kernels[layerIndex][step];
}

uint64_t hashOf(const CompiledLibrary &library, size_t layer) {
  std::string text;
  auto add = [&](std::string_view part) {
    text += part;
    text += '\0'; // no part has one
  };
  const LayerProgram &program = library.layer(layer);
  auto addTensors = [&](const std::vector<TensorInfo> &tensors) {
    for (const TensorInfo &tensor : tensors)
      add(tensor.name + ": " + printType(tensor, program.symbols) + " " +
          std::string(printLayout(tensor)));
    add("end");
  };
  add(std::to_string(CW_ABI_VERSION));
  add(layerPrefix(library.name, program));
  addTensors(program.arguments);
  addTensors(program.weights);
  addTensors(program.results);
  for (const CompiledTarget &target : library.targets) {
    add(target.program->target.name);
    add(print(target.program->layers[layer].form));
    const std::vector<Step> &steps = target.program->layers[layer].steps;
    for (size_t s = 0; s < steps.size(); ++s) {
      add(print(steps[s].choice.plan));
      for (const PackedBuffer &buffer : target.kernels[layer][s].packed)
        for (int64_t extent : buffer.dims)
          add(std::to_string(extent));
    }
  }
  return std::stoull(contentHash(text), nullptr, 16);
}

} // namespace convwright::compiler
