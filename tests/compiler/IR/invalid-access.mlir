// Each constraint of SPEC.md on operations that move elements, broken once.
// RUN: conv-opt %s -split-input-file -verify-diagnostics

// C80
func.func @f(%a: tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.slice' op the input of slice has to be an activation of rank 2 or more, not one of rank 1 [C80]}}
  %r = conv.slice %a {dim = 0} : (tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>>) -> tensor<8xf32, #conv.tensor<layout = nhwc, dims = [8]>>
  return
}

// -----

// C96
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.flatten' op flatten needs sizes that are numbers, but H is not; the batch may vary [C96]}}
  %r = conv.flatten %a : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) -> tensor<1x8xf32, #conv.tensor<layout = nchw, dims = [1, 8]>>
  return
}

// -----

// C97
func.func @f(%a: tensor<?x8x2x2x2xf32, #conv.tensor<layout = ndhwc, dims = [H, 8, 2, 2, 2]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.flatten' op flatten of a volume needs sizes that are numbers, the batch too, not [H, 8, 2, 2, 2] [C97]}}
  %r = conv.flatten %a : (tensor<?x8x2x2x2xf32, #conv.tensor<layout = ndhwc, dims = [H, 8, 2, 2, 2]>>) -> tensor<?x64xf32, #conv.tensor<layout = nchw, dims = [H, 64]>>
  return
}

// -----

// C98
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) {
  // expected-error@+1 {{'conv.softmax' op softmax runs along the channels or a spatial axis, but dim = -4 is the batch [C98]}}
  %r = conv.softmax %a {dim = -4} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C81
func.func @f(%a: tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, H, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.channel_shuffle' op the channels of the input of channel_shuffle have to be a number, so that it is known which element goes where, not C = H [C81]}}
  %r = conv.channel_shuffle %a {groups = 2} : (tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, H, 8, 8]>>) -> tensor<1x?x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, H, 8, 8]>>
  return
}

// -----

// C82
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.slice' op dim = 4 is not in -4..3 [C82]}}
  %r = conv.slice %a {dim = 4} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C83
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.slice' op start = 5 lies beyond H, which can be 4 [C83]}}
  %r = conv.slice %a {dim = 2, start = 5} : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) -> tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>
  return
}

// -----

// C84
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.slice' op step = 0 is not in 1..2147483647 [C84]}}
  %r = conv.slice %a {dim = 2, step = 0} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C85
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.slice' op from H - 3 to 4 there are fewer elements the larger H is [C85]}}
  %r = conv.slice %a {dim = 2, start = -3, stop = 4} : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) -> tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>
  return
}

// -----

// C86
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.pad' op pad needs padding: n, a number for each axis, or [before, after] for each [C86]}}
  %r = conv.pad %a {} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C87
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.pad' op mode = bilinear is none of pad: they are constant, reflect, replicate, circular [C87]}}
  %r = conv.pad %a {mode = "bilinear", pad_before = array<i64: 1, 1>, pad_after = array<i64: 1, 1>} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C88
func.func @f(%a: tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.pad' op value = 300 is no u8 [C88]}}
  %r = conv.pad %a {value = 300.0, pad_before = array<i64: 1, 1>, pad_after = array<i64: 1, 1>} : (tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C89
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.pixel_shuffle' op the factor of pixel_shuffle is missing; it is in 1..32768 [C89]}}
  %r = conv.pixel_shuffle %a {} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C90
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.pixel_shuffle' op factor = 3 needs a C that 9 divides, but C = 8 [C90]}}
  %r = conv.pixel_shuffle %a {factor = 3} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C91
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H floordiv 2, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.interpolate' op H floordiv 2 times 2 is no size that can be computed from the arguments' sizes [C91]}}
  %r = conv.interpolate %a {scale_factor = 2.0} : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H floordiv 2, 8]>>) -> tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H floordiv 2, 8]>>
  return
}

// -----

// C92
func.func @f(%a: tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.pixel_unshuffle' op factor = 2 does not divide H = H [C92]}}
  %r = conv.pixel_unshuffle %a {factor = 2} : (tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>) -> tensor<1x8x?x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, H, 8]>>
  return
}

// -----

// C93
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.interpolate' op align_corners = true goes with mode = bilinear or bicubic [C93]}}
  %r = conv.interpolate %a {scale_factor = 2.0, align_corners = true} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C94
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.interpolate' op size = 0 is out of range: sizes are in 1..2147483647, factors above 0 and at most 32768 [C94]}}
  %r = conv.interpolate %a {size = array<i64: 0, 3>} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C95
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) attributes {conv.symbols = [#conv.symbol<H in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.interpolate' op interpolate takes size or scale_factor, one of them [C95]}}
  %r = conv.interpolate %a {} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C110
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) {
  // expected-error@+1 {{'conv.slice' op start = 6, stop = 2 leaves nothing of H, which has 8 [C110]}}
  %r = conv.slice %a {dim = 2, start = 6, stop = 2} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}

// -----

// C110
func.func @f(%a: tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) {
  // expected-error@+1 {{'conv.interpolate' op scale_factor = 0.1 leaves nothing of H, which has 8 [C110]}}
  %r = conv.interpolate %a {scale_factor = 0.1} : (tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>) -> tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
  return
}
