//===- Stages.h - makers of kernels whose stage is no convolution ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_STAGES_H
#define CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_STAGES_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules::testing {

/// An image and a window over it, of two or three axes.
struct WindowLayer {
  int64_t N = 1, C = 1, K = 0; // K = 0: C
  std::vector<int64_t> size = {};
  std::vector<WindowAxis> window = {};
  PaddingMode mode = PaddingMode::Zeros;
  Layout in = Layout::ChannelsLast, out = Layout::ChannelsLast;
  ElementType type = ElementType::F32;
  int64_t groups = 1;
  bool bias = false;
  bool symbolic = false; // the sizes are symbols in 1..4096 whose `like` they are
};

/// Operand 0: x. Output 0: the largest or the mean value of each window.
Kernel poolKernel(const WindowLayer &layer, Reduction reduction, bool partialWindows = false,
                  bool countPadding = true);
/// The same of all of the image.
Kernel globalPoolKernel(WindowLayer layer, Reduction reduction);
/// Operands: 0 x, 1 w, 2 b (when there is a bias).
Kernel sharedKernel(const WindowLayer &layer);
Kernel perPositionKernel(const WindowLayer &layer);
/// Operands: 0 x, 1 w.
Kernel perPixelKernel(const WindowLayer &layer);
Kernel regionsKernel(const WindowLayer &layer, std::vector<int64_t> grid);
/// Operands: 0 x, 1 w, 2 offsets, then the mask and the bias.
Kernel displacedKernel(const WindowLayer &layer, int64_t offsetGroups, bool mask);

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_STAGES_H
