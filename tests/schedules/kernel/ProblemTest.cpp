//===- ProblemTest.cpp - kernels as problems: JSON, keys, names -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Problem.h"
#include "tests/schedules/support/Kernels.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <set>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using nlohmann::json;

namespace {

Layer denseLayer() {
  Layer layer;
  layer.C = layer.K = 64;
  layer.H = layer.W = 56;
  layer.R = layer.S = 3;
  layer.padH = layer.padW = 1;
  return layer;
}

std::string textOf(const Kernel &kernel) { return kernelToJson(kernel).dump(); }

/// There and back again.
std::string roundTrip(const Kernel &kernel) {
  auto read = kernelFromJson(json::parse(textOf(kernel)));
  return read ? textOf(*read) : read.error().message;
}

std::string errorOf(const json &value) {
  auto read = kernelFromJson(value);
  return read ? "" : read.error().message;
}

TEST(Problem, KernelsSurviveTheWayThroughJson) {
  for (bool symbolic : {false, true}) {
    Layer layer = denseLayer();
    layer.symbolic = symbolic;
    Kernel kernel = convolutionKernel(layer);
    EXPECT_EQ(roundTrip(kernel), textOf(kernel));
    EXPECT_EQ(roundTrip(canonicalKernel(kernel)), textOf(canonicalKernel(kernel)));
  }
}

TEST(Problem, InfinitiesAndNaNsSurviveTheWayThroughJson) {
  for (double value :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN(), -0.0, 5e-324, 0.1}) {
    Kernel kernel = convolutionKernel(denseLayer());
    kernel.outputs[0].value = binary(ScalarOp::Max, kernel.outputs[0].value,
                                     ScalarExpr::constant(value, ElementType::F32));
    EXPECT_EQ(roundTrip(kernel), textOf(kernel));
  }
}

TEST(Problem, NamesDoNotChangeTheKey) {
  Kernel a = convolutionKernel(denseLayer()), b = a;
  b.name = "stem";
  b.operands[0].name = "image";
  b.outputs[0].name = "features";
  EXPECT_EQ(problemKey(a), problemKey(b));
}

TEST(Problem, UnusedSymbolsDoNotChangeTheKey) {
  Kernel a = convolutionKernel(denseLayer()), b = a;
  b.symbols.push_back({"T", 1, 9, 1, 3});
  EXPECT_EQ(problemKey(a), problemKey(b));
}

TEST(Problem, EverythingThatChangesCodeChangesTheKey) {
  Layer base = denseLayer(), stride = base, mode = base, layout = base, symbolic = base,
        bias = base;
  stride.strideH = 2;
  mode.mode = PaddingMode::Reflect;
  layout.in = Layout::ChannelsFirst;
  symbolic.symbolic = true;
  bias.bias = false;
  std::set<std::string> keys;
  for (const Layer &layer : {base, stride, mode, layout, symbolic, bias})
    keys.insert(problemKey(convolutionKernel(layer)));
  EXPECT_EQ(keys.size(), 6u);
}

// Records outlive builds: when this changes, every record that exists is lost.
TEST(Problem, KeysAreTheSameOnEveryMachineAndInEveryBuild) {
  Kernel kernel = convolutionKernel(denseLayer());
  EXPECT_EQ(textOf(canonicalKernel(kernel)),
            R"({"convolutions":[{"b":[["operand",2]],"kcrs":[64,64,3,3],"pad_after":[1,1],)"
            R"("pad_before":[1,1],"w":[["operand",1]],"x":[["operand",0]],)"
            R"("x_dims":[1,64,56,56],"y_dims":[1,64,56,56]}],)"
            R"("operands":[{"dims":[1,64,56,56],"layout":"nhwc"},)"
            R"({"dims":[64,64,3,3],"role":"weight"},{"dims":[64],"role":"weight"}],)"
            R"("outputs":[{"dims":[1,64,56,56],"layout":"nhwc",)"
            R"("value":[["conv",0],["constant",0.0],["max",0,1]]}]})");
  EXPECT_EQ(problemKey(kernel), "cbac51020e598a2c");
  EXPECT_EQ(convolutionKey(kernel), "d0ffb6f1bd87c1a2");
}

TEST(Problem, ValuesOfLargeConstantsDoNotChangeTheKeyButSmallOnesDo) {
  auto withConstantFilter = [](int64_t channels, std::byte value) {
    Layer layer = denseLayer();
    layer.C = layer.K = channels;
    Kernel kernel = convolutionKernel(layer);
    kernel.operands[1].role = Operand::Role::Constant;
    kernel.operands[1].data.assign(static_cast<size_t>(channels * channels * 9 * 4), value);
    return problemKey(kernel);
  };
  EXPECT_EQ(withConstantFilter(8, std::byte{1}), withConstantFilter(8, std::byte{2}));
  EXPECT_NE(withConstantFilter(2, std::byte{1}), withConstantFilter(2, std::byte{2}));
}

TEST(Problem, ConvolutionKeyForgetsWhatIsFused) {
  Layer with = denseLayer(), without = denseLayer(), other = denseLayer();
  without.relu = without.bias = false;
  other.K = 32;
  EXPECT_EQ(convolutionKey(convolutionKernel(with)), convolutionKey(convolutionKernel(without)));
  EXPECT_NE(problemKey(convolutionKernel(with)), problemKey(convolutionKernel(without)));
  EXPECT_NE(convolutionKey(convolutionKernel(with)), convolutionKey(convolutionKernel(other)));
}

TEST(Problem, DescriptionsSayWhatPeopleAskFor) {
  EXPECT_EQ(describeProblem(convolutionKernel(denseLayer())), "3x3 s1 64->64 @56x56 nhwc f32 +2");
  Layer depthwise = denseLayer();
  depthwise.groups = 64;
  depthwise.strideH = depthwise.strideW = 2;
  depthwise.N = 8;
  depthwise.symbolic = true;
  EXPECT_EQ(describeProblem(convolutionKernel(depthwise)),
            "3x3 s2 dw 64->64 @~56x~56 n8 nhwc f32 +2");
}

//===----------------------------------------------------------------------===//
// Hostile kernels
//===----------------------------------------------------------------------===//

struct Edit {
  const char *pointer;
  const char *value;
  const char *message; // part of it
};

class EditedKernel : public ::testing::TestWithParam<Edit> {};

TEST_P(EditedKernel, IsRefusedWithItsPlace) {
  json value = kernelToJson(convolutionKernel(denseLayer()));
  value[json::json_pointer(GetParam().pointer)] = json::parse(GetParam().value);
  EXPECT_NE(errorOf(value).find(GetParam().message), std::string::npos) << errorOf(value);
}

INSTANTIATE_TEST_SUITE_P(
    All, EditedKernel,
    ::testing::Values(
        Edit{"", "[]", "not an object"}, Edit{"/operands", "7", "allowed: a list"},
        Edit{"/outputs", "[]", "no outputs"}, Edit{"/surprise", "1", "not known"},
        Edit{"/operands/0/dims/0", "0", "operands[0].dims[0]"},
        Edit{"/operands/0/dims/0", "4294967296", "allowed: an integer"},
        Edit{"/operands/0/dims", "[65536, 65536, 65536, 65536]", "elements"},
        Edit{"/operands/0/dims", "[1, 2]", "rank 2"},
        Edit{"/operands/0/dims/0", "[0, 1, 0, 1]", "refers to symbol 0"},
        Edit{"/operands/0/dims/0", "[0, 1, 0, 0]", "mul or div"},
        Edit{"/operands/0/dims/0", "[9223372036854775807, 1, 0, 1]", "out of range"},
        Edit{"/operands/0/type", "\"f64\"", "allowed: f32"},
        Edit{"/operands/1/data", "\"AAAA\"", "bytes of data"},
        Edit{"/operands/1/data", "\"A\"", "base64"},
        Edit{"/convolutions/0/groups", "3", "do not divide"},
        Edit{"/convolutions/0/stride", "[0, 1]", "stride[0]"},
        Edit{"/convolutions/0/stride", "[1]", "2 integers"},
        Edit{"/convolutions/0/stride", "[2, 2]", "does not follow"},
        Edit{"/convolutions/0/dilation", "[2147483647, 1]", "does not follow"},
        Edit{"/convolutions/0/pad_before", "[1e3, 1]", "allowed: an integer"},
        Edit{"/convolutions/0/x_dims", "[1, 64, 56]", "allowed: 4"},
        Edit{"/convolutions/0/kcrs/0", "65", "[N, K, P, Q]"},
        Edit{"/convolutions/0/x", "[]", "no nodes"},
        Edit{"/convolutions/0/x", "[[\"operand\", 99]]", "refers to operand 99"},
        Edit{"/convolutions/0/w", "[[\"operand\", 0]]", "is an activation"},
        Edit{"/convolutions/0/x", "[[\"conv\", 0]]", "outside the outputs"},
        Edit{"/outputs/0/value", "[[\"conv\", 1]]", "refers to convolution 1"},
        Edit{"/outputs/0/value", "[[\"neg\", 0]]", "value[0][1]"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"neg\", 1]]", "value[1][1]"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"neg\", -1]]", "value[1][1]"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"fly\", 0]]", "no operation"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"add\", 0]]", "allowed: 2"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"less\", 0, 0]]", "truth value"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"select\", 0, 0, 0]]", "selects by a number"},
        Edit{"/outputs/0/value", "[[\"conv\", 0], [\"convert\", 0, \"u8\"]]", "but its value u8"}),
    [](const auto &info) { return "Edit" + std::to_string(info.index); });

} // namespace
