// Which pointwise work joins a convolution's kernel is a choice.
// RUN: conv-opt %s -conv-form-kernels | FileCheck %s --check-prefix=FULL
// RUN: conv-opt %s -conv-form-kernels=fusion=epilogue | FileCheck %s --check-prefix=EPILOGUE
// RUN: conv-opt %s -conv-form-kernels=fusion=prologue | FileCheck %s --check-prefix=PROLOGUE
// RUN: conv-opt %s -conv-form-kernels=fusion=none | FileCheck %s --check-prefix=NONE
// RUN: not conv-opt %s -conv-form-kernels=fusion=some 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: Cannot find option named 'some'

!u = tensor<1x8x9x9xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!w = tensor<8x8x1x1xf32>

// exp(conv(tanh(conv(f32(x))))): the conversion is a prologue, the tanh an epilogue or a prologue, the
// exponential an epilogue.
// FULL-LABEL: func.func @chain
// FULL: conv.kernel "chain_0"(
// FULL: conv.convert
// FULL: conv.conv2d
// FULL: conv.tanh
// FULL: conv.kernel "chain_1"(
// FULL: conv.conv2d
// FULL: conv.exp
// FULL-NOT: conv.kernel
// FULL: return

// EPILOGUE-LABEL: func.func @chain
// EPILOGUE: conv.kernel "chain_0"(
// EPILOGUE: conv.convert
// EPILOGUE: conv.kernel "chain_1"(
// EPILOGUE: conv.conv2d
// EPILOGUE: conv.tanh
// EPILOGUE: conv.kernel "chain_2"(
// EPILOGUE: conv.conv2d
// EPILOGUE: conv.exp
// EPILOGUE-NOT: conv.kernel
// EPILOGUE: return

// PROLOGUE-LABEL: func.func @chain
// PROLOGUE: conv.kernel "chain_0"(
// PROLOGUE: conv.convert
// PROLOGUE: conv.conv2d
// PROLOGUE: conv.kernel "chain_1"(
// PROLOGUE: conv.tanh
// PROLOGUE: conv.conv2d
// PROLOGUE: conv.kernel "chain_2"(
// PROLOGUE: conv.exp
// PROLOGUE-NOT: conv.kernel
// PROLOGUE: return

// NONE-LABEL: func.func @chain
// NONE: conv.kernel "chain_0"(
// NONE: conv.convert
// NONE: conv.kernel "chain_1"(
// NONE: conv.conv2d
// NONE: conv.kernel "chain_2"(
// NONE: conv.tanh
// NONE: conv.kernel "chain_3"(
// NONE: conv.conv2d
// NONE: conv.kernel "chain_4"(
// NONE: conv.exp
// NONE-NOT: conv.kernel
// NONE: return
func.func @chain(%x: !u {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                 %v: !w {conv.name = "v", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %f = conv.map(%x) : (!u) -> !x { ^bb0(%a: ui8): %0 = conv.convert %a : ui8 to f32 conv.yield %0 : f32 }
  %y = conv.conv2d %f, %w : (!x, !w) -> !x
  %t = conv.map(%y) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.tanh %a : f32 conv.yield %0 : f32 }
  %z = conv.conv2d %t, %v : (!x, !w) -> !x
  %e = conv.map(%z) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  return %e : !x
}

// Without epilogues nothing meets in a kernel: two convolutions and the map of both.
// NONE-LABEL: func.func @meeting
// NONE: %[[A:.*]] = conv.kernel "meeting_0"(
// NONE: conv.conv2d
// NONE: %[[B:.*]] = conv.kernel "meeting_1"(
// NONE: conv.conv2d
// NONE: conv.kernel "meeting_2"(%[[A]], %[[B]])
// NONE: conv.max
func.func @meeting(%x: !x {conv.name = "x", conv.role = "activation"}, %w: tensor<8x1x1x1xf32> {conv.name = "w", conv.role = "weight"},
                   %v: tensor<8x1x1x1xf32> {conv.name = "v", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w groups 8 : (!x, tensor<8x1x1x1xf32>) -> !x
  %z = conv.conv2d %x, %v groups 8 : (!x, tensor<8x1x1x1xf32>) -> !x
  %m = conv.map(%y, %z) : (!x, !x) -> !x { ^bb0(%a: f32, %b: f32): %0 = conv.max %a, %b : f32 conv.yield %0 : f32 }
  return %m : !x
}

// Pointwise work alone is grouped as ever: one kernel, two results.
// NONE-LABEL: func.func @pointwise
// NONE: conv.kernel "pointwise"(
// NONE-NOT: conv.kernel
// NONE: return
func.func @pointwise(%x: !x {conv.name = "x", conv.role = "activation"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %e = conv.map(%x) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  %n = conv.map(%e) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.neg %a : f32 conv.yield %0 : f32 }
  return %e, %n : !x, !x
}
