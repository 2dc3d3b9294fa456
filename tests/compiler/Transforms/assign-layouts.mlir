// RUN: conv-opt %s -conv-form-kernels -conv-assign-layouts=intermediates=nhwc | FileCheck %s
// RUN: conv-opt %s -conv-form-kernels -conv-assign-layouts=intermediates=nchw | FileCheck %s --check-prefix=SAME
// RUN: conv-opt %s -conv-form-kernels -conv-assign-layouts | FileCheck %s --check-prefix=SAME
// RUN: not conv-opt %s -conv-assign-layouts=intermediates=sideways 2>&1 | FileCheck %s --check-prefix=WRONG
// Everything below is nchw already.
// SAME-NOT: nhwc
// WRONG: Cannot find option named 'sideways'

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 8, 9, 9]>>
!g = tensor<1x1x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 1, 9, 9]>>
!w = tensor<8x8x1x1xf32>
!d = tensor<8x1x1x1xf32>

// Between the two kernels: written and read in the other layout. Argument and result stay.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: %arg0: tensor<1x8x9x9xf32, #nchw>
// CHECK: %[[Y:.*]] = conv.kernel "chain_0"({{.*}} -> tensor<1x8x9x9xf32, #nhwc> {
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<1x8x9x9xf32, #nchw>
// CHECK: conv.yield {{.*}} : tensor<1x8x9x9xf32, #nhwc>
// CHECK: conv.kernel "chain_1"(%[[Y]], {{.*}} -> tensor<1x8x9x9xf32, #nchw> {
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<1x8x9x9xf32, #nhwc>
// CHECK: return %{{.*}} : tensor<1x8x9x9xf32, #nchw>
func.func @chain(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                 %v: !w {conv.name = "v", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.conv2d %y, %v : (!x, !w) -> !x
  return %z : !x
}

// A value that is returned is the user's, whoever else reads it.
// CHECK-LABEL: func.func @returned
// CHECK-NOT: nhwc
// CHECK: return
func.func @returned(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                    %v: !w {conv.name = "v", conv.role = "weight"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %z = conv.conv2d %y, %v : (!x, !w) -> !x
  return %y, %z : !x, !x
}

// One kernel with convolutions writes one layout: what it writes beside a result stays too.
// CHECK-LABEL: func.func @beside_a_result
// CHECK: %0:2 = conv.kernel "beside_a_result_0"
// CHECK-NOT: nhwc
// CHECK: return
func.func @beside_a_result(%x: !x {conv.name = "x", conv.role = "activation"}, %d: !d {conv.name = "d", conv.role = "weight"},
                           %v: !w {conv.name = "v", conv.role = "weight"}) -> (!x, !x) attributes {conv.results = ["y", "z"]} {
  %y = conv.conv2d %x, %d groups 8 : (!x, !d) -> !x
  %e = conv.map(%y) : (!x) -> !x { ^bb0(%a: f32): %0 = conv.exp %a : f32 conv.yield %0 : f32 }
  %z = conv.conv2d %y, %v : (!x, !w) -> !x
  return %e, %z : !x, !x
}

// One channel lies alike in both.
// CHECK-LABEL: func.func @one_channel
// CHECK-NOT: nhwc
// CHECK: return
func.func @one_channel(%g: !g {conv.name = "g", conv.role = "activation"}, %s: tensor<1x1x1x1xf32> {conv.name = "s", conv.role = "weight"},
                       %t: tensor<1x1x1x1xf32> {conv.name = "t", conv.role = "weight"}) -> !g attributes {conv.results = ["y"]} {
  %y = conv.conv2d %g, %s : (!g, tensor<1x1x1x1xf32>) -> !g
  %z = conv.conv2d %y, %t : (!g, tensor<1x1x1x1xf32>) -> !g
  return %z : !g
}
