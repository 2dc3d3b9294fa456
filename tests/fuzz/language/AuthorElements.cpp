//===- AuthorElements.cpp - draws what moves elements, and pointwise work ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Author.h"

#include <algorithm>

using convwright::schedules::Extent;

namespace convwright::fuzz {

namespace {

const std::vector<ElementType> anyType = {ElementType::F32, ElementType::F32, ElementType::U8,
                                          ElementType::I8, ElementType::I32};

bool anything(const Value &) { return true; }

std::string quarters(int64_t number) {
  std::string text = std::to_string(number / 4);
  constexpr const char *rests[] = {"", ".25", ".5", ".75"};
  return text + rests[number % 4];
}

} // namespace

const std::map<std::string, Author::Drawer> &Author::drawers() {
  static const std::map<std::string, Drawer> table = {
      {"conv1d", &Author::convolution},
      {"conv2d", &Author::convolution},
      {"conv3d", &Author::convolution},
      {"conv_transpose1d", &Author::transposed},
      {"conv_transpose2d", &Author::transposed},
      {"conv_transpose3d", &Author::transposed},
      {"local_conv2d", &Author::localConvolution},
      {"dynamic_conv2d", &Author::dynamicConvolution},
      {"region_conv2d", &Author::regionConvolution},
      {"deform_conv2d", &Author::deformConvolution},
      {"linear", &Author::linear},
      {"max_pool1d", &Author::pool},
      {"max_pool2d", &Author::pool},
      {"max_pool3d", &Author::pool},
      {"avg_pool1d", &Author::pool},
      {"avg_pool2d", &Author::pool},
      {"avg_pool3d", &Author::pool},
      {"global_max_pool", &Author::globalPool},
      {"global_avg_pool", &Author::globalPool},
      {"flatten", &Author::flatten},
      {"interpolate", &Author::interpolate},
      {"concat", &Author::concat},
      {"slice", &Author::slice},
      {"pad", &Author::pad},
      {"pixel_shuffle", &Author::shuffle},
      {"pixel_unshuffle", &Author::shuffle},
      {"channel_shuffle", &Author::shuffle},
      {"softmax", &Author::softmax},
      {"batch_norm", &Author::batchNorm},
  };
  return table;
}

const std::vector<std::string> &Author::knownAttributes() {
  static const std::vector<std::string> names = {"stride",       "padding",
                                                 "padding_mode", "dilation",
                                                 "groups",       "output_padding",
                                                 "mask",         "kernel_size",
                                                 "ceil_mode",    "count_include_pad",
                                                 "size",         "scale_factor",
                                                 "mode",         "align_corners",
                                                 "dim",          "start",
                                                 "stop",         "step",
                                                 "value",        "factor",
                                                 "eps",          "approximate",
                                                 "algorithm",    "tolerance"};
  return names;
}

std::optional<Statement> Author::flatten(const dsl::OperationInfo &) {
  Statement statement;
  statement.operands = {{activation(anything, choices.pick<size_t>({4, 3, 5, 4}), anyType), ""}};
  return statement;
}

std::optional<Statement> Author::interpolate(const dsl::OperationInfo &) {
  Statement statement;
  bool smooth = choices.once(2);
  int x = smooth ? image(4) : activation(anything, choices.pick<size_t>({4, 3, 5}), anyType);
  size_t axes = at(x).dims.size() - 2;
  statement.operands = {{x, ""}};
  if (choices.once(2)) {
    std::string list;
    for (size_t i = 0; i < axes; ++i)
      list += (i ? ", " : "") + std::to_string(choices.pick<int64_t>({4, 1, 2, 7, 9, 12}));
    statement.attributes.emplace_back("size", "[" + list + "]");
  } else {
    statement.attributes.emplace_back("scale_factor",
                                      choices.pick({"2", "1", "0.5", "1.5", "3", "0.7", "2.3"}));
  }
  if (smooth) {
    statement.attributes.emplace_back("mode", choices.pick({"bilinear", "bicubic"}));
    if (choices.once(2))
      statement.attributes.emplace_back("align_corners", "true");
  }
  return statement;
}

std::optional<Statement> Author::concat(const dsl::OperationInfo &) {
  int first = activation(anything, 0, anyType);
  size_t rank = at(first).dims.size();
  int64_t dim = choices.pick<int64_t>({1, 1, 0, 2, 3, -1}) % static_cast<int64_t>(rank);
  size_t along = static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(rank) : dim);
  auto fits = [&](const Value &value) {
    for (size_t i = 0; i < rank; ++i)
      if (i != along && value.dims[i] != at(first).dims[i])
        return false;
    return true;
  };
  Statement statement;
  statement.operands = {{first, ""}};
  for (uint32_t more = choices.pick({1, 1, 2, 3}); more > 0; --more) {
    int other = activation(fits, rank, {at(first).type});
    statement.operands.push_back({fits(at(other)) ? other : first, ""});
  }
  if (dim != 0)
    statement.attributes.emplace_back("dim", std::to_string(dim));
  return statement;
}

std::optional<Statement> Author::slice(const dsl::OperationInfo &) {
  int x = activation(anything, 0, anyType);
  auto rank = static_cast<int64_t>(at(x).dims.size());
  int64_t dim = choices.pick<int64_t>({2, 3, 1, 0, 4}) % rank;
  int64_t size = least(at(x).dims[static_cast<size_t>(dim)]);
  Statement statement;
  statement.operands = {{x, ""}};
  statement.attributes.emplace_back("dim", std::to_string(choices.once(4) ? dim - rank : dim));
  int64_t start = choices.between(0, std::max<int64_t>(size - 1, 0));
  if (choices.once(3))
    start = start - size;
  int64_t begin = start < 0 ? start + size : start;
  if (start)
    statement.attributes.emplace_back("start", std::to_string(start));
  bool fromEnd = at(x).dims[static_cast<size_t>(dim)].isConstant() ? choices.once(2) : start >= 0;
  if (choices.once(2) && begin + 1 < size) {
    int64_t stop = choices.between(begin + 1, size - 1);
    statement.attributes.emplace_back("stop", std::to_string(fromEnd ? stop - size : stop));
  }
  if (choices.once(2))
    statement.attributes.emplace_back("step", std::to_string(choices.between(1, 3)));
  return statement;
}

std::optional<Statement> Author::pad(const dsl::OperationInfo &) {
  int x = activation(anything, choices.pick<size_t>({4, 3, 5}), anyType);
  std::string mode = choices.pick({"constant", "reflect", "replicate", "circular"});
  Statement statement;
  statement.operands = {{x, ""}};
  std::string list;
  for (int64_t size : leastImage(x)) {
    int64_t most = mode == "reflect" ? size - 1 : mode == "circular" ? size : 3;
    auto draw = [&] { return choices.between(0, std::clamp<int64_t>(most, 0, 3)); };
    int64_t before = draw(), after = draw();
    list += list.empty() ? "" : ", ";
    list += "[" + std::to_string(before) + ", " + std::to_string(after) + "]";
  }
  statement.attributes.emplace_back("padding",
                                    choices.once(4) && mode == "constant" ? "1" : "[" + list + "]");
  if (mode != "constant")
    statement.attributes.emplace_back("mode", mode);
  else if (choices.once(2))
    statement.attributes.emplace_back("value", at(x).type == ElementType::F32
                                                   ? choices.pick({"1", "-0.5", "1e-3"})
                                                   : choices.pick({"1", "7", "100"}));
  return statement;
}

std::optional<Statement> Author::shuffle(const dsl::OperationInfo &row) {
  Statement statement;
  int64_t factor = choices.pick<int64_t>({2, 2, 3, 1, 4});
  bool isPixels = row.spelling == "pixel_shuffle", isInverse = row.spelling == "pixel_unshuffle";
  auto fits = [&](const Value &value) {
    if (isInverse) {
      for (size_t i = 2; i < value.dims.size(); ++i)
        if (value.dims[i].isConstant() && value.dims[i].add % factor)
          return false;
      return true;
    }
    int64_t divisor = isPixels ? factor * factor : factor;
    return value.dims[1].isConstant() && value.dims[1].add % divisor == 0;
  };
  size_t rank = isPixels || isInverse ? 4 : choices.pick<size_t>({4, 3, 5, 4});
  int x = activation(fits, rank, anyType);
  if (!fits(at(x)))
    factor = choices.pick<int64_t>({2, 1});
  statement.operands = {{x, ""}};
  statement.attributes.emplace_back(isPixels || isInverse ? "factor" : "groups",
                                    std::to_string(factor));
  return statement;
}

std::optional<Statement> Author::softmax(const dsl::OperationInfo &) {
  int x = image(choices.pick<size_t>({4, 2, 3, 5}));
  auto rank = static_cast<int64_t>(at(x).dims.size());
  int64_t dim = choices.between(1, rank - 1);
  Statement statement;
  statement.operands = {{x, ""}};
  statement.attributes.emplace_back("dim", std::to_string(choices.once(4) ? dim - rank : dim));
  return statement;
}

std::optional<Statement> Author::batchNorm(const dsl::OperationInfo &) {
  int x = image(choices.pick<size_t>({4, 4, 3, 5, 2}));
  if (!at(x).dims[1].isConstant())
    return std::nullopt;
  std::vector<int64_t> shape = {channels(x)};
  Statement statement;
  statement.operands = {{x, ""}, {weight(shape), ""}, {weight(shape, Content::Positive), ""}};
  statement.operands.push_back({weight(shape), ""});
  statement.operands.push_back({weight(shape), ""});
  if (choices.once(2))
    statement.attributes.emplace_back("eps", choices.pick({"0.001", "0", "1"}));
  return statement;
}

Operand Author::number(ElementType type) {
  if (type == ElementType::I32)
    return {-1, std::to_string(choices.between(0, 9))};
  return {-1, quarters(choices.between(0, 12))};
}

/// What a value can be computed with: a number, in the text or given at a call, a value of its
/// shape, one for each channel, or one that stretches.
Operand Author::partner(int value) {
  const Value self = at(value); // a copy: values are added
  switch (choices.below(self.type == ElementType::F32 ? 7 : 2)) {
  case 0:
    return number(self.type);
  case 3:
    if (self.dims[1].isConstant())
      return {weight({self.dims[1].add}), ""};
    return number(self.type);
  case 5:
    return {addArgument(choices.pick({Role::Activation, Role::Weight}), self.type, {}), ""};
  case 6:
    if (self.dims[1].isConstant())
      return {addArgument(Role::Activation, self.type, {self.dims[1]}), ""};
    return number(self.type);
  case 4: {
    Dims dims = self.dims;
    for (Extent &extent : dims)
      if (choices.once(2))
        extent = Extent::constant(1);
    for (const Extent &extent : dims)
      if (!extent.isConstant() && extent != Extent::ofSymbol(extent.symbol))
        return number(self.type);
    return {addArgument(Role::Activation, self.type, dims), ""};
  }
  default: {
    auto fits = [&](const Value &other) { return other.dims == self.dims; };
    int other = activation(fits, self.dims.size(), {self.type});
    return fits(at(other)) ? Operand{other, ""} : Operand{value, ""};
  }
  }
}

std::optional<Statement> Author::pointwise(const dsl::OperationInfo &row) {
  bool integers = (row.spelling == "abs" || row.spelling == "min" || row.spelling == "max" ||
                   row.spelling == "clamp" || row.spelling == "where" || row.spelling == "relu") &&
                  choices.once(4);
  int v =
      integers ? activation(anything, 0, {ElementType::I32}) : image(choices.pick<size_t>({0, 4}));
  ElementType type = at(v).type;
  Statement statement;
  if (row.spelling == "where") {
    statement.comparison = choices.pick({"<", "<=", ">", ">=", "==", "!="});
    statement.operands = {{v, ""}, number(type), partner(v), partner(v)};
    return statement;
  }
  if ((row.spelling == "sqrt" || row.spelling == "log") && !choices.once(4)) { // mostly real
    Statement positive;
    positive.operation = "abs";
    positive.operands = {{v, ""}};
    positive.inPlace = true;
    if (add(positive))
      v = draft.program.statements.back().result;
  }
  statement.operands = {{v, ""}};
  auto parameters = row.parameters();
  for (size_t i = 1; i < parameters.size(); ++i) {
    llvm::StringRef parameter = parameters[i];
    if (i >= row.required && choices.once(2))
      break;
    if (parameter == "b")
      statement.operands.push_back(partner(v));
    else if (parameter == "lo")
      statement.operands.push_back({-1, type == ElementType::I32 ? "-5" : "-0.5"});
    else if (parameter == "hi")
      statement.operands.push_back(number(type));
    else if (row.spelling == "prelu" && at(v).dims[1].isConstant())
      statement.operands.push_back({weight({at(v).dims[1].add}), ""});
    else // a slope or alpha that is a number
      statement.operands.push_back(number(type));
  }
  auto attributes = row.attributes();
  if (std::ranges::find(attributes, "approximate") != attributes.end() && choices.once(2))
    statement.attributes.emplace_back("approximate", "tanh");
  return statement;
}

std::optional<Statement> Author::arithmetic() {
  int v = choices.once(5) ? activation(anything, 0, {ElementType::I32})
                          : image(choices.pick<size_t>({0, 4}));
  Statement statement;
  statement.operation = choices.pick({"+", "*", "-", "/", "neg"});
  if (at(v).type == ElementType::I32 && statement.operation == "/")
    statement.operation = "*";
  statement.operands = {{v, ""}};
  if (statement.operation != "neg") {
    statement.operands.push_back(partner(v));
    if (choices.once(3))
      std::swap(statement.operands[0], statement.operands[1]);
  }
  return statement;
}

std::optional<Statement> Author::conversion() {
  int v = activation(anything, 0, anyType);
  ElementType to = choices.pick(anyType);
  if (to == at(v).type)
    return std::nullopt;
  Statement statement;
  statement.operation = std::string(schedules::spell(to));
  statement.operands = {{v, ""}};
  return statement;
}

} // namespace convwright::fuzz
