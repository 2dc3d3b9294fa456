//===- AuthorWindows.cpp - draws convolutions and pools ---------------------===//
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

using Numbers = std::vector<int64_t>;

std::string list(const Numbers &numbers) {
  if (std::ranges::all_of(numbers, [&](int64_t number) { return number == numbers[0]; }))
    return std::to_string(numbers[0]);
  std::string text;
  for (int64_t number : numbers)
    text += (text.empty() ? "[" : ", ") + std::to_string(number);
  return text + "]";
}

std::string pairs(const Numbers &before, const Numbers &after) {
  if (before == after)
    return list(before);
  std::string text;
  for (size_t i = 0; i < before.size(); ++i)
    text += (i ? ", " : "[") + ("[" + std::to_string(before[i])) + ", " + std::to_string(after[i]) +
            "]";
  return text + "]";
}

/// "conv3d" -> 3.
size_t axesOf(const dsl::OperationInfo &row) {
  return static_cast<size_t>(row.spelling[row.spelling.size() - 2] - '0');
}

} // namespace

bool Author::Window::has(const dsl::OperationInfo &row, const char *attribute) const {
  auto names = row.attributes();
  return std::ranges::find(names, attribute) != names.end();
}

Author::Window Author::drawWindow(const dsl::OperationInfo &row, int input, bool transposed) {
  Window window;
  std::vector<int64_t> size = leastImage(input);
  size_t axes = size.size();
  for (Numbers *numbers : {&window.kernel, &window.stride, &window.dilation})
    numbers->assign(axes, 1);
  for (Numbers *numbers : {&window.before, &window.after, &window.outputPadding})
    numbers->assign(axes, 0);
  bool alike = !choices.once(3);
  for (size_t i = 0; i < axes; ++i) {
    bool copy = alike && i > 0;
    window.kernel[i] = copy ? window.kernel[0] : choices.pick<int64_t>({1, 3, 3, 2, 4, 5, 7});
    if (window.has(row, "stride"))
      window.stride[i] = copy ? window.stride[0] : choices.pick<int64_t>({1, 1, 1, 2, 3, 4});
    if (window.has(row, "dilation"))
      window.dilation[i] = copy ? window.dilation[0] : choices.pick<int64_t>({1, 1, 1, 2, 3});
  }
  drawPadding(row, window, size);
  for (size_t i = 0; i < axes; ++i) {
    int64_t &kernel = window.kernel[i], &dilation = window.dilation[i];
    int64_t room = size[i] + (transposed ? kernel * dilation : window.before[i] + window.after[i]);
    if (dilation * (kernel - 1) + 1 > room)
      dilation = 1;
    kernel = std::min(kernel, std::max<int64_t>(room, 1));
    if (window.has(row, "output_padding"))
      window.outputPadding[i] =
          choices.between(0, std::max(window.stride[i], window.dilation[i]) - 1);
  }
  return window;
}

void Author::drawPadding(const dsl::OperationInfo &row, Window &window, const Numbers &size) {
  bool isPool = window.has(row, "kernel_size");
  if (window.has(row, "padding_mode"))
    window.mode = choices.pick({"zeros", "zeros", "reflect", "replicate", "circular"});
  uint32_t form = choices.below(isPool ? 5 : 8);
  bool isTransposed = window.has(row, "output_padding");
  bool isDeform = window.has(row, "mask");
  if (form == 5 || form == 6) {
    bool strided = std::ranges::any_of(window.stride, [](int64_t stride) { return stride > 1; });
    if (!isTransposed && !isDeform) {
      window.padding = strided ? choices.pick({"same_upper", "same_lower"})
                               : choices.pick({"same", "same_upper", "same_lower"});
      for (size_t i = 0; i < size.size(); ++i) {
        int64_t out = (size[i] + window.stride[i] - 1) / window.stride[i];
        int64_t pads =
            std::max<int64_t>((out - 1) * window.stride[i] +
                                  window.dilation[i] * (window.kernel[i] - 1) + 1 - size[i],
                              0);
        window.before[i] = pads / 2;
        window.after[i] = pads - pads / 2;
        if (window.padding == "same_lower")
          std::swap(window.before[i], window.after[i]);
      }
      return;
    }
  }
  if (form == 7 && !isTransposed) {
    window.padding = "valid";
    return;
  }
  if (form == 0)
    return;
  for (size_t i = 0; i < size.size(); ++i) {
    int64_t most = isPool ? window.kernel[i] / 2 : window.dilation[i] * (window.kernel[i] - 1) + 1;
    if (window.mode == "reflect")
      most = std::min(most, size[i] - 1);
    if (window.mode == "circular")
      most = std::min(most, size[i]);
    window.before[i] = choices.between(0, std::max<int64_t>(most, 0));
    window.after[i] = form == 3 ? choices.between(0, std::max<int64_t>(most, 0)) : window.before[i];
  }
  window.padding = pairs(window.before, window.after);
}

void Author::addWindow(const dsl::OperationInfo &row, const Window &window, Statement &statement) {
  bool spelledOut = choices.once(8); // defaults too
  auto put = [&](const char *name, const std::string &value, bool isDefault) {
    if (window.has(row, name) && (!isDefault || spelledOut))
      statement.attributes.emplace_back(name, value);
  };
  bool isPool = window.has(row, "kernel_size");
  put("kernel_size", list(window.kernel), false);
  put("stride", list(window.stride),
      isPool ? window.stride == window.kernel : list(window.stride) == "1");
  put("padding", window.padding.empty() ? "0" : window.padding, window.padding.empty());
  put("padding_mode", window.mode, window.mode == "zeros");
  put("dilation", list(window.dilation), list(window.dilation) == "1");
  put("groups", std::to_string(window.groups), window.groups == 1);
  put("output_padding", list(window.outputPadding), list(window.outputPadding) == "0");
}

/// The image of the window's results where it can be written in a type: numbers, or the input's
/// own sizes.
std::optional<Dims> Author::positions(const Window &window, int input) const {
  Dims dims;
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    const Extent &in = at(input).dims[2 + i];
    int64_t reach = window.dilation[i] * (window.kernel[i] - 1);
    if (window.padding.starts_with("same") && window.stride[i] == 1)
      dims.push_back(in);
    else if (in.isConstant())
      dims.push_back(Extent::constant(
          (in.add + window.before[i] + window.after[i] - reach - 1) / window.stride[i] + 1));
    else if (window.stride[i] == 1 && window.before[i] + window.after[i] == reach)
      dims.push_back(in);
    else
      return std::nullopt;
  }
  return dims;
}

void Author::addBias(Statement &statement, int64_t count) {
  if (choices.once(2))
    statement.operands.push_back({weight({count}), ""});
}

/// A weight or a constant, now and then with work on it.
int Author::filter(const Numbers &sizes) {
  int raw = weight(sizes);
  if (!choices.once(6))
    return raw;
  Program &to = draft.program;
  Value value = at(raw);
  value.name = "v" + std::to_string(to.values.size());
  value.role = Role::Computed;
  value.exact = false;
  Statement statement;
  statement.operation = choices.pick({"*", "+", "-"});
  statement.operands = {{raw, ""}, {-1, choices.pick({"2", "0.5", "1.25"})}};
  statement.inPlace = choices.once(2);
  statement.result = static_cast<int>(to.values.size());
  to.values.push_back(value);
  to.constantTexts.emplace_back();
  to.statements.push_back(statement);
  return statement.result;
}

std::optional<Statement> Author::convolution(const dsl::OperationInfo &row) {
  int x = image(axesOf(row) + 2);
  Window window = drawWindow(row, x);
  int64_t C = channels(x);
  Numbers divisors = {1};
  for (int64_t divisor : {C, int64_t(2), int64_t(3), int64_t(4)})
    if (divisor <= C && C % divisor == 0)
      divisors.push_back(divisor);
  window.groups = choices.once(3) ? choices.pick(divisors) : 1;
  int64_t K = window.groups * choices.pick<int64_t>({1, 2, 1, 3, 4, 8, 16, 5});
  // One filter for all channels.
  bool shared = window.groups == C && C > 1 && choices.once(3);
  if (shared)
    K = C;
  Numbers sizes = {shared ? 1 : K, C / window.groups};
  sizes.insert(sizes.end(), window.kernel.begin(), window.kernel.end());
  Statement statement;
  statement.operands = {{x, ""}, {filter(sizes), ""}};
  addBias(statement, K);
  addWindow(row, window, statement);
  return statement;
}

std::optional<Statement> Author::transposed(const dsl::OperationInfo &row) {
  int x = image(axesOf(row) + 2);
  Window window = drawWindow(row, x, true);
  int64_t C = channels(x);
  window.groups = choices.once(4) && C % 2 == 0 ? 2 : choices.once(6) ? C : 1;
  int64_t each = choices.pick<int64_t>({1, 2, 3, 4, 8});
  Numbers sizes = {C, each};
  sizes.insert(sizes.end(), window.kernel.begin(), window.kernel.end());
  Statement statement;
  statement.operands = {{x, ""}, {filter(sizes), ""}};
  addBias(statement, each * window.groups);
  addWindow(row, window, statement);
  return statement;
}

std::optional<Statement> Author::localConvolution(const dsl::OperationInfo &row) {
  int x = image(4);
  Window window = drawWindow(row, x);
  std::optional<Dims> image = positions(window, x);
  if (!image || !(*image)[0].isConstant() || !(*image)[1].isConstant())
    return std::nullopt; // a filter for each position: their number is known
  int64_t K = choices.pick<int64_t>({1, 2, 3, 4});
  Numbers sizes = {(*image)[0].add, (*image)[1].add,  K,
                   channels(x),     window.kernel[0], window.kernel[1]};
  int64_t count = 1;
  for (int64_t size : sizes)
    count *= size;
  if (count <= 0 || count > 50000)
    return std::nullopt;
  Statement statement;
  statement.operands = {{x, ""}, {weight(sizes), ""}};
  addBias(statement, K);
  addWindow(row, window, statement);
  return statement;
}

std::optional<Statement> Author::dynamicConvolution(const dsl::OperationInfo &row) {
  int x = image(4);
  Window window = drawWindow(row, x);
  std::optional<Dims> image = positions(window, x);
  const Extent &N = at(x).dims[0];
  if (!image || (!N.isConstant() && N != batch))
    return std::nullopt;
  int64_t C = channels(x);
  window.groups = choices.once(3) ? C : C % 2 == 0 && choices.once(3) ? 2 : 1;
  Dims dims = {N,
               Extent::constant(window.groups),
               Extent::constant(window.kernel[0]),
               Extent::constant(window.kernel[1]),
               (*image)[0],
               (*image)[1]};
  for (const Extent &extent : *image)
    if (!extent.isConstant() && extent != Extent::ofSymbol(extent.symbol))
      return std::nullopt;
  Statement statement;
  statement.operands = {{x, ""}, {addArgument(Role::Activation, ElementType::F32, dims), ""}};
  addWindow(row, window, statement);
  return statement;
}

std::optional<Statement> Author::regionConvolution(const dsl::OperationInfo &row) {
  int x = image(4);
  Window window = drawWindow(row, x);
  Numbers sizes = {choices.pick<int64_t>({1, 2, 3, 5}), choices.pick<int64_t>({1, 2, 4}),
                   window.kernel[0], window.kernel[1]};
  Statement statement;
  statement.operands = {{x, ""}, {weight(sizes), ""}};
  addWindow(row, window, statement);
  return statement;
}

/// The offsets come from a convolution of the same window, as in networks, or are an argument.
std::optional<Statement> Author::deformConvolution(const dsl::OperationInfo &row) {
  int x = image(4);
  Window window = drawWindow(row, x);
  int64_t C = channels(x), taps = window.kernel[0] * window.kernel[1];
  int64_t offsetGroups = C % 2 == 0 && choices.once(3) ? 2 : 1;
  int64_t groups = C % 2 == 0 && choices.once(3) ? 2 : 1;
  int64_t K = groups * choices.pick<int64_t>({1, 2, 3});
  std::optional<Dims> image = positions(window, x);
  bool given = image && choices.once(2);
  for (const Extent &extent : image.value_or(Dims()))
    given = given && (extent.isConstant() || extent == Extent::ofSymbol(extent.symbol));
  const Extent &N = at(x).dims[0];
  given = given && (N.isConstant() || N == batch);
  auto modulation = [&](int64_t count) -> int {
    if (given) {
      Dims dims = {N, Extent::constant(count), (*image)[0], (*image)[1]};
      return addArgument(Role::Activation, ElementType::F32, dims);
    }
    Statement inner;
    inner.operation = "conv2d";
    inner.operands = {{x, ""}, {weight({count, C, window.kernel[0], window.kernel[1]}), ""}};
    addWindow(row, window, inner);
    return add(inner) ? draft.program.statements.back().result : -1;
  };
  Statement statement;
  int offset = modulation(2 * offsetGroups * taps);
  if (offset < 0)
    return std::nullopt;
  if (choices.once(2)) {
    int mask = modulation(offsetGroups * taps);
    if (mask < 0)
      return std::nullopt;
    statement.mask = mask;
  }
  int w = filter({K, C / groups, window.kernel[0], window.kernel[1]});
  statement.operands = {{x, ""}, {offset, ""}, {w, ""}};
  addBias(statement, K);
  addWindow(row, window, statement);
  return statement;
}

std::optional<Statement> Author::linear(const dsl::OperationInfo &) {
  int x = image(2);
  int64_t K = choices.pick<int64_t>({1, 2, 3, 8, 17, 32});
  if (!at(x).dims[1].isConstant())
    return std::nullopt;
  Statement statement;
  statement.operands = {{x, ""}, {filter({K, channels(x)}), ""}};
  addBias(statement, K);
  return statement;
}

std::optional<Statement> Author::pool(const dsl::OperationInfo &row) {
  bool anyType = row.spelling.starts_with("max");
  int x = anyType && choices.once(3)
              ? activation([](const Value &) { return true; }, axesOf(row) + 2,
                           {ElementType::U8, ElementType::I8, ElementType::I32})
              : image(axesOf(row) + 2);
  Window window = drawWindow(row, x);
  if (choices.once(3))
    window.stride = window.kernel;
  Statement statement;
  statement.operands = {{x, ""}};
  addWindow(row, window, statement);
  if (choices.once(3))
    statement.attributes.emplace_back("ceil_mode", "true");
  if (window.has(row, "count_include_pad") && choices.once(3))
    statement.attributes.emplace_back("count_include_pad", "false");
  return statement;
}

std::optional<Statement> Author::globalPool(const dsl::OperationInfo &row) {
  size_t rank = choices.pick<size_t>({4, 3, 5});
  bool anyType = row.spelling.contains("max");
  Statement statement;
  statement.operands = {{anyType && choices.once(3)
                             ? activation([](const Value &) { return true; }, rank,
                                          {ElementType::U8, ElementType::I8, ElementType::I32})
                             : image(rank),
                         ""}};
  return statement;
}

} // namespace convwright::fuzz
