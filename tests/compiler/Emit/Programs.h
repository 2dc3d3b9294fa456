//===- Programs.h - hand-made programs to emit ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_COMPILER_EMIT_PROGRAMS_H
#define CONVWRIGHT_TESTS_COMPILER_EMIT_PROGRAMS_H

#include "compiler/Emit/Emit.h"
#include "tests/schedules/support/Kernels.h"

namespace convwright::compiler::testing {

/// relu(conv2d(x, w, b)) as one kernel; w and b are weights of the layer.
LayerProgram convolutionLayer(const std::string &name, const schedules::testing::Layer &shape,
                              const schedules::Target &target);

/// The same with w and b known at compile time: 1, 2, 3 ... / 16 and 0.25 each.
LayerProgram constantLayer(const std::string &name, const schedules::testing::Layer &shape,
                           const schedules::Target &target);

/// y = 2 * (x + 1) for f32[1, 3, H, W] nhwc as two kernels with a buffer between them; H in 1..64
/// (like 4), W in 2..64 in steps of 2 (like 6).
LayerProgram twoStepLayer(const std::string &name, const schedules::Target &target);

/// A program of these layers, each made for `target`.
TargetProgram
programOf(const std::string &target,
          const std::function<std::vector<LayerProgram>(const schedules::Target &)> &layers);

/// A program with one 3x3 convolution of symbolic size, "conv", the two-step layer "twice" and a
/// convolution with constant weights "known".
TargetProgram sampleProgram(const std::string &target);

} // namespace convwright::compiler::testing

#endif // CONVWRIGHT_TESTS_COMPILER_EMIT_PROGRAMS_H
