// RUN: conv-opt %s -conv-form-kernels | FileCheck %s

!i = tensor<1x1x?x?xf32, #conv.tensor<layout = nchw, dims = [1, 1, H, W]>>
!u = tensor<1x1x?x?xui8, #conv.tensor<layout = nchw, dims = [1, 1, H, W]>>
!s = tensor<1x1x3x3xf32>
!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!w = tensor<8x8x1x1xf32>
!c = tensor<8xf32>

// Two convolutions of the same frame that meet: one kernel, which reads the bytes once.
// CHECK-LABEL: func.func @sobel
// CHECK-SAME: (%[[FRAME:[^:]*]]:
// CHECK: %[[GX:.*]] = conv.constant "gx"
// CHECK: %[[GY:.*]] = conv.constant "gy"
// CHECK: %[[R:.*]] = conv.kernel "sobel"(%[[FRAME]], %[[GX]], %[[GY]]) :
// CHECK-NEXT: ^bb0(%[[A:[^:]*]]: {{.*}}, %[[B:[^:]*]]: tensor<1x1x3x3xf32>, %[[C:[^:]*]]: tensor<1x1x3x3xf32>):
// CHECK: %[[F:.*]] = conv.map(%[[A]])
// CHECK: %[[X:.*]] = conv.conv2d %[[F]], %[[B]]
// CHECK: %[[Y:.*]] = conv.conv2d %[[F]], %[[C]]
// CHECK: %[[Z:.*]] = conv.map(%[[X]], %[[Y]])
// CHECK: conv.yield %[[Z]]
// CHECK: return %[[R]]
func.func @sobel(%frame: !u {conv.name = "frame", conv.role = "activation"}) -> !u
    attributes {conv.results = ["y"], conv.symbols = [#conv.symbol<H in [3, 64] step 1 like 32>, #conv.symbol<W in [3, 64] step 1 like 32>]} {
  %gx = conv.constant "gx" dense<1.0> : !s
  %gy = conv.constant "gy" dense<2.0> : !s
  %f = conv.map(%frame) : (!u) -> !i { ^bb0(%v: ui8): %0 = conv.convert %v : ui8 to f32 conv.yield %0 : f32 }
  %x = conv.conv2d %f, %gx pad_before [1, 1] pad_after [1, 1] : (!i, !s) -> !i
  %y = conv.conv2d %f, %gy pad_before [1, 1] pad_after [1, 1] : (!i, !s) -> !i
  %z = conv.map(%x, %y) : (!i, !i) -> !u { ^bb0(%v: f32, %u: f32): %0 = conv.max %v, %u : f32 %1 = conv.convert %0 : f32 to ui8 conv.yield %1 : ui8 }
  return %z : !u
}

// swish(conv(x)) + x reads its input again, in the same kernel.
// CHECK-LABEL: func.func @residual
// CHECK: conv.kernel "residual"(
// CHECK: conv.conv2d
// CHECK: conv.map(
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @residual(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.map(%y, %x) : (!x, !x) -> !x { ^bb0(%v: f32, %u: f32): %0 = conv.add %v, %u : f32 conv.yield %0 : f32 }
  return %z : !x
}

// Dense convolutions have fast algorithms that compute one at a time: two kernels, the second adds.
// CHECK-LABEL: func.func @dense_pair
// CHECK: %[[A:.*]] = conv.kernel "dense_pair_0"(
// CHECK: conv.yield
// CHECK: %[[B:.*]] = conv.kernel "dense_pair_1"(
// CHECK-SAME: %[[A]]
// CHECK: conv.conv2d
// CHECK: conv.map
// CHECK: return %[[B]]
func.func @dense_pair(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                      %v: !w {conv.name = "v", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.conv2d %x, %v : (!x, !w) -> !x
  %s = conv.map(%y, %z) : (!x, !x) -> !x { ^bb0(%a: f32, %b: f32): %0 = conv.add %a, %b : f32 conv.yield %0 : f32 }
  return %s : !x
}

// A wider filter pads more: its input is another padded copy, so it is another kernel.
// CHECK-LABEL: func.func @different_padding
// CHECK: conv.kernel "different_padding_0"(
// CHECK: conv.kernel "different_padding_1"(
func.func @different_padding(%x: !i {conv.name = "x", conv.role = "activation"}, %w: !s {conv.name = "w", conv.role = "weight"},
                             %v: tensor<1x1x5x5xf32> {conv.name = "v", conv.role = "weight"}) -> !i
    attributes {conv.results = ["y"], conv.symbols = [#conv.symbol<H in [3, 64] step 1 like 32>, #conv.symbol<W in [3, 64] step 1 like 32>]} {
  %y = conv.conv2d %x, %w pad_before [1, 1] pad_after [1, 1] : (!i, !s) -> !i
  %z = conv.conv2d %x, %v pad_before [2, 2] pad_after [2, 2] : (!i, tensor<1x1x5x5xf32>) -> !i
  %s = conv.map(%y, %z) : (!i, !i) -> !i { ^bb0(%a: f32, %b: f32): %0 = conv.sub %a, %b : f32 conv.yield %0 : f32 }
  return %s : !i
}

// A depthwise convolution whose own value is wanted too gives two results.
// CHECK-LABEL: func.func @both
// CHECK: %[[R:.*]]:2 = conv.kernel "both"(
// CHECK: %[[Y:.*]] = conv.conv2d
// CHECK: %[[Z:.*]] = conv.map(%[[Y]])
// CHECK: conv.yield %[[Y]], %[[Z]]
// CHECK: return %[[R]]#1, %[[R]]#0
func.func @both(%x: !x {conv.name = "x", conv.role = "activation"}, %w: tensor<8x1x1x1xf32> {conv.name = "w", conv.role = "weight"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %y = conv.conv2d %x, %w groups 8 : (!x, tensor<8x1x1x1xf32>) -> !x
  %z = conv.map(%y) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  return %z, %y : !x, !x
}

// A dense one writes one: the value that all the others start from. They are pointwise work on it.
// CHECK-LABEL: func.func @dense_results
// CHECK: %[[R:.*]] = conv.kernel "dense_results_0"(
// CHECK: %[[Y:.*]] = conv.conv2d
// CHECK: %[[Z:.*]] = conv.map(%[[Y]])
// CHECK: conv.exp
// CHECK: conv.yield %[[Z]] :
// CHECK: %[[S:.*]]:2 = conv.kernel "dense_results_1"(%[[R]])
// CHECK-NOT: conv.conv2d
// CHECK: return %[[R]], %[[S]]#0, %[[S]]#1
func.func @dense_results(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> (!x, !x, !x) attributes {conv.results = ["a", "b", "c"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.map(%y) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  %b = conv.map(%z) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.neg %a : f32 conv.yield %0 : f32 }
  %c = conv.map(%z) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.abs %a : f32 conv.yield %0 : f32 }
  return %z, %b, %c : !x, !x, !x
}

// What is left over may be the next convolution's prologue.
// CHECK-LABEL: func.func @remainder
// CHECK: %[[R:.*]] = conv.kernel "remainder_0"(
// CHECK-NOT: conv.map
// CHECK: conv.yield
// CHECK: conv.kernel "remainder_1"(%[[R]]
// CHECK: %[[P:.*]] = conv.map
// CHECK: conv.conv2d %[[P]]
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @remainder(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> (!x, !x) attributes {conv.results = ["a", "b"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.map(%y) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.abs %a : f32 conv.yield %0 : f32 }
  %b = conv.conv2d %z, %w : (!x, !w) -> !x
  return %y, %b : !x, !x
}

// Weight-side work goes into each kernel that needs it.
// CHECK-LABEL: func.func @weights
// CHECK: conv.kernel "weights"(%{{.*}}, %{{.*}}, %{{.*}}) :
// CHECK-NEXT: ^bb0(%[[X:[^:]*]]: {{.*}}, %[[W:[^:]*]]: tensor<8x8x1x1xf32>, %[[S:[^:]*]]: tensor<8xf32>):
// CHECK: %[[F:.*]] = conv.map(%[[W]], %[[S]])
// CHECK: conv.conv2d %[[X]], %[[F]]
func.func @weights(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                   %s: !c {conv.name = "s", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %f = conv.map(%w, %s) : (!w, !c) -> !w { ^bb0(%a: f32, %b: f32): %0 = conv.mul %a, %b : f32 conv.yield %0 : f32 }
  %y = conv.conv2d %x, %f : (!x, !w) -> !x
  return %y : !x
}

// Pointwise work alone is a kernel; what is not used is none.
// CHECK-LABEL: func.func @pointwise
// CHECK-NOT: conv.conv2d
// CHECK: conv.kernel "pointwise"(
// CHECK: conv.map
// CHECK: return
func.func @pointwise(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.map(%x) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  return %z : !x
}

// An argument that is returned, and a value that is returned twice, are copied.
// CHECK-LABEL: func.func @copies
// CHECK-SAME: (%[[X:[^:]*]]:
// CHECK: %[[A:.*]]:2 = conv.kernel "copies_0"(%[[X]])
// CHECK: %[[B:.*]] = conv.kernel "copies_1"(%[[X]])
// CHECK: return %[[A]]#0, %[[A]]#1, %[[B]]
func.func @copies(%x: !x {conv.name = "x", conv.role = "activation"}) -> (!x, !x, !x) attributes {conv.results = ["a", "b", "c"]} {
  %z = conv.map(%x) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  return %z, %z, %x : !x, !x, !x
}

// The product needs the gate, the gate needs the sum: putting the product into the sum's kernel would
// make a circle.
// CHECK-LABEL: func.func @circle
// CHECK: %[[S:.*]] = conv.kernel "circle_0"(
// CHECK: %[[G:.*]] = conv.kernel "circle_1"(
// CHECK-SAME: %[[S]]
// CHECK: conv.kernel "circle_2"(
// CHECK-SAME: %[[G]]
func.func @circle(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                  %v: tensor<1x8x1x1xf32> {conv.name = "v", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %e = conv.map(%y) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  %g = conv.conv2d %e, %v : (!x, tensor<1x8x1x1xf32>) -> tensor<1x1x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 9, 9]>>
  %p = conv.map(%e, %g) : (!x, tensor<1x1x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 9, 9]>>) -> !x {
  ^bb0(%a: f32, %b: f32): %0 = conv.mul %a, %b : f32 conv.yield %0 : f32 }
  return %p : !x
}

// A cheap prologue of two kernels is computed in both; an expensive one is stored.
// CHECK-LABEL: func.func @prologues
// CHECK: %[[E:.*]] = conv.kernel
// CHECK: conv.exp
// CHECK: conv.kernel
// CHECK: conv.neg
// CHECK: conv.kernel
// CHECK: conv.neg
// CHECK: conv.kernel {{.*}}(%[[E]]
// CHECK: conv.kernel {{.*}}(%[[E]]
// CHECK-NOT: conv.kernel
func.func @prologues(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                     %v: !w {conv.name = "v", conv.role = "weight"}) -> (!x, !x, !x, !x) attributes {conv.results = ["a", "b", "c", "d"]} {
  %e = conv.map(%x) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  %n = conv.map(%x) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.neg %a : f32 conv.yield %0 : f32 }
  %c = conv.conv2d %n, %w : (!x, !w) -> !x
  %d = conv.conv2d %n, %v : (!x, !w) -> !x
  %a = conv.conv2d %e, %w : (!x, !w) -> !x
  %b = conv.conv2d %e, %v : (!x, !w) -> !x
  return %a, %b, %c, %d : !x, !x, !x, !x
}

// One kernel writes one layout: the copy in the other is a second kernel. Alone it stays an epilogue.
// CHECK-LABEL: func.func @layouts
// CHECK: conv.kernel "layouts_0"(
// CHECK: conv.conv2d
// CHECK: conv.kernel "layouts_1"(
// CHECK-NOT: conv.conv2d
// CHECK: return
func.func @layouts(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"})
    -> (!x, tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>>) attributes {conv.results = ["a", "b"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %n = conv.map(%y) : (!x) -> tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>> { ^bb0(%a: f32): conv.yield %a : f32 }
  return %y, %n : !x, tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>>
}

// CHECK-LABEL: func.func @one_layout
// CHECK: conv.kernel "one_layout"(
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @one_layout(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"})
    -> tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>> attributes {conv.results = ["b"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %n = conv.map(%y) : (!x) -> tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>> { ^bb0(%a: f32): conv.yield %a : f32 }
  return %n : tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>>
}
