//===- Gaps.h - the same call with gaps in its tensors ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_TOOLS_SUPPORT_GAPS_H
#define CONVWRIGHT_TESTS_TOOLS_SUPPORT_GAPS_H

#include "tools/execute/Layers.h"

#include <cstring>
#include <deque>
#include <string>
#include <vector>

namespace convwright::tools::testing {

/// While it lives, a call's tensor lies with gaps behind its rows, planes and images.
class Gapped {
public:
  /// The `dense` innermost dimensions have none.
  Gapped(Tensor &tensor, schedules::Layout layout, size_t dense)
      : view(*tensor.dlpack()), before(view), shape(tensor.shape()), strides(shape.size(), 1),
        width(schedules::byteWidth(tensor.type())) {
    int64_t span = 1;
    size_t place = 0;
    for (size_t d : schedules::memoryOrder(layout, shape.size())) {
      bool gap = place++ >= dense;
      strides[d] = gap ? span + 3 : span;
      span = gap ? span + (shape[d] - 1) * strides[d] : span * shape[d];
    }
    memory.assign(tensor.elementCount() == 0 ? 0 : span * width, filling);
    isElement.assign(memory.size(), false);
    forEach([&](std::byte *here, const std::byte *there) { std::memcpy(here, there, width); });
    view.data = memory.data();
    view.strides = strides.data();
  }
  ~Gapped() { view = before; }
  Gapped(const Gapped &) = delete;
  Gapped &operator=(const Gapped &) = delete;

  /// Whether nothing was written between the elements.
  bool isClean() const {
    for (size_t i = 0; i < memory.size(); ++i)
      if (!isElement[i] && memory[i] != filling)
        return false;
    return true;
  }
  /// Whether the elements are those of the dense tensor, bit by bit.
  bool isEqual() {
    bool equal = true;
    forEach([&](std::byte *here, const std::byte *there) {
      equal &= std::memcmp(here, there, width) == 0;
    });
    return equal;
  }
  void clear() {
    forEach([&](std::byte *here, const std::byte *) { std::memset(here, 0x55, width); });
  }

private:
  /// Each element here and in the dense tensor.
  template <typename Visit> void forEach(Visit visit) {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    for (int64_t i = 0; i < count; ++i) {
      int64_t rest = i, here = 0, there = 0;
      for (size_t d = shape.size(); d-- > 0; rest /= shape[d]) {
        here += rest % shape[d] * strides[d];
        there += rest % shape[d] * before.strides[d];
      }
      for (size_t byte = 0; byte < width; ++byte)
        isElement[here * width + byte] = true;
      visit(memory.data() + here * width,
            static_cast<const std::byte *>(before.data) + there * width);
    }
  }

  static constexpr std::byte filling{0xff}; // NaN
  DLTensor &view;
  DLTensor before;
  std::vector<int64_t> shape, strides;
  size_t width;
  std::vector<std::byte> memory;
  std::vector<bool> isElement;
};

/// Runs a call that was run once more, with gaps wherever its tensors may have them, or behind
/// images only. What is wrong with that; empty when the results have equal bits.
inline std::string runWithGaps(const Layers &layers, const compiler::LayerProgram &layer,
                               Call &call, bool imagesOnly = false) {
  std::deque<Gapped> inputs, outputs;
  auto lay = [&](const std::vector<compiler::TensorInfo> &infos, std::vector<Tensor> &tensors,
                 std::deque<Gapped> &gapped) {
    for (size_t i = 0; i < infos.size(); ++i)
      gapped.emplace_back(tensors[i], infos[i].layout,
                          imagesOnly ? infos[i].dims.size() - 1
                                     : schedules::denseDims(infos[i].dims, infos[i].layout));
  };
  lay(layer.arguments, call.arguments, inputs);
  lay(layer.results, call.results, outputs);
  for (Gapped &output : outputs)
    output.clear();
  int status = layers.run(layer, call, cw_options{});
  if (status == CW_ERROR_STRIDE && !imagesOnly) {
    inputs.clear();
    outputs.clear();
    return runWithGaps(layers, layer, call, true);
  }
  if (status != CW_OK)
    return layers.lastError();
  for (size_t i = 0; i < outputs.size(); ++i)
    if (!outputs[i].isEqual())
      return "with gaps '" + layer.results[i].name + "' has other values";
  for (const std::deque<Gapped> *list : {&inputs, &outputs})
    for (const Gapped &tensor : *list)
      if (!tensor.isClean())
        return "something was written into a gap";
  return "";
}

} // namespace convwright::tools::testing

#endif // CONVWRIGHT_TESTS_TOOLS_SUPPORT_GAPS_H
