//===- Pad.cpp - pad -----------------------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input with elements added before and after it along each spatial axis.
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Ops/HostWindows.h"

#include <cmath>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;
using schedules::Border;

namespace {

struct Mode {
  llvm::StringRef name;
  schedules::PaddingMode padding;
  Border border;
};
constexpr Mode modes[] = {{"constant", schedules::PaddingMode::Zeros, Border::Constant},
                          {"reflect", schedules::PaddingMode::Reflect, Border::Reflect},
                          {"replicate", schedules::PaddingMode::Replicate, Border::Clamp},
                          {"circular", schedules::PaddingMode::Circular, Border::Wrap}};

const Mode *modeOf(mlir::DictionaryAttr attributes) {
  auto name = attributes.getAs<mlir::StringAttr>("mode");
  for (const Mode &mode : modes)
    if (mode.name == (name ? name.getValue() : "constant"))
      return &mode;
  return nullptr;
}

/// One element, padded.
Window windowFor(mlir::DictionaryAttr attributes, size_t spatialRank, const Mode &mode) {
  Window window = windowOf(attributes, std::vector<int64_t>(spatialRank, 1));
  window.paddingMode = mode.padding;
  window.modeAttribute = "mode";
  return window;
}

std::optional<Violation> checkAttributes(const OpShape &shape, const TensorSpec &input) {
  if (!shape.attributes.contains("pad_before")) // C86
    return violate(86, {});
  if (!modeOf(shape.attributes)) { // C87
    auto found = shape.attributes.getAs<mlir::StringAttr>("mode").getValue();
    return violate(87, {found.str(), "pad", "constant, reflect, replicate, circular"})
        .mendedBy("mode", "constant");
  }
  double value = numberOf(shape.attributes, "value", 0);
  bool isKept =
      input.type == ElementType::F32 ||
      (value == std::nearbyint(value) && value == schedules::convertValue(value, input.type));
  if (!isKept) // C88
    return violate(88, {numberText(value), std::string(schedules::spell(input.type))});
  return checkLists(shape.attributes, input.dims.size() - 2);
}

} // namespace

Checked<TensorSpec> PadOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape);
  if (!input)
    return input;
  if (auto violation = checkAttributes(shape, *input))
    return *violation;
  Window window = windowFor(shape.attributes, input->dims.size() - 2, *modeOf(shape.attributes));
  if (auto violation = checkWindow(window))
    return *violation;
  Checked<Dims> places = placesOf(window, *input, shape.symbols);
  if (!places)
    return places.violation();
  std::copy(places->begin(), places->end(), input->dims.begin() + 2);
  return input;
}

AccessForm PadOp::accessForm(Symbols symbols) {
  schedules::Access access = accessOf(*this, symbols);
  access.border = modeOf(getOperation()->getAttrDictionary())->border;
  access.outside = getValue().convertToDouble();
  for (auto [i, before] : llvm::enumerate(*getPadBefore()))
    access.axes[2 + i].offset = Extent::constant(-before);
  return elementForm(*this, std::move(access));
}

ExactTensor PadOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  const ExactTensor &x = *operands[0];
  const Mode &mode = *modeOf(getOperation()->getAttrDictionary());
  Window window = windowFor(getOperation()->getAttrDictionary(), x.shape.size() - 2, mode);
  return padded(x, window, getValue().convertToDouble());
}
