// RUN: conv-opt %s -split-input-file -conv-select-plan=target=x86-64-v3 -verify-diagnostics | FileCheck %s

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>

// CHECK-LABEL: func.func @chosen
// CHECK: conv.kernel "chosen"(%{{.*}}) plan <algorithm = {{[a-z]+}}{{.*}}, source = {{default|model}}> :
func.func @chosen(%x: !x {conv.name = "x", conv.role = "activation"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.kernel "chosen"(%x) : (!x) -> !x {
  ^bb0(%a: !x):
    %e = conv.map(%a) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.exp %v : f32 conv.yield %0 : f32 }
    conv.yield %e : !x
  }
  return %y : !x
}

// -----

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!w = tensor<8x8x3x3xf32>
!y = tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>

// The convolution's own attribute decides.
// CHECK-LABEL: func.func @asked
// CHECK: plan <algorithm = loops,
func.func @asked(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !y attributes {conv.results = ["y"]} {
  %y = conv.kernel "asked"(%x, %w) : (!x, !w) -> !y {
  ^bb0(%a: !x, %f: !w):
    %c = conv.conv2d %a, %f algorithm "loops" : (!x, !w) -> !y
    conv.yield %c : !y
  }
  return %y : !y
}

// -----

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>

// A plan that is there is validated like any user's input.
func.func @unknown(%x: !x {conv.name = "x", conv.role = "activation"}) -> !x attributes {conv.results = ["y"]} {
  // expected-error@+1 {{magic}}
  %y = conv.kernel "unknown"(%x) plan <algorithm = magic, source = record> : (!x) -> !x {
  ^bb0(%a: !x):
    %e = conv.map(%a) : (!x) -> !x { ^bb0(%v: f32): %0 = conv.exp %v : f32 conv.yield %0 : f32 }
    conv.yield %e : !x
  }
  return %y : !x
}

// -----

!x = tensor<64x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [64, 8, 9, 9]>>

// C36
func.func @two_meanings(%x: !x {conv.name = "x", conv.role = "activation"},
                        %w: tensor<64x8x1x1xf32> {conv.name = "w", conv.role = "weight"},
                        %s: tensor<64xf32> {conv.name = "s", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %y = conv.kernel "two_meanings"(%x, %w, %s) : (!x, tensor<64x8x1x1xf32>, tensor<64xf32>) -> !x {
  ^bb0(%a: !x, %f: tensor<64x8x1x1xf32>, %g: tensor<64xf32>):
    // expected-error@+1 {{a weight of shape [64] runs along dimension 0 of another weight here, and the outcome is used beside activations; give it four dimensions [C36]}}
    %m = conv.map(%f, %g) : (tensor<64x8x1x1xf32>, tensor<64xf32>) -> tensor<64x8x1x1xf32> {
    ^bb0(%u: f32, %v: f32): %0 = conv.mul %u, %v : f32 conv.yield %0 : f32 }
    %e = conv.map(%a, %m) : (!x, tensor<64x8x1x1xf32>) -> !x {
    ^bb0(%u: f32, %v: f32): %0 = conv.add %u, %v : f32 conv.yield %0 : f32 }
    conv.yield %e : !x
  }
  return %y : !x
}
