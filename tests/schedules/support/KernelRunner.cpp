//===- KernelRunner.cpp - compiles one kernel, runs it, knows the right answer ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/KernelRunner.h"

#include "schedules/kernel/KernelReference.h"
#include "tests/schedules/support/LoadedCode.h"

#include <atomic>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>

namespace {

/// What stands behind the user context pointer: one for the call, one for each worker.
struct Context {
  int threads = 1;
  Context *call = nullptr; // of a worker: the call's
  std::atomic<int64_t> bytes{0}, peak{0}, allocations{0}, loops{0};
  std::atomic<bool> foreign{false};
  std::thread::id owner = std::this_thread::get_id();

  Context &top() { return call ? *call : *this; }
};

/// Device runtimes allocate for themselves, too.
Context deviceContext;

} // namespace

// The runtime that generated code calls; found by dlopen in this program.
extern "C" {
__attribute__((visibility("default"))) void *halide_malloc(void *user, size_t size) {
  auto *context = static_cast<Context *>(user ? user : &deviceContext);
  Context &top = context->top();
  if (context->owner != std::this_thread::get_id())
    top.foreign = true;
  ++top.allocations;
  int64_t now = top.bytes += static_cast<int64_t>(size);
  for (int64_t peak = top.peak; now > peak && !top.peak.compare_exchange_weak(peak, now);)
    ;
  auto *memory = static_cast<char *>(std::aligned_alloc(64, (size + 64 + 63) / 64 * 64));
  std::memcpy(memory, &size, sizeof size);
  return memory + 64;
}

__attribute__((visibility("default"))) void halide_free(void *user, void *pointer) {
  char *memory = static_cast<char *>(pointer) - 64;
  size_t size = 0;
  std::memcpy(&size, memory, sizeof size);
  static_cast<Context *>(user ? user : &deviceContext)->top().bytes -= static_cast<int64_t>(size);
  std::free(memory);
}

__attribute__((visibility("default"))) int halide_do_par_for(void *user, halide_task_t task,
                                                             int min, int size, uint8_t *closure) {
  auto *context = static_cast<Context *>(user);
  ++context->top().loops;
  std::atomic<int> next{min}, status{0};
  auto work = [&] {
    Context worker;
    worker.call = &context->top();
    for (int i = next++; i < min + size; i = next++)
      if (int result = task(&worker, i, closure))
        status = result;
  };
  std::vector<std::thread> pool;
  for (int i = 1; i < context->threads; ++i)
    pool.emplace_back(work);
  work();
  for (std::thread &thread : pool)
    thread.join();
  return status;
}
}

namespace convwright::schedules::testing {

namespace {

/// A HostTensor or a raw pointer as a halide_buffer_t, innermost dimension first.
struct Buffer {
  halide_buffer_t raw{};
  std::vector<halide_dimension_t> dims;

  Buffer(ElementType type, void *host, const std::vector<int64_t> &innermostFirst) {
    int64_t stride = 1;
    for (int64_t extent : innermostFirst) {
      dims.emplace_back(0, static_cast<int32_t>(extent), static_cast<int32_t>(stride));
      stride *= extent;
    }
    DLDataType same = dlpackType(type);
    raw.type = halide_type_t(static_cast<halide_type_code_t>(same.code), same.bits);
    raw.host = static_cast<uint8_t *>(host);
    raw.dimensions = static_cast<int32_t>(dims.size());
    raw.dim = dims.data();
  }
  Buffer(const Buffer &) = delete;
};

std::unique_ptr<Buffer> bufferOf(HostTensor &tensor) {
  const std::vector<int64_t> &d = tensor.shape();
  std::vector<int64_t> order;
  for (size_t position : memoryOrder(tensor.layout(), d.size()))
    order.push_back(d[position]);
  return std::make_unique<Buffer>(tensor.type(), tensor.data(), order);
}

} // namespace

struct KernelRunner::Library {
  std::unique_ptr<LoadedCode> code;
  std::vector<std::byte> packedStorage;

  std::byte *packed() {
    auto address = reinterpret_cast<uintptr_t>(packedStorage.data());
    return packedStorage.data() + (64 - address % 64) % 64;
  }
};

KernelRunner::~KernelRunner() = default;

KernelRunner::KernelRunner(Kernel given, const Plan &plan, const Target &target)
    : kernel(std::move(given)), library(std::make_unique<Library>()) {
  Result<CompiledKernel> result = compileKernel(kernel, plan, target, "kernel_under_test");
  if (!result) {
    failure = result.error().message;
    return;
  }
  code = *result;
  library->code = LoadedCode::load(code, target, failure);
}

void KernelRunner::prepare(const std::vector<int64_t> &values, unsigned seed) {
  assert(failure.empty());
  sizes = values;
  operands.clear();
  outputs.clear();
  for (const Operand &operand : kernel.operands) {
    operands.emplace_back(operand.type, valuesOf(operand.dims, sizes), operand.layout);
    if (operand.role == Operand::Role::Constant)
      std::memcpy(operands.back().data(), operand.data.data(), operand.data.size());
    else
      fillRandom(operands.back(), seed, operands.size() - 1);
  }
  for (const Output &output : kernel.outputs)
    outputs.emplace_back(output.type, valuesOf(output.dims, sizes), output.layout);
  int64_t total = 64;
  for (const PackedBuffer &buffer : code.packed)
    total += (buffer.bytes() + 63) / 64 * 64;
  library->packedStorage.resize(static_cast<size_t>(total));
  if (!code.constantPacked.empty())
    std::memcpy(library->packed(), code.constantPacked.data(), code.constantPacked.size());
  pack();
}

int KernelRunner::call(const std::string &symbol, void *context, std::vector<HostTensor *> tensors,
                       bool withPacked, std::vector<HostTensor *> results) {
  std::vector<std::unique_ptr<Buffer>> buffers;
  for (HostTensor *tensor : tensors)
    buffers.push_back(bufferOf(*tensor));
  std::byte *at = library->packed();
  for (const PackedBuffer &buffer : code.packed) {
    if (withPacked)
      buffers.push_back(std::make_unique<Buffer>(buffer.type, at, buffer.dims));
    at += (buffer.bytes() + 63) / 64 * 64;
  }
  for (HostTensor *tensor : results)
    buffers.push_back(bufferOf(*tensor));
  std::vector<halide_buffer_t *> raw;
  for (auto &buffer : buffers)
    raw.push_back(&buffer->raw);
  return library->code->call(symbol, &context, raw);
}

int KernelRunner::pack() {
  if (code.packEntry.empty())
    return 0;
  std::vector<HostTensor *> raw;
  for (int32_t index : code.weights)
    raw.push_back(&operands[static_cast<size_t>(index)]);
  Context context;
  return call(code.packEntry, &context, raw, true, {});
}

std::function<void()> KernelRunner::timed(int threads) {
  std::vector<HostTensor *> inputs, results;
  for (int32_t index : code.activations)
    inputs.push_back(&operands[static_cast<size_t>(index)]);
  for (HostTensor &tensor : outputs)
    results.push_back(&tensor);
  return [=, this] {
    Context context;
    context.threads = threads;
    call(code.entry, &context, inputs, true, results);
  };
}

RunStatistics KernelRunner::run(int threads) {
  std::vector<HostTensor *> inputs, results;
  for (int32_t index : code.activations)
    inputs.push_back(&operands[static_cast<size_t>(index)]);
  for (HostTensor &tensor : outputs)
    results.push_back(&tensor);
  Context context;
  context.threads = threads;
  RunStatistics statistics;
  statistics.status = call(code.entry, &context, inputs, true, results);
  statistics.peakBytes = context.peak;
  statistics.allocations = context.allocations;
  statistics.parallelLoops = context.loops;
  statistics.foreignContext = context.foreign;
  return statistics;
}

double KernelRunner::reference(size_t output, const std::vector<int64_t> &at) const {
  return referenceValue(kernel, sizes, operands, output, at);
}

double KernelRunner::relativeError(int64_t samples, unsigned seed) const {
  KernelReference right(kernel, sizes, operands, samples == 0);
  double error = 0, norm = 0;
  for (size_t i = 0; i < outputs.size(); ++i) {
    auto compare = [&](const std::vector<int64_t> &at) {
      double expected = right.value(i, at), found = outputs[i].at(at);
      if (outputs[i].type() != ElementType::F32)
        expected = convertValue(expected, outputs[i].type());
      bool same = expected == found || (std::isnan(expected) && std::isnan(found));
      double difference = same ? 0 : found - expected;
      error += std::isfinite(difference) ? difference * difference : HUGE_VAL;
      norm += std::isfinite(expected) ? expected * expected : 0;
    };
    if (samples == 0) {
      outputs[i].forEach(compare);
      continue;
    }
    std::mt19937 random(seed);
    for (int64_t n = 0; n < samples; ++n) {
      std::vector<int64_t> at;
      for (int64_t dim : outputs[i].shape())
        at.push_back(std::uniform_int_distribution<int64_t>(0, dim - 1)(random));
      compare(at);
    }
  }
  return error == 0 ? 0 : std::sqrt(error / std::max(norm, 1e-30));
}

int64_t KernelRunner::declaredScratch(int workers) const {
  int64_t total = 0;
  for (const ScratchBuffer &buffer : code.scratch) {
    int64_t bytes = buffer.elementBytes;
    for (const Extent &extent : buffer.dims)
      bytes *= extent.at(sizes);
    total += (bytes + 64) * (buffer.perThread ? workers : 1);
  }
  return total;
}

} // namespace convwright::schedules::testing
