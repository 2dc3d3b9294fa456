// RUN: conv-opt %s -conv-fuse-epilogue | FileCheck %s

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!u = tensor<1x8x9x9xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!c = tensor<8xf32>

// relu(scale · conv(f32(x))), in three maps: the ones behind the convolution become one.
// CHECK-LABEL: func.func @chain
// CHECK: %[[F:.*]] = conv.map(%{{.*}}) : (tensor<1x8x9x9xui8, {{.*}}>)
// CHECK: %[[Y:.*]] = conv.conv2d %[[F]]
// CHECK: %[[Z:.*]] = conv.map(%[[Y]], %{{.*}}) : (tensor<1x8x9x9xf32, {{.*}}>, tensor<8xf32>)
// CHECK-NEXT: ^bb0(%[[V:.*]]: f32, %[[S:.*]]: f32):
// CHECK-NEXT: %[[M:.*]] = conv.mul %[[V]], %[[S]] : f32
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT: %[[R:.*]] = conv.max %[[M]], %[[ZERO]] : f32
// CHECK-NEXT: conv.yield %[[R]] : f32
// CHECK: return %[[Z]]
func.func @chain(%x: !u {conv.name = "x", conv.role = "activation"},
                 %w: tensor<8x8x1x1xf32> {conv.name = "w", conv.role = "weight"},
                 %c: !c {conv.name = "c", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %f = conv.map(%x) : (!u) -> !x { ^bb0(%v: ui8): %0 = conv.convert %v : ui8 to f32 conv.yield %0 : f32 }
  %y = conv.conv2d %f, %w : (!x, tensor<8x8x1x1xf32>) -> !x
  %m = conv.map(%y, %c) : (!x, !c) -> !x { ^bb0(%v: f32, %s: f32): %0 = conv.mul %v, %s : f32 conv.yield %0 : f32 }
  %r = conv.map(%m) : (!x) -> !x { ^bb0(%v: f32): %z = arith.constant 0.0 : f32 %0 = conv.max %v, %z : f32 conv.yield %0 : f32 }
  return %r : !x
}

// Read twice by one map: one operand, computed once.
// CHECK-LABEL: func.func @squared
// CHECK: %[[R:.*]] = conv.map(%{{[^,]*}}) :
// CHECK-NEXT: ^bb0(%[[V:.*]]: f32):
// CHECK-NEXT: %[[E:.*]] = conv.exp %[[V]] : f32
// CHECK-NEXT: %[[S:.*]] = conv.mul %[[E]], %[[E]] : f32
// CHECK-NEXT: conv.yield %[[S]]
// CHECK: return %[[R]]
func.func @squared(%x: !x {conv.name = "x", conv.role = "activation"}) -> !x attributes {conv.results = ["y"]} {
  %e = conv.map(%x) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.exp %v : f32 conv.yield %0 : f32 }
  %s = conv.map(%e, %e) : (!x, !x) -> !x { ^bb0(%v: f32, %u: f32): %0 = conv.mul %v, %u : f32 conv.yield %0 : f32 }
  return %s : !x
}

// An exponential that two maps read is computed once: it stays.
// CHECK-LABEL: func.func @expensive_twice
// CHECK: %[[E:.*]] = conv.map
// CHECK: conv.exp
// CHECK: conv.map(%[[E]])
// CHECK-NOT: conv.exp
// CHECK: conv.map(%[[E]])
// CHECK-NOT: conv.exp
// CHECK: return
func.func @expensive_twice(%x: !x {conv.name = "x", conv.role = "activation"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %e = conv.map(%x) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.exp %v : f32 conv.yield %0 : f32 }
  %a = conv.map(%e) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.neg %v : f32 conv.yield %0 : f32 }
  %b = conv.map(%e) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.abs %v : f32 conv.yield %0 : f32 }
  return %a, %b : !x, !x
}

// A conversion of an argument is cheaper than storing it: each reader does its own.
// CHECK-LABEL: func.func @cheap_twice
// CHECK-SAME: (%[[X:[^:]*]]:
// CHECK: conv.map(%[[X]])
// CHECK: conv.convert
// CHECK: conv.neg
// CHECK: conv.map(%[[X]])
// CHECK: conv.convert
// CHECK: conv.abs
func.func @cheap_twice(%x: !u {conv.name = "x", conv.role = "activation"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %e = conv.map(%x) : (!u) -> !x { ^bb0(%v: ui8): %0 = conv.convert %v : ui8 to f32 conv.yield %0 : f32 }
  %a = conv.map(%e) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.neg %v : f32 conv.yield %0 : f32 }
  %b = conv.map(%e) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.abs %v : f32 conv.yield %0 : f32 }
  return %a, %b : !x, !x
}

// A cheap map of a convolution stays where it has two readers: merging it would store the
// convolution's own value as well.
// CHECK-LABEL: func.func @relu_twice
// CHECK: %[[Y:.*]] = conv.conv2d
// CHECK: %[[R:.*]] = conv.map(%[[Y]])
// CHECK: conv.map(%[[R]])
// CHECK: conv.map(%[[R]])
func.func @relu_twice(%x: !x {conv.name = "x", conv.role = "activation"},
                      %w: tensor<8x8x1x1xf32> {conv.name = "w", conv.role = "weight"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %y = conv.conv2d %x, %w : (!x, tensor<8x8x1x1xf32>) -> !x
  %e = conv.map(%y) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.abs %v : f32 conv.yield %0 : f32 }
  %a = conv.map(%e) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.neg %v : f32 conv.yield %0 : f32 }
  %b = conv.map(%e) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.exp %v : f32 conv.yield %0 : f32 }
  return %a, %b : !x, !x
}

// A gate of one channel is not computed again for each of eight.
// CHECK-LABEL: func.func @broadcast
// CHECK: %[[G:.*]] = conv.map
// CHECK: conv.exp
// CHECK: conv.map(%{{.*}}, %[[G]])
func.func @broadcast(%x: !x {conv.name = "x", conv.role = "activation"},
                     %g: tensor<1x1x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 9, 9]>> {conv.name = "g", conv.role = "activation"})
    -> !x attributes {conv.results = ["y"]} {
  %e = conv.map(%g) : (tensor<1x1x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 9, 9]>>) -> tensor<1x1x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 9, 9]>> {
  ^bb0(%v: f32): %0 = conv.exp %v : f32 conv.yield %0 : f32 }
  %a = conv.map(%x, %e) : (!x, tensor<1x1x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 9, 9]>>) -> !x {
  ^bb0(%v: f32, %u: f32): %0 = conv.mul %v, %u : f32 conv.yield %0 : f32 }
  return %a : !x
}
