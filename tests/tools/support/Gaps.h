//===- Gaps.h - the same call with gaps in its tensors ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_TOOLS_SUPPORT_GAPS_H
#define CONVWRIGHT_TESTS_TOOLS_SUPPORT_GAPS_H

#include "tools/execute/Layers.h"

#include <string>
#include <vector>

namespace convwright::tools::testing {

/// The tensors, laid out again with gaps.
inline std::vector<HostTensor> withGaps(const std::vector<compiler::TensorInfo> &infos,
                                        const std::vector<HostTensor> &tensors, bool imagesOnly) {
  std::vector<HostTensor> gapped;
  for (size_t i = 0; i < infos.size(); ++i) {
    schedules::Placement placement;
    placement.dense = imagesOnly ? infos[i].dims.size() - 1
                                 : schedules::denseDims(infos[i].dims, infos[i].layout);
    placement.gap = 3;
    gapped.emplace_back(infos[i].type, tensors[i].shape(), infos[i].layout, placement);
  }
  return gapped;
}

/// Runs a call that was run once more, with gaps wherever its tensors may have them, or behind
/// images only. What is wrong with that; empty when the results have equal bits.
inline std::string runWithGaps(const Layers &layers, const compiler::LayerProgram &layer,
                               const Call &call, bool imagesOnly = false) {
  std::vector<HostTensor> inputs = withGaps(layer.arguments, call.arguments, imagesOnly);
  std::vector<HostTensor> outputs = withGaps(layer.results, call.results, imagesOnly);
  std::vector<DLTensor *> tensors;
  for (size_t i = 0; i < inputs.size(); ++i) {
    inputs[i].fromRowMajorBytes(call.arguments[i].toRowMajorBytes());
    tensors.push_back(inputs[i].dlpack());
  }
  for (HostTensor &output : outputs)
    tensors.push_back(output.dlpack());
  int status = layers.run(layer, call.packed.get(), tensors, cw_options{});
  if (status == CW_ERROR_STRIDE && !imagesOnly)
    return runWithGaps(layers, layer, call, true);
  if (status != CW_OK)
    return layers.lastError();
  for (size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].toRowMajorBytes() != call.results[i].toRowMajorBytes())
      return "with gaps '" + layer.results[i].name + "' has other values";
  for (const std::vector<HostTensor> *list : {&inputs, &outputs})
    for (const HostTensor &tensor : *list)
      if (!tensor.isIntact())
        return "something was written into a gap";
  return "";
}

} // namespace convwright::tools::testing

#endif // CONVWRIGHT_TESTS_TOOLS_SUPPORT_GAPS_H
