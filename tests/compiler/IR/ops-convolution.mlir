// Convolutions of one and of three spatial axes, and transposed ones, print as they parse.
// RUN: conv-opt %s | FileCheck %s
// RUN: conv-opt %s | conv-opt | FileCheck %s

#line = #conv.tensor<layout = nwc, dims = [N, 8, W]>
#short = #conv.tensor<layout = nwc, dims = [N, 16, (W + 1) floordiv 2]>
#volume = #conv.tensor<layout = ndhwc, dims = [1, 8, 6, 7, 8]>
#wide = #conv.tensor<layout = ndhwc, dims = [1, 4, 12, 7, 8]>
#image = #conv.tensor<layout = nchw, dims = [1, 4, H, 8]>
#twice = #conv.tensor<layout = nchw, dims = [1, 6, 2 * H, 16]>

// CHECK-LABEL: func.func @line
func.func @line(%x: tensor<?x8x?xf32, #line> {conv.name = "x", conv.role = "activation"},
                %w: tensor<16x8x3xf32> {conv.name = "w", conv.role = "weight"}) -> tensor<?x16x?xf32, #short>
    attributes {conv.symbols = [#conv.symbol<N in [1, 4] step 1 like 1>, #conv.symbol<W in [4, 64] step 1 like 64>],
                conv.results = ["y"]} {
  // CHECK: conv.conv1d %{{.*}}, %{{.*}} stride [2] pad_before [1] pad_after [1]
  %y = conv.conv1d %x, %w stride [2] pad_before [1] pad_after [1]
     : (tensor<?x8x?xf32, #line>, tensor<16x8x3xf32>) -> tensor<?x16x?xf32, #short>
  return %y : tensor<?x16x?xf32, #short>
}

// CHECK-LABEL: func.func @volume
func.func @volume(%x: tensor<1x8x6x7x8xf32, #volume> {conv.name = "x", conv.role = "activation"},
                  %w: tensor<8x8x3x3x3xf32> {conv.name = "w", conv.role = "weight"},
                  %v: tensor<8x4x2x1x1xf32> {conv.name = "v", conv.role = "weight"}) -> tensor<1x4x12x7x8xf32, #wide>
    attributes {conv.results = ["y"]} {
  // CHECK: conv.conv3d %{{.*}}, %{{.*}} pad_before [1, 1, 1] pad_after [1, 1, 1] padding_mode circular
  %y = conv.conv3d %x, %w pad_before [1, 1, 1] pad_after [1, 1, 1] padding_mode circular
     : (tensor<1x8x6x7x8xf32, #volume>, tensor<8x8x3x3x3xf32>) -> tensor<1x8x6x7x8xf32, #volume>
  // CHECK: conv.conv_transpose3d %{{.*}}, %{{.*}} stride [2, 1, 1]
  %z = conv.conv_transpose3d %y, %v stride [2, 1, 1]
     : (tensor<1x8x6x7x8xf32, #volume>, tensor<8x4x2x1x1xf32>) -> tensor<1x4x12x7x8xf32, #wide>
  return %z : tensor<1x4x12x7x8xf32, #wide>
}

// CHECK-LABEL: func.func @transposed
func.func @transposed(%x: tensor<1x4x?x8xf32, #image> {conv.name = "x", conv.role = "activation"},
                      %w: tensor<4x3x3x3xf32> {conv.name = "w", conv.role = "weight"}) -> tensor<1x6x?x16xf32, #twice>
    attributes {conv.symbols = [#conv.symbol<H in [1, 64] step 1 like 8>], conv.results = ["y"]} {
  // CHECK: conv.conv_transpose2d %{{.*}}, %{{.*}} stride [2, 2] pad_before [1, 1] pad_after [1, 1] output_padding [1, 1] groups 2
  %y = conv.conv_transpose2d %x, %w stride [2, 2] pad_before [1, 1] pad_after [1, 1] output_padding [1, 1] groups 2
     : (tensor<1x4x?x8xf32, #image>, tensor<4x3x3x3xf32>) -> tensor<1x6x?x16xf32, #twice>
  return %y : tensor<1x6x?x16xf32, #twice>
}

#many = #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>
#number = #conv.tensor<layout = nchw, dims = []>

// A filter of one channel for eight, and arguments that are one number.
// CHECK-LABEL: func.func @one_for_all
// CHECK-SAME: tensor<f32, #{{.*}}>
func.func @one_for_all(%x: tensor<1x8x9x9xf32, #many> {conv.name = "x", conv.role = "activation"},
                       %n: tensor<f32, #number> {conv.name = "n", conv.role = "activation"},
                       %o: tensor<f32> {conv.name = "o", conv.role = "weight"},
                       %w: tensor<1x1x3x3xf32> {conv.name = "w", conv.role = "weight"}) -> tensor<1x8x9x9xf32, #many>
    attributes {conv.results = ["y"]} {
  // CHECK: conv.conv2d %{{.*}}, %{{.*}} pad_before [1, 1] pad_after [1, 1] groups 8
  %y = conv.conv2d %x, %w pad_before [1, 1] pad_after [1, 1] groups 8
     : (tensor<1x8x9x9xf32, #many>, tensor<1x1x3x3xf32>) -> tensor<1x8x9x9xf32, #many>
  %z = conv.map(%y, %n, %o) : (tensor<1x8x9x9xf32, #many>, tensor<f32, #number>, tensor<f32>) -> tensor<1x8x9x9xf32, #many> {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = conv.mul %a, %b : f32
    %1 = conv.add %0, %c : f32
    conv.yield %1 : f32
  }
  return %z : tensor<1x8x9x9xf32, #many>
}
