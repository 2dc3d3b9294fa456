//===- Features.cpp - compile a kernel and see what the code is made of ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/Features.h"

#include "schedules/CompileInspected.h"
#include "schedules/algorithms/Cost.h"
#include "schedules/tuning/measure/static/Assembler.h"
#include "schedules/tuning/measure/static/Assembly.h"
#include "schedules/tuning/measure/static/BlockAnalyser.h"
#include "schedules/tuning/measure/static/HalideNest.h"
#include "schedules/tuning/measure/static/MemoryTrace.h"
#include "schedules/tuning/measure/static/StaticModel.h"

#include <algorithm>
#include <ctime>
#include <numeric>

namespace convwright::schedules {

namespace {

/// Instructions that MCA simulates for one candidate: some 15 ms.
constexpr int simulatedInstructions = 3000;
/// Blocks are simulated, the costliest first, until ports say that the rest is less than this.
constexpr double negligible = 0.05;

std::vector<int64_t> shapeOf(const std::vector<Extent> &dims, Layout layout,
                             const std::vector<int64_t> &sizes) {
  std::vector<int64_t> shape;
  for (size_t position : memoryOrder(layout, dims.size()))
    shape.push_back(dims[position].at(sizes));
  return shape;
}

/// Of the buffers that the entry takes, in its order.
std::vector<std::vector<int64_t>> argumentShapes(const Kernel &kernel,
                                                 const CompiledKernel &compiled) {
  std::vector<int64_t> sizes = likeSizes(kernel);
  std::vector<std::vector<int64_t>> shapes;
  for (int32_t index : compiled.activations) {
    const Operand &operand = kernel.operands[static_cast<size_t>(index)];
    shapes.push_back(shapeOf(operand.dims, operand.layout, sizes));
  }
  for (const PackedBuffer &buffer : compiled.packed)
    shapes.push_back(buffer.dims);
  for (const Output &output : kernel.outputs)
    shapes.push_back(shapeOf(output.dims, output.layout, sizes));
  return shapes;
}

MemoryFeatures memoryFeatures(const LoopNest &nest, const std::vector<double> &trips,
                              const Target &target, const MachineModel &model) {
  MissCounts misses =
      simulateMisses(nest, trips, {target.l1, model.l1Ways}, {target.l2, model.l2Ways});
  MemoryFeatures memory;
  memory.accesses = misses.accesses;
  memory.l1Misses = misses.l1;
  memory.l1Sequential = misses.l1Sequential;
  memory.footprint = nest.footprint;
  // A sampled window sees first touches that a warm L2 would not.
  if (nest.footprint > static_cast<double>(target.l2)) {
    memory.l2Misses = misses.l2;
    memory.l2Sequential = misses.l2Sequential;
  }
  for (int loop : nest.allocationsIn)
    memory.allocations += loop < 0 ? 1 : trips[static_cast<size_t>(loop)];
  return memory;
}

/// Without "$9", by which Halide tells apart what one process compiled one after the other.
std::string withoutCounters(const std::string &name) {
  std::string result;
  for (size_t i = 0; i < name.size(); ++i) {
    size_t end = name[i] == '$' ? name.find_first_not_of("0123456789", i + 1) : i + 1;
    if (end == i + 1)
      result += name[i];
    else
      i = std::min(end, name.size()) - 1;
  }
  return result;
}

/// The blocks that are executed, with their texts.
std::vector<BlockFeatures> executedBlocks(const std::vector<AsmFunction> &functions,
                                          const std::vector<std::vector<double>> &trips,
                                          std::vector<std::string> &texts) {
  std::vector<BlockFeatures> blocks;
  for (size_t f = 0; f < functions.size(); ++f)
    for (size_t b = 0; b < functions[f].blocks.size(); ++b) {
      const AsmBlock &block = functions[f].blocks[b];
      if (trips[f][b] <= 0 || block.text.empty())
        continue;
      BlockFeatures &features = blocks.emplace_back();
      features.name = withoutCounters(block.name);
      features.trips = trips[f][b];
      features.inner = block.loop >= 0 && functions[f].loops[static_cast<size_t>(block.loop)].inner;
      texts.push_back(block.text);
    }
  return blocks;
}

/// Simulates the blocks that matter.
std::optional<Error> simulate(std::vector<BlockFeatures> &blocks, const BlockAnalyser &analyser,
                              const MachineModel &model) {
  ModelParts ports;
  ports.mca = false;
  std::vector<double> cost;
  for (const BlockFeatures &block : blocks)
    cost.push_back(block.trips * blockCycles(block, model, ports));
  std::vector<size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return cost[a] != cost[b] ? cost[a] > cost[b] : a < b; });
  double rest = std::accumulate(cost.begin(), cost.end(), 0.0), all = rest;
  double budget = simulatedInstructions;
  for (size_t i : order) {
    int size = std::max(blocks[i].counts.all, 1);
    if (rest <= negligible * all || budget < 5 * size)
      break;
    double share = std::max(cost[i] / all, 0.2);
    Result<double> cycles = analyser.cycles(i, static_cast<int>(budget * share));
    if (!cycles)
      return cycles.error();
    blocks[i].mcaCycles = *cycles;
    rest -= cost[i];
    budget -= std::max(budget * share, 5.0 * size);
  }
  return std::nullopt;
}

/// Of this thread.
double cpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// What follows lowering: loops and blocks, ports, pipeline, caches.
std::optional<Error> extract(const Inspection &inspected, const Kernel &kernel,
                             const Target &target, const MachineModel &model,
                             CodeFeatures &features) {
  double begin = cpuSeconds();
  const std::string &entry = inspected.compiled.entry;
  LoopNest nest = nestOf(inspected.module, entry, argumentShapes(kernel, inspected.compiled));
  std::vector<double> trips = tripCounts(nest);
  std::vector<AsmFunction> functions = parseAssembly(inspected.assembly);
  std::vector<std::string> texts;
  features.blocks = executedBlocks(functions, blockTrips(functions, nest, trips, entry), texts);
  Result<BlockAnalyser> analyser = BlockAnalyser::create(target.triple, model, target.vectorBits);
  if (!analyser)
    return analyser.error();
  if (Result<bool> loaded = analyser->load(texts); !loaded)
    return loaded.error();
  for (size_t i = 0; i < features.blocks.size(); ++i)
    features.blocks[i].counts = analyser->counts(i);
  if (std::optional<Error> error = simulate(features.blocks, *analyser, model))
    return error;
  features.memory = memoryFeatures(nest, trips, target, model);
  for (size_t i = 0; i < nest.loops.size(); ++i)
    if (nest.loops[i].parallel) {
      int parent = nest.loops[i].parent;
      features.tasks += trips[i];
      features.parallelLoops += parent < 0 ? 1 : trips[static_cast<size_t>(parent)];
    }
  features.extractSeconds = cpuSeconds() - begin;
  return std::nullopt;
}

std::optional<Error> whyNotCpu(const Target &target) {
  if (target.isGpu())
    return Error{"the static model reads CPU code; target " + target.name + " is a GPU"};
  return std::nullopt;
}

} // namespace

Result<CompiledKernel> compileKernelWithFeatures(const Kernel &kernel, const Plan &plan,
                                                 const Target &target, const std::string &entry,
                                                 const MachineModel &model,
                                                 CodeFeatures &features) {
  if (std::optional<Error> error = whyNotCpu(target))
    return *error;
  features = {};
  std::vector<std::byte> object;
  auto look = [&](const Inspection &inspected) -> std::optional<Error> {
    if (auto error = extract(inspected, kernel, target, model, features))
      return error;
    // The code generator's second half need not run again.
    Result<std::vector<std::byte>> made = assemble(inspected.assembly, target.triple, model.name);
    if (!made)
      return made.error();
    object = std::move(*made);
    return std::nullopt;
  };
  Result<CompiledKernel> compiled = compileInspected(kernel, plan, target, entry, look);
  if (compiled)
    compiled->object = std::move(object);
  return compiled;
}

Result<CodeFeatures> codeFeatures(const Kernel &kernel, const Plan &plan, const Target &target,
                                  const MachineModel &model) {
  if (std::optional<Error> error = whyNotCpu(target))
    return *error;
  CodeFeatures features;
  auto look = [&](const Inspection &inspected) {
    return extract(inspected, kernel, target, model, features);
  };
  Result<CompiledKernel> compiled = compileInspected(kernel, plan, target, "candidate", look);
  if (!compiled)
    return compiled.error();
  return features;
}

Result<CompiledKernel> compileKernelWithEstimate(const Kernel &kernel, const Plan &plan,
                                                 const Target &target, const std::string &entry) {
  Result<MachineModel> model = target.here ? machineModelHere(target) : machineModelOf(target);
  CodeFeatures features;
  if (model) {
    Result<CompiledKernel> compiled =
        compileKernelWithFeatures(kernel, plan, target, entry, *model, features);
    if (compiled) {
      compiled->estimatedMs = estimateTime(features, *model).ms;
      return compiled;
    }
  }
  return compileKernel(kernel, plan, target, entry); // the kernel's own problem comes up again
}

} // namespace convwright::schedules
