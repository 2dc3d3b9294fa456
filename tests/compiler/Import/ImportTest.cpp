//===- ImportTest.cpp - what sound files become ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/Import/Imported.h"

#include "compiler/IR/ConvTypes.h"
#include "dsl/Operations.h"
#include "schedules/kernel/Layout.h"

#include "llvm/Support/raw_ostream.h"
#include <gmock/gmock.h>
#include <map>

namespace convwright::compiler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Imported;

std::string text(auto &&printable) {
  std::string result;
  llvm::raw_string_ostream(result) << printable;
  return result;
}

/// "f32[1, 2, H + 1, W]" of a value in a layer.
std::string typeText(mlir::func::FuncOp layer, mlir::Type type) {
  auto symbols = ir::symbolsOf(layer);
  ir::TensorSpec spec = ir::specOf(type, symbols);
  return std::string(schedules::spell(spec.type)) + ir::print(spec.dims, symbols) +
         (ir::layoutOf(type) == schedules::Layout::ChannelsLast ? " nhwc" : " nchw");
}

std::vector<std::string> resultTypes(mlir::func::FuncOp layer) {
  std::vector<std::string> types;
  for (mlir::Type type : layer.getResultTypes())
    types.push_back(typeText(layer, type));
  return types;
}

std::vector<std::string> resultNames(mlir::func::FuncOp layer) {
  std::vector<std::string> names;
  for (auto name : layer->getAttrOfType<mlir::ArrayAttr>(ir::resultsAttrName)
                       .getAsValueRange<mlir::StringAttr>())
    names.push_back(name.str());
  return names;
}

/// The language's words, the default of a rank first, are those that kernels are written with.
TEST(Import, EveryLayoutWordOfTheLanguageIsALayoutOfKernels) {
  std::map<size_t, std::string> words;
#define LAYOUT(spelling, rank, doc) words[rank] += words[rank].empty() ? spelling : ", " spelling;
#include "dsl/Layouts.def"
  for (size_t rank : {3, 4, 5})
    EXPECT_EQ(words[rank], schedules::layoutNames(rank)) << rank;
  EXPECT_EQ(words.size(), 3u);
}

TEST(Import, ArgumentsCarryTheirNamesRolesAndDocumentation) {
  Imported file("/// First.\n/// Second.\n"
                "layer a(x: f32[1, 3, 8, 8] nhwc, weight w: f32[4, 3, 1, 1]) {\n"
                "  return conv2d(x, w);\n}\n");
  auto layer = file.layer("a");
  EXPECT_EQ(text(layer.getArgAttr(0, ir::nameAttrName)), "\"x\"");
  EXPECT_EQ(text(layer.getArgAttr(0, ir::roleAttrName)), "\"activation\"");
  EXPECT_EQ(text(layer.getArgAttr(1, ir::roleAttrName)), "\"weight\"");
  EXPECT_EQ(layer->getAttrOfType<mlir::StringAttr>(ir::docAttrName).getValue(), "First.\nSecond.");
  EXPECT_EQ(typeText(layer, layer.getArgument(0).getType()), "f32[1, 3, 8, 8] nhwc");
  EXPECT_EQ(resultTypes(layer), std::vector<std::string>{"f32[1, 4, 8, 8] nhwc"});
}

TEST(Import, ExtentsOfResultsFollowTheSizes) {
  Imported file("layer a(x: f32[N, 3, H, W], weight w: f32[4, 3, 3, 3])\n"
                "    for N in 1..4, H in 3..64, W in 8..64 step 8 {\n"
                "  return conv2d(x, w, stride = [2, 1], padding = [0, 2]);\n}\n");
  EXPECT_THAT(resultTypes(file.layer("a")),
              ElementsAre("f32[N, 4, (H - 1) floordiv 2, W + 2] nchw"));
}

struct PaddingForm {
  const char *written;
  std::vector<int64_t> before, after;
};

class PaddingForms : public ::testing::TestWithParam<PaddingForm> {};

TEST_P(PaddingForms, MeansWhatPyTorchMeans) {
  Imported file("layer a(x: f32[1, 1, 16, 16], weight w: f32[1, 1, 4, 3]) {\n"
                "  return conv2d(x, w, dilation = [1, 2]" +
                std::string(GetParam().written) + ");\n}\n");
  auto conv = file.all<ir::Conv2dOp>("a").front();
  EXPECT_EQ(conv.getPadBefore(), llvm::ArrayRef<int64_t>(GetParam().before));
  EXPECT_EQ(conv.getPadAfter(), llvm::ArrayRef<int64_t>(GetParam().after));
}

INSTANTIATE_TEST_SUITE_P(
    Import, PaddingForms,
    ::testing::Values(PaddingForm{"", {0, 0}, {0, 0}}, PaddingForm{", padding = 2", {2, 2}, {2, 2}},
                      PaddingForm{", padding = [1, 2]", {1, 2}, {1, 2}},
                      PaddingForm{", padding = [[1, 2], [3, 0]]", {1, 3}, {2, 0}},
                      PaddingForm{", padding = valid", {0, 0}, {0, 0}},
                      // In all dilation * (size - 1) = 3 and 4; the odd one after.
                      PaddingForm{", padding = same", {1, 2}, {2, 2}}));

TEST(Import, AttributesReachTheConvolution) {
  Imported file(
      "layer a(x: f32[1, 4, 16, 16], weight w: f32[6, 2, 3, 3], weight b: f32[6]) {\n"
      "  return conv2d(x, w, b, stride = [2, 3], dilation = 2, groups = 2, padding = 4,\n"
      "                padding_mode = circular, algorithm = direct, tolerance = 1e-5);\n}\n");
  auto conv = file.all<ir::Conv2dOp>("a").front();
  EXPECT_THAT(conv.getStride(), ElementsAre(2, 3));
  EXPECT_THAT(conv.getDilation(), ElementsAre(2, 2));
  EXPECT_EQ(conv.getGroups(), 2u);
  EXPECT_EQ(conv.getPaddingMode(), ir::PaddingMode::Circular);
  EXPECT_EQ(conv.getAlgorithm(), "direct");
  EXPECT_EQ(conv.getTolerance()->convertToDouble(), 1e-5);
  EXPECT_TRUE(conv.getBias());
}

TEST(Import, DefaultsOfTheDialectAreThoseOfTheLanguage) {
  struct Call {
    std::string callee, parameters, arguments;
  };
  for (const Call &call : {Call{"conv2d", "weight w: f32[4, 4, 3, 3]", "x, w"},
                           Call{"batch_norm", "weight v: f32[4]", "x, v, v, v, v"}}) {
    std::string written;
    for (llvm::StringRef attribute : dsl::findOperation(call.callee)->attributes())
      if (llvm::StringRef value = dsl::findAttribute(attribute)->fallback; !value.empty())
        written += (", " + attribute + " = " + value).str();
    auto imported = [&](const std::string &attributes) {
      Imported file("layer a(x: f32[1, 4, 16, 16], " + call.parameters + ") {\n  return " +
                    call.callee + "(" + call.arguments + attributes + ");\n}\n");
      return text(*file.module);
    };
    EXPECT_EQ(imported(""), imported(written));
  }
}

TEST(Import, ResultsLieAsTheFirstArgumentUnlessTheirTypeSaysOtherwise) {
  Imported file("layer a(weight w: f32[2], x: f32[1, 2, 8, 8] nhwc, y: f32[1, 2, 8, 8]) {\n"
                "  return x * w + y;\n}\n"
                "layer b(x: f32[1, 2, 8, 8] nhwc) -> f32[1, 2, 8, 8] nchw { return relu(x); }\n"
                "layer c(x: f32[1, 2, 8, 8] nhwc) -> f32[1, 2, 8, 8] { return relu(x); }\n");
  EXPECT_THAT(resultTypes(file.layer("a")), ElementsAre("f32[1, 2, 8, 8] nhwc"));
  EXPECT_THAT(resultTypes(file.layer("b")), ElementsAre("f32[1, 2, 8, 8] nchw"));
  EXPECT_THAT(resultTypes(file.layer("c")), ElementsAre("f32[1, 2, 8, 8] nhwc"));
}

TEST(Import, ResultsAreNamedAsDeclaredOrAsWhatIsReturned) {
  Imported file("layer a(x: f32[2]) { return relu(x); }\n"
                "layer b(x: f32[2]) { y = relu(x); return y, x; }\n"
                "layer c(x: f32[2]) -> (p: f32[2], q: f32[2]) { return exp(x), x; }\n");
  EXPECT_THAT(resultNames(file.layer("a")), ElementsAre("result"));
  EXPECT_THAT(resultNames(file.layer("b")), ElementsAre("y", "x"));
  EXPECT_THAT(resultNames(file.layer("c")), ElementsAre("p", "q"));
}

TEST(Import, AnArgumentOrAValueReturnedTwiceIsCopied) {
  Imported file("layer a(x: f32[2]) { return x; }\n"
                "layer b(x: f32[2]) -> (p: f32[2], q: f32[2]) { y = relu(x); return y, y; }\n");
  EXPECT_EQ(file.all<ir::MapOp>("a").size(), 1u);
  EXPECT_EQ(file.all<ir::MapOp>("b").size(), 2u);
}

TEST(Import, FunctionsAreInlinedForEachTypeTheyAreCalledWith) {
  Imported file("fn twice(v) = v + v;\n"
                "layer a(x: f32[2], i: i32[2]) -> (p: f32[2], q: i32[2]) {\n"
                "  return twice(x), twice(i) + twice(3);\n}\n");
  EXPECT_THAT(resultTypes(file.layer("a")), ElementsAre("f32[2] nchw", "i32[2] nchw"));
}

TEST(Import, LayersCalledTakeTheirSizesFromTheCaller) {
  Imported file(
      "layer inner(x: f32[N, 4, H, W] nhwc, weight w: f32[4, 4, 3, 3])\n"
      "    for N in 1..8, H in 2..99, W in 2..99 {\n"
      "  return conv2d(x, w, padding = 1, stride = 2);\n}\n"
      "layer outer(x: f32[1, 4, Rows, 32], weight w: f32[4, 4, 3, 3]) for Rows in 4..64 {\n"
      "  return inner(inner(x, w), w);\n}\n");
  EXPECT_EQ(file.all<ir::Conv2dOp>("outer").size(), 2u);
  EXPECT_THAT(resultTypes(file.layer("outer")),
              ElementsAre("f32[1, 4, (Rows + 3) floordiv 4, 8] nchw"));
}

TEST(Import, InlinedOperationsKnowTheirCalls) {
  Imported file("fn twice(v) = v + v;\nlayer a(x: f32[2]) { return twice(x); }\n");
  auto map = file.all<ir::MapOp>("a").front();
  EXPECT_EQ(text(map.getLoc()), "loc(callsite(\"test.conv\":1:15 at \"test.conv\":2:29))");
}

TEST(Import, NumbersTakeTheTypeOfWhatTheyMeet) {
  Imported file("const k = 2;\nconst g: f32 = 0.5;\n"
                "layer a(x: f32[2], i: i32[2]) -> (p: f32[2], q: i32[2]) {\n"
                "  return x * k * g + 1 / 4, i * k - 3;\n}\n");
  EXPECT_EQ(file.all<ir::ConstantOp>("a").size(), 0u);
  std::string printed = text(*file.layer("a"));
  EXPECT_THAT(printed, HasSubstr("2.500000e-01 : f32"));
  EXPECT_THAT(printed, HasSubstr("arith.constant 3 : i32"));
}

TEST(Import, ComparisonsBecomePartOfWhere) {
  Imported file("layer a(x: f32[1, 2, 4, 4], i: i32[2]) {\n"
                "  c = i >= 3;\n  return where(c, x, -x);\n}\n");
  auto maps = file.all<ir::MapOp>("a");
  ASSERT_EQ(maps.size(), 2u); // -x and where
  EXPECT_EQ(maps.back().getInputs().size(), 3u);
  EXPECT_THAT(text(*maps.back()), HasSubstr("conv.less_equal"));
}

TEST(Import, WhereOfNumbersHasTheTypeThatIsCompared) {
  Imported file("layer a(i: i32[2], x: f32[2]) -> (p: i32[2], q: f32[2]) {\n"
                "  return where(i > 0, 1, 0), where(x > 0, 1, 0);\n}\n");
  EXPECT_THAT(resultTypes(file.layer("a")), ElementsAre("i32[2] nchw", "f32[2] nchw"));
}

TEST(Import, EqualOperandsBecomeOneArgumentOfTheMap) {
  Imported file("layer a(x: f32[2]) { return x * x; }\n");
  EXPECT_EQ(file.all<ir::MapOp>("a").front().getInputs().size(), 1u);
}

TEST(Import, WorkOnWeightsStaysWeightSide) {
  Imported file("layer a(x: f32[1, 2, 4, 4], weight w: i8[3, 2, 1, 1], weight s: f32[3]) {\n"
                "  return conv2d(x, f32(w) * s);\n}\n");
  auto conv = file.all<ir::Conv2dOp>("a").front();
  EXPECT_TRUE(ir::isWeightSide(conv.getFilter()));
}

TEST(Import, ConstantsAreMadeOnceForEachLayerThatUsesThem) {
  Imported file("const w: f32[1, 1, 1, 2] = [1, 2];\nconst b: f32[1] = [3];\n"
                "layer a(x: f32[1, 1, 4, 4]) { return conv2d(conv2d(x, w, b), w); }\n"
                "layer b2(x: f32[1, 1, 4, 4]) { return relu(x); }\n");
  auto constants = file.all<ir::ConstantOp>("a");
  ASSERT_EQ(constants.size(), 2u);
  EXPECT_EQ(constants[0].getName(), "w");
  EXPECT_EQ(constants[1].getName(), "b");
  EXPECT_EQ(file.all<ir::ConstantOp>("b2").size(), 0u);
}

TEST(Import, LoadedTensorsKeepTheirTypeAndTheirFileIsNamed) {
  const std::string folder = CONVWRIGHT_SOURCE_DIR "/tests/compiler/Import/diagnostics";
  Imported file("const w: f32[2, 1, 3, 3] = load(\"weights.safetensors\", \"conv1.weight\");\n"
                "const b = load(\"weights.safetensors\", \"conv1.bias\");\n"
                "const s = load(\"weights.safetensors\", \"scale\");\n"
                "layer a(x: f32[1, 1, 8, 8]) { return conv2d(x, w, b) * s; }\n",
                folder);
  EXPECT_THAT(file.filesRead, ElementsAre(folder + "/weights.safetensors"));
  auto constants = file.all<ir::ConstantOp>("a");
  ASSERT_EQ(constants.size(), 2u);
  EXPECT_THAT(text(constants[1].getValue()), HasSubstr("[5.000000e-01, -1.000000e+00]"));
  EXPECT_THAT(text(*file.layer("a")), HasSubstr("2.500000e-01 : f32")); // a tensor of rank 0
}

TEST(Import, BatchNormKeepsItsEpsilon) {
  Imported file("layer a(x: f32[1, 2, 4, 4], weight m: f32[2]) {\n"
                "  return batch_norm(batch_norm(x, m, m, m, m), m, m, m, m, eps = 0.5);\n}\n");
  auto norms = file.all<ir::BatchNormOp>("a");
  EXPECT_EQ(norms[0].getEps().convertToDouble(), 1e-5);
  EXPECT_EQ(norms[1].getEps().convertToDouble(), 0.5);
}

TEST(Import, GeluHasTwoForms) {
  Imported file("layer a(x: f32[2]) -> (p: f32[2], q: f32[2]) {\n"
                "  return gelu(x), gelu(x, approximate = tanh);\n}\n");
  auto maps = file.all<ir::MapOp>("a");
  EXPECT_THAT(text(*maps[0]), HasSubstr("conv.erf"));
  EXPECT_THAT(text(*maps[1]), HasSubstr("conv.tanh"));
}

TEST(Import, ConversionsToTheSameTypeAreNothing) {
  Imported file("layer a(x: f32[2]) { return f32(relu(f32(x))); }\n");
  EXPECT_EQ(file.all<ir::MapOp>("a").size(), 1u);
}

} // namespace
} // namespace convwright::compiler
