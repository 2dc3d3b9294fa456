//===- NoisyText.cpp - a program whose every value is a little off ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Expressions.h"

#include "dsl/Operations.h"

#include <algorithm>
#include <set>

namespace convwright::fuzz {

std::string formExpression(const Statement &statement, const std::vector<std::string> &operands,
                           const std::string &mask) {
  const std::string &name = statement.operation;
  if (name == "neg")
    return "-(" + operands[0] + ")";
  if (name.size() == 1) // an operator
    return operands[0] + " " + name + " " + operands[1];
  std::string text = name + "(";
  size_t first = 0;
  if (name == "where") {
    text += operands[0] + " " + statement.comparison + " " + operands[1];
    first = 2;
  }
  for (size_t i = first; i < operands.size(); ++i)
    text += (i ? ", " : "") + operands[i];
  for (const auto &[attribute, value] : statement.attributes)
    text += ", " + attribute + " = " + value;
  return text + (mask.empty() ? "" : ", mask = " + mask) + ")";
}

bool isExact(const std::string &operation, const Statement &statement) {
  static const std::set<std::string> exact = {"neg",
                                              "abs",
                                              "min",
                                              "max",
                                              "relu",
                                              "relu6",
                                              "clamp",
                                              "where",
                                              "flatten",
                                              "concat",
                                              "pad",
                                              "pixel_shuffle",
                                              "pixel_unshuffle",
                                              "channel_shuffle",
                                              "slice",
                                              "f32",
                                              "u8",
                                              "i8",
                                              "i32"};
  if (exact.contains(operation) || operation.find("max_pool") != std::string::npos)
    return true;
  if (operation != "interpolate")
    return false;
  return std::ranges::none_of(statement.attributes, [](const auto &attribute) {
    return attribute.first == "mode" && attribute.second != "nearest";
  });
}

namespace {

class NoisyWriter {
public:
  NoisyWriter(const Program &program, const std::vector<int64_t> &sizes)
      : program(program), sizes(sizes), needed(program.needed()) {}

  NoisyText write() {
    std::string body;
    for (const Statement &statement : program.statements)
      if (needed[static_cast<size_t>(statement.result)])
        body += write(statement);
    std::string list;
    for (int result : program.results)
      addResult(nameOf(result), list);
    for (const Statement &statement : program.statements)
      if (needed[static_cast<size_t>(statement.result)] && !valueAt(statement.result).weightSide)
        addResult(nameOf(statement.result), list);
    found.text = "layer noisy(" + parameters() + ") {\n" + body + "  return " + list + ";\n}\n";
    return std::move(found);
  }

private:
  const Value &valueAt(int value) const { return program.values[static_cast<size_t>(value)]; }
  const std::string &nameOf(int value) const { return valueAt(value).name; }

  void addResult(const std::string &name, std::string &list) {
    if (std::ranges::find(found.resultNames, name) != found.resultNames.end())
      return;
    found.resultNames.push_back(name);
    list += (list.empty() ? "" : ", ") + name;
  }

  std::string write(const Statement &statement) {
    std::vector<std::string> texts;
    for (const Operand &operand : statement.operands)
      texts.push_back(operand.value < 0 ? operand.number : nameOf(operand.value));
    std::string mask = statement.mask ? nameOf(*statement.mask) : "";
    const Value &result = valueAt(statement.result);
    std::string expression = formExpression(statement, texts, mask);
    if (result.weightSide || result.type != ElementType::F32 ||
        isExact(statement.operation, statement))
      return "  " + result.name + " = " + expression + ";\n";
    std::string raw = result.name + "_raw", noise = result.name + "_noise";
    std::vector<int64_t> shape;
    for (const schedules::Extent &extent : result.dims)
      shape.push_back(extent.at(sizes));
    found.noises.push_back({noise, shape});
    std::string prepared = // an attribute's tensor is a name
        mask.empty() ? "" : "  " + raw + "_mask = abs(" + mask + ");\n";
    return prepared + "  " + raw + " = " + expression + ";\n  " + result.name + " = " + raw +
           " + " + noise + " * (" + magnitude(statement, raw) + ");\n";
  }

  /// What rounding errors of the operation are proportional to: the sum of its terms' absolute
  /// values where it is a sum.
  std::string magnitude(const Statement &statement, const std::string &raw) {
    const std::string &name = statement.operation;
    std::vector<std::string> texts;
    for (const Operand &operand : statement.operands)
      texts.push_back(operand.value < 0 ? operand.number : "abs(" + nameOf(operand.value) + ")");
    auto form = [&](const Statement &changed) {
      return formExpression(changed, texts, changed.mask ? raw + "_mask" : "");
    };
    if (name == "+" || name == "-") {
      for (std::string &text : texts)
        text.erase(0, text.starts_with("-") ? 1 : 0);
      return texts[0] + " + " + texts[1];
    }
    if (name == "deform_conv2d") {
      texts[1] = nameOf(statement.operands[1].value);
      return form(statement);
    }
    if (name == "dynamic_conv2d") { // nothing else reads six dimensions
      const std::string &kernels = nameOf(statement.operands[1].value);
      found.absolutes.insert(kernels);
      texts[1] = absoluteName(kernels);
      return form(statement);
    }
    if (name == "batch_norm") {
      texts[1] = "-" + texts[1];
      return form(statement);
    }
    const dsl::OperationInfo *row = dsl::findOperation(name);
    bool isSum = row && (row->kind == dsl::OperationKind::Convolution ||
                         name.find("avg_pool") != std::string::npos || name == "interpolate");
    if (isSum)
      return form(statement) + " + abs(" + raw + ")";
    // Functions are near 1 in the middle of what they compute.
    return row && row->kind == dsl::OperationKind::Pointwise ? "abs(" + raw + ") + 0.0625"
                                                             : "abs(" + raw + ")";
  }

  std::string parameters() const {
    std::string text;
    auto add = [&](const std::string &name, bool weight, const std::string &type) {
      text += (text.empty() ? "" : ", ");
      text += (weight ? "weight " : "") + name + ": " + type;
    };
    for (size_t i = 0; i < program.values.size(); ++i) {
      Value value = program.values[i];
      if (!needed[i] || value.role == Role::Computed)
        continue;
      for (schedules::Extent &extent : value.dims)
        extent = schedules::Extent::constant(extent.at(sizes));
      add(value.name, value.weightSide, typeText(value, {}).value());
      if (found.absolutes.contains(value.name))
        add(absoluteName(value.name), false, typeText(value, {}).value());
    }
    for (const Noise &noise : found.noises) {
      Value value;
      for (int64_t extent : noise.shape)
        value.dims.push_back(schedules::Extent::constant(extent));
      add(noise.name, false, typeText(value, {}).value());
    }
    return text;
  }

  const Program &program;
  const std::vector<int64_t> &sizes;
  std::vector<bool> needed;
  NoisyText found;
};

} // namespace

NoisyText Program::noisyText(const std::vector<int64_t> &sizes) const {
  return NoisyWriter(*this, sizes).write();
}

} // namespace convwright::fuzz
