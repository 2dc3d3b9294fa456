//===- PoolingTest.cpp - pools' definition, on small cases worked by hand --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Pooling.h"

#include "compiler/IR/ConvDialect.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace convwright::ir {
namespace {

using compiler::ExactTensor;
using testing::ElementsAre;
using testing::IsNan;

constexpr double infinity = std::numeric_limits<double>::infinity();

ExactTensor tensor(std::vector<int64_t> shape, std::vector<double> values,
                   ElementType type = ElementType::F32) {
  return {type, std::move(shape), std::move(values)};
}

std::vector<int64_t> resultShape(const ExactTensor &x, const Window &window, bool ceilMode) {
  auto places = poolPlaces(window, {x.type, constantDims(x.shape), false}, ceilMode, {});
  EXPECT_TRUE(places) << places.violation().message;
  std::vector<int64_t> shape = {x.shape[0], x.shape[1]};
  for (const Extent &extent : *places)
    shape.push_back(extent.add);
  return shape;
}

std::vector<double> largest(const ExactTensor &x, const Window &window, bool ceilMode = false) {
  return maxPool(x, window, resultShape(x, window, ceilMode)).values;
}

std::vector<double> mean(const ExactTensor &x, const Window &window, bool ceilMode = false,
                         bool countIncludePad = true) {
  return avgPool(x, window, countIncludePad, resultShape(x, window, ceilMode)).values;
}

/// taps, stride, dilation, padding before and after, along one axis.
Window row(int64_t taps, int64_t stride, int64_t dilation = 1, int64_t before = 0,
           int64_t after = 0) {
  return {{taps}, {stride}, {dilation}, {before}, {after}};
}

TEST(Pooling, TheLargestIsOfTheTapsThatAreInside) {
  ExactTensor x = tensor({1, 1, 5}, {-1, -2, -3, -4, -5});
  EXPECT_THAT(largest(x, row(2, 2)), ElementsAre(-1, -3));
  EXPECT_THAT(largest(x, row(2, 1, 1, 1, 1)), ElementsAre(-1, -1, -2, -3, -4, -5));
  EXPECT_THAT(largest(x, row(2, 1, 3)), ElementsAre(-1, -2));
}

TEST(Pooling, AWindowThatMeetsNothingIsBelowEverything) {
  EXPECT_THAT(largest(tensor({1, 1, 1}, {7}), row(2, 1, 2, 1, 1)), ElementsAre(-infinity));
  EXPECT_THAT(largest(tensor({1, 1, 1}, {7}, ElementType::I8), row(2, 1, 2, 1, 1)),
              ElementsAre(-128));
  EXPECT_THAT(largest(tensor({1, 1, 1}, {7}, ElementType::U8), row(2, 1, 2, 1, 1)), ElementsAre(0));
}

TEST(Pooling, NanIsAboveEverything) {
  EXPECT_THAT(largest(tensor({1, 1, 4}, {1, std::nan(""), 3, 2}), row(2, 1)),
              ElementsAre(IsNan(), IsNan(), 3));
}

TEST(Pooling, PaddingCountsInTheMeanUnlessItIsNotTo) {
  ExactTensor x = tensor({1, 1, 3}, {3, 6, 9});
  EXPECT_THAT(mean(x, row(3, 1, 1, 1, 1)), ElementsAre(3, 6, 5));
  EXPECT_THAT(mean(x, row(3, 1, 1, 1, 1), false, false), ElementsAre(4.5, 6, 7.5));
}

TEST(Pooling, WhatAWindowReachesBeyondThePaddingNeverCounts) {
  ExactTensor x = tensor({1, 1, 4}, {2, 4, 6, 8});
  EXPECT_THAT(mean(x, row(3, 3), true), ElementsAre(4, 8));
  EXPECT_THAT(mean(x, row(3, 2, 1, 1, 1), true), ElementsAre(2, 6, 4)); // (0+2+4)/3, …, (8+0)/2
  EXPECT_THAT(mean(x, row(3, 2, 1, 1, 1), true, false), ElementsAre(3, 6, 8));
}

TEST(Pooling, CeilModeTakesPartOfAWindowThatStartsInside) {
  ExactTensor x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  EXPECT_THAT(largest(x, row(2, 2), false), ElementsAre(2, 4));
  EXPECT_THAT(largest(x, row(2, 2), true), ElementsAre(2, 4, 5));
  // A third window would start at 5, in the padding behind: PyTorch drops it.
  EXPECT_THAT(largest(x, row(2, 3, 1, 1, 1), true), ElementsAre(1, 4));
  EXPECT_THAT(largest(tensor({1, 1, 2}, {1, 2}), row(3, 2), true), ElementsAre(2));
}

TEST(Pooling, ChannelsAndImagesAreTheirOwnAlongThreeAxes) {
  ExactTensor x = tensor({2, 1, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  Window window{{1, 2, 2}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}};
  EXPECT_THAT(mean(x, window), ElementsAre(2.5, 6.5));
  EXPECT_THAT(largest(x, window), ElementsAre(4, 8));
}

// C60: only calls can lack it; the dialect's syntax wants it.
TEST(Pooling, AWindowWithoutExtentIsRefused) {
  mlir::MLIRContext context;
  context.loadDialect<ConvDialect>();
  TensorSpec x{ElementType::F32, constantDims(std::vector<int64_t>{1, 4, 8, 8}), false};
  OpShape shape{"max_pool2d", {x}, mlir::DictionaryAttr::get(&context), {}};
  Checked<TensorSpec> result = MaxPool2dOp::inferShape(shape);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.violation().text(),
            "max_pool2d needs kernel_size, the extent of its window [C60]");
}

/// Sizes are those that a walk over the places finds, in the closed form that symbols need.
TEST(Pooling, PlacesOfSymbolicSizesAreThoseOfEachSize) {
  std::vector<Symbol> symbols = {{"W", 1, 40, 1, 8}};
  auto sized = [](int64_t size) {
    return TensorSpec{ElementType::F32, constantDims(std::vector<int64_t>{1, 1, size}), false};
  };
  TensorSpec symbolic = sized(1);
  symbolic.dims[2] = Extent::ofSymbol(0);
  for (int64_t taps = 1; taps <= 4; ++taps)
    for (int64_t stride = 1; stride <= 5; ++stride)
      for (int64_t dilation = 1; dilation <= 2; ++dilation)
        for (int64_t before = 0; before <= taps / 2; ++before)
          for (int64_t after = 0; after <= taps / 2; ++after) {
            Window window = row(taps, stride, dilation, before, after);
            symbols[0].lo = dilation * (taps - 1) + 1;
            auto places = poolPlaces(window, symbolic, true, symbols);
            ASSERT_TRUE(places);
            for (int64_t size = symbols[0].lo; size <= 40; ++size) {
              schedules::WindowAxis axis{taps, stride, dilation, before, after};
              EXPECT_EQ((*places)[0].at(std::array{size}), schedules::partialOutputSize(size, axis))
                  << taps << " " << stride << " " << dilation << " " << before << " " << after;
            }
          }
}

} // namespace
} // namespace convwright::ir
