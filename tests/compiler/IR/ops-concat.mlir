// concat prints as it parses, and has the sum of its parts' extents.
// RUN: conv-opt %s | FileCheck %s
// RUN: conv-opt %s | conv-opt | FileCheck %s

!x = tensor<1x8x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 16]>>
!y = tensor<1x3x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 3, H, 16]>>
!half = tensor<1x8x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H floordiv 2, 16]>>
!four = tensor<1x8x4x16xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 16]>>
!bytes = tensor<?x5xui8, #conv.tensor<layout = nchw, dims = [H, 5]>>

// CHECK-LABEL: func.func @everything
func.func @everything(%x: !x, %y: !y, %half: !half, %four: !four, %bytes: !bytes)
    attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 2 like 8>]} {
  // CHECK: conv.concat %{{.*}}, %{{.*}}, %{{.*}} {dim = -3 : i64}
  %channels = conv.concat %x, %y, %x {dim = -3}
    : (!x, !y, !x) -> tensor<1x19x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 19, H, 16]>>
  // CHECK: conv.concat %{{.*}}, %{{.*}} :
  %batch = conv.concat %x, %x : (!x, !x) -> tensor<2x8x?x16xf32, #conv.tensor<layout = nhwc, dims = [2, 8, H, 16]>>
  // Half of an even size is a whole number, so that it has a sum with the size.
  // CHECK: conv.concat %{{.*}}, %{{.*}}, %{{.*}} {dim = 2 : i64}
  %rows = conv.concat %half, %four, %x {dim = 2}
    : (!half, !four, !x) -> tensor<1x8x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 8, (3 * H + 8) floordiv 2, 16]>>
  // CHECK: tensor<?x10xui8
  %two = conv.concat %bytes, %bytes {dim = 1} : (!bytes, !bytes) -> tensor<?x10xui8, #conv.tensor<layout = nchw, dims = [H, 10]>>
  return
}
