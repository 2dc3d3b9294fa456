//===- RecordedForms.h - the forms that records say are better --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_TUNE_RECORDEDFORMS_H
#define CONVWRIGHT_TOOLS_TUNE_RECORDEDFORMS_H

#include "compiler/Driver/Driver.h"
#include "schedules/tuning/records/RecordIndex.h"

#include <functional>
#include <memory>

namespace convwright::tools {

/// The form that a record holds. The error says what this version does not know.
schedules::Result<compiler::LayerForm> formOf(const schedules::LayerRecord &record);

/// Told of each record whose form was taken.
using FormUsed = std::function<void(const schedules::LayerRecord &)>;

/// The compiler's advisor on forms of code that runs on `threads` (schedules::bestForm): the user's
/// records, then, where they do not know the layer, those shipped with Convwright. Either may be
/// null.
compiler::FormAdvisor adviseFormsFrom(std::shared_ptr<const schedules::RecordIndex> own,
                                      std::shared_ptr<const schedules::RecordIndex> shipped,
                                      int threads, FormUsed used = {});

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_TUNE_RECORDEDFORMS_H
