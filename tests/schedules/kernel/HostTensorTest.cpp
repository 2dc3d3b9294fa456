//===- HostTensorTest.cpp - tensors in host memory ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/HostTensor.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace convwright::schedules;
using Edge = Placement::Edge;

TEST(HostTensor, NhwcStoresChannelsInnermostAndIsReadInLogicalOrder) {
  HostTensor tensor(ElementType::F32, {1, 2, 2, 3}, Layout::ChannelsLast);
  std::vector<double> values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  tensor.fromDoubles(values);
  const float *memory = reinterpret_cast<const float *>(tensor.data());
  EXPECT_EQ(memory[0], 0);
  EXPECT_EQ(memory[1], 6) << "channel 1 of the first pixel";
  EXPECT_EQ(memory[2], 1);
  EXPECT_EQ(tensor.toDoubles(), values);
  EXPECT_EQ(tensor.at({0, 1, 0, 2}), 8);
  const DLTensor &view = *tensor.dlpack();
  EXPECT_EQ(std::vector<int64_t>(view.shape, view.shape + 4), (std::vector<int64_t>{1, 2, 2, 3}));
  EXPECT_EQ(std::vector<int64_t>(view.strides, view.strides + 4),
            (std::vector<int64_t>{12, 1, 6, 2}));
}

TEST(HostTensor, RowMajorBytesGoThereAndBackInEveryTypeWithGapsAndWithout) {
  for (ElementType type : allElementTypes)
    for (Placement placement : {Placement(), Placement{Edge::Begin, 2, 5}, Placement{Edge::End}}) {
      HostTensor from(type, {2, 3, 4, 5}, Layout::ChannelsFirst);
      HostTensor to(type, {2, 3, 4, 5}, Layout::ChannelsLast, placement);
      fillRandom(from, 7);
      to.fromRowMajorBytes(from.toRowMajorBytes());
      EXPECT_EQ(from.toDoubles(), to.toDoubles());
      EXPECT_TRUE(to.isIntact());
    }
}

TEST(HostTensor, GapsGrowOutwardsFromTheDimensionsThatAreDense) {
  HostTensor tensor(ElementType::F32, {2, 3, 4, 5}, Layout::ChannelsFirst, {Edge::Open, 1, 2});
  EXPECT_EQ(tensor.offset({0, 0, 0, 1}), 1);
  EXPECT_EQ(tensor.offset({0, 0, 1, 0}), 5 + 2 + 1);
  EXPECT_EQ(tensor.offset({0, 1, 0, 0}), 5 + 3 * 8 + 2 + 2);
  EXPECT_FALSE(tensor.isDense());
}

TEST(HostTensor, MovingKeepsTheViewValid) {
  std::vector<HostTensor> tensors;
  for (int i = 0; i < 4; ++i)
    tensors.emplace_back(ElementType::U8, std::vector<int64_t>{3}, Layout::ChannelsFirst);
  for (HostTensor &tensor : tensors) {
    EXPECT_EQ(tensor.dlpack()->data, tensor.data());
    EXPECT_EQ(tensor.dlpack()->shape, tensor.shape().data());
  }
}

TEST(HostTensor, CopiesHaveMemoryOfTheirOwn) {
  HostTensor tensor(ElementType::I32, {2, 2}, Layout::ChannelsFirst, {Edge::End, 1, 3});
  fillRandom(tensor, 1);
  HostTensor copy(tensor);
  EXPECT_EQ(copy.toDoubles(), tensor.toDoubles());
  copy.set(1, 1000);
  EXPECT_NE(tensor.at(1), 1000);
  EXPECT_EQ(copy.dlpack()->data, copy.data());
}

TEST(HostTensor, WritesAroundItsElementsAreFound) {
  for (Placement placement : {Placement(), Placement{Edge::End}, Placement{Edge::Begin}})
    for (int64_t place : {-1, 6}) { // in elements
      HostTensor tensor(ElementType::F32, {2, 3}, Layout::ChannelsFirst, placement);
      if (placement.edge == (place < 0 ? Edge::Begin : Edge::End))
        continue;
      EXPECT_TRUE(tensor.isIntact());
      reinterpret_cast<float *>(tensor.data())[place] = 0;
      EXPECT_FALSE(tensor.isIntact());
    }
}

TEST(HostTensor, WritesIntoGapsAreFound) {
  HostTensor tensor(ElementType::U8, {2, 3}, Layout::ChannelsFirst, {Edge::End, 1, 2});
  fillRandom(tensor, 1);
  EXPECT_TRUE(tensor.isIntact());
  tensor.data()[3] = std::byte{0};
  EXPECT_FALSE(tensor.isIntact());
}

TEST(HostTensorDeathTest, WhoTouchesTheGuardDies) {
  HostTensor end(ElementType::F32, {3}, Layout::ChannelsFirst, {Edge::End});
  EXPECT_DEATH(end.data()[12] = std::byte{0}, "");
  HostTensor begin(ElementType::F32, {3}, Layout::ChannelsFirst, {Edge::Begin});
  EXPECT_DEATH(begin.data()[-1] = std::byte{0}, "");
}

TEST(HostTensor, FloatsAreNanUntilTheyAreSet) {
  HostTensor tensor(ElementType::F32, {2}, Layout::ChannelsFirst);
  EXPECT_TRUE(std::isnan(tensor.at(0)) && std::isnan(tensor.at(1)));
}

TEST(HostTensor, EmptyTensorsAndNumbersAreTensors) {
  for (Edge edge : {Edge::Open, Edge::Begin, Edge::End}) {
    HostTensor empty(ElementType::F32, {2, 0, 3}, Layout::ChannelsFirst, {edge, 1, 2});
    EXPECT_EQ(empty.toDoubles().size(), 0U);
    EXPECT_TRUE(empty.isIntact());
    HostTensor number(ElementType::F32, {}, Layout::ChannelsFirst, {edge});
    number.set(0, 3);
    EXPECT_EQ(number.toDoubles(), std::vector<double>{3});
  }
}

TEST(HostTensor, RandomValuesAreInRangeAndRepeatable) {
  HostTensor a(ElementType::F32, {100}, Layout::ChannelsFirst),
      b(ElementType::F32, {100}, Layout::ChannelsFirst);
  fillRandom(a, 3);
  fillRandom(b, 3);
  EXPECT_EQ(a.toDoubles(), b.toDoubles());
  for (double value : a.toDoubles()) {
    EXPECT_GE(value, -1);
    EXPECT_LT(value, 1);
  }
  fillRandom(b, 4);
  EXPECT_NE(a.toDoubles(), b.toDoubles());
  fillRandom(b, 3, 1);
  EXPECT_NE(a.toDoubles(), b.toDoubles());
}
