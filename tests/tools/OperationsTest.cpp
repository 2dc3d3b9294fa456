//===- OperationsTest.cpp - compiled layers compute what the reference says ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"
#include "tests/tools/support/Gaps.h"
#include "tools/execute/Layers.h"

#include <cmath>
#include <gtest/gtest.h>
#include <sstream>

namespace convwright::tools {
namespace {

using compiler::Driver;
using compiler::ExactTensor;
using compiler::ExactTensors;
using compiler::LayerProgram;
using compiler::TensorInfo;

/// A `.conv` file, compiled for the machine at hand.
class Compiled {
public:
  explicit Compiled(const std::string &text) : driver(messages) {
    if (!driver.openText(text, "test.conv", "."))
      return;
    schedules::Target host = *schedules::findTarget("host");
    std::optional<compiler::TargetProgram> found = driver.compile(host);
    if (!found)
      return;
    program = std::move(*found);
    compiler::EmitOptions options;
    options.name = "test";
    auto built = Layers::build({program}, options, CONVWRIGHT_EXECUTABLE);
    if (!built)
      messages << built.error().message;
    else
      layers.emplace(std::move(*built));
  }

  std::string text() const { return messages.str(); }
  bool ok() const { return layers.has_value(); }
  const std::vector<LayerProgram> &all() const { return program.layers; }

  /// Runs the layer on random tensors, and expects the reference's answers, and the same bits where
  /// the tensors have gaps.
  void expectRight(const LayerProgram &layer, const std::vector<int64_t> &sizes) {
    SCOPED_TRACE(layer.name + " of " + ::testing::PrintToString(sizes));
    Call call;
    ExactTensors inputs;
    std::vector<HostTensor> weights;
    uint64_t seed = 1;
    auto fill = [&](const std::vector<TensorInfo> &infos, std::vector<HostTensor> &tensors) {
      for (const TensorInfo &info : infos) {
        tensors.push_back(makeTensor(info, sizes));
        fillRandom(tensors.back(), seed++);
        inputs[info.name] = {info.type, tensors.back().shape(), tensors.back().toDoubles()};
      }
    };
    fill(layer.arguments, call.arguments);
    fill(layer.weights, weights);
    for (const TensorInfo &info : layer.results)
      call.results.push_back(makeTensor(info, sizes));
    auto packed = layers->pack(layer, weights);
    ASSERT_TRUE(packed) << packed.error().message;
    call.packed = std::move(*packed);
    ASSERT_EQ(layers->run(layer, call, cw_options{}), CW_OK) << layers->lastError();
    auto expected = driver.runReference(layer.name, inputs);
    ASSERT_TRUE(expected) << expected.error().message;
    for (size_t i = 0; i < layer.results.size(); ++i)
      compare(expected->at(layer.results[i].name), call.results[i]);
    EXPECT_EQ(testing::runWithGaps(*layers, layer, call), "");
  }

private:
  static void compare(const ExactTensor &expected, const HostTensor &found) {
    ASSERT_EQ(found.shape(), expected.shape);
    double error = 0, norm = 0;
    for (int64_t i = 0; i < found.elementCount(); ++i) {
      double right = expected.values[static_cast<size_t>(i)], difference = found.at(i) - right;
      if (right == found.at(i))
        difference = 0; // infinities too
      error += difference * difference;
      norm += std::isfinite(right) ? right * right : 0;
    }
    double allowed = expected.type == schedules::ElementType::F32 ? 4e-6 : 0;
    EXPECT_LE(std::sqrt(error), allowed * std::sqrt(norm));
  }

  std::ostringstream messages;
  Driver driver;
  compiler::TargetProgram program;
  std::optional<Layers> layers;
};

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Each layer of the text, `LAYOUT` in it standing for one layout after the other.
void expectRight(const std::string &text, const std::vector<std::vector<int64_t>> &sizes,
                 const std::vector<std::string> &layouts = {"nchw", "nhwc"}) {
  for (const std::string &layout : layouts) {
    SCOPED_TRACE(layout);
    Compiled compiled(replaced(text, "LAYOUT", layout));
    ASSERT_TRUE(compiled.ok()) << compiled.text();
    for (const LayerProgram &layer : compiled.all())
      for (const std::vector<int64_t> &values : sizes)
        compiled.expectRight(layer, {values.begin(), values.begin() + layer.symbols.size()});
  }
}

/// A layer of symbolic sizes H and W that returns these expressions; `MODE` in them is `mode`.
std::string layerOf(const std::string &parameters, const std::vector<std::string> &statements,
                    const std::vector<std::string> &results, const std::string &mode = "") {
  static int number = 0;
  std::string text = "layer l" + std::to_string(number++) + "(" + parameters +
                     ") for H in 4..90 like 40 step 2, W in 6..96 like 48 step 2 {\n";
  for (const std::string &statement : statements)
    text += "  " + statement + ";\n";
  std::string names;
  for (size_t i = 0; i < results.size(); ++i) {
    std::string name = "r" + std::to_string(i);
    text += "  " + name + " = " + results[i] + ";\n";
    names += (i == 0 ? "" : ", ") + name;
  }
  return replaced(text + "  return " + names + ";\n}\n", "MODE", mode);
}

const std::vector<std::vector<int64_t>> sizes = {{40, 48}, {4, 6}, {6, 84}};

TEST(CompiledOperations, SlicesInEveryDirection) {
  std::string text =
      layerOf("x: f32[2, 6, H, W] LAYOUT", {},
              {"relu(slice(x, dim = 2, start = 1, step = 2))", "slice(x, dim = -1, stop = 5)",
               "slice(x, dim = 2, start = -4, stop = -1)", "slice(x, dim = 3, start = 2)"}) +
      layerOf("x: f32[2, 6, H, W] LAYOUT, weight w: f32[8, 3, 3, 3]",
              {"half = slice(x, dim = 1, start = 3)"},
              {"conv2d(half, w, padding = 1)", "slice(x, start = 1, dim = 0) * half_of(x)"}) +
      layerOf("x: u8[1, 6, H, W] LAYOUT", {},
              {"slice(x, dim = 1, step = 4)", "f32(slice(x, dim = 3, start = 1, stop = -1)) * 2",
               "slice(x, dim = 1, start = -100, stop = 100)"}) +
      "fn half_of(v) = slice(slice(v, dim = 3, stop = 1), dim = 1, stop = 1);\n";
  expectRight(text, sizes);
}

TEST(CompiledOperations, PaddingOfEveryMode) {
  std::string text;
  for (const char *mode : {"constant, value = 2.5", "reflect", "replicate", "circular"}) {
    text += layerOf("x: f32[2, 6, H, W] LAYOUT",
                    {"y = pad(x, padding = [[1, 2], [3, 0]], mode = MODE)"},
                    {"y", "relu(pad(y, padding = 1, mode = MODE))"}, mode);
    text +=
        layerOf("x: f32[2, 6, H, W] LAYOUT, weight w: f32[8, 6, 3, 3], weight d: f32[6, 1, 3, 3]",
                {"y = pad(x, padding = [1, 2], mode = MODE)"},
                {"conv2d(y, w, stride = 2)", "conv2d(y, d, groups = 6, padding = 1)"}, mode);
  }
  text += layerOf("x: u8[1, 3, H, W] LAYOUT", {}, {"pad(x, padding = 2, value = 255)"});
  expectRight(text, sizes);
}

TEST(CompiledOperations, ShufflesOfPixelsAndChannels) {
  expectRight(
      layerOf("x: f32[2, 12, H, W] LAYOUT, weight w: f32[8, 3, 3, 3], weight p: f32[12, 12, 1, 1]",
              {"z = conv2d(x, p)", "turned = channel_shuffle(z, groups = 3)"},
              {"conv2d(pixel_shuffle(x, factor = 2), w, padding = 1)",
               "pixel_unshuffle(x, factor = 2)", "pixel_shuffle(z, factor = 2)", "relu(turned) + z",
               "conv2d(turned, p)"}),
      sizes);
}

TEST(CompiledOperations, ConcatOfWhateverThereIs) {
  std::string text =
      layerOf("x: f32[2, 6, H, W] LAYOUT, y: f32[2, 3, H, W] LAYOUT, weight w: f32[5, 6, 3, 3], "
              "weight p: f32[7, 14, 1, 1], weight d: f32[6, 1, 3, 3]",
              {"a = relu(conv2d(x, w, padding = 1))", "c = concat(a, conv2d(x, d, padding = 1, "
                                                      "groups = 6), y, dim = 1)"},
              {"conv2d(c, p)", "concat(a, a, x, dim = -3)", "concat(c, relu(c), dim = 2)",
               "concat(max_pool2d(a, kernel_size = 2), avg_pool2d(a, kernel_size = 2), dim = 0)",
               "relu(c) * 2", "a"}) +
      layerOf("x: f32[1, 4, H, W] LAYOUT, weight w: f32[4, 4, 3, 3], weight u: f32[4, 6, 2, 2], "
              "weight v: f32[4, 10, 3, 3]", // a U-Net of one level
              {"skip = relu(conv2d(x, w, padding = 1))",
               "deep = relu(conv2d(max_pool2d(skip, kernel_size = 2), w, padding = 1))",
               "up = relu(conv_transpose2d(deep, u, stride = 2))",
               "both = concat(up, skip, dim = 1)"},
              {"conv2d(both, v, padding = 1)", "slice(both, dim = 1, start = 3)",
               "conv2d(pad(both, padding = 1, mode = reflect), v, stride = 2)"}) +
      layerOf("x: f32[1, 4, H, W] LAYOUT, weight w: f32[4, 4, 3, 3]",
              {"a = conv2d(x, w, padding = 1, stride = 2)", "b = conv2d(x, w, padding = 1)",
               "rows = concat(a, slice(a, dim = 2, stop = 2), a, dim = 2)",
               "columns = concat(concat(b, abs(b), dim = 2), concat(b, -b, dim = 2), dim = 3)"},
              {"rows", "relu(rows)", "columns", "conv2d(columns, w)"}) +
      layerOf("x: u8[1, 4, H, W] LAYOUT, y: i32[H, 6]", {"z = y * 2"},
              {"concat(x, max_pool2d(x, kernel_size = 3, stride = 1, padding = 1), dim = 1)",
               "concat(y, z, z + 1, dim = 1)", "concat(z, y, dim = 0)"}) +
      layerOf("x: f32[H, 30], weight w: f32[10, 30], weight v: f32[7, 30], weight f: f32[5, 24], "
              "y: f32[W, 4, 2, 3] LAYOUT, weight p: f32[2, 4, 1, 1]",
              {"a = linear(x, w)", "b = concat(a, relu(a) + 1, linear(x, half_of(w)), dim = 1)",
               "c = conv2d(y, p)", "d = concat(c, abs(c), dim = 1)"},
              {"b", "linear(b, v)", "linear(flatten(d), f)",
               "concat(flatten(c), flatten(d), dim = 1)"}) +
      "fn half_of(w) = w * 0.5;\n";
  expectRight(text, sizes);
}

TEST(CompiledOperations, ConcatOfOneAndThreeSpatialAxes) {
  expectRight(layerOf("x: f32[2, 6, W] LAYOUT, weight w: f32[5, 6, 3], y: f32[1, 1, H]",
                      {"a = conv1d(x, w, padding = 1)"},
                      {"concat(a, a, x, dim = 1)", "concat(a, relu(a), dim = 2)", "y"}),
              sizes, {"ncw", "nwc"});
  expectRight(layerOf("x: f32[1, 6, 3, H, W] LAYOUT, weight w: f32[5, 6, 3, 1, 3]",
                      {"a = conv3d(x, w, padding = [1, 0, 1])"},
                      {"concat(relu(a), x, dim = 1)", "concat(a, relu(a), dim = 2)",
                       "relu(concat(a, a + 1, dim = 4))"}),
              {{4, 6}, {6, 14}}, {"ncdhw", "ndhwc"});
}

TEST(CompiledOperations, GrowingBlocksCopyNothing) {
  // As torchvision's DenseNet: every layer puts together all that came before it.
  std::string text = layerOf(
      "x: f32[1, 16, H, W] LAYOUT, weight w: f32[16, 16, 1, 1], weight u: f32[4, 16, 3, 3], weight "
      "v: f32[4, 20, 3, 3], weight z: f32[4, 24, 3, 3]",
      {"a = conv2d(x, w)", "b = conv2d(relu(a), u, padding = 1)",
       "c = conv2d(relu(concat(a, b, dim = 1)), v, padding = 1)",
       "d = conv2d(relu(concat(a, b, c, dim = 1)), z, padding = 1)"},
      {"concat(a, b, c, d, dim = 1)"});
  expectRight(text, sizes);
  Compiled compiled(replaced(text, "LAYOUT", "nhwc"));
  ASSERT_TRUE(compiled.ok()) << compiled.text();
  EXPECT_EQ(compiled.all()[0].steps.size(), 4u);  // a convolution each
  EXPECT_TRUE(compiled.all()[0].buffers.empty()); // all of it lies in the result
}

TEST(CompiledOperations, OneFilterForAllChannels) {
  std::string text =
      layerOf("x: f32[2, 6, H, W] LAYOUT, weight w: f32[1, 1, 3, 5], weight b: f32[6], weight s: "
              "f32[6], weight m: f32[6], weight v: f32[6]",
              {"y = conv2d(x, w, b, padding = [1, 2], groups = 6)"},
              {"y",
               "relu(conv2d(x, w * 2, stride = 2, padding = 3, padding_mode = reflect, "
               "groups = 6)) + 1",
               "batch_norm(conv2d(x, w, groups = 6, padding = [1, 2]), m, v * v, s, b)"}) +
      layerOf("x: u8[1, 3, H, W] LAYOUT", {},
              {"u8(conv2d(f32(x), box, padding = 1, padding_mode = replicate, groups = 3) / 9)"}) +
      layerOf("x: f32[1, 1, H, W] LAYOUT", {}, {"conv2d(x, box)"}) +
      "const box: f32[1, 1, 3, 3] = [1, 1, 1, 1, 1, 1, 1, 1, 1];\n";
  expectRight(text, sizes);
  expectRight(layerOf("x: f32[2, 6, W] LAYOUT, weight w: f32[1, 1, 3], y: f32[1, 1, H]", {},
                      {"conv1d(x, w, groups = 6)", "y"}),
              sizes, {"ncw", "nwc"});
}

TEST(CompiledOperations, WindowsOfOneInputThatDifferInDilation) {
  std::string text =
      layerOf("x: f32[1, 8, H, W] LAYOUT, weight w: f32[8, 1, 3, 3], weight v: f32[8, 1, 5, 5]", {},
              {"conv2d(x, w, padding = 2, dilation = 2, groups = 8) + conv2d(x, v, padding = 2, "
               "groups = 8)",
               "conv2d(x, v, padding = 2, groups = 8) * conv2d(x, w, padding = 2, dilation = 2, "
               "groups = 8)"});
  expectRight(text, sizes);
}

TEST(CompiledOperations, ArgumentsThatAreOneNumber) {
  std::string text =
      layerOf("amount: f32, x: f32[2, 6, H, W] LAYOUT, count: i32, byte: u8, weight once: f32, "
              "weight w: f32[4, 6, 3, 3]",
              {"y = conv2d(x * amount, w * once, padding = 1)"},
              {"y * amount + once", "exp(amount) * x", "relu(x) + f32(count * 2) * 0.001",
               "max(x, f32(byte))", "amount * 2 + once"}) +
      layerOf("x: f32[H, 6], amount: f32, y: f32[W, 1, 3] ncw", {},
              {"scaled(x, amount, 0.5)", "clamp(y, -amount, amount)"}) +
      "layer scaled(x: f32[N, 6], by: f32, plus: f32) for N in 1..100 {\n  return x * by + "
      "plus;\n}\n";
  expectRight(text, sizes);
}

TEST(CompiledOperations, InterpolationOfEveryMode) {
  std::string text =
      layerOf("x: f32[2, 6, H, W] LAYOUT, weight w: f32[8, 6, 3, 3]",
              {"up = interpolate(x, scale_factor = 2)"},
              {"up", "conv2d(up, w, padding = 1)", "interpolate(x, scale_factor = 1.5)",
               "interpolate(x, size = [7, 31])", "interpolate(x, scale_factor = 0.5)"}) +
      layerOf("x: u8[1, 6, 15, 22] LAYOUT, y: f32[1, 1, H, W]", {},
              {"interpolate(x, size = [30, 11])", "interpolate(x, size = [37, 5])",
               "interpolate(x, scale_factor = 0.3)", "y"});
  for (const char *mode : {"bilinear", "bicubic"})
    text += layerOf("x: f32[2, 6, H, W] LAYOUT, weight w: f32[8, 6, 3, 3]",
                    {"up = interpolate(x, scale_factor = 2, mode = MODE)"},
                    {"up", "conv2d(relu(up), w, padding = 1)",
                     "interpolate(x, scale_factor = 1.5, mode = MODE)",
                     "interpolate(x, size = [7, 1], mode = MODE, align_corners = true)",
                     "slice(interpolate(x, size = [9, 31], mode = MODE, align_corners = true), "
                     "dim = 2, start = 3)",
                     "interpolate(x, size = [4, 1], mode = MODE) + slice(x, dim = 2, stop = 4)"},
                    mode);
  expectRight(text, sizes);
}

TEST(CompiledOperations, OneAndThreeSpatialAxes) {
  std::vector<std::string> of1 = {"slice(x, dim = 2, start = 1, step = 2)",
                                  "pad(x, padding = 2, mode = reflect)",
                                  "channel_shuffle(x, groups = 3)",
                                  "interpolate(x, scale_factor = 2)", "interpolate(x, size = 7)"};
  std::vector<std::string> of3 = of1;
  of3[1] = "pad(x, padding = [0, 1, 2], mode = replicate)";
  expectRight(layerOf("x: f32[2, 6, W] LAYOUT, y: f32[1, 1, H]", {}, of1), sizes, {"ncw", "nwc"});
  expectRight(layerOf("x: f32[1, 6, 3, H, W] LAYOUT", {}, of3), {{4, 6}, {6, 14}},
              {"ncdhw", "ndhwc"});
  expectRight(
      layerOf("x: f32[H, W]", {}, {"slice(x, dim = 1, start = 2)", "slice(x, dim = 0, stop = -1)"}),
      sizes, {""});
}

TEST(CompiledOperations, LinearOfActivationsAndOfFlattenedImages) {
  std::string text =
      layerOf("x: f32[H, 70], weight w: f32[37, 70], weight b: f32[37], weight s: f32[37], y: "
              "f32[1, W]",
              {}, {"relu(linear(x, w, b) * s) + 1", "linear(abs(x), w)", "y"}) +
      layerOf(
          "x: f32[H, 12, 5, 7] LAYOUT, weight w: f32[10, 420], weight b: f32[10], y: f32[W, 10],\n"
          "  weight v: f32[33, 10]",
          {"z = flatten(x)"},
          {"linear(z, w, b)", "z * 2", "linear(relu(linear(relu(z), w)), v)",
           "linear(slice(z, dim = 1, start = 410), w2(y))"}) +
      layerOf("x: f32[1, 300, 1, 1] LAYOUT, weight w: f32[65, 300], y: f32[W, H]", {},
              {"linear(flatten(x), w)", "y"});
  text = replaced(text, "w2(y)", "v");
  expectRight(text, sizes);
}

TEST(CompiledOperations, SoftmaxAlongChannelsAndPixels) {
  expectRight(
      layerOf("x: f32[2, 21, H, W] LAYOUT, weight w: f32[5, 21, 3, 3]", {"y = softmax(x, dim = 1)"},
              {"y", "relu(y - 0.1)", "conv2d(y, w, padding = 1) + 1", "softmax(exp(x), dim = 2)",
               "softmax(slice(x, dim = 1, start = 3), dim = -1)"}) +
          layerOf("x: f32[H, 1000], y: f32[1, W]", {}, {"softmax(x * 3, dim = 1)", "y"}),
      sizes);
}

TEST(CompiledOperations, PoolsOfWindowsAndOfWholeImages) {
  std::vector<std::string> pools = {
      "max_poolND(x, kernel_size = 3, stride = 2, padding = 1)",
      "avg_poolND(x, kernel_size = 2, stride = 1, ceil_mode = true)",
      "avg_poolND(relu(x), kernel_size = 3, padding = 1, count_include_pad = false)",
      "global_avg_pool(x) * 2", "global_max_pool(x)"};
  std::string flat = layerOf("x: f32[2, 6, W] LAYOUT, y: f32[1, 1, H]", {}, pools);
  std::string image = layerOf("x: f32[2, 6, H, W] LAYOUT", {}, pools) +
                      "layer still(x: f32[2, 6, 9, 11] LAYOUT) {\n  return max_pool2d(x, "
                      "kernel_size = 3, stride = 2, padding = 1);\n}\n";
  std::string volume = layerOf("x: f32[1, 6, 4, H, W] LAYOUT", {}, pools);
  expectRight(replaced(flat, "ND", "1d"), sizes, {"ncw", "nwc"});
  expectRight(replaced(image, "ND", "2d"), sizes);
  expectRight(replaced(volume, "ND", "3d"), {{4, 6}, {6, 14}}, {"ncdhw", "ndhwc"});
}

TEST(CompiledOperations, PointwiseWorkOfTensorsThatAreALineOfPixels) {
  expectRight(layerOf("x: f32[2, 6, H, W] LAYOUT, y: f32[2, 6, H, W] LAYOUT, c: f32[6], weight w: "
                      "f32[40, 6, 1, 1]",
                      {}, {"relu(x) + y * c", "conv2d(x, w)", "conv2d(relu(x), w) * 2"}) +
                  "layer still(x: f32[2, 20, 7, 7] LAYOUT, u: u8[2, 20, 7, 7] LAYOUT, weight w: "
                  "f32[40, 20, 1, 1], weight b: f32[40]) {\n  y = relu(conv2d(x, w, b));\n"
                  "  z = f32(u) * x;\n  return y, z;\n}\n" +
                  "layer alone(x: f32[9, 20, 1, 1] LAYOUT) {\n  return relu(x) + 1;\n}\n",
              sizes);
}

TEST(CompiledOperations, EmptyBatchesAndImagesGiveEmptyResults) {
  std::string text =
      "layer net(x: f32[N, 6, 9, 11] LAYOUT, weight w: f32[8, 6, 3, 3], weight p: f32[20, 8, 1, "
      "1], "
      "weight l: f32[5, 20]) for N in 0..9 like 2 {\n"
      "  y = relu(conv2d(x, w, padding = 1));\n"
      "  z = global_avg_pool(conv2d(y, p));\n"
      "  small = max_pool2d(x, kernel_size = 2);\n"
      "  classes = softmax(linear(flatten(z), l), dim = 1);\n"
      "  large = interpolate(x, scale_factor = 2);\n"
      "  wide = pad(y, padding = 1);\n"
      "  return small, classes, large, wide;\n}\n"
      "layer image(x: f32[N, 6, H, 8] LAYOUT) for N in 0..4 like 1, H in 0..64 like 32 step 4 {\n"
      "  a = softmax(x * 2, dim = 2);\n"
      "  b = pixel_unshuffle(x, factor = 4);\n"
      "  c = slice(x, dim = 3, start = 2);\n"
      "  return a, b, c;\n}\n"
      "layer two(x: f32[N, 6, 8, 8] LAYOUT, y: f32[M, 6, 8, 8] LAYOUT, weight w: f32[8, 6, 3, 3])\n"
      "    for N in 0..4 like 1, M in 0..4 like 1 {\n"
      "  a = relu(x);\n  b = conv2d(y, w);\n  return a, b;\n}\n";
  expectRight(text, {{0, 0}, {2, 0}, {0, 4}, {1, 4}, {3, 0}});
}

TEST(CompiledOperations, TransposedConvolutionsOfImagesSmallerThanTheirStride) {
  std::string text;
  for (const char *shape : {"w: f32[6, 8, 1, 1]) {", "w: f32[6, 8, 2, 2]) {"})
    for (const char *stride : {"3", "[5, 2]"})
      text += layerOf("x: f32[2, 6, H, W] LAYOUT, weight " + std::string(shape).substr(0, 18), {},
                      {"conv_transpose2d(x, w, stride = " + std::string(stride) + ")"});
  text = replaced(text, "H in 4..90 like 40 step 2, W in 6..96 like 48 step 2",
                  "H in 1..9, W in 1..9");
  expectRight(text, {{1, 1}, {1, 2}, {2, 1}, {9, 9}, {3, 5}});
}

TEST(CompiledOperations, ChainsOfThemNeedNoPassOfTheirOwn) {
  std::string text =
      layerOf("x: f32[1, 8, H, W] LAYOUT, weight w: f32[8, 4, 3, 3]",
              {"y = slice(channel_shuffle(x, groups = 2), dim = 1, start = 2, stop = -2)",
               "z = interpolate(pad(y, padding = 1, mode = reflect), scale_factor = 2)"},
              {"relu(conv2d(z, w))"});
  expectRight(text, sizes);
  Compiled compiled(replaced(text, "LAYOUT", "nhwc"));
  ASSERT_TRUE(compiled.ok()) << compiled.text();
  EXPECT_EQ(compiled.all()[0].steps.size(), 1u);
}

} // namespace
} // namespace convwright::tools
