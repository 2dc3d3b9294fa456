//===- PhasesTest.cpp - transposed convolutions as forward ones ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Phases.h"

#include "gtest/gtest.h"

namespace convwright::schedules {
namespace {

/// Along one axis, with extent `size`.
Stage transposedAlongW(int64_t size, const WindowAxis &axis, int64_t outputPadding) {
  Stage stage;
  stage.transposed = true;
  stage.window = {{}, axis};
  auto one = Extent::constant(1);
  stage.inputDims = {one, one, one, Extent::constant(size)};
  stage.outputDims = {one, one, one,
                      Extent::constant((size - 1) * axis.stride - axis.padBefore - axis.padAfter +
                                       axis.reach() + outputPadding)};
  return stage;
}

/// For each output, the (input, tap) pairs that it sums; scattered by the definition.
using Sums = std::vector<std::vector<std::pair<int64_t, int64_t>>>;

Sums scattered(const Stage &stage) {
  const WindowAxis &axis = stage.window[1];
  Sums sums(static_cast<size_t>(stage.outputDims[3].add));
  for (int64_t i = 0; i < stage.inputDims[3].add; ++i)
    for (int64_t t = 0; t < axis.taps; ++t) {
      int64_t p = i * axis.stride + t * axis.dilation - axis.padBefore;
      if (p >= 0 && p < stage.outputDims[3].add)
        sums[static_cast<size_t>(p)].emplace_back(i, t);
    }
  return sums;
}

Sums gathered(const Stage &stage) {
  Sums sums(static_cast<size_t>(stage.outputDims[3].add));
  for (const Phase &phase : phasesOf(stage, {})) {
    const WindowAxis &axis = phase.stage.window[1];
    EXPECT_EQ(axis.stride, 1);
    EXPECT_EQ(outputSize(stage.inputDims[3].add, axis), phase.stage.outputDims[3].add);
    for (int64_t q = 0; q < phase.stage.outputDims[3].add; ++q)
      for (int64_t t = axis.taps; t-- > 0;) {
        int64_t i = q + t * axis.dilation - axis.padBefore;
        int64_t p = phase.part.start[3].add + q * phase.part.step[3];
        if (i >= 0 && i < stage.inputDims[3].add)
          sums.at(static_cast<size_t>(p))
              .emplace_back(i, phase.stage.phase->first[1] + t * phase.stage.phase->step[1]);
      }
  }
  for (auto &sum : sums)
    std::sort(sum.begin(), sum.end());
  return sums;
}

TEST(Phases, GatherWhatADefinitionScatters) {
  for (int64_t taps : {1, 2, 3, 4, 5})
    for (int64_t stride : {1, 2, 3, 4})
      for (int64_t dilation : {1, 2, 3, 4})
        for (int64_t pad : {0, 1, 2, 5})
          for (int64_t more = 0; more < std::max(stride, dilation); ++more) {
            Stage stage = transposedAlongW(6, {taps, stride, dilation, pad, pad}, more);
            if (stage.outputDims[3].add >= 1)
              ASSERT_EQ(gathered(stage), scattered(stage))
                  << taps << " taps, stride " << stride << ", dilation " << dilation << ", padding "
                  << pad << ", output padding " << more;
          }
}

TEST(Phases, ThereIsOneForEachRemainderOfEveryStride) {
  Stage stage = transposedAlongW(8, {3, 2, 1, 1, 1}, 1);
  stage.window[0] = {.taps = 3, .stride = 3};
  stage.outputDims[2] = Extent::constant(3);
  std::vector<Phase> phases = phasesOf(stage, {});
  ASSERT_EQ(phases.size(), 6u);
  EXPECT_FALSE(phases[0].stage.transposed);
  EXPECT_EQ(phases[5].part.step, (std::vector<int64_t>{1, 1, 3, 2}));
}

TEST(Phases, SymbolicSizesGrowWithTheInput) {
  Stage stage = transposedAlongW(8, {4, 2, 1, 1, 1}, 0);
  stage.inputDims[3] = Extent::ofSymbol(0);
  stage.outputDims[3] = {0, 2, 0, 1}; // 2 W
  for (const Phase &phase : phasesOf(stage, {{"W", 3, 64, 1, 8}})) {
    EXPECT_EQ(phase.stage.outputDims[3], Extent::ofSymbol(0));
    EXPECT_EQ(outputSize(5, phase.stage.window[1]), 5);
  }
}

} // namespace
} // namespace convwright::schedules
