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

int64_t ShapeDrawer::outputExtent(const Convolution &conv, int d, int64_t size) {
  return (size + conv.padBefore[d] + conv.padAfter[d] - conv.dilation[d] * (conv.kernel[d] - 1) -
          1) /
             conv.stride[d] +
         1;
}

bool ShapeDrawer::fits(const Convolution &conv) const {
  for (int d = 0; d < 2; ++d) {
    int64_t pad = std::max(conv.padBefore[d], conv.padAfter[d]);
    if (conv.size[d] + conv.padBefore[d] + conv.padAfter[d] <
        conv.dilation[d] * (conv.kernel[d] - 1) + 1)
      return false;
    if ((conv.mode == "reflect" && pad >= conv.size[d]) ||
        (conv.mode == "circular" && pad > conv.size[d]))
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

ShapeDrawer::Convolution ShapeDrawer::drawConvolution() {
  Convolution conv;
  do {
    drawChannels(conv);
    conv.N = pick({1, 1, 1, 2, 3});
    bool pointwise = algorithm == "pointwise";
    for (int d = 0; d < 2; ++d) {
      conv.size[d] = pick({1, 2, 3, 5, 7, 8, 13, 14, 16, 17, 20, 31});
      conv.kernel[d] = pointwise ? 1 : pick({1, 2, 3, 3, 3, 4, 5, 7});
      conv.stride[d] = pick({1, 1, 1, 2, 3});
      conv.dilation[d] = pointwise ? 1 : pick({1, 1, 1, 2, 3});
      conv.padBefore[d] = pointwise ? 0 : between(0, 4);
      conv.padAfter[d] = pointwise ? 0 : chance(0.8) ? conv.padBefore[d] : between(0, 4);
    }
    constexpr const char *modes[] = {"zeros", "reflect", "replicate", "circular"};
    conv.mode = modes[chance(0.5) ? 0 : between(0, 3)];
    conv.bias = chance(0.7);
  } while (!fits(conv));
  return conv;
}

namespace {

std::string list(int64_t a, int64_t b) {
  return "[" + std::to_string(a) + ", " + std::to_string(b) + "]";
}

std::string tensorType(const std::vector<std::string> &dims, bool nhwc) {
  std::string text = "f32[";
  for (size_t i = 0; i < dims.size(); ++i)
    text += (i ? ", " : "") + dims[i];
  return text + "]" + (nhwc ? " nhwc" : "");
}

} // namespace

RandomLayer ShapeDrawer::draw(int index) {
  Convolution conv = drawConvolution();
  bool inputNhwc = chance(0.5);
  bool symbolic = chance(0.4);
  bool resultNhwc = !symbolic && chance(0.15) ? !inputNhwc : inputNhwc;
  bool residual = !symbolic && chance(0.2);

  RandomLayer layer;
  std::string suffix = inputNhwc == resultNhwc ? (inputNhwc ? "_nhwc" : "")
                       : inputNhwc             ? "_nhwc_nchw"
                                               : "_nchw_nhwc";
  layer.name = "case_s" + std::to_string(index) + suffix;
  if (conv.bias)
    layer.weights["b"] = {conv.K};
  layer.weights["w"] = {conv.K, conv.C / conv.groups, conv.kernel[0], conv.kernel[1]};

  auto output = [&](const Extents &x) {
    return Extents{x[0], conv.K, outputExtent(conv, 0, x[2]), outputExtent(conv, 1, x[3])};
  };
  auto call = [&](int64_t n, int64_t h, int64_t w) {
    CallShapes shapes{{"x", {n, conv.C, h, w}}};
    if (residual)
      shapes["r"] = output(shapes["x"]);
    layer.calls.push_back(shapes);
  };
  call(conv.N, conv.size[0], conv.size[1]);
  std::vector<std::string> dims = {std::to_string(conv.N), std::to_string(conv.C),
                                   std::to_string(conv.size[0]), std::to_string(conv.size[1])};
  std::string where;
  if (symbolic) {
    // The drawn size is the smallest, so every size in range fits.
    int64_t h = conv.size[0], w = conv.size[1];
    call(conv.N + 1, h + 9, w + between(1, 12));
    call(1, h + 40, w + 40);
    dims = {"N", std::to_string(conv.C), "H", "W"};
    where = " for N in 1..4, H in " + std::to_string(h) + ".." + std::to_string(h + 40) + " like " +
            std::to_string(h + between(0, 40)) + ", W in " + std::to_string(w) + ".." +
            std::to_string(w + 40);
  }

  auto spell = [](const Extents &extents) {
    std::vector<std::string> texts;
    for (int64_t extent : extents)
      texts.push_back(std::to_string(extent));
    return texts;
  };
  std::string parameters = "x: " + tensorType(dims, inputNhwc);
  if (residual)
    parameters += ", r: " + tensorType(spell(layer.calls[0]["r"]), inputNhwc);
  for (const auto &[name, extents] : layer.weights)
    parameters += ", weight " + name + ": " + tensorType(spell(extents), false);
  std::string result;
  if (inputNhwc != resultNhwc)
    result = " -> " + tensorType(spell(output(layer.calls[0]["x"])), resultNhwc) +
             (resultNhwc ? "" : " nchw");

  constexpr const char *inputs[] = {"x", "x", "x", "x", "relu(x)", "x * 2 - 1"};
  constexpr const char *epilogues[] = {
      "{}",       "relu({})", "relu({})",      "clamp({}, -0.5, 0.5)",
      "silu({})", "gelu({})", "hardswish({})", "abs({}) + 1"};
  std::string value =
      "conv2d(" + std::string(inputs[between(0, 5)]) + ", w" + (conv.bias ? ", b" : "") +
      ", stride = " + list(conv.stride[0], conv.stride[1]) + ", padding = [" +
      list(conv.padBefore[0], conv.padAfter[0]) + ", " + list(conv.padBefore[1], conv.padAfter[1]) +
      "], padding_mode = " + conv.mode +
      ", dilation = " + list(conv.dilation[0], conv.dilation[1]) +
      ", groups = " + std::to_string(conv.groups) + ", algorithm = " + algorithm + ")";
  std::string epilogue = epilogues[between(0, 7)];
  value = epilogue.replace(epilogue.find("{}"), 2, residual ? value + " + r" : value);
  layer.text = "layer " + layer.name + "(" + parameters + ")" + result + where + " {\n  return " +
               value + ";\n}\n";
  return layer;
}

} // namespace convwright::tests
