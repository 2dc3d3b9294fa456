//===- ConvShapeTest.cpp - extents, and the rules of convolutions ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Convolution.h"

#include "compiler/IR/ConvDialect.h"

#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>

using namespace convwright;
using namespace convwright::ir;

namespace {

const std::vector<Symbol> symbols = {{"H", 4, 64, 1, 32}, {"W", 3, 7680, 1, 1920}};
const Extent h = Extent::ofSymbol(0), w = Extent::ofSymbol(1);

TensorSpec activation(Dims dims) { return {ElementType::F32, std::move(dims), false}; }
TensorSpec weight(std::vector<int64_t> sizes) {
  return {ElementType::F32, constantDims(sizes), true};
}
TensorSpec image(int64_t channels, Extent height, Extent width) {
  return activation({Extent::constant(1), Extent::constant(channels), height, width});
}

/// What a convolution is given; an empty list is left out.
struct Given {
  std::vector<int64_t> stride{}, dilation{}, padBefore{}, padAfter{};
  schedules::PaddingMode paddingMode = schedules::PaddingMode::Zeros;
  int64_t groups = 1;
};

Checked<TensorSpec> infer(const TensorSpec &input, const TensorSpec &filter, const Given &given) {
  static mlir::MLIRContext context;
  context.loadDialect<ConvDialect>();
  mlir::Builder builder(&context);
  mlir::NamedAttrList attributes;
  for (const auto &[name, list] :
       {std::pair("stride", given.stride), std::pair("dilation", given.dilation),
        std::pair("pad_before", given.padBefore), std::pair("pad_after", given.padAfter)})
    if (!list.empty())
      attributes.set(name, builder.getDenseI64ArrayAttr(list));
  auto mode = static_cast<PaddingMode>(given.paddingMode);
  attributes.set("padding_mode", PaddingModeAttr::get(&context, mode));
  attributes.set("groups", builder.getI64IntegerAttr(given.groups));
  OpShape shape{"conv", {input, filter}, attributes.getDictionary(&context), symbols};
  return inferConvolution(shape, input.dims.size() - 2);
}

/// The result's shape as text, or the constraint that was broken as "C11".
std::string shapeOf(const TensorSpec &input, const TensorSpec &filter, const Given &given) {
  auto result = infer(input, filter, given);
  return result ? print(result->dims, symbols)
                : "C" + std::to_string(result.violation().constraint);
}

TEST(ConvShape, OutputHeightFloorsWithStride2) {
  TensorSpec input = image(3, Extent::constant(224), Extent::constant(225));
  EXPECT_EQ(shapeOf(input, weight({64, 3, 7, 7}),
                    {.stride = {2, 2}, .padBefore = {3, 3}, .padAfter = {3, 3}}),
            "[1, 64, 112, 113]");
}

TEST(ConvShape, SymbolicExtentsGoThroughStrideAndPadding) {
  EXPECT_EQ(shapeOf(image(8, h, w), weight({16, 8, 3, 3}),
                    {.stride = {2, 3}, .padBefore = {1, 0}, .padAfter = {1, 0}}),
            "[1, 16, (H + 1) floordiv 2, W floordiv 3]");
}

TEST(ConvShape, DilationSpreadsTheFilter) {
  EXPECT_EQ(shapeOf(image(8, w, w), weight({16, 8, 2, 1}), {.dilation = {2, 5}}),
            "[1, 16, W - 2, W]");
}

TEST(ConvShape, GroupsDivideTheChannels) {
  EXPECT_EQ(shapeOf(image(8, h, w), weight({16, 4, 1, 1}), {.groups = 2}), "[1, 16, H, W]");
  EXPECT_EQ(shapeOf(image(64, h, w), weight({16, 4, 1, 1}), {.groups = 3}), "C11");
}

TEST(ConvShape, OneFormulaServesOneToThreeAxes) {
  auto c = [](int64_t value) { return Extent::constant(value); };
  EXPECT_EQ(shapeOf(activation({c(2), c(8), w}), weight({16, 8, 3}),
                    {.stride = {2}, .padBefore = {1}, .padAfter = {1}}),
            "[2, 16, (W + 1) floordiv 2]");
  EXPECT_EQ(shapeOf(activation({c(1), c(4), c(9), h, w}), weight({6, 2, 3, 1, 5}),
                    {.stride = {3, 1, 1}, .padAfter = {0, 0, 2}, .groups = 2}),
            "[1, 6, 3, H, W - 2]");
  EXPECT_EQ(shapeOf(activation({c(1), c(4), h}), weight({6, 4, 3, 3}), {}), "C8");
}

TEST(ConvShape, MessagesNameTheAxesOfTheirRank) {
  auto c = [](int64_t value) { return Extent::constant(value); };
  TensorSpec line = activation({c(1), c(1), w}), volume = activation({c(1), c(1), w, w, w});
  auto message = [](const Checked<TensorSpec> &result) { return result.violation().text(); };
  EXPECT_EQ(message(infer(line, weight({1, 1, 3}), {.padBefore = {-1}})),
            "padding = -1 at the left is not in 0..2147483647 [C16]");
  EXPECT_EQ(message(infer(volume, weight({1, 1, 3, 1, 1}), {.stride = {0, 1, 1}})),
            "stride = 0 along d is not in 1..2147483647 [C9]");
  EXPECT_EQ(message(infer(volume, weight({1, 1, 3, 1}), {})),
            "the filter of conv has to have rank 5, [K, C/groups, T, R, S], not rank 4 [C8]");
}

TEST(ConvShape, ListsHaveOneNumberForEachAxis) { // C55
  auto result = infer(image(1, h, w), weight({1, 1, 1, 1}), {.stride = {1, 1, 1}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.violation().text(), "stride has 3 numbers, but there are 2 spatial axes [C55]");
}

TEST(ConvShape, ViolationsSayWhatExplainsAndMendsThem) {
  auto result = infer(image(64, h, w), weight({16, 4, 1, 1}), {.groups = 48});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.violation().about, "groups");
  EXPECT_EQ(result.violation().shown, std::vector<std::string>{"input"});
  EXPECT_EQ(result.violation().mend->value, "16");
}

TEST(ConvShape, EveryOutputExtentIsTheNumberOfPlacesOfTheFilter) {
  // Against counting, for all small cases.
  for (int64_t size = 1; size <= 9; ++size)
    for (int64_t filter = 1; filter <= 4; ++filter)
      for (int64_t stride = 1; stride <= 4; ++stride)
        for (int64_t dilation = 1; dilation <= 3; ++dilation)
          for (int64_t pad = 0; pad <= 3; ++pad) {
            int64_t places = 0;
            for (int64_t at = -pad; at + dilation * (filter - 1) < size + 2 * pad - pad;
                 at += stride)
              ++places;
            std::string expected = places > 0 ? "[1, 1, " + std::to_string(places) + ", 1]" : "C18";
            EXPECT_EQ(shapeOf(image(1, Extent::constant(size), Extent::constant(1)),
                              weight({1, 1, filter, 1}),
                              {.stride = {stride, 1},
                               .dilation = {dilation, 1},
                               .padBefore = {pad, 0},
                               .padAfter = {pad, 0}}),
                      expected)
                << size << " " << filter << " " << stride << " " << dilation << " " << pad;
          }
}

TEST(ConvShape, SymbolicExtentsEqualTheConstantOnesAtEverySize) {
  for (int64_t stride = 1; stride <= 3; ++stride) {
    Given given{.stride = {stride, stride}, .padBefore = {1, 0}, .padAfter = {0, 2}};
    auto first = infer(image(1, h, w), weight({1, 1, 3, 3}), given);
    ASSERT_TRUE(first);
    TensorSpec between = *first;
    between.dims[2] = between.dims[3]; // W's chain, twice
    auto second = infer(between, weight({1, 1, 1, 1}), {.stride = {2, 2}});
    ASSERT_TRUE(second);
    for (int64_t width = 3; width < 40; ++width) {
      int64_t sizes[] = {4, width};
      int64_t once = (width + 2 - 3) / stride + 1, twice = (once - 1) / 2 + 1;
      EXPECT_EQ(first->dims[3].at(sizes), once);
      EXPECT_EQ(second->dims[3].at(sizes), twice);
    }
  }
}

TEST(ConvShape, EqualExtentsHaveOneNormalForm) {
  EXPECT_EQ(normalised({0, 2, 3, 2}), (Extent{0, 1, 1, 1}));
  EXPECT_EQ(normalised({0, 2, -3, 2}), (Extent{0, 1, -2, 1}));
  EXPECT_EQ(normalised({0, 6, 4, 4}), (Extent{0, 3, 2, 2}));
  EXPECT_EQ(*addThenDivide({0, 1, 1, 2}, 1, 2), (Extent{0, 1, 3, 4}));
}

TEST(ConvShape, SumsOfExtentsAreExactOrRefused) {
  const std::vector<Symbol> even = {{"H", 4, 64, 2, 8}, {"W", 1, 9, 1, 1}};
  const std::vector<Extent> extents = {Extent::constant(3), {0, 1, 0, 1}, {0, 3, -2, 1},
                                       {0, 1, 0, 2},        {0, 3, 4, 2}, {0, 1, 1, 4},
                                       {0, 5, 3, 3},        {1, 1, 0, 1}, {1, 1, 1, 2}};
  int sums = 0;
  for (const Extent &a : extents)
    for (const Extent &b : extents) {
      std::optional<Extent> sum = plus(a, b, even);
      if (!sum)
        continue;
      ++sums;
      EXPECT_EQ(*sum, normalised(*sum));
      for (int64_t h = 4; h <= 64; h += 2)
        for (int64_t w = 1; w <= 9; ++w) {
          int64_t sizes[] = {h, w};
          ASSERT_EQ(sum->at(sizes), a.at(sizes) + b.at(sizes)) << print(*sum, even);
        }
    }
  EXPECT_GE(sums, 40);
  EXPECT_EQ(*plus({0, 1, 0, 2}, {0, 1, 0, 2}, even), (Extent{0, 1, 0, 1})); // two halves
  EXPECT_EQ(*plus({0, 1, 1, 2}, {0, 1, 1, 2}, even), (Extent{0, 1, 0, 1})); // both round by a half
  EXPECT_FALSE(plus({0, 1, 0, 4}, {0, 1, 1, 4}, even)); // both round, by now this and now that
  EXPECT_FALSE(plus({0, 1, 0, 1}, {1, 1, 0, 1}, even)); // two symbols
  EXPECT_FALSE(plus({0, INT64_MAX, 0, 1}, {0, 1, 0, 1}, even));
}

TEST(ConvShape, MultiplesAreExactOrRefused) {
  const std::vector<Symbol> even = {{"H", 4, 64, 2, 8}};
  EXPECT_EQ(*times({0, 1, 1, 2}, 2, even), (Extent{0, 1, 0, 1})); // of a convolution with stride 2
  EXPECT_EQ(*times({0, 3, 1, 2}, 4, even), (Extent{0, 6, 0, 1}));
  EXPECT_FALSE(times({0, 1, 1, 4}, 4, even));
}

TEST(ConvShape, ArithmeticBeyond64BitsIsAViolation) {
  EXPECT_FALSE(addThenDivide({0, 1, INT64_MAX, 1}, 1, 1));
  EXPECT_FALSE(addThenDivide({0, 1, 0, INT64_MAX / 2}, 3, 1));
  EXPECT_FALSE(addThenDivide({0, 1, 0, INT64_MAX / 2}, 0, 3));
  auto violation = checkTensor(image(1, {0, INT64_MAX, 0, 1}, w), symbols);
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->constraint, 42);
}

TEST(ConvShape, HugePaddingAndStrideCancelToNothingAllowed) {
  Given given{.stride = {1 << 30, 1 << 30}, .padBefore = {1 << 30, 1 << 30}};
  EXPECT_EQ(shapeOf(image(1, h, w), weight({1, 1, 1, 1}), given), "C26");
}

Checked<Padding> same(std::vector<int64_t> taps, std::vector<int64_t> stride,
                      std::vector<int64_t> dilation, Same kind = Same::Dense,
                      Extent size = Extent::constant(32), std::vector<Symbol> symbols = {}) {
  Window window = Window::of(taps);
  window.stride = stride;
  window.dilation = dilation;
  Dims input(2 + taps.size(), size);
  return samePadding(kind, window, input, symbols);
}

TEST(ConvShape, SameUpperPadsAsTensorFlowDoes) {
  auto padding = same({7, 3}, {2, 2}, {1, 1}, Same::Upper, Extent::constant(224));
  ASSERT_TRUE(padding);
  EXPECT_EQ(padding->before, (std::vector<int64_t>{2, 0}));
  EXPECT_EQ(padding->after, (std::vector<int64_t>{3, 1}));
  auto odd = same({3}, {2}, {1}, Same::Upper, Extent::constant(225));
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->before, (std::vector<int64_t>{1}));
  EXPECT_EQ(odd->after, (std::vector<int64_t>{1}));
  auto sparse = same({1}, {3}, {1}, Same::Upper, Extent::constant(10));
  ASSERT_TRUE(sparse);
  EXPECT_EQ(sparse->after, (std::vector<int64_t>{0}));
}

TEST(ConvShape, SameLowerPadsTheOddElementBefore) {
  auto padding = same({7}, {2}, {1}, Same::Lower, Extent::constant(224));
  ASSERT_TRUE(padding);
  EXPECT_EQ(padding->before, (std::vector<int64_t>{3}));
  EXPECT_EQ(padding->after, (std::vector<int64_t>{2}));
}

// C111
TEST(ConvShape, SameNeedsAWindow) {
  EXPECT_EQ(
      sameWithoutWindow("pad").text(),
      "padding = same goes with a window that slides over the input, which pad does not have; "
      "say numbers [C111]");
}

TEST(ConvShape, SizesAreNotSaidTwice) {
  std::vector<Symbol> symbols{{"H", 1, 8, 1, 8}};
  EXPECT_EQ(print("H", Extent::ofSymbol(0), symbols), "H");
  EXPECT_EQ(print("W", Extent::ofSymbol(0), symbols), "W = H");
  EXPECT_EQ(print("H", Extent{0, 2, 0, 1}, symbols), "H = 2 * H");
}

TEST(ConvShape, SameOfSymbolicSizesNeedsWholeStrides) {
  auto whole = same({7}, {2}, {1}, Same::Upper, Extent::ofSymbol(0), {{"H", 16, 512, 2, 224}});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->after, (std::vector<int64_t>{3}));
  auto partly = same({7}, {2}, {1}, Same::Upper, Extent::ofSymbol(0), {{"H", 16, 512, 1, 224}});
  ASSERT_FALSE(partly);
  EXPECT_EQ(partly.violation().constraint, 100); // C100
}

TEST(ConvShape, SamePaddingPutsTheOddElementAfter) {
  auto even = same({2, 4}, {1, 1}, {1, 3});
  ASSERT_TRUE(even);
  EXPECT_EQ(even->before, (std::vector<int64_t>{0, 4}));
  EXPECT_EQ(even->after, (std::vector<int64_t>{1, 5}));
}

TEST(ConvShape, SamePaddingNeedsStride1) { // C17
  auto padding = same({3, 3}, {1, 2}, {1, 1});
  ASSERT_FALSE(padding);
  EXPECT_EQ(padding.violation().text(), "padding = same needs stride = 1, but stride = 2 along w; "
                                        "same_upper pads as TensorFlow does, "
                                        "a number alike at both ends as PyTorch's models do [C17]");
  EXPECT_EQ(padding.violation().about, "stride");
  EXPECT_EQ(padding.violation().mend->attribute, "padding");
  EXPECT_EQ(padding.violation().mend->value, "same_upper");
}

TEST(ConvShape, PaddingModesAreCheckedAtTheSmallestSize) {
  TensorSpec input = image(1, h, w); // W >= 3
  Given given{.padBefore = {0, 3}, .paddingMode = schedules::PaddingMode::Reflect};
  EXPECT_EQ(shapeOf(input, weight({1, 1, 1, 1}), given), "C19");
  given.paddingMode = schedules::PaddingMode::Circular;
  EXPECT_EQ(shapeOf(input, weight({1, 1, 1, 1}), given), "[1, 1, H, W + 3]");
}

TEST(ConvShape, SymbolRangesAreChecked) {
  EXPECT_FALSE(checkSymbol({"H", 3, 9, 2, 5}));
  EXPECT_FALSE(checkSymbol({"N", 0, 9, 1, 5}));
  for (const Symbol &wrong :
       {Symbol{"H", -1, 9, 1, 5}, Symbol{"H", 0, 9, 1, 0}, Symbol{"H", 0, 0, 1, 0},
        Symbol{"H", 9, 3, 1, 5}, Symbol{"H", 3, 9, 0, 5}, Symbol{"H", 3, 9, 1, 10},
        Symbol{"H", 3, 9, 2, 4}}) {
    auto violation = checkSymbol(wrong);
    ASSERT_TRUE(violation);
    EXPECT_EQ(violation->constraint, 5);
  }
}

TEST(ConvShape, WhatComesOfAnEmptyTensorIsEmpty) {
  const std::vector<Symbol> own = {{"N", 0, 64, 4, 32}};
  auto of = [](int64_t mul, int64_t add, int64_t div) { return Extent{0, mul, add, div}; };
  auto fits = [&](const Extent &operand, const Extent &result) {
    return !checkEmptyOperand({ElementType::F32, {operand}, false}, {result}, own);
  };
  EXPECT_TRUE(fits(of(1, 0, 1), of(1, 0, 1)));
  EXPECT_TRUE(fits(of(1, 0, 1), of(2, 0, 1)));
  EXPECT_TRUE(fits(of(1, 0, 1), of(1, 0, 8)));  // empty at 4, too
  EXPECT_FALSE(fits(of(1, 0, 8), of(1, 0, 4))); // not empty at 4, where the operand is
  EXPECT_FALSE(fits(of(1, 0, 1), of(1, 2, 1)));
  EXPECT_FALSE(fits(of(1, 0, 1), Extent::constant(1))); // C108
  EXPECT_TRUE(fits(Extent::constant(3), Extent::constant(1)));
  TensorSpec empty{ElementType::F32, {of(1, 0, 1), Extent::constant(3)}, false};
  EXPECT_FALSE(checkTensor(empty, own));
  empty.dims[1] = Extent::constant(0);
  EXPECT_EQ(checkTensor(empty, own)->constraint, 3);
  empty.dims[1] = of(1, -4, 1);
  EXPECT_EQ(checkTensor(empty, own)->constraint, 3);
}

std::string mapShapeOf(const std::vector<TensorSpec> &operands) {
  Checked<Dims> dims = mapShape(operands, symbols);
  return dims ? print(*dims, symbols) : "C" + std::to_string(dims.violation().constraint);
}

TEST(ConvShape, ChannelVectorsBroadcastAlongChannelsBesideActivations) {
  EXPECT_EQ(mapShapeOf({image(64, h, w), weight({64})}), "[1, 64, H, W]");
  EXPECT_EQ(mapShapeOf({image(64, h, w), weight({1})}), "[1, 64, H, W]");
  EXPECT_EQ(mapShapeOf({image(64, h, w), weight({1, 1, 1, 1}), image(1, h, w)}), "[1, 64, H, W]");
  EXPECT_EQ(mapShapeOf({image(64, h, w), weight({32})}), "C23");
  EXPECT_EQ(mapShapeOf({image(64, h, w), image(64, h, h)}), "C23");
}

TEST(ConvShape, ChannelVectorsBroadcastAlongDimension0OnTheWeightSide) {
  EXPECT_EQ(mapShapeOf({weight({16, 64, 3, 3}), weight({16})}), "[16, 64, 3, 3]");
  EXPECT_EQ(mapShapeOf({weight({16, 64, 3, 3}), weight({64})}), "C23");
  EXPECT_EQ(mapShapeOf({weight({16, 64}), weight({16})}), "[16, 64]");
}

TEST(ConvShape, ExtentsPrintReadably) {
  EXPECT_EQ(print(Extent{1, 2, -1, 1}, symbols), "2 * W - 1");
  EXPECT_EQ(print(Extent{0, 1, INT64_MIN, 3}, symbols), "(H - 9223372036854775808) floordiv 3");
}

} // namespace
