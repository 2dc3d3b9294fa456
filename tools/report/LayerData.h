//===- LayerData.h - one layer of the page as JSON ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_LAYERDATA_H
#define CONVWRIGHT_TOOLS_REPORT_LAYERDATA_H

#include "tools/report/Judgement.h"
#include "tools/report/Progress.h"

#include <nlohmann/json.hpp>

namespace convwright::report {

/// A layer and what was found out about it.
struct Layer {
  LayerRun run;
  std::vector<double> curve; // bestSoFar
  Noise noise;
  Judgement judgement;
};

/// What the page's section of the layer is drawn from. Page.h says how it gets there.
nlohmann::json layerData(const Layer &layer);

/// {"rows": [[kind, default's line, winner's line]...]}, kind "=", "~", or {"error": why not}. The
/// plans are validated and the loops are generated in a child process: a record cannot do harm.
nlohmann::json loopNestData(const LayerRun &run);

/// {"value", "low", "high"}; an end that is unknown is null.
nlohmann::json ratioData(const LogRatio &ratio);
/// To five significant digits: what a page can show. Not finite: null.
nlohmann::json rounded(double value);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_LAYERDATA_H
