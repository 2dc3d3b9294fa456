// RUN: conv-opt %s '-conv-select-plan=algorithm=loops' | FileCheck %s
// RUN: not conv-opt %s '-conv-select-plan=algorithm=lops' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not conv-opt %s '-conv-select-plan=target=x86-64-v9' 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not conv-opt %s '-conv-select-plan=algorithm=loops parameters=rows' 2>&1 | FileCheck %s --check-prefix=PARAMETER
// RUN: not conv-opt %s '-conv-select-plan=algorithm=loops parameters=nonsense=3' 2>&1 | FileCheck %s --check-prefix=NAME

// CHECK: plan <algorithm = loops
// UNKNOWN: lops
// TARGET: x86-64-v9
// PARAMETER: plan parameter 'rows' is not name=integer
// NAME: nonsense

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!w = tensor<8x8x3x3xf32>
!y = tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>

module attributes {conv.target = "x86-64-v3"} {
  func.func @layer(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !y attributes {conv.results = ["y"]} {
    %y = conv.kernel "layer"(%x, %w) : (!x, !w) -> !y {
    ^bb0(%a: !x, %f: !w):
      %c = conv.conv2d %a, %f : (!x, !w) -> !y
      conv.yield %c : !y
    }
    return %y : !y
  }
}
