//===- LayerForms.h - times a layer in every form ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_LAYERFORMS_H
#define CONVWRIGHT_TOOLS_TUNE_LAYERFORMS_H

#include "compiler/Driver/Driver.h"
#include "schedules/tuning/records/LayerRecord.h"
#include "tools/bench/Measure.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace convwright::tools {

struct FormOptions {
  int threads = 1;
  /// Whose plans the kernels get: the advisor's, where it has one. Forms asked for are ignored.
  compiler::PlanOverrides overrides;
  /// For each of the two rounds of timing.
  bench::MeasureOptions timing{.rounds = 16};
  double confidence = 0.99;
  unsigned jobs = 0;      // kernels compiled at once; 0: one for each CPU
  std::string executable; // leads to the runtime library
  std::string session;    // for the records
  const std::atomic<bool> *cancelled = nullptr;
  /// What is under way; on the calling thread.
  std::function<void(size_t done, size_t total, const std::string &what)> progress;
};

/// Times a layer end to end at its symbols' `like` values in each of its distinct forms,
/// interleaved in this process, after each was checked against the reference interpreter. One
/// record a form, the default first; a layer with one form has none.
///   A form is better when the `confidence` interval of default's time / its time lies above 1, and
/// again when both are timed a second time by themselves, without a sample that somebody else's
/// work had to be cut from. Its record holds the second timing, which no choice has favoured.
/// A form that cannot be compiled or is wrong is a verdict. Errors: the layer does not exist or
/// does not compile, its default form is wrong or does not run, it was cancelled.
/// Pins the calling thread meanwhile.
schedules::Result<std::vector<schedules::LayerRecord>> compareForms(compiler::Driver &driver,
                                                                    const std::string &layer,
                                                                    const schedules::Target &target,
                                                                    const FormOptions &options);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_LAYERFORMS_H
