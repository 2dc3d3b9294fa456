//===- KernelLoweringTest.cpp - conv.kernel in plain structs ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/KernelLowering.h"
#include "compiler/Lowering/PlanLowering.h"
#include "tests/compiler/Lowering/LoweringTestSupport.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace convwright;
using namespace convwright::compiler;
using compiler::testing::ParsedModule;
using schedules::Operand;

namespace {

const char *const edges = R"mlir(
!u = tensor<1x1x?x?xui8, #conv.tensor<layout = nhwc, dims = [1, 1, H, W]>>
!f = tensor<1x1x?x?xf32, #conv.tensor<layout = nhwc, dims = [1, 1, H, W]>>
!o = tensor<1x1x?x?xui8, #conv.tensor<layout = nchw, dims = [1, 1, (H + 1) floordiv 2, W]>>
!h = tensor<1x1x?x?xf32, #conv.tensor<layout = nhwc, dims = [1, 1, (H + 1) floordiv 2, W]>>
func.func @edges(%frame: !u {conv.name = "frame", conv.role = "activation"},
                 %unused: tensor<1xf32> {conv.name = "unused", conv.role = "weight"},
                 %gain: tensor<1xf32> {conv.name = "gain", conv.role = "weight"}) -> !o
    attributes {conv.results = ["y"], conv.symbols = [#conv.symbol<H in [3, 64] step 1 like 32>,
                                                      #conv.symbol<W in [3, 64] step 1 like 48>]} {
  %c = conv.constant "taps" dense<[[[[1.0, 0.0, -1.0]]]]> : tensor<1x1x1x3xf32>
  %s = conv.constant "splat" dense<2.0> : tensor<1x1x1x3xf32>
  %r = conv.kernel "edges"(%frame, %unused, %c, %s, %gain)
     : (!u, tensor<1xf32>, tensor<1x1x1x3xf32>, tensor<1x1x1x3xf32>, tensor<1xf32>) -> !o {
  ^bb0(%a: !u, %n: tensor<1xf32>, %k: tensor<1x1x1x3xf32>, %l: tensor<1x1x1x3xf32>, %g: tensor<1xf32>):
    %f = conv.map(%a) : (!u) -> !f { ^bb0(%v: ui8): %0 = conv.convert %v : ui8 to f32 conv.yield %0 : f32 }
    %w = conv.map(%k, %g) : (tensor<1x1x1x3xf32>, tensor<1xf32>) -> tensor<1x1x1x3xf32> {
    ^bb0(%v: f32, %u: f32): %0 = conv.mul %v, %u : f32 conv.yield %0 : f32 }
    %x = conv.conv2d %f, %w stride [2, 1] pad_before [0, 1] pad_after [0, 1] padding_mode reflect
       : (!f, tensor<1x1x1x3xf32>) -> !h
    %y = conv.conv2d %f, %l, %g stride [2, 1] pad_before [0, 2] dilation [3, 1]
       : (!f, tensor<1x1x1x3xf32>, tensor<1xf32>) -> !h
    %z = conv.map(%x, %y) : (!h, !h) -> !o {
    ^bb0(%v: f32, %u: f32):
      %zero = arith.constant 0.0 : f32
      %0 = conv.less %v, %zero : f32
      %1 = conv.select %0, %u, %v : f32
      %2 = conv.convert %1 : f32 to ui8
      conv.yield %2 : ui8
    }
    conv.yield %z : !o
  }
  return %r : !o
}
)mlir";

struct KernelLowering : ::testing::Test {
  KernelLowering() : parsed(edges), lowered(lowerKernel(parsed.firstKernel())) {}
  const schedules::Kernel &kernel() { return lowered->kernel; }

  ParsedModule parsed;
  llvm::FailureOr<LoweredKernel> lowered;
};

TEST_F(KernelLowering, OperandsThatNothingReadsAreLeftOut) {
  EXPECT_EQ(lowered->inputs, (std::vector<unsigned>{0, 2, 3, 4}));
  ASSERT_EQ(kernel().operands.size(), 4u);
  EXPECT_EQ(kernel().operands[1].name, "taps");
}

TEST_F(KernelLowering, OperandsKeepNameRoleTypeLayoutAndExtents) {
  const Operand &frame = kernel().operands[0], &gain = kernel().operands[3];
  EXPECT_EQ(frame.name, "frame");
  EXPECT_EQ(frame.role, Operand::Role::Activation);
  EXPECT_EQ(frame.type, schedules::ElementType::U8);
  EXPECT_EQ(frame.layout, schedules::Layout::ChannelsLast);
  EXPECT_EQ(frame.dims[2], schedules::Extent::ofSymbol(0));
  EXPECT_EQ(gain.name, "gain");
  EXPECT_EQ(gain.role, Operand::Role::Weight);
  EXPECT_EQ(kernel().symbols[1].like, 48);
}

TEST_F(KernelLowering, ConstantsCarryAllTheirBytes) {
  const Operand &taps = kernel().operands[1], &splat = kernel().operands[2];
  float values[3];
  ASSERT_EQ(taps.data.size(), sizeof values);
  std::memcpy(values, taps.data.data(), sizeof values);
  EXPECT_EQ(values[2], -1.0f);
  ASSERT_EQ(splat.data.size(), sizeof values);
  std::memcpy(values, splat.data.data(), sizeof values);
  EXPECT_EQ(values[0], 2.0f);
  EXPECT_EQ(values[2], 2.0f);
}

TEST_F(KernelLowering, ConvolutionsKeepTheirAttributes) {
  ASSERT_EQ(kernel().stages.size(), 2u);
  const schedules::Stage &x = kernel().stages[0], &y = kernel().stages[1];
  EXPECT_EQ(print(x.input), "f32(operand0)");
  EXPECT_EQ(print(x.filter), "mul(operand1, operand3)");
  EXPECT_FALSE(x.bias);
  EXPECT_EQ(x.paddingMode, schedules::PaddingMode::Reflect);
  using Window = std::vector<schedules::WindowAxis>;
  EXPECT_EQ(x.window, (Window{{.taps = 1, .stride = 2},
                              {.taps = 3, .stride = 1, .padBefore = 1, .padAfter = 1}}));
  EXPECT_EQ(print(y.filter), "operand2");
  ASSERT_TRUE(y.bias);
  EXPECT_EQ(print(*y.bias), "operand3");
  EXPECT_EQ(y.outputDims, x.outputDims);
  EXPECT_EQ(y.K * 10 + y.C, 11);
  EXPECT_EQ(schedules::spellTaps(y), "1x3");
  EXPECT_EQ(y.window[0].dilation, 3);
}

TEST_F(KernelLowering, OutputsAreExpressionsOverConvolutions) {
  ASSERT_EQ(kernel().outputs.size(), 1u);
  const schedules::Output &output = kernel().outputs[0];
  EXPECT_EQ(print(output.value), "u8(select(less(conv0, 0), conv1, conv0))");
  EXPECT_EQ(output.type, schedules::ElementType::U8);
  EXPECT_EQ(output.layout, schedules::Layout::ChannelsFirst);
  EXPECT_EQ(output.dims[2], (schedules::Extent{0, 1, 1, 2}));
}

TEST(PlanLowering, PlansComeBackAsTheyWent) {
  ParsedModule parsed(edges);
  schedules::Plan plan{"direct", {{"tile_x", 14}, {"a", -1}}, schedules::PlanSource::Record};
  EXPECT_EQ(fromMlir(toMlir(&parsed.context, plan)), plan);
}

TEST(PlanLowering, TheSmallestToleranceCounts) {
  ParsedModule parsed(edges);
  ir::KernelOp kernel = parsed.firstKernel();
  mlir::Builder builder(&parsed.context);
  double tolerance = 1e-3;
  for (auto conv : kernel.getBody().getOps<ir::Conv2dOp>())
    conv.setToleranceAttr(builder.getF64FloatAttr(tolerance /= 10));
  EXPECT_DOUBLE_EQ(requestOf(kernel).tolerance, 1e-5);
  EXPECT_EQ(requestOf(kernel).algorithm, "");
}

} // namespace
