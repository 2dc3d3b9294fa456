// Each constraint of SPEC.md that the verifiers check, broken once.
// RUN: conv-opt %s -split-input-file -verify-diagnostics

// C1
func.func @f(%a: tensor<1x8x8x8xf64, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op element type f64 is not one of f32, i32, u8, i8 [C1]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x8xf64, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C2
func.func @f(%a: tensor<2x2x2x2x2x2x2xf32, #conv.tensor<layout = nhwc, dims = [2, 2, 2, 2, 2, 2, 2]>>) {
  // expected-error@+1 {{an activation is one number, or has one dimension, [C], or two to five, [N, C, D, H, W], not 7 [C2]}}
  %r = conv.map(%a) : (tensor<2x2x2x2x2x2x2xf32, #conv.tensor<layout = nhwc, dims = [2, 2, 2, 2, 2, 2, 2]>>) -> tensor<2x2x2x2x2x2x2xf32, #conv.tensor<layout = nhwc, dims = [2, 2, 2, 2, 2, 2, 2]>> {
  ^bb0(%v: f32):
    conv.yield %v : f32
  }
  return
}

// -----

// C3
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H - 4, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op dimension H = H - 4 can be 0; every extent is at least 1, or 0 where its size begins at 0 [C3]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H - 4, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C4
func.func @f(%a: tensor<1x8x16384x16384xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 16384, 16384]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the tensor has 2147483648 elements; the limit is 2147483647 [C4]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x16384x16384xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 16384, 16384]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C4
func.func @f(%a: tensor<4000000000x8x4000000000x16384xf32, #conv.tensor<layout = nhwc, dims = [4000000000, 8, 4000000000, 16384]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the tensor has more than 2^63 elements; the limit is 2147483647 [C4]}}
  %r = conv.conv2d %a, %b 
     : (tensor<4000000000x8x4000000000x16384xf32, #conv.tensor<layout = nhwc, dims = [4000000000, 8, 4000000000, 16384]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C5
// expected-error@+1 {{'func.func' op H in 9..8 like 8: the range is empty: the smallest size comes first [C5]}}
func.func private @f() attributes {conv.symbols = [#conv.symbol<H in [9, 8] step 1 like 8>]}

// -----

// C5
// expected-error@+1 {{'func.func' op H in 0..8 like 0: like has to be at least 1: nothing is made fast for a size of 0 [C5]}}
func.func private @f() attributes {conv.symbols = [#conv.symbol<H in [0, 8] step 1 like 0>]}

// -----

// C108
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [0, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op H can be 0, and nothing but pointwise work is done on empty images; let the size begin at 1 [C108]}}
  %r = conv.conv2d %a, %b {pad_after = array<i64: 2, 2>, pad_before = array<i64: 2, 2>}
     : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x?x10xf32, #conv.tensor<layout = nhwc, dims = [1, 4, H + 2, 10]>>
  return
}

// -----

// C6
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x?x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op a weight or constant has constant extents, but dimension 2 is ? [C6]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x?x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C7
func.func @f(%a: tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the input of conv2d has to have rank 4, [N, C, H, W], not rank 1 [C7]}}
  %r = conv.conv2d %a, %b 
     : (tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C8
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the filter of conv2d has to have rank 4, [K, C/groups, R, S], not rank 2 [C8]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C9
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op stride = 0 along w is not in 1..2147483647 [C9]}}
  %r = conv.conv2d %a, %b stride [1, 0]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C10
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op dilation = -1 along h is not in 1..2147483647 [C10]}}
  %r = conv.conv2d %a, %b dilation [-1, 1]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C11
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op groups = 3 does not divide C = 8 [C11]}}
  %r = conv.conv2d %a, %b groups 3
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C12
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op groups = 0 is less than 1 [C12]}}
  %r = conv.conv2d %a, %b groups 0
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C13
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<3x4x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op groups = 2 does not divide K = 3 [C13]}}
  %r = conv.conv2d %a, %b groups 2
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<3x4x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C14
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x5x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the filter reads 5 channels a group in 2 groups, 10 in all, but the input has C = 8 [C14]}}
  %r = conv.conv2d %a, %b groups 2
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x5x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C15
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>, %c: tensor<8xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the bias has shape [8], but the filter has K = 4 output channels [C15]}}
  %r = conv.conv2d %a, %b, %c 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>, tensor<8xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C16
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op padding = -1 at the bottom is not in 0..2147483647 [C16]}}
  %r = conv.conv2d %a, %b pad_after [-1, 0]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C18
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the filter spans 9 elements along w, but the padded input has 8 [C18]}}
  %r = conv.conv2d %a, %b dilation [1, 4]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C18, C19: sizes that vary are said to.
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the filter spans 5 elements along h, but the padded input can have as few as 4 [C18]}}
  %r = conv.conv2d %a, %b dilation [2, 1]
     : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op padding_mode = reflect needs padding < H, but padding = 4 at the top and H can be 4 [C19]}}
  %r = conv.conv2d %a, %b pad_before [4, 0] padding_mode reflect
     : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C107
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x1x3x3xf32>) {
  // expected-error@+1 {{'conv.conv2d' op a filter of one channel is that of every channel where groups = C = 8, but groups = 4 [C107]}}
  %r = conv.conv2d %a, %b groups 4
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x1x3x3xf32>) -> tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>
  return
}

// -----

// C19
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op padding_mode = reflect needs padding < H, but padding = 8 at the top and H is 8 [C19]}}
  %r = conv.conv2d %a, %b pad_before [8, 0] padding_mode reflect
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C20
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op padding_mode = circular needs padding <= W, but padding = 9 at the right and W is 8 [C20]}}
  %r = conv.conv2d %a, %b pad_after [0, 9] padding_mode circular
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C21
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xi8>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the filter of conv2d has to be f32, not i8 [C21]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xi8>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C22
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the result has shape [1, 4, 8, 8], but the operation gives [1, 4, 6, 6] [C22]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 8, 8]>>
  return
}

// -----

// C23
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.map' op dimension C is 8 in one operand and 4 in another [C23]}}
  %r = conv.map(%a, %b) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4xf32>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: f32, %v: f32):
    conv.yield %u : f32
  }
  return
}

// -----

// C24
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>, %c: tensor<4xf32, #conv.tensor<layout = nhwc, dims = [4]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the bias of conv2d has to be a weight or a constant, not an activation [C24]}}
  %r = conv.conv2d %a, %b, %c 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>, tensor<4xf32, #conv.tensor<layout = nhwc, dims = [4]>>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C25
func.func @f(%a: tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, H, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the channels of a convolution's input have to be a number, as its filter's are, not C = H [C25]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, H, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C26
func.func @f(%a: tensor<1x1x40000x40000xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 40000, 40000]>>, %b: tensor<1x1x1x1xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the padded input has 2500000000 elements; the limit is 2147483647 [C26]}}
  %r = conv.conv2d %a, %b stride [1000, 1000] pad_before [10000, 10000]
     : (tensor<1x1x40000x40000xf32, #conv.tensor<layout = nhwc, dims = [1, 1, 40000, 40000]>>, tensor<1x1x1x1xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C27
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op tolerance = -1 is not a positive number [C27]}}
  %r = conv.conv2d %a, %b tolerance -1.0
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C28
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8x8xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.map' op rank 2 does not broadcast against rank 4: operands have as many dimensions, or one, [C], or none [C28]}}
  %r = conv.map(%a, %b) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x8xf32>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: f32, %v: f32):
    conv.yield %u : f32
  }
  return
}

// -----

// C29
func.func @f(%a: tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  %r = conv.map(%a) : (tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: ui8):
    // expected-error@+1 {{'conv.add' op 'add' does not compute in u8; convert to f32 or i32 first [C29]}}
    %s = conv.add %u, %u : ui8
    conv.yield %s : ui8
  }
  return
}

// -----

// C30
func.func @f(%a: tensor<1x8x8x8xi32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  %r = conv.map(%a) : (tensor<1x8x8x8xi32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xi32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: i32):
    // expected-error@+1 {{'conv.div' op 'div' computes in f32, not in i32; convert with f32(x) [C30]}}
    %s = conv.div %u, %u : i32
    conv.yield %s : i32
  }
  return
}

// -----

// C31
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.map' op the map's block takes i32, but its operands' elements are f32 [C31]}}
  %r = conv.map(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: i32):
    %s = conv.convert %u : i32 to f32
    conv.yield %s : f32
  }
  return
}

// -----

// C32
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  %r = conv.map(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: f32):
    // expected-error@+1 {{'arith.addf' op 'arith.addf' is not scalar work [C32]}}
    %s = arith.addf %u, %u : f32
    conv.yield %s : f32
  }
  return
}

// -----

// C33
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.map' op the map yields f32, but its result's elements are i32 [C33]}}
  %r = conv.map(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xi32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%u: f32):
    conv.yield %u : f32
  }
  return
}

// -----

// C34
func.func @f() attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.map' op a map without operands has no shape [C34]}}
  %r = conv.map() : () -> tensor<1xf32> {
    %s = arith.constant 0.0 : f32
    conv.yield %s : f32
  }
  return
}

// -----

// C35
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.map' op a map of activations gives an activation: its result needs #conv.tensor [C35]}}
  %r = conv.map(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32> {
  ^bb0(%u: f32):
    conv.yield %u : f32
  }
  return
}

// -----

// C37
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<4xf32>, %e: tensor<8xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.batch_norm' op batch_norm's gamma has shape [4], but its input has C = 8 channels [C37]}}
  %r = conv.batch_norm %a, %b, %c, %d, %e 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C38
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.batch_norm' op eps = -1.000000 is not a finite number of at least 0 [C38]}}
  %r = conv.batch_norm %a, %b, %c, %d, %e {eps = -1.0}
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C39
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8xf32>, %c: tensor<8xi32>, %d: tensor<8xf32>, %e: tensor<8xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.batch_norm' op batch_norm's var has to be f32, not i32 [C39]}}
  %r = conv.batch_norm %a, %b, %c, %d, %e 
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8xf32>, tensor<8xi32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C40
func.func @f(%a: tensor<1x8x8x4xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op the type tensor<1x8x8x4xf32> and its encoding's dims #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]> differ [C40]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x4xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C41
func.func @f(%a: tensor<1x8x8x?xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, W]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op symbol W is not declared in conv.symbols [C41]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x8x?xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, W]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C42
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9223372036854775807 * H, 8]>>, %b: tensor<4x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.conv2d' op an extent of [1, 8, 9223372036854775807 * H, 8] overflows 64 bits [C42]}}
  %r = conv.conv2d %a, %b 
     : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9223372036854775807 * H, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C43
// expected-error@+1 {{'func.func' op argument 0 needs conv.name, and conv.role = weight as its type says [C43]}}
func.func private @f(tensor<8xf32> {conv.name = "w", conv.role = "activation"}) attributes {conv.results = []}

// -----

// C44
// expected-error@+1 {{'func.func' op the name w is given twice [C44]}}
func.func private @f(tensor<8xf32> {conv.name = "w", conv.role = "weight"},
                     tensor<8xf32> {conv.name = "w", conv.role = "weight"}) attributes {conv.results = []}

// -----

// C45
// expected-error@+1 {{'func.func' op conv.results names 2 results, but the layer has 1 [C45]}}
func.func private @f() -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> attributes {conv.results = ["y", "z"]}

// -----

// C46
// expected-error@+1 {{'func.func' op result y is not an activation [C46]}}
func.func private @f() -> tensor<8xf32> attributes {conv.results = ["y"]}

// -----

// C47
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.kernel' op the kernel's block takes tensor<1x8x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 4]>>, but its operands are tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> [C47]}}
  %r = conv.kernel "k"(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 4]>> {
  ^bb0(%k: tensor<1x8x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 4]>>):
    conv.yield %k : tensor<1x8x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 4]>>
  }
  return
}

// -----

// C48
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  %r = conv.kernel "k"(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%k: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>):
    // expected-error@+1 {{'conv.constant' op 'conv.constant' is not allowed in a kernel: operations that reduce windows or move elements, and maps, are [C48]}}
    %c = conv.constant "c" dense<0.0> : tensor<8xf32>
    conv.yield %k : tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  }
  return
}

// -----

// C49
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %c: tensor<8x8x3x3xf32>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  %r:2 = conv.kernel "k"(%a, %b, %c) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x8x3x3xf32>) -> (tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>, tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>) {
  ^bb0(%k: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %l: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %m: tensor<8x8x3x3xf32>):
    %p = conv.conv2d %k, %m : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x8x3x3xf32>) -> tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>
    // expected-error@+1 {{'conv.conv2d' op the kernel's convolutions do not read the same input [C49]}}
    %q = conv.conv2d %l, %m : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x8x3x3xf32>) -> tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>
    conv.yield %p, %q : tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>, tensor<1x8x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 6, 6]>>
  }
  return
}

// -----

// C50
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.kernel' op the kernel yields nothing, but its results are tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> [C50]}}
  %r = conv.kernel "k"(%a) : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>> {
  ^bb0(%k: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>):
    conv.yield
  }
  return
}

// -----

// C51
// expected-error@+1 {{plan source magic is not one of default, model, record, user [C51]}}
func.func private @f() attributes {plan = #conv.plan<algorithm = direct, source = magic>}

// -----

// C54
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) {
  // expected-error@+1 {{'conv.conv2d' op the result is i32, but the operation gives f32 [C54]}}
  %r = conv.conv2d %a, %b
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xi32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C55
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<4x8x3x3xf32>) {
  // expected-error@+1 {{'conv.conv2d' op pad_after has 3 numbers, but there are 2 spatial axes [C55]}}
  %r = conv.conv2d %a, %b pad_after [0, 0, 0]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<4x8x3x3xf32>) -> tensor<1x4x6x6xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 6, 6]>>
  return
}

// -----

// C61
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.max_pool2d' op kernel_size = 0 along h is not in 1..2147483647 [C61]}}
  %r = conv.max_pool2d %a kernel_size [0, 2]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
  return
}

// -----

// C62
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.avg_pool2d' op padding = 2 at the left is more than half of kernel_size = 3 [C62]}}
  %r = conv.avg_pool2d %a kernel_size [3, 3] pad_before [1, 2]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
  return
}

// -----

// C63
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.max_pool2d' op the window spans 9 elements along w, but the padded input has 8 [C63]}}
  %r = conv.max_pool2d %a kernel_size [2, 5] stride [1, 1] dilation [1, 2]
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
  return
}

// -----

// C64
func.func @f(%a: tensor<1x8xf32, #conv.tensor<layout = nchw, dims = [1, 8]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.global_avg_pool' op the input of global_avg_pool has to have spatial axes, [N, C, …, W], not rank 2 [C64]}}
  %r = conv.global_avg_pool %a
     : (tensor<1x8xf32, #conv.tensor<layout = nchw, dims = [1, 8]>>) -> tensor<1x8xf32, #conv.tensor<layout = nchw, dims = [1, 8]>>
  return
}

// -----

// C65
func.func @f(%a: tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, C, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.max_pool2d' op the channels of the input of max_pool2d have to be a number, known to code that walks over them, not C [C65]}}
  %r = conv.max_pool2d %a kernel_size [2, 2]
     : (tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, C, 8, 8]>>) -> tensor<1x?x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, C, 4, 4]>>
  return
}

// -----

// C66
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x1x2x2x7x7xf32>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.dynamic_conv2d' op the filter of dynamic_conv2d has to be an activation, given at every run, not a weight or a constant [C66]}}
  %r = conv.dynamic_conv2d %a, %b
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x1x2x2x7x7xf32>) -> tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
  return
}

// -----

// C67
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x?x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, C, 2, 2, 7, 7]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.dynamic_conv2d' op dimension 1 of the filter of dynamic_conv2d, its taps or groups, has to be a number, not C [C67]}}
  %r = conv.dynamic_conv2d %a, %b
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x?x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, C, 2, 2, 7, 7]>>) -> tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
  return
}

// -----

// C68
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x1x2x2x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.dynamic_conv2d' op the filter has shape [1, 1, 2, 2, 8, 8], but dynamic_conv2d needs [1, 2, 2, 2, 7, 7] [C68]}}
  %r = conv.dynamic_conv2d %a, %b groups 2
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x1x2x2x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 8, 8]>>) -> tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>
  return
}

// -----

// C68
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>, %c: tensor<4x8x2x2xf32>, %d: tensor<1x5x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 5, 7, 7]>>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.deform_conv2d' op the mask has shape [1, 5, 7, 7], but deform_conv2d needs [1, 4, 7, 7] [C68]}}
  %r = conv.deform_conv2d %a, %b, %c mask %d
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>, tensor<4x8x2x2xf32>, tensor<1x5x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 5, 7, 7]>>) -> tensor<1x4x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 7, 7]>>
  return
}

// -----

// C69
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<7x7x2x4x2x2xf32>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.local_conv2d' op the filter reads 4 channels, but the input has C = 8 [C69]}}
  %r = conv.local_conv2d %a, %b
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<7x7x2x4x2x2xf32>) -> tensor<1x2x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 2, 7, 7]>>
  return
}

// -----

// C71
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<8x8x2x8x2x2xf32>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.local_conv2d' op the filter has [8, 8] positions, but its window has [7, 7] [C71]}}
  %r = conv.local_conv2d %a, %b
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<8x8x2x8x2x2xf32>) -> tensor<1x2x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 2, 8, 8]>>
  return
}

// -----

// C72
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>, %c: tensor<4x3x2x2xf32>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.deform_conv2d' op the filter reads 3 channels a group, which do not divide C = 8 [C72]}}
  %r = conv.deform_conv2d %a, %b, %c
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x8x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 7, 7]>>, tensor<4x3x2x2xf32>) -> tensor<1x4x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 7, 7]>>
  return
}

// -----

// C73
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x12x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 12, 7, 7]>>, %c: tensor<4x8x2x2xf32>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.deform_conv2d' op the offset has 12 channels, not two for each of 4 taps in each of its groups [C73]}}
  %r = conv.deform_conv2d %a, %b, %c
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x12x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 12, 7, 7]>>, tensor<4x8x2x2xf32>) -> tensor<1x4x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 7, 7]>>
  return
}

// -----

// C74
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, %b: tensor<1x24x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 24, 7, 7]>>, %c: tensor<4x8x2x2xf32>) attributes {conv.symbols = [#conv.symbol<C in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.deform_conv2d' op the offset has 3 groups, which do not divide C = 8 [C74]}}
  %r = conv.deform_conv2d %a, %b, %c
     : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>, tensor<1x24x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 24, 7, 7]>>, tensor<4x8x2x2xf32>) -> tensor<1x4x7x7xf32, #conv.tensor<layout = nhwc, dims = [1, 4, 7, 7]>>
  return
}

// -----

// C70
func.func @f(%a: tensor<1x1x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 7, 7]>>) {
  // expected-error@+1 {{'conv.map' op an activation of six dimensions is a kernel for each pixel: only dynamic_conv2d reads it, as w [C70]}}
  %r = conv.map(%a) : (tensor<1x1x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 7, 7]>>) -> tensor<1x1x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 7, 7]>> {
  ^bb0(%v: f32):
    conv.yield %v : f32
  }
  return
}

// -----

// C70
// expected-error@+1 {{'func.func' op an activation of six dimensions is a kernel for each pixel: only dynamic_conv2d reads it, as w [C70]}}
func.func private @f(tensor<1x1x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 7, 7]>> {conv.name = "w", conv.role = "activation"}) -> tensor<1x1x2x2x7x7xf32, #conv.tensor<layout = nchw, dims = [1, 1, 2, 2, 7, 7]>> attributes {conv.results = ["y"]}
