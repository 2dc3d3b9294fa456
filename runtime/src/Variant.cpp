//===- Variant.cpp - which of a layer's variants runs here ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variant.h"

#include "CpuFeatures.h"
#include "Status.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace convwright::runtime {

namespace {

Text listTargets(const cw_layer &layer) {
  Text text;
  for (int64_t v = 0; v < layer.variant_count; ++v)
    text.add("%s%s", v ? ", " : "", layer.variants[v].target);
  return text;
}

int failForMachine(const cw_layer &layer, const cw_variant &variant, uint64_t features) {
  return fail(CW_ERROR_TARGET,
              "%s for target %s needs a CPU with %s; this one has %s: compile for this machine "
              "(--target host) or an older level",
              layer.name, variant.target, spellCpuFeatures(variant.cpu_features).text(),
              features ? spellCpuFeatures(features).text() : "none that variants ask for");
}

const cw_variant *findByName(const cw_layer &layer, const char *name) {
  for (int64_t v = 0; v < layer.variant_count; ++v)
    if (std::strcmp(layer.variants[v].target, name) == 0)
      return &layer.variants[v];
  return nullptr;
}

} // namespace

const cw_variant *chooseVariant(const cw_layer &layer, uint64_t features, const char *wanted,
                                int &status) {
  auto runs = [&](const cw_variant &v) { return (v.cpu_features & ~features) == 0; };
  status = CW_OK;
  if (wanted && *wanted) {
    const cw_variant *variant = findByName(layer, wanted);
    if (!variant)
      status = fail(CW_ERROR_TARGET,
                    "CONVWRIGHT_TARGET is \"%s\", but %s was compiled for %s: set it to one of "
                    "these, or unset it",
                    wanted, layer.name, listTargets(layer).text());
    else if (!runs(*variant))
      status = failForMachine(layer, *variant, features);
    return status ? nullptr : variant;
  }
  for (int64_t v = 0; v < layer.variant_count; ++v)
    if (runs(layer.variants[v]))
      return &layer.variants[v];
  // The last is the least demanding.
  status = failForMachine(layer, layer.variants[layer.variant_count - 1], features);
  return nullptr;
}

const cw_variant *chooseVariant(const cw_layer &layer, int &status) {
  if (layer.abi_version != CW_ABI_VERSION) {
    status =
        fail(CW_ERROR_TARGET,
             "%s was generated for version %lld of the runtime's interface, but is linked with "
             "version %d: compile it again, or link the runtime of its compiler",
             layer.name, static_cast<long long>(layer.abi_version), CW_ABI_VERSION);
    return nullptr;
  }
  // A change of the environment after the first call would part packed parameters from their
  // kernels.
  static std::atomic<const char *> wanted{nullptr};
  const char *name = wanted.load(std::memory_order_acquire);
  if (!name) {
    name = std::getenv("CONVWRIGHT_TARGET");
    if (!name)
      name = "";
    wanted.store(name, std::memory_order_release);
  }
  return chooseVariant(layer, cpuFeatures(), name, status);
}

} // namespace convwright::runtime
