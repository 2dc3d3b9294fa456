//===- RecordedForms.cpp - the forms that records say are better ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/RecordedForms.h"

using convwright::compiler::FormAdvice;
using convwright::compiler::LayerForm;
using convwright::schedules::LayerRecord;
using convwright::schedules::Result;

namespace convwright::tools {

Result<LayerForm> formOf(const LayerRecord &record) {
  std::string text, separator;
  for (const auto &[name, value] : record.form) {
    text += separator + name + " = " + value;
    separator = ", ";
  }
  return compiler::parseLayerForm(text);
}

compiler::FormAdvisor adviseFormsFrom(const std::vector<LayerRecord> &records, int threads) {
  return [&records, threads](const compiler::LayerIdentity &layer,
                             const schedules::Target &target) -> FormAdvice {
    auto found = schedules::bestForm(records, layer.text, target.name, threads);
    if (!found)
      return {};
    Result<LayerForm> form = formOf(*found->record);
    if (!form)
      return {std::nullopt, "record passed over: " + form.error().message};
    return {*form, "record: " + found->note};
  };
}

} // namespace convwright::tools
