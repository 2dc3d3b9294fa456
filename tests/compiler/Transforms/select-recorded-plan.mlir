// RUN: conv-opt %s -conv-select-recorded-plan="target=x86-64-v3 records=%S/Inputs/records.jsonl" | FileCheck %s
// RUN: conv-opt %s -conv-select-recorded-plan="target=x86-64-v4 records=%S/Inputs/records.jsonl" | FileCheck %s --check-prefix=OTHER

// A record of the same problem decides, and what was said of it stays with the kernel; on another
// target it says nothing.

// CHECK-LABEL: func.func @stem
// CHECK: plan <algorithm = direct, {{.*}}tile_x = 3, {{.*}}source = record>
// CHECK-SAME: conv.plan_notes = ["record, used as a hint: measured 1.25 ms, 2026-11-27, Test CPU, on other hardware
// OTHER-LABEL: func.func @stem
// OTHER: source = default>
// OTHER-NOT: conv.plan_notes

#nhwc = #conv.tensor<layout = nhwc, dims = [1, 32, 14, 14]>
!x = tensor<1x32x14x14xf32, #nhwc>
!w = tensor<32x32x3x3xf32>
!b = tensor<32xf32>
func.func @stem(%x: !x {conv.name = "x", conv.role = "activation"}, %w: !w {conv.name = "w", conv.role = "weight"}, %b: !b {conv.name = "b", conv.role = "weight"}) -> !x attributes {conv.results = ["result"]} {
  %0 = conv.kernel "stem"(%x, %w, %b) : (!x, !w, !b) -> !x {
  ^bb0(%kx: !x, %kw: !w, %kb: !b):
    %1 = conv.conv2d %kx, %kw, %kb pad_before [1, 1] pad_after [1, 1] : (!x, !w, !b) -> !x
    %2 = conv.map(%1) : (!x) -> !x {
    ^bb0(%v: f32):
      %zero = arith.constant 0.0 : f32
      %3 = conv.max %v, %zero : f32
      conv.yield %3 : f32
    }
    conv.yield %2 : !x
  }
  return %0 : !x
}
