// Who reads what has been moved.
// RUN: conv-opt %s -conv-form-kernels | FileCheck %s

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!h = tensor<1x8x5x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 5, 9]>>
!u = tensor<1x8x18x18xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 18, 18]>>
!v = tensor<1x8x10x18xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 10, 18]>>
!w = tensor<8x8x1x1xf32>

// A convolution reads the tensor behind: no kernel of its own.
// CHECK-LABEL: func.func @stage
// CHECK: conv.kernel "stage"
// CHECK: %[[S:.*]] = conv.slice
// CHECK: %[[T:.*]] = conv.channel_shuffle %[[S]]
// CHECK: conv.conv2d %[[T]]
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @stage(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !h attributes {conv.results = ["y"]} {
  %s = conv.slice %x {dim = 2, step = 2} : (!x) -> !h
  %t = conv.channel_shuffle %s {groups = 2} : (!h) -> !h
  %y = conv.conv2d %t, %w : (!h, !w) -> !h
  return %y : !h
}

// What is read elsewhere has to be there: the shuffle does not join the kernel that writes its input.
// CHECK-LABEL: func.func @behind
// CHECK: %[[C:.*]] = conv.kernel "behind_0"
// CHECK: conv.conv2d
// CHECK: conv.yield
// CHECK: conv.kernel "behind_1"(%[[C]])
// CHECK: %[[T:.*]] = conv.channel_shuffle
// CHECK: conv.map(%[[T]], %{{.*}})
// CHECK: return
func.func @behind(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %c = conv.conv2d %x, %w : (!x, !w) -> !x
  %t = conv.channel_shuffle %c {groups = 2} : (!x) -> !x
  %y = conv.map(%t, %c) : (!x, !x) -> !x { ^bb0(%a: f32, %b: f32): %0 = conv.add %a, %b : f32 conv.yield %0 : f32 }
  return %y : !x
}

// A result is copied through its access.
// CHECK-LABEL: func.func @result
// CHECK: conv.kernel "result"
// CHECK: %[[S:.*]] = conv.slice
// CHECK: conv.map(%[[S]])
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @result(%x: !x {conv.name = "x", conv.role = "activation"}) -> !h attributes {conv.results = ["y"]} {
  %s = conv.slice %x {dim = 2, step = 2} : (!x) -> !h
  return %s : !h
}

// A convolution would put the elements together again for each tap: they are stored. A map that alone
// reads them does so itself.
// CHECK-LABEL: func.func @smooth
// CHECK: conv.kernel "smooth_0"
// CHECK: %[[I:.*]] = conv.interpolate
// CHECK: conv.map(%[[I]])
// CHECK: conv.kernel "smooth_1"
// CHECK-NOT: conv.interpolate
// CHECK: conv.conv2d
// CHECK: return
func.func @smooth(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !u attributes {conv.results = ["y"]} {
  %u = conv.interpolate %x {scale_factor = 2.0, mode = "bilinear"} : (!x) -> !u
  %y = conv.conv2d %u, %w : (!u, !w) -> !u
  return %y : !u
}

// CHECK-LABEL: func.func @smooth_map
// CHECK: conv.kernel "smooth_map"
// CHECK: conv.interpolate
// CHECK: conv.map
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @smooth_map(%x: !x {conv.name = "x", conv.role = "activation"}) -> !u attributes {conv.results = ["y"]} {
  %u = conv.interpolate %x {scale_factor = 2.0, mode = "bicubic"} : (!x) -> !u
  %y = conv.map(%u) : (!u) -> !u { ^bb0(%a: f32): %0 = conv.abs %a : f32 conv.yield %0 : f32 }
  return %y : !u
}
