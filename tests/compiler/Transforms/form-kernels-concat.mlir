// Who writes the parts of a concat.
// RUN: conv-opt %s -conv-form-kernels -conv-plan-workspace | FileCheck %s
// RUN: conv-opt %s -conv-form-kernels -conv-assign-layouts=intermediates=nchw | FileCheck %s --check-prefix=NCHW

!x = tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
!c = tensor<1x16x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 16, 9, 9]>>
!d = tensor<1x24x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 24, 9, 9]>>
!w = tensor<8x8x1x1xf32>
!v = tensor<8x16x1x1xf32>
!u = tensor<8x24x1x1xf32>

// All of a DenseNet block lies in one tensor: no kernel copies, all write into one slot.
// CHECK-LABEL: func.func @dense
// CHECK: %[[A:.*]] = conv.kernel "dense_0"(%arg0, %{{.*}}) slots [0]
// CHECK: %[[B:.*]] = conv.kernel "dense_1"(%[[A]], %{{.*}}) slots [0]
// CHECK: %[[AB:.*]] = conv.concat %[[A]], %[[B]] {dim = 1 : i64}
// CHECK: %[[C:.*]] = conv.kernel "dense_2"(%[[AB]], %{{.*}}) slots [0]
// CHECK: %[[ABC:.*]] = conv.concat %[[AB]], %[[C]] {dim = 1 : i64}
// CHECK: conv.kernel "dense_3"(%[[ABC]], %{{.*}}) slots [-1]
// CHECK-NOT: conv.kernel
// CHECK: return

// Parts and the whole lie alike.
// NCHW-LABEL: func.func @dense
// NCHW: conv.kernel "dense_0"({{.*}} -> tensor<1x8x9x9xf32, #nchw>
// NCHW: conv.kernel "dense_1"({{.*}} -> tensor<1x8x9x9xf32, #nchw>
// NCHW: conv.concat {{.*}} -> tensor<1x16x9x9xf32, #nchw{{[0-9]*}}>
// NCHW: conv.concat {{.*}} -> tensor<1x24x9x9xf32, #nchw{{[0-9]*}}>
func.func @dense(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                 %v: !v {conv.name = "v", conv.role = "weight"}, %u: !u {conv.name = "u", conv.role = "weight"}) -> !x attributes {conv.results = ["y"]} {
  %a = conv.conv2d %x, %w : (!x, !w) -> !x
  %b = conv.conv2d %a, %w : (!x, !w) -> !x
  %ab = conv.concat %a, %b {dim = 1} : (!x, !x) -> !c
  %c = conv.conv2d %ab, %v : (!c, !v) -> !x
  %abc = conv.concat %a, %b, %c {dim = 1} : (!x, !x, !x) -> !d
  %y = conv.conv2d %abc, %u : (!d, !u) -> !x
  return %y : !x
}

// Lists that grow, as torchvision's DenseNet has them: each concat is nested in the next.
// CHECK-LABEL: func.func @growing
// CHECK-COUNT-4: conv.kernel "growing_{{[0-9]}}"({{.*}} slots [-1]
// CHECK-NOT: conv.kernel
// CHECK: return
func.func @growing(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"},
                   %v: !v {conv.name = "v", conv.role = "weight"}, %u: !u {conv.name = "u", conv.role = "weight"}) -> (tensor<1x32x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 32, 9, 9]>>) attributes {conv.results = ["y"]} {
  %a = conv.conv2d %x, %w : (!x, !w) -> !x
  %b = conv.conv2d %a, %w : (!x, !w) -> !x
  %ab = conv.concat %a, %b {dim = 1} : (!x, !x) -> !c
  %c = conv.conv2d %ab, %v : (!c, !v) -> !x
  %abc = conv.concat %a, %b, %c {dim = 1} : (!x, !x, !x) -> !d
  %d = conv.conv2d %abc, %u : (!d, !u) -> !x
  %abcd = conv.concat %a, %b, %c, %d {dim = 1} : (!x, !x, !x, !x) -> tensor<1x32x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 32, 9, 9]>>
  return %abcd : tensor<1x32x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 32, 9, 9]>>
}

// A result of the layer is written in parts too. An argument, a part that is a result besides, and one
// that stands there a second time, are copied.
// CHECK-LABEL: func.func @copies
// CHECK-DAG: %[[X:.*]] = conv.kernel "copies_{{.}}"(%arg0) slots [-1]
// CHECK-DAG: %[[Y:.*]] = conv.kernel "copies_{{.}}"(%arg0, %arg1) slots [-1]
// CHECK-DAG: %[[Y2:.*]] = conv.kernel "copies_{{.}}"(%[[Y]]) slots [-1]
// CHECK: %[[XY:.*]] = conv.concat %[[X]], %[[Y2]]
// CHECK: return %[[Y]], %[[XY]]
func.func @copies(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> (!x, !c) attributes {conv.results = ["y", "z"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %xy = conv.concat %x, %y {dim = 1} : (!x, !x) -> !c
  return %y, %xy : !x, !c
}

// CHECK-LABEL: func.func @twice
// CHECK: %[[Y:.*]] = conv.kernel "twice_0"(%arg0, %arg1) slots [-1]
// CHECK: %[[Y2:.*]] = conv.kernel "twice_1"(%[[Y]]) slots [-1]
// CHECK: conv.concat %[[Y]], %[[Y2]]
func.func @twice(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}) -> !c attributes {conv.results = ["z"]} {
  %y = conv.conv2d %x, %w : (!x, !w) -> !x
  %yy = conv.concat %y, %y {dim = 1} : (!x, !x) -> !c
  return %yy : !c
}
