// RUN: conv-opt %s -conv-plan-workspace | FileCheck %s

!x = tensor<1x?x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, C, 4, 4]>>
!small = tensor<1x1x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 4, 4]>>

// A chain of four needs two slots: one is read while the other is written.
// CHECK-LABEL: func.func @chain
// CHECK: conv.kernel "a"(%{{.*}}) slots [0]
// CHECK: conv.kernel "b"(%{{.*}}) slots [1]
// CHECK: conv.kernel "c"(%{{.*}}) slots [0]
// CHECK: conv.kernel "d"(%{{.*}}) slots [-1]
func.func @chain(%x: !x {conv.name = "x", conv.role = "activation"}) -> !x attributes {conv.results = ["y"], conv.symbols = [#conv.symbol<C in [1, 64] step 1 like 32>]} {
  %a = conv.kernel "a"(%x) : (!x) -> !x {
  ^bb0(%k: !x):
    conv.yield %k : !x
  }
  %b = conv.kernel "b"(%a) : (!x) -> !x {
  ^bb0(%k: !x):
    conv.yield %k : !x
  }
  %c = conv.kernel "c"(%b) : (!x) -> !x {
  ^bb0(%k: !x):
    conv.yield %k : !x
  }
  %d = conv.kernel "d"(%c) : (!x) -> !x {
  ^bb0(%k: !x):
    conv.yield %k : !x
  }
  return %d : !x
}

// The first tensor lives until the end: nothing else may use its slot. A small tensor takes the free
// slot that it fits best.
// CHECK-LABEL: func.func @long_lived
// CHECK: conv.kernel "a"(%{{.*}}, %{{.*}}) slots [0, 1]
// CHECK: conv.kernel "b"(%{{.*}}, %{{.*}}) slots [2]
// CHECK: conv.kernel "c"(%{{.*}}, %{{.*}}) slots [1]
// CHECK: conv.kernel "d"(%{{.*}}, %{{.*}}) slots [-1]
func.func @long_lived(%x: !x {conv.name = "x", conv.role = "activation"}, %s: !small {conv.name = "s", conv.role = "activation"})
    -> !x attributes {conv.results = ["y"], conv.symbols = [#conv.symbol<C in [1, 64] step 1 like 32>]} {
  %a:2 = conv.kernel "a"(%x, %s) : (!x, !small) -> (!x, !small) {
  ^bb0(%k: !x, %l: !small):
    conv.yield %k, %l : !x, !small
  }
  %b = conv.kernel "b"(%x, %a#1) : (!x, !small) -> !x {
  ^bb0(%k: !x, %l: !small):
    conv.yield %k : !x
  }
  %c = conv.kernel "c"(%b, %s) : (!x, !small) -> !small {
  ^bb0(%k: !x, %l: !small):
    conv.yield %l : !small
  }
  %d = conv.kernel "d"(%a#0, %c) : (!x, !small) -> !x {
  ^bb0(%k: !x, %l: !small):
    conv.yield %k : !x
  }
  return %d : !x
}

// Both results of the layer are written in place.
// CHECK-LABEL: func.func @results
// CHECK: slots [-1]
// CHECK: slots [-1]
func.func @results(%s: !small {conv.name = "s", conv.role = "activation"}) -> (!small, !small) attributes {conv.results = ["y", "z"]} {
  %a = conv.kernel "a"(%s) : (!small) -> !small {
  ^bb0(%k: !small):
    conv.yield %k : !small
  }
  %b = conv.kernel "b"(%a) : (!small) -> !small {
  ^bb0(%k: !small):
    conv.yield %k : !small
  }
  return %a, %b : !small, !small
}
