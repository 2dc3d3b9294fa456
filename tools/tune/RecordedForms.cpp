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
using convwright::schedules::RecordIndex;
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

compiler::FormAdvisor adviseFormsFrom(std::shared_ptr<const RecordIndex> own,
                                      std::shared_ptr<const RecordIndex> shipped, int threads,
                                      FormUsed used) {
  return [=](const compiler::LayerIdentity &layer, const schedules::Target &target) -> FormAdvice {
    for (const auto &index : {own, shipped}) {
      auto found = index
                       ? schedules::bestForm(index->all().layers, layer.text, target.name, threads)
                       : std::nullopt;
      if (!found)
        continue;
      std::string kind = index == own ? "record" : "shipped record";
      Result<LayerForm> form = formOf(*found->record);
      if (!form)
        return {std::nullopt, kind + " passed over: " + form.error().message};
      if (used)
        used(*found->record);
      return {*form, kind + ": " + found->note};
    }
    return {};
  };
}

} // namespace convwright::tools
