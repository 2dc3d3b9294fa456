//===- Entries.cpp - what generated entries call -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arena.h"
#include "Arithmetic.h"
#include "Call.h"
#include "Device.h"
#include "Frame.h"
#include "Packed.h"
#include "StackPlace.h"
#include "Status.h"
#include "Strides.h"
#include "Tensors.h"
#include "ThreadPool.h"
#include "Variant.h"
#include "Workspace.h"

#include <cinttypes>

namespace convwright::runtime {

namespace {

constexpr cw_options defaults{};

int checkOptions(const cw_options &options, const cw_variant &variant) {
  if (options.threads < 0 || options.threads > maxThreads)
    return fail(CW_ERROR_OPTIONS,
                "options.threads is %d; allowed are 1..%d, or 0 for cw_default_threads()",
                options.threads, maxThreads);
  if (options.stream && variant.machine != CW_MACHINE_CPU)
    return fail(
        CW_ERROR_OPTIONS,
        "options.stream is set, but this version runs target %s on the default stream only: "
        "leave it null",
        variant.target);
  if (reinterpret_cast<uintptr_t>(options.workspace) % alignment)
    return fail(CW_ERROR_ALIGNMENT,
                "options.workspace is %p; it has to lie at a multiple of 64 bytes (aligned_alloc)",
                options.workspace);
  return CW_OK;
}

/// Neither the workspace nor packed parameters may meet a tensor that the call writes; nor the
/// workspace what it reads.
int checkMemory(const cw_layer &layer, const cw_variant &variant, const void *packed,
                const DLTensor *const *arguments, DLTensor *const *results,
                const cw_options &options) {
  auto bytes = static_cast<int64_t>(options.workspace_bytes);
  if (options.workspace && bytes < 0)
    return fail(CW_ERROR_OPTIONS, "options.workspace_bytes is %zu, more than memory can have",
                options.workspace_bytes);
  int64_t parameters = packed ? packedBytes(variant).get() : 0;
  for (int64_t r = 0; r < layer.result_count; ++r) {
    if (packed && overlaps(*results[r], packed, parameters))
      return fail(CW_ERROR_ALIAS, "%s overlaps packed in memory", layer.results[r].name);
    if (options.workspace && overlaps(*results[r], options.workspace, bytes))
      return fail(CW_ERROR_ALIAS, "%s overlaps options.workspace in memory", layer.results[r].name);
  }
  for (int64_t a = 0; options.workspace && a < layer.argument_count; ++a)
    if (overlaps(*arguments[a], options.workspace, bytes))
      return fail(CW_ERROR_ALIAS, "%s overlaps options.workspace in memory",
                  layer.arguments[a].name);
  return CW_OK;
}

int failKernel(const cw_layer &layer, const cw_kernel &kernel, const Call &call, int result) {
  if (call.executorGaveBadWorker.load(std::memory_order_relaxed))
    return fail(CW_ERROR_OPTIONS,
                "options.parallel_for called a task with a worker number outside 0..%d",
                call.workers - 1);
  if (call.executorResult)
    return fail(CW_ERROR_OPTIONS, "options.parallel_for returned %d though no task failed",
                call.executorResult);
  return fail(CW_ERROR_INTERNAL, "%s: kernel %s failed with code %d; please report this",
              layer.name, kernel.name, result);
}

int runKernels(const cw_layer &layer, const cw_variant &variant, const uint8_t *packed,
               Frame &frame, Call &call) {
  void *userContext = &call.main;
  DeviceSession device(layer, variant, frame, userContext);
  const uint8_t *parameters = packed ? packed + sizeof(PackedHeader) : nullptr;
  for (int64_t k = 0; k < variant.kernel_count; ++k) {
    const cw_kernel &kernel = variant.kernels[k];
    const uint8_t *packedHere = static_cast<const uint8_t *>(kernel.constant_packed);
    if (kernel.pack) {
      packedHere = parameters;
      parameters += packedBytes(kernel).get();
    }
    if (frame.writesNothing(kernel))
      continue;
    void **values = frame.argumentsOf(kernel, &userContext, packedHere);
    cw_kernel_function run = kernel.strided && !frame.isDense(kernel) ? kernel.strided : kernel.run;
    int result = atPageEnd([&] { return run(values); });
    if (int status = device.afterKernel(kernel, values, result))
      return status;
    if (result)
      return failKernel(layer, kernel, call, result);
  }
  return device.finish();
}

int runIn(uint8_t *workspace, int workers, const WorkspaceLayout &layout, const cw_layer &layer,
          const cw_variant &variant, const void *packed, const DLTensor *const *arguments,
          DLTensor *const *results, const cw_options &options, const int64_t *sizes) {
  Call call;
  call.parallelFor = options.parallel_for ? options.parallel_for : poolParallelFor;
  call.parallelForContext = options.parallel_for_context;
  call.workers = workers;
  placeContexts(call, layout, workspace);
  Frame frame(workspace, layer, sizes, arguments, results, workspace + layout.slots);
  return runKernels(layer, variant, static_cast<const uint8_t *>(packed), frame, call);
}

} // namespace

} // namespace convwright::runtime

using namespace convwright::runtime;

size_t cwrt_workspace_bytes(const cw_layer *layer, const int64_t *sizes) {
  int status;
  const cw_variant *variant = chooseVariant(*layer, status);
  if (!variant)
    return 0;
  if (layer->symbol_count && !sizes) {
    fail(CW_ERROR_NULL_POINTER,
         "sizes is null; it has to hold %" PRId64 " values, the first for %s", layer->symbol_count,
         layer->symbols[0].name);
    return 0;
  }
  for (int64_t s = 0; s < layer->symbol_count; ++s)
    if (checkSymbol(layer->symbols[s], sizes[s], "sizes"))
      return 0;
  return cwrt_variant_workspace_bytes(layer, variant, sizes, cw_default_threads());
}

size_t cwrt_variant_workspace_bytes(const cw_layer *layer, const cw_variant *variant,
                                    const int64_t *sizes, int workers) {
  WorkspaceLayout layout;
  if (layOutWorkspace(*layer, *variant, sizes, layout))
    return 0;
  succeed();
  return static_cast<size_t>(layout.totalFor(workers));
}

size_t cwrt_packed_bytes(const cw_layer *layer) {
  int status;
  const cw_variant *variant = chooseVariant(*layer, status);
  if (!variant)
    return 0;
  succeed();
  return cwrt_variant_packed_bytes(variant);
}

size_t cwrt_variant_packed_bytes(const cw_variant *variant) {
  Size bytes = packedBytes(*variant);
  return bytes.overflows() ? 0 : static_cast<size_t>(bytes.get());
}

int cwrt_pack(const cw_layer *layer, const DLTensor *const *weights, void *packed) {
  int status;
  const cw_variant *variant = chooseVariant(*layer, status);
  if (!variant)
    return status;
  if (!packed)
    return fail(CW_ERROR_NULL_POINTER,
                "packed is null; it has to be %s_packed_bytes() bytes at a multiple of 64",
                layer->name);
  if (reinterpret_cast<uintptr_t>(packed) % alignment)
    return fail(CW_ERROR_ALIGNMENT,
                "packed is %p; it has to lie at a multiple of 64 bytes (aligned_alloc)", packed);
  status = checkWeights(*layer, weights);
  for (int64_t w = 0; !status && w < layer->weight_count; ++w)
    if (overlaps(*weights[w], packed, packedBytes(*variant).get()))
      status = fail(CW_ERROR_ALIAS, "packed overlaps %s in memory", layer->weights[w].name);
  if (!status)
    status = packWeights(*layer, *variant, weights, packed);
  return status ? status : succeed();
}

int cwrt_run(const cw_layer *layer, const void *packed, const DLTensor *const *arguments,
             DLTensor *const *results, const cw_options *given) {
  const cw_options &options = given ? *given : defaults;
  int status;
  const cw_variant *variant = chooseVariant(*layer, status);
  if (!variant)
    return status;
  SymbolValues sizes;
  if ((status = checkOptions(options, *variant)) ||
      (status = checkTensors(*layer, arguments, results, sizes)) ||
      (layer->weight_count && (status = checkPacked(*layer, *variant, packed))) ||
      (status = checkMemory(*layer, *variant, packed, arguments, results, options)))
    return status;

  bool anyElement = false;
  for (int64_t r = 0; r < layer->result_count; ++r)
    anyElement |= !isEmpty(*results[r]);
  if (!anyElement)
    return succeed();
  WorkspaceLayout layout;
  if ((status = layOutWorkspace(*layer, *variant, sizes.values, layout)))
    return status;
  int workers = options.threads ? options.threads : cw_default_threads();
  auto run = [&](void *workspace) {
    return runIn(static_cast<uint8_t *>(workspace), workers, layout, *layer, *variant, packed,
                 arguments, results, options, sizes.values);
  };
  if (options.workspace) {
    auto bytes = static_cast<int64_t>(options.workspace_bytes);
    workers = layout.workersIn(bytes, workers);
    if (workers < 1)
      return fail(CW_ERROR_WORKSPACE,
                  "options.workspace has %" PRId64 " bytes; %s needs %" PRId64
                  " for one thread and %" PRId64 " for each more (see %s_workspace_bytes)",
                  bytes, layer->name, layout.totalFor(1), layout.workerBytes, layer->name);
    status = run(options.workspace);
  } else {
    ArenaLease arena(layout.totalFor(workers));
    if (!arena.data())
      return fail(CW_ERROR_MEMORY,
                  "%s: no memory for a workspace of %" PRId64
                  " bytes; fewer threads need less, or bring options.workspace",
                  layer->name, layout.totalFor(workers));
    status = run(arena.data());
  }
  return status ? status : succeed();
}
