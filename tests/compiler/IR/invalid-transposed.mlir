// What conv_transpose1d, 2d and 3d refuse, and batch_norm of any rank.
// RUN: conv-opt %s -split-input-file -verify-diagnostics

// C56
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8x4x2x2xf32>) {
  // expected-error@+1 {{output_padding = 2 along h is not in 0..1: it is less than the stride or the dilation [C56]}}
  %r = conv.conv_transpose2d %a, %b stride [2, 2] output_padding [2, 0]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x4x2x2xf32>) -> tensor<1x4x18x16xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 18, 16]>>
  return
}

// -----

// C57
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, (H + 1) floordiv 2, 8]>>, %b: tensor<8x4x2x2xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{H = (H + 1) floordiv 2 does not tell the result's size: where strides have rounded a size down, the transposed one is not known; let the symbol have a step that the strides divide [C57]}}
  %r = conv.conv_transpose2d %a, %b stride [2, 2]
     : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, (H + 1) floordiv 2, 8]>>, tensor<8x4x2x2xf32>) -> tensor<1x4x?x16xf32, #conv.tensor<layout = nhwc, dims = [1, 4, H, 16]>>
  return
}

// -----

// C58
func.func @f(%a: tensor<1x8x1x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 1, 8]>>, %b: tensor<8x4x2x2xf32>) {
  // expected-error@+1 {{padding = 1 leaves nothing along h: the result has 0 elements [C58]}}
  %r = conv.conv_transpose2d %a, %b stride [2, 2] pad_before [1, 0] pad_after [1, 0]
     : (tensor<1x8x1x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 1, 8]>>, tensor<8x4x2x2xf32>) -> tensor<1x4x1x16xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 1, 16]>>
  return
}

// -----

// C59
func.func @f(%a: tensor<1x8x8xf32, #conv.tensor<layout = nwc, dims = [1, 8, 8]>>, %b: tensor<4x8x2xf32>) {
  // expected-error@+1 {{the filter, [C, K/groups, ...], is of 4 input channels, but the input has C = 8 [C59]}}
  %r = conv.conv_transpose1d %a, %b
     : (tensor<1x8x8xf32, #conv.tensor<layout = nwc, dims = [1, 8, 8]>>, tensor<4x8x2xf32>) -> tensor<1x8x9xf32, #conv.tensor<layout = nwc, dims = [1, 8, 9]>>
  return
}

// -----

// C7
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8x4x2x2x2xf32>) {
  // expected-error@+1 {{'conv.conv_transpose3d' op the input of conv_transpose3d has to have rank 5, [N, C, D, H, W], not rank 4 [C7]}}
  %r = conv.conv_transpose3d %a, %b
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x4x2x2x2xf32>) -> tensor<1x4x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 9, 9]>>
  return
}

// -----

// C101
func.func @f(%a: tensor<8xf32, #conv.tensor<layout = nchw, dims = [8]>>, %b: tensor<8xf32>) {
  // expected-error@+1 {{the input of batch_norm has to have two to five dimensions, [N, C, D, H, W], not 1 [C101]}}
  %r = conv.batch_norm %a, %b, %b, %b, %b
     : (tensor<8xf32, #conv.tensor<layout = nchw, dims = [8]>>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32, #conv.tensor<layout = nchw, dims = [8]>>
  return
}

// -----

// C112
func.func @f(%a: tensor<1x4x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 4, 8, 8]>>, %b: tensor<4x6x32x32xf32>) {
  // expected-error@+1 {{strides of 32 x 32 make 1024 phases of the result, each a convolution of its own, at most 256 can be; enlarge in several steps [C112]}}
  %r = conv.conv_transpose2d %a, %b stride [32, 32]
     : (tensor<1x4x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 4, 8, 8]>>, tensor<4x6x32x32xf32>) -> tensor<1x6x256x256xf32, #conv.tensor<layout = nchw, dims = [1, 6, 256, 256]>>
  return
}
