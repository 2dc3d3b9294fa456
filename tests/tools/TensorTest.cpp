//===- TensorTest.cpp - tensors for calling generated code ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/execute/Tensor.h"

#include <gtest/gtest.h>

using namespace convwright;
using schedules::ElementType;
using schedules::Layout;
using tools::Tensor;

TEST(Tensor, NhwcStoresChannelsInnermostAndIsReadInLogicalOrder) {
  Tensor tensor(ElementType::F32, {1, 2, 2, 3}, Layout::ChannelsLast);
  std::vector<double> values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  tensor.fromDoubles(values);
  const float *memory = reinterpret_cast<const float *>(tensor.data());
  EXPECT_EQ(memory[0], 0);
  EXPECT_EQ(memory[1], 6) << "channel 1 of the first pixel";
  EXPECT_EQ(memory[2], 1);
  EXPECT_EQ(tensor.toDoubles(), values);
  const DLTensor &view = *tensor.dlpack();
  EXPECT_EQ(std::vector<int64_t>(view.shape, view.shape + 4), (std::vector<int64_t>{1, 2, 2, 3}));
  EXPECT_EQ(std::vector<int64_t>(view.strides, view.strides + 4),
            (std::vector<int64_t>{12, 1, 6, 2}));
}

TEST(Tensor, RowMajorBytesGoThereAndBackInEveryType) {
  for (ElementType type : {ElementType::F32, ElementType::I32, ElementType::U8, ElementType::I8}) {
    Tensor from(type, {2, 3, 4, 5}, Layout::ChannelsFirst),
        to(type, {2, 3, 4, 5}, Layout::ChannelsLast);
    fillRandom(from, 7);
    to.fromRowMajorBytes(from.toRowMajorBytes());
    EXPECT_EQ(from.toDoubles(), to.toDoubles());
  }
}

TEST(Tensor, MovingKeepsTheViewValid) {
  std::vector<Tensor> tensors;
  for (int i = 0; i < 4; ++i)
    tensors.emplace_back(ElementType::U8, std::vector<int64_t>{3}, Layout::ChannelsFirst);
  for (Tensor &tensor : tensors) {
    EXPECT_EQ(tensor.dlpack()->data, tensor.data());
    EXPECT_EQ(tensor.dlpack()->shape, tensor.shape().data());
  }
}

TEST(Tensor, RandomValuesAreInRangeAndRepeatable) {
  Tensor a(ElementType::F32, {100}, Layout::ChannelsFirst),
      b(ElementType::F32, {100}, Layout::ChannelsFirst);
  fillRandom(a, 3);
  fillRandom(b, 3);
  EXPECT_EQ(a.toDoubles(), b.toDoubles());
  fillRandom(b, 4);
  EXPECT_NE(a.toDoubles(), b.toDoubles());
  for (double value : a.toDoubles()) {
    EXPECT_GE(value, -1);
    EXPECT_LT(value, 1);
  }
}
