// Every operation that moves elements prints as it parses.
// RUN: conv-opt %s | FileCheck %s
// RUN: conv-opt %s | conv-opt | FileCheck %s

!x = tensor<1x8x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 16]>>

// CHECK-LABEL: func.func @everything
func.func @everything(%x: !x) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 2 like 8>]} {
  // CHECK: conv.slice %{{.*}} {dim = -2 : i64, start = 1 : i64, step = 2 : i64, stop = -1 : i64}
  %slice = conv.slice %x {dim = -2, start = 1, stop = -1, step = 2}
    : (!x) -> tensor<1x8x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 8, (H - 1) floordiv 2, 16]>>
  // CHECK: conv.pad %{{.*}} {mode = "reflect", pad_after = array<i64: 1, 0>, pad_before = array<i64: 2, 3>}
  %pad = conv.pad %x {pad_before = array<i64: 2, 3>, pad_after = array<i64: 1, 0>, mode = "reflect"}
    : (!x) -> tensor<1x8x?x19xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H + 3, 19]>>
  // CHECK: conv.pixel_shuffle %{{.*}} {factor = 2 : i64}
  %wide = conv.pixel_shuffle %x {factor = 2}
    : (!x) -> tensor<1x2x?x32xf32, #conv.tensor<layout = nhwc, dims = [1, 2, 2 * H, 32]>>
  // CHECK: conv.pixel_unshuffle %{{.*}} {factor = 2 : i64}
  %deep = conv.pixel_unshuffle %x {factor = 2}
    : (!x) -> tensor<1x32x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 32, H floordiv 2, 8]>>
  // CHECK: conv.channel_shuffle %{{.*}} {groups = 4 : i64}
  %turned = conv.channel_shuffle %x {groups = 4} : (!x) -> !x
  // CHECK: conv.interpolate %{{.*}} {align_corners = true, mode = "bilinear", scale_factor = 1.500000e+00 : f64}
  %large = conv.interpolate %x {scale_factor = 1.5, mode = "bilinear", align_corners = true}
    : (!x) -> tensor<1x8x?x24xf32, #conv.tensor<layout = nhwc, dims = [1, 8, (3 * H) floordiv 2, 24]>>
  return
}
