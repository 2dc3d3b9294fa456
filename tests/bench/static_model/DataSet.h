//===- DataSet.h - the layers and plans the static model is judged by --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_BENCH_STATIC_MODEL_DATASET_H
#define CONVWRIGHT_TESTS_BENCH_STATIC_MODEL_DATASET_H

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Plan.h"
#include "schedules/targets/Target.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::bench {

/// A row of tests/bench/layers.tsv that belongs to the data set. Held-out ones were chosen before
/// anything was fitted, and nothing was fitted to them.
struct DataLayer {
  const char *name;
  schedules::Layout layout;
  bool heldOut;
};
const std::vector<DataLayer> &dataLayers();

/// The layer's kernel (convolution, bias, ReLU), from the table. None: the table has no such row.
std::optional<schedules::Kernel> dataKernel(const std::string &table, const DataLayer &layer);

/// Legal plans of every algorithm that can compute the kernel, as a tuner would meet them: each
/// default, plans near the best default, and plans drawn from the whole space. Deterministic.
std::vector<schedules::Plan> dataPlans(const schedules::Kernel &kernel,
                                       const schedules::Target &target, size_t count,
                                       uint64_t seed);

} // namespace convwright::bench

#endif // CONVWRIGHT_TESTS_BENCH_STATIC_MODEL_DATASET_H
