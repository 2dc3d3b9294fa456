//===- StaticModel.h - time from code features ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_STATICMODEL_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_STATICMODEL_H

#include "schedules/tuning/measure/static/CodeFeatures.h"
#include "schedules/tuning/measure/static/MachineModel.h"

#include <array>
#include <string>

namespace convwright::schedules {

/// Parts of the model that an evaluation leaves out to see what they are worth.
struct ModelParts {
  bool mca = true;         // the pipeline simulator; otherwise ports alone
  bool memory = true;      // simulated misses
  bool outerBlocks = true; // otherwise innermost loops alone
  bool ports = true;       // otherwise the simulator alone, uncorrected
};

struct Estimate {
  double ms = 0; // one call on one thread, caches warm; ranks candidates, is not a promise
  double cycles = 0;
  double coreCycles = 0, memoryCycles = 0, callCycles = 0;
  /// For people: "1.23 ms on znver3: 3.8 Mcycles, of them ... ".
  std::string text;
};

/// Deterministic: the same features and model give the same estimate. Threads: any.
Estimate estimateTime(const CodeFeatures &features, const MachineModel &model,
                      const ModelParts &parts = {});

/// Milliseconds by the whole model, without the pipeline simulator, and without memory.
using Views = std::array<double, 3>;
Views estimateViews(const CodeFeatures &features, const MachineModel &model);

/// How many times the reference's time, by the view that favours the candidate least: a gain that
/// only one part of the model sees is mostly that part's error (README.md).
double cautiousRatio(const Views &candidate, const Views &reference);

/// Cycles of one execution of a block, all its data in L1.
double blockCycles(const BlockFeatures &block, const MachineModel &model,
                   const ModelParts &parts = {});

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_STATICMODEL_H
