//===- LayerUpkeep.h - which records of layers to keep ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_LAYERUPKEEP_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_LAYERUPKEEP_H

#include "schedules/tuning/records/LayerRecord.h"

#include <string>
#include <vector>

namespace convwright::schedules {

/// All but those that a later measurement of the same layer, target, threads and hardware with
/// other versions has superseded; in their order. bestForm() is the same before and after, but for
/// those.
std::vector<const LayerRecord *> layersWorthKeeping(const std::vector<LayerRecord> &layers);

/// The form that is shipped, as JSON lines: of each layer on each hardware the last session's right
/// forms, without samples. With `target`, only that target's.
std::string tunedLayers(const std::vector<LayerRecord> &layers, const std::string &target = "");

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_LAYERUPKEEP_H
