// RUN: conv-opt %s -conv-fold-batch-norm | FileCheck %s

!x = tensor<1x3x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 3, 9, 9]>>
!y = tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
!c = tensor<8xf32>

// (bias − mean) · gamma / sqrt(var + eps) + beta, and the filter by the same factor.
// CHECK-LABEL: func.func @folded
// CHECK-SAME: (%[[X:[^:]*]]: {{.*}}, %[[W:[^:]*]]: tensor<8x3x3x3xf32> {{.*}}, %[[B:[^:]*]]: tensor<8xf32> {{.*}}, %[[MEAN:[^:]*]]: tensor<8xf32> {{.*}}, %[[VAR:[^:]*]]: tensor<8xf32>
func.func @folded(%x: !x {conv.name = "x", conv.role = "activation"},
                  %w: tensor<8x3x3x3xf32> {conv.name = "w", conv.role = "weight"},
                  %b: !c {conv.name = "b", conv.role = "weight"},
                  %mean: !c {conv.name = "mean", conv.role = "weight"},
                  %var: !c {conv.name = "var", conv.role = "weight"}) -> !y attributes {conv.results = ["y"]} {
  // CHECK: %[[GAMMA:.*]] = conv.constant "gamma"
  %gamma = conv.constant "gamma" dense<2.0> : !c
  // CHECK: %[[BETA:.*]] = conv.constant "beta"
  %beta = conv.constant "beta" dense<0.5> : !c
  %y = conv.conv2d %x, %w, %b algorithm "direct" : (!x, tensor<8x3x3x3xf32>, !c) -> !y
  // CHECK: %[[SCALE:.*]] = conv.map(%[[VAR]], %[[GAMMA]]) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32> {
  // CHECK-NEXT: ^bb0(%[[V:.*]]: f32, %[[G:.*]]: f32):
  // CHECK-NEXT: %[[EPS:.*]] = arith.constant 9.99999974E-6 : f32
  // CHECK-NEXT: %[[SUM:.*]] = conv.add %[[V]], %[[EPS]] : f32
  // CHECK-NEXT: %[[ROOT:.*]] = conv.sqrt %[[SUM]] : f32
  // CHECK-NEXT: %[[S:.*]] = conv.div %[[G]], %[[ROOT]] : f32
  // CHECK-NEXT: conv.yield %[[S]] : f32
  // CHECK: %[[FILTER:.*]] = conv.map(%[[W]], %[[SCALE]])
  // CHECK: conv.mul
  // CHECK: %[[BIAS:.*]] = conv.map(%[[MEAN]], %[[SCALE]], %[[BETA]], %[[B]])
  // CHECK: conv.sub
  // CHECK-NEXT: conv.mul
  // CHECK-NEXT: conv.add
  // CHECK: %[[Y:.*]] = conv.conv2d %[[X]], %[[FILTER]], %[[BIAS]] algorithm "direct"
  // CHECK: return %[[Y]]
  // CHECK-NOT: batch_norm
  %n = conv.batch_norm %y, %mean, %var, %gamma, %beta : (!y, !c, !c, !c, !c) -> !y
  return %n : !y
}

// Without a bias: beta − mean · scale.
// CHECK-LABEL: func.func @no_bias
// CHECK: %[[BIAS:.*]] = conv.map(%{{.*}}, %{{.*}}, %{{.*}}) : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
// CHECK: conv.mul
// CHECK-NEXT: conv.sub
// CHECK: conv.conv2d %{{.*}}, %{{.*}}, %[[BIAS]]
func.func @no_bias(%x: !x {conv.name = "x", conv.role = "activation"},
                   %w: tensor<8x3x3x3xf32> {conv.name = "w", conv.role = "weight"},
                   %s: !c {conv.name = "s", conv.role = "weight"}) -> !y attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, tensor<8x3x3x3xf32>) -> !y
  %n = conv.batch_norm %y, %s, %s, %s, %s : (!y, !c, !c, !c, !c) -> !y
  return %n : !y
}

// The convolution's own value is a result too: it must not change.
// CHECK-LABEL: func.func @two_uses
// CHECK: %[[Y:.*]] = conv.conv2d %{{.*}}, %{{[^,]*}} :
// CHECK: %[[SCALE:.*]] = conv.map({{.*}}) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
// CHECK: %[[SHIFT:.*]] = conv.map({{.*}}, %[[SCALE]], {{.*}}) : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
// CHECK: %[[N:.*]] = conv.map(%[[Y]], %[[SCALE]], %[[SHIFT]])
// CHECK: conv.mul
// CHECK-NEXT: conv.add
// CHECK: return %[[Y]], %[[N]]
func.func @two_uses(%x: !x {conv.name = "x", conv.role = "activation"},
                    %w: tensor<8x3x3x3xf32> {conv.name = "w", conv.role = "weight"},
                    %s: !c {conv.name = "s", conv.role = "weight"}) -> (!y, !y) attributes {conv.results = ["y", "z"]} {
  %y = conv.conv2d %x, %w : (!x, tensor<8x3x3x3xf32>) -> !y
  %n = conv.batch_norm %y, %s, %s, %s, %s : (!y, !c, !c, !c, !c) -> !y
  return %y, %n : !y, !y
}

// Statistics that come with each run cannot be packed.
// CHECK-LABEL: func.func @given_at_run
// CHECK: %[[Y:.*]] = conv.conv2d %{{.*}}, %{{[^,]*}} :
// CHECK: conv.map(%[[Y]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// CHECK: conv.sub
// CHECK: conv.sqrt
// CHECK: conv.div
// CHECK: conv.mul
// CHECK: conv.add
// CHECK-NOT: batch_norm
func.func @given_at_run(%x: !x {conv.name = "x", conv.role = "activation"},
                        %mean: tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>> {conv.name = "mean", conv.role = "activation"},
                        %w: tensor<8x3x3x3xf32> {conv.name = "w", conv.role = "weight"},
                        %s: !c {conv.name = "s", conv.role = "weight"}) -> !y attributes {conv.results = ["y"]} {
  %y = conv.conv2d %x, %w : (!x, tensor<8x3x3x3xf32>) -> !y
  %n = conv.batch_norm %y, %mean, %s, %s, %s : (!y, tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>>, !c, !c, !c) -> !y
  return %n : !y
}
