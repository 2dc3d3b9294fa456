//===- KernelJson.cpp - a kernel as JSON ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/KernelSpelling.h"
#include "schedules/kernel/Problem.h"

#include "llvm/Support/Base64.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace convwright::schedules {

using nlohmann::json;

// JSON has no infinities.
static json constantToJson(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value > 0 ? "inf" : "-inf";
  return value;
}

/// ["add", 0, 1]; ["operand", 3, "u8"]: the operation, its arguments or its value or index, and the
/// type unless it is f32.
static json nodeToJson(const ScalarNode &node) {
  json list = json::array({std::string(spell(node.op))});
  if (node.op == ScalarOp::Constant)
    list.push_back(constantToJson(node.value));
  else if (operandCount(node.op) == 0)
    list.push_back(node.index);
  for (unsigned i = 0; i < operandCount(node.op); ++i)
    list.push_back(node.args[i]);
  if (node.type != ElementType::F32)
    list.push_back(std::string(spell(node.type)));
  return list;
}

static json expressionToJson(const ScalarExpr &expr) {
  json list = json::array();
  for (const ScalarNode &node : expr.nodes)
    list.push_back(nodeToJson(node));
  return list;
}

/// 56, or [symbol, mul, add, div].
static json extentToJson(const Extent &extent) {
  if (extent.isConstant())
    return extent.add;
  return json::array({extent.symbol, extent.mul, extent.add, extent.div});
}

template <typename Dims> static json dimsToJson(const Dims &dims) {
  json list = json::array();
  for (const Extent &extent : dims)
    list.push_back(extentToJson(extent));
  return list;
}

static void setUnless(json &object, const char *name, const json &value, const json &standard) {
  if (value != standard)
    object[name] = value;
}

static json symbolToJson(const Symbol &symbol, size_t index) {
  json object{{"lo", symbol.lo}, {"hi", symbol.hi}};
  setUnless(object, "like", symbol.like, symbol.lo);
  setUnless(object, "step", symbol.step, 1);
  setUnless(object, "name", symbol.name, positionalName('S', index));
  return object;
}

static std::string base64(const std::vector<std::byte> &bytes) {
  return llvm::encodeBase64(
      llvm::StringRef(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
}

/// ["H", mul, scale, div, modulus], without what is 1, 1, 1 and 0 at the end.
static json termToJson(const AccessTerm &term) {
  json list = {term.mul, term.scale, term.div, term.modulus};
  const json standard = {1, 1, 1, 0};
  while (!list.empty() && list.back() == standard[list.size() - 1])
    list.erase(list.size() - 1);
  list.insert(list.begin(), std::string(spell(term.axis)));
  return list;
}

static json samplingToJson(const Sampling &sampling) {
  json object{{"axis", std::string(spell(sampling.axis))},
              {"in", extentToJson(sampling.in)},
              {"out", extentToJson(sampling.out)}};
  setUnless(object, "grid", spellingIn(gridSpellings, sampling.grid), "floor");
  setUnless(object, "factor", sampling.factor, 0.0);
  setUnless(object, "at_least_zero", sampling.atLeastZero, false);
  return object;
}

static json axisAccessToJson(const AxisAccess &axis) {
  json object = json::object();
  setUnless(object, "offset", extentToJson(axis.offset), 0);
  for (const AccessTerm &term : axis.terms)
    object["terms"].push_back(termToJson(term));
  if (axis.sampling)
    object["sampling"] = samplingToJson(*axis.sampling);
  return object;
}

static json accessToJson(const Access &access) {
  json object{{"dims", dimsToJson(access.dims)}};
  for (const AxisAccess &axis : access.axes)
    object["axes"].push_back(axisAccessToJson(axis));
  setUnless(object, "border", spellingIn(borderSpellings, access.border), "inside");
  setUnless(object, "outside", constantToJson(access.outside), 0.0);
  return object;
}

static json partToJson(const Part &part) {
  return {
      {"whole", dimsToJson(part.whole)}, {"start", dimsToJson(part.start)}, {"step", part.step}};
}

static json operandToJson(const Operand &operand, size_t index) {
  json object{{"dims", dimsToJson(operand.dims)}};
  setUnless(object, "role", spellingIn(roleSpellings, operand.role), "activation");
  setUnless(object, "type", spell(operand.type), "f32");
  setUnless(object, "layout", spell(operand.layout, operand.dims.size()),
            spell(Layout::ChannelsFirst, operand.dims.size()));
  setUnless(object, "data", base64(operand.data), "");
  for (const Access &access : operand.accesses)
    object["accesses"].push_back(accessToJson(access));
  if (operand.part)
    object["part"] = partToJson(*operand.part);
  setUnless(object, "name", operand.name, positionalName(positionalKind(operand.role), index));
  return object;
}

/// One number for each spatial axis, unless all are `standard`.
static void setAxes(json &object, const char *name, const Stage &stage, int64_t WindowAxis::*number,
                    int64_t standard) {
  json list = json::array();
  bool given = false;
  for (const WindowAxis &axis : stage.window) {
    list.push_back(axis.*number);
    given |= axis.*number != standard;
  }
  if (given)
    object[name] = list;
}

static json displacementToJson(const Displacement &displacement) {
  json object{{"by", expressionToJson(displacement.offsets)}};
  if (displacement.mask)
    object["mask"] = expressionToJson(*displacement.mask);
  setUnless(object, "groups", displacement.groups, 1);
  return object;
}

/// "kcrs": [K, C, taps…].
static json stageToJson(const Stage &stage) {
  json sizes = {stage.K, stage.C};
  for (const WindowAxis &axis : stage.window)
    sizes.push_back(axis.taps);
  json object{{"x", expressionToJson(stage.input)},
              {"x_dims", dimsToJson(stage.inputDims)},
              {"kcrs", sizes},
              {"y_dims", dimsToJson(stage.outputDims)}};
  if (stage.bias)
    object["b"] = expressionToJson(*stage.bias);
  setUnless(object, "filter", spellingIn(filterKindSpellings, stage.filterKind), "shared");
  if (stage.filterKind != FilterKind::None)
    object["w"] = expressionToJson(stage.filter);
  setUnless(object, "grid", json(stage.grid), json::array());
  setUnless(object, "reduce", spellingIn(reductionSpellings, stage.reduction), "sum");
  setUnless(object, "partial_windows", stage.partialWindows, false);
  setUnless(object, "whole_input", stage.wholeInput, false);
  setUnless(object, "count_padding", stage.countPadding, true);
  if (stage.displacement)
    object["displaced"] = displacementToJson(*stage.displacement);
  setUnless(object, "groups", stage.groups, 1);
  setAxes(object, "stride", stage, &WindowAxis::stride, 1);
  setAxes(object, "dilation", stage, &WindowAxis::dilation, 1);
  setAxes(object, "pad_before", stage, &WindowAxis::padBefore, 0);
  setAxes(object, "pad_after", stage, &WindowAxis::padAfter, 0);
  setUnless(object, "padding_mode", spellingIn(paddingModeSpellings, stage.paddingMode), "zeros");
  if (stage.phase)
    object["phase"] = {{"first", stage.phase->first}, {"step", stage.phase->step}};
  return object;
}

static json foldToJson(const Fold &fold) {
  json object{{"value", expressionToJson(fold.value)},
              {"dims", dimsToJson(fold.dims)},
              {"axis", std::string(spell(fold.axis))}};
  setUnless(object, "reduce", spellingIn(foldSpellings, fold.reduction), "sum");
  return object;
}

static json outputToJson(const Output &output, size_t index) {
  json object{{"value", expressionToJson(output.value)}, {"dims", dimsToJson(output.dims)}};
  setUnless(object, "type", spell(output.type), "f32");
  setUnless(object, "layout", spell(output.layout, output.dims.size()),
            spell(Layout::ChannelsFirst, output.dims.size()));
  setUnless(object, "name", output.name, positionalName('o', index));
  if (output.part)
    object["part"] = partToJson(*output.part);
  return object;
}

template <typename Items, typename Convert>
static void setList(json &object, const char *name, const Items &items, Convert convert) {
  for (size_t i = 0; i < items.size(); ++i)
    object[name].push_back(convert(items[i], i));
}

json kernelToJson(const Kernel &kernel) {
  json object = json::object();
  setUnless(object, "name", kernel.name, "k");
  setList(object, "symbols", kernel.symbols, symbolToJson);
  setList(object, "operands", kernel.operands, operandToJson);
  setList(object, "convolutions", kernel.stages,
          [](const Stage &stage, size_t) { return stageToJson(stage); });
  setList(object, "outputs", kernel.outputs, outputToJson);
  setList(object, "samplings", kernel.samplings,
          [](const Sampling &sampling, size_t) { return samplingToJson(sampling); });
  setList(object, "folds", kernel.folds, [](const Fold &fold, size_t) { return foldToJson(fold); });
  return object;
}

} // namespace convwright::schedules
