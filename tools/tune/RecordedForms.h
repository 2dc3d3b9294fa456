//===- RecordedForms.h - the forms that records say are better --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_RECORDEDFORMS_H
#define CONVWRIGHT_TOOLS_TUNE_RECORDEDFORMS_H

#include "compiler/Driver/Driver.h"
#include "schedules/records/LayerRecord.h"

#include <vector>

namespace convwright::tools {

/// The form that a record holds. The error says what this version does not know.
schedules::Result<compiler::LayerForm> formOf(const schedules::LayerRecord &record);

/// The compiler's advisor on forms of code that runs on `threads`, from records
/// (schedules::bestForm). `records` must outlive it.
compiler::FormAdvisor adviseFormsFrom(const std::vector<schedules::LayerRecord> &records,
                                      int threads);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_RECORDEDFORMS_H
