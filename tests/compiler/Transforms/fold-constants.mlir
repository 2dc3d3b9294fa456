// RUN: conv-opt %s -conv-fold-constants | FileCheck %s

!x = tensor<1x2x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 2, 9, 9]>>

// Scaled along dimension 0, converted and kept as integers, in order.
// CHECK-LABEL: func.func @filters
// CHECK: conv.constant "taps" dense<{{\[\[\[\[}}2.000000e+00, 4.000000e+00]]], {{\[\[\[}}-9.000000e+00, -1.200000e+01]]]]> : tensor<2x1x1x2xf32>
// CHECK: conv.constant "taps" dense<{{\[\[\[\[}}2, 4]]], {{\[\[\[}}0, 0]]]]> : tensor<2x1x1x2xui8>
func.func @filters(%x: !x {conv.name = "x", conv.role = "activation"}) -> !x attributes {conv.results = ["y"]} {
  %t = conv.constant "taps" dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]> : tensor<2x1x1x2xf32>
  %s = conv.constant "scale" dense<[2.0, -3.0]> : tensor<2xf32>
  %w = conv.map(%t, %s) : (tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<2x1x1x2xf32> {
  ^bb0(%v: f32, %u: f32): %0 = conv.mul %v, %u : f32 conv.yield %0 : f32 }
  %b = conv.map(%w) : (tensor<2x1x1x2xf32>) -> tensor<2x1x1x2xui8> {
  ^bb0(%v: f32): %0 = conv.convert %v : f32 to ui8 conv.yield %0 : ui8 }
  return %x : !x
}

// What a caller gives stays symbolic, and so do activations.
// CHECK-LABEL: func.func @unknown
// CHECK: conv.map(%{{.*}}, %{{.*}}) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK: conv.map(%{{.*}}) : (tensor<2xf32>) -> tensor<2xf32, #{{.*}}>
func.func @unknown(%s: tensor<2xf32> {conv.name = "s", conv.role = "weight"}) -> tensor<2xf32, #conv.tensor<layout = nhwc, dims = [2]>>
    attributes {conv.results = ["y"]} {
  %c = conv.constant "c" dense<[2.0, -3.0]> : tensor<2xf32>
  %w = conv.map(%c, %s) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%v: f32, %u: f32): %0 = conv.mul %v, %u : f32 conv.yield %0 : f32 }
  %r = conv.map(%c) : (tensor<2xf32>) -> tensor<2xf32, #conv.tensor<layout = nhwc, dims = [2]>> {
  ^bb0(%v: f32): %0 = conv.neg %v : f32 conv.yield %0 : f32 }
  return %r : tensor<2xf32, #conv.tensor<layout = nhwc, dims = [2]>>
}
