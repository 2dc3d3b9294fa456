// Each constraint of SPEC.md on concat, broken once.
// RUN: conv-opt %s -split-input-file -verify-diagnostics

!x = tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>

// C102
func.func @f(%x: !x) {
  // expected-error@+1 {{'conv.concat' op concat puts two tensors or more together, not 1 [C102]}}
  %r = conv.concat %x : (!x) -> !x
  return
}

// -----

!x = tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
!u = tensor<1x8x8x8xui8, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>

// C103
func.func @f(%x: !x, %u: !u) {
  // expected-error@+1 {{'conv.concat' op part 2 is u8, but the first is f32: convert one of them, for example with f32(x) [C103]}}
  %r = conv.concat %x, %u {dim = 1} : (!x, !u) -> !x
  return
}

// -----

!x = tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
!l = tensor<1x8xf32, #conv.tensor<layout = nchw, dims = [1, 8]>>

// C104
func.func @f(%x: !x, %l: !l) {
  // expected-error@+1 {{'conv.concat' op part 3 has rank 2, but the first has rank 4 [C104]}}
  %r = conv.concat %x, %x, %l {dim = 1} : (!x, !x, !l) -> !x
  return
}

// -----

!x = tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
!h = tensor<1x8x4x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 8]>>

// C105
func.func @f(%x: !x, %h: !h) {
  // expected-error@+1 {{'conv.concat' op H of part 2 is 4, but that of the first is 8: parts differ along dim = 1 alone; dim = 2 puts them together along H [C105]}}
  %r = conv.concat %x, %h {dim = 1} : (!x, !h) -> !x
  return
}

// -----

!x = tensor<?x?xf32, #conv.tensor<layout = nchw, dims = [N, H]>>
!y = tensor<?x?xf32, #conv.tensor<layout = nchw, dims = [N, W]>>

// C106
func.func @f(%x: !x, %y: !y) attributes {conv.symbols = [#conv.symbol<N in [1, 4] step 1 like 1>, #conv.symbol<H in [4, 64] step 1 like 8>, #conv.symbol<W in [4, 64] step 1 like 8>]} {
  // expected-error@+1 {{'conv.concat' op H + W along C is no size that can be computed from one of the arguments' sizes [C106]}}
  %r = conv.concat %x, %y {dim = 1} : (!x, !y) -> !x
  return
}

// -----

!x = tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>

// C66
func.func @f(%x: !x, %w: tensor<1x8x8x8xf32>) {
  // expected-error@+1 {{'conv.concat' op part 2 of concat has to be an activation, given at every run, not a weight or a constant [C66]}}
  %r = conv.concat %x, %w {dim = 1} : (!x, tensor<1x8x8x8xf32>) -> !x
  return
}

// -----

!x = tensor<?x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [N, 8, 8, 8]>>
!y = tensor<1x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 8, 8]>>
!r = tensor<?x8x8x8xf32, #conv.tensor<layout = nhwc, dims = [N + 1, 8, 8, 8]>>

// C109
func.func @f(%x: !x, %y: !y) attributes {conv.symbols = [#conv.symbol<N in [0, 4] step 1 like 1>]} {
  // expected-error@+1 {{'conv.concat' op part 1 can be empty, where N is 0, and the result is not; let the size begin at 1 [C109]}}
  %r = conv.concat %x, %y : (!x, !y) -> !r
  return
}
