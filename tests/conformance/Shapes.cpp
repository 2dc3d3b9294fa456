//===- Shapes.cpp - random layers for conformance --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/conformance/Shapes.h"

#include <algorithm>

namespace convwright::tests {

int64_t ShapeDrawer::pick(std::initializer_list<int64_t> values) {
  return *(values.begin() + between(0, static_cast<int64_t>(values.size()) - 1));
}

int64_t ShapeDrawer::between(int64_t lo, int64_t hi) {
  return lo + static_cast<int64_t>(rng() % static_cast<uint64_t>(hi - lo + 1));
}

bool ShapeDrawer::chance(double probability) {
  return static_cast<double>(rng() >> 11) * 0x1p-53 < probability;
}

int64_t ShapeDrawer::outputExtent(const Convolution &conv, size_t i, int64_t size) {
  int64_t reach = conv.dilation[i] * (conv.kernel[i] - 1),
          pads = conv.padBefore[i] + conv.padAfter[i];
  if (conv.transposed)
    return (size - 1) * conv.stride[i] - pads + reach + conv.outputPadding[i] + 1;
  return (size + pads - reach - 1) / conv.stride[i] + 1;
}

Extents ShapeDrawer::outputShape(const Convolution &conv, const Extents &x) {
  Extents shape = {x[0], conv.K};
  for (size_t i = 0; i < conv.size.size(); ++i)
    shape.push_back(outputExtent(conv, i, x[2 + i]));
  return shape;
}

bool ShapeDrawer::fits(const Convolution &conv) {
  for (size_t i = 0; i < conv.size.size(); ++i) {
    int64_t pad = std::max(conv.padBefore[i], conv.padAfter[i]);
    bool meets = conv.transposed ? outputExtent(conv, i, conv.size[i]) >= 1
                                 : conv.size[i] + conv.padBefore[i] + conv.padAfter[i] >
                                       conv.dilation[i] * (conv.kernel[i] - 1);
    if (!meets || (conv.mode == "reflect" && pad >= conv.size[i]) ||
        (conv.mode == "circular" && pad > conv.size[i]))
      return false;
  }
  return true;
}

void ShapeDrawer::drawChannels(Convolution &conv) {
  conv.groups = 1;
  conv.C = pick({1, 2, 3, 5, 8, 16, 17, 33, 40});
  conv.K = pick({1, 2, 3, 8, 15, 16, 17, 31, 32, 48, 70});
  if (algorithm == "depthwise") {
    conv.C = pick({1, 1, 2, 3, 8, 16, 17, 33, 48});
    conv.groups = conv.C;
    conv.K = conv.C * pick({1, 1, 1, 2, 3});
  } else if (algorithm != "pointwise" && chance(0.35)) {
    conv.groups = pick({2, 3, 4, 8});
    conv.C = conv.groups * pick({1, 2, 3, 4, 8, 16});
    conv.K = conv.groups * pick({1, 2, 4, 5, 8, 16});
  }
}

void ShapeDrawer::drawWindow(Convolution &conv) {
  bool pointwise = algorithm == "pointwise";
  size_t axes = conv.size.size();
  for (size_t i = 0; i < axes; ++i) {
    // Volumes have as many elements as images, about.
    conv.size[i] =
        axes == 3 ? pick({1, 2, 3, 5, 7, 9, 12}) : pick({1, 2, 3, 5, 7, 8, 13, 14, 16, 17, 20, 31});
    conv.kernel[i] = pointwise   ? 1
                     : axes == 3 ? pick({1, 2, 3, 3, 4})
                                 : pick({1, 2, 3, 3, 3, 4, 5, 7});
    conv.stride[i] = pick({1, 1, 1, 2, 3});
    conv.dilation[i] = pointwise ? 1 : pick({1, 1, 1, 2, 3});
    conv.padBefore[i] = pointwise ? 0 : between(0, 4);
    conv.padAfter[i] = pointwise ? 0 : chance(0.8) ? conv.padBefore[i] : between(0, 4);
    conv.outputPadding[i] =
        conv.transposed ? between(0, std::max(conv.stride[i], conv.dilation[i]) - 1) : 0;
  }
}

ShapeDrawer::Convolution ShapeDrawer::drawConvolution() {
  Convolution conv;
  do {
    drawChannels(conv);
    conv.N = pick({1, 1, 1, 2, 3});
    auto axes = static_cast<size_t>(pick({1, 2, 2, 2, 2, 3}));
    for (Extents *numbers : {&conv.size, &conv.kernel, &conv.stride, &conv.dilation,
                             &conv.padBefore, &conv.padAfter, &conv.outputPadding})
      numbers->assign(axes, 1);
    conv.transposed = algorithm != "depthwise" && chance(0.25);
    drawWindow(conv);
    constexpr const char *modes[] = {"zeros", "reflect", "replicate", "circular"};
    conv.mode = modes[conv.transposed || chance(0.5) ? 0 : between(0, 3)];
    conv.bias = chance(0.7);
  } while (!fits(conv));
  return conv;
}

namespace {

std::string list(const Extents &numbers) {
  std::string text;
  for (int64_t number : numbers)
    text += (text.empty() ? "[" : ", ") + std::to_string(number);
  return text + "]";
}

/// The channels-last layout's name.
std::string lastName(size_t rank) { return rank == 3 ? "nwc" : rank == 4 ? "nhwc" : "ndhwc"; }

std::string tensorType(const std::vector<std::string> &dims, bool last) {
  std::string text = "f32[";
  for (size_t i = 0; i < dims.size(); ++i)
    text += (i ? ", " : "") + dims[i];
  return text + "]" + (last ? " " + lastName(dims.size()) : "");
}

} // namespace

std::string ShapeDrawer::call(const Convolution &conv, const std::string &input,
                              const std::string &algorithm) {
  std::string pads;
  for (size_t i = 0; i < conv.size.size(); ++i)
    pads += (i ? ", " : "[") + list({conv.padBefore[i], conv.padAfter[i]});
  std::string text = conv.transposed ? "conv_transpose" : "conv";
  text += std::to_string(conv.size.size()) + "d(" + input + ", w" + (conv.bias ? ", b" : "") +
          ", stride = " + list(conv.stride) + ", padding = " + pads +
          "], dilation = " + list(conv.dilation) + ", groups = " + std::to_string(conv.groups);
  if (conv.transposed)
    text += ", output_padding = " + list(conv.outputPadding);
  else
    text += ", padding_mode = " + conv.mode;
  return text + ", algorithm = " + algorithm + ")";
}

RandomLayer ShapeDrawer::draw(int index) {
  Convolution conv = drawConvolution();
  bool inputLast = chance(0.5);
  bool symbolic = chance(0.4);
  bool resultLast = !symbolic && conv.size.size() == 2 && chance(0.15) ? !inputLast : inputLast;
  bool residual = !symbolic && chance(0.2);

  RandomLayer layer;
  std::string suffix = inputLast == resultLast
                           ? (inputLast ? "_" + lastName(2 + conv.size.size()) : "")
                       : inputLast ? "_nhwc_nchw"
                                   : "_nchw_nhwc";
  layer.name = "case_s" + std::to_string(index) + suffix;
  if (conv.bias)
    layer.weights["b"] = {conv.K};
  layer.weights["w"] = conv.transposed ? Extents{conv.C, conv.K / conv.groups}
                                       : Extents{conv.K, conv.C / conv.groups};
  layer.weights["w"].insert(layer.weights["w"].end(), conv.kernel.begin(), conv.kernel.end());

  size_t axes = conv.size.size();
  auto output = [&](const Extents &x) { return outputShape(conv, x); };
  auto addCall = [&](int64_t n, const Extents &image) {
    Extents x = {n, conv.C};
    x.insert(x.end(), image.begin(), image.end());
    CallShapes shapes{{"x", x}};
    if (residual)
      shapes["r"] = output(x);
    layer.calls.push_back(shapes);
  };
  addCall(conv.N, conv.size);
  std::vector<std::string> dims = {std::to_string(conv.N), std::to_string(conv.C)};
  for (int64_t size : conv.size)
    dims.push_back(std::to_string(size));
  std::string where;
  if (symbolic) {
    // The drawn size is the smallest, so every size in range fits.
    constexpr const char *names[] = {"D", "H", "W"};
    int64_t range = axes == 3 ? 10 : 40;
    Extents some = conv.size, most = conv.size;
    dims[0] = "N";
    where = " for N in 1..4";
    for (size_t i = 0; i < axes; ++i) {
      some[i] += between(1, range / 3);
      most[i] += range;
      dims[2 + i] = names[3 - axes + i];
      where += ", " + dims[2 + i] + " in " + std::to_string(conv.size[i]) + ".." +
               std::to_string(most[i]) + " like " +
               std::to_string(conv.size[i] + between(0, range));
    }
    addCall(conv.N + 1, some);
    addCall(1, most);
  }

  auto spell = [](const Extents &extents) {
    std::vector<std::string> texts;
    for (int64_t extent : extents)
      texts.push_back(std::to_string(extent));
    return texts;
  };
  std::string parameters = "x: " + tensorType(dims, inputLast);
  if (residual)
    parameters += ", r: " + tensorType(spell(layer.calls[0]["r"]), inputLast);
  for (const auto &[name, extents] : layer.weights)
    parameters += ", weight " + name + ": " + tensorType(spell(extents), false);
  std::string result;
  if (inputLast != resultLast)
    result = " -> " + tensorType(spell(output(layer.calls[0]["x"])), resultLast) +
             (resultLast ? "" : " nchw");

  constexpr const char *inputs[] = {"x", "x", "x", "x", "relu(x)", "x * 2 - 1"};
  constexpr const char *epilogues[] = {
      "{}",       "relu({})", "relu({})",      "clamp({}, -0.5, 0.5)",
      "silu({})", "gelu({})", "hardswish({})", "abs({}) + 1"};
  std::string value = call(conv, inputs[between(0, 5)], algorithm);
  std::string epilogue = epilogues[between(0, 7)];
  value = epilogue.replace(epilogue.find("{}"), 2, residual ? value + " + r" : value);
  layer.text = "layer " + layer.name + "(" + parameters + ")" + result + where + " {\n  return " +
               value + ";\n}\n";
  return layer;
}

} // namespace convwright::tests
