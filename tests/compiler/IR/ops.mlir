// Every operation prints as it parses.
// RUN: conv-opt %s | FileCheck %s
// RUN: conv-opt %s | conv-opt | FileCheck %s

#image = #conv.tensor<layout = nhwc, dims = [N, 8, H, 2 * W]>
#half = #conv.tensor<layout = nhwc, dims = [N, 16, (H + 1) floordiv 2, W]>
!image = tensor<?x8x?x?xf32, #image>
!half = tensor<?x16x?x?xf32, #half>
!bytes = tensor<?x16x?x?xui8, #half>

// CHECK-DAG: #[[IMAGE:.*]] = #conv.tensor<layout = nhwc, dims = [N, 8, H, 2 * W]>
// CHECK-DAG: #[[HALF:.*]] = #conv.tensor<layout = nhwc, dims = [N, 16, (H + 1) floordiv 2, W]>
// CHECK-DAG: #conv.tensor<layout = nchw, dims = [1, 3, H + 1, (2 * W - 3) floordiv 3]>
// CHECK-DAG: #conv.tensor<layout = nchw, dims = [1, 3, H floordiv 2, 3 * W + 1]>

// CHECK-LABEL: func.func @everything
// CHECK-SAME: conv.symbols = [#conv.symbol<N in [1, 4] step 1 like 1>, #conv.symbol<H in [8, 64] step 4 like 32>
func.func @everything(%x: !image {conv.name = "x", conv.role = "activation"},
                      %w: tensor<16x8x3x3xf32> {conv.name = "w", conv.role = "weight"},
                      %b: tensor<16xf32> {conv.name = "b", conv.role = "weight"}) -> !bytes
    attributes {conv.symbols = [#conv.symbol<N in [1, 4] step 1 like 1>,
                                #conv.symbol<H in [8, 64] step 4 like 32>,
                                #conv.symbol<W in [4, 64] step 1 like 64>],
                conv.results = ["y"], conv.doc = "All of it."} {
  // CHECK: conv.constant "gamma" dense<1.000000e+00> : tensor<16xf32>
  %gamma = conv.constant "gamma" dense<1.0> : tensor<16xf32>
  // CHECK: conv.conv2d %{{.*}}, %{{.*}}, %{{.*}} stride [2, 2] pad_before [1, 1] pad_after [1, 1]
  // CHECK-SAME: algorithm "direct" tolerance 1.000000e-05
  // CHECK-SAME: (tensor<?x8x?x?xf32, #[[IMAGE]]>, tensor<16x8x3x3xf32>, tensor<16xf32>) -> tensor<?x16x?x?xf32, #[[HALF]]>
  %y = conv.conv2d %x, %w, %b stride [2, 2] pad_before [1, 1] pad_after [1, 1]
         algorithm "direct" tolerance 1.0e-5
     : (!image, tensor<16x8x3x3xf32>, tensor<16xf32>) -> !half
  // CHECK: conv.batch_norm %{{.*}} {eps = 1.000000e-03 : f64}
  %n = conv.batch_norm %y, %b, %gamma, %gamma, %b {eps = 1.0e-3}
     : (!half, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> !half
  // CHECK: conv.map(%{{.*}}, %{{.*}}) : (tensor<?x16x?x?xf32, #[[HALF]]>, tensor<16xf32>) -> tensor<?x16x?x?xui8, #[[HALF]]>
  %z = conv.map(%n, %b) : (!half, tensor<16xf32>) -> !bytes {
  // CHECK: ^bb0(%{{.*}}: f32, %{{.*}}: f32):
  ^bb0(%v: f32, %s: f32):
    %zero = arith.constant 0.0 : f32
    // CHECK: conv.mul %{{.*}}, %{{.*}} : f32
    %m = conv.mul %v, %s : f32
    // CHECK: conv.less_equal %{{.*}}, %{{.*}} : f32
    %c = conv.less_equal %m, %zero : f32
    // CHECK: conv.select %{{.*}}, %{{.*}}, %{{.*}} : f32
    %r = conv.select %c, %zero, %m : f32
    // CHECK: conv.convert %{{.*}} : f32 to ui8
    %u = conv.convert %r : f32 to ui8
    // CHECK: conv.yield %{{.*}} : ui8
    conv.yield %u : ui8
  }
  return %z : !bytes
}

// CHECK-LABEL: func.func @planned
func.func @planned(%x: tensor<1x4x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 4, 8, 8]>> {conv.name = "x", conv.role = "activation"},
                   %w: tensor<4x1x3x3xf32> {conv.name = "w", conv.role = "weight"})
    -> tensor<1x4x6x6xf32, #conv.tensor<layout = nchw, dims = [1, 4, 6, 6]>> attributes {conv.results = ["y"]} {
  // CHECK: conv.kernel "planned"(%{{.*}}, %{{.*}}) plan <algorithm = depthwise, rows = 2, tile_x = -1, source = user> slots [-1]
  %y = conv.kernel "planned"(%x, %w) plan <algorithm = depthwise, tile_x = -1, rows = 2, source = user> slots [-1]
     : (tensor<1x4x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 4, 8, 8]>>, tensor<4x1x3x3xf32>)
       -> tensor<1x4x6x6xf32, #conv.tensor<layout = nchw, dims = [1, 4, 6, 6]>> {
  ^bb0(%a: tensor<1x4x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 4, 8, 8]>>, %f: tensor<4x1x3x3xf32>):
    // CHECK: conv.conv2d %{{.*}}, %{{.*}} groups 4
    %c = conv.conv2d %a, %f groups 4
       : (tensor<1x4x8x8xf32, #conv.tensor<layout = nchw, dims = [1, 4, 8, 8]>>, tensor<4x1x3x3xf32>)
         -> tensor<1x4x6x6xf32, #conv.tensor<layout = nchw, dims = [1, 4, 6, 6]>>
    conv.yield %c : tensor<1x4x6x6xf32, #conv.tensor<layout = nchw, dims = [1, 4, 6, 6]>>
  }
  return %y : tensor<1x4x6x6xf32, #conv.tensor<layout = nchw, dims = [1, 4, 6, 6]>>
}

// Extents come out in normal form: (2H + 3) / 2 = H + 1, (4W - 6) / 6 = (2W - 3) / 3.
func.func private @normal(tensor<1x3x?x?xi32, #conv.tensor<layout = nchw, dims = [1, 3, (2 * H + 3) floordiv 2, (4 * W - 6) floordiv 6]>>,
                             tensor<1x3x?x?xi32, #conv.tensor<layout = nchw, dims = [1, 3, H floordiv 2, 3 * W + 1]>>)

// Windows, kernels that vary over the image, displaced taps.
// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>,
                   %l: tensor<1x8x9xf32, #conv.tensor<layout = nwc, dims = [1, 8, 9]>>,
                   %v: tensor<1x2x4x4x4xf32, #conv.tensor<layout = ncdhw, dims = [1, 2, 4, 4, 4]>>,
                   %dw: tensor<1x2x3x3x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 2, 3, 3, 9, 9]>>,
                   %o: tensor<1x18x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 18, 4, 4]>>,
                   %m: tensor<1x9x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 9, 4, 4]>>,
                   %lw: tensor<9x8x2x8x2x2xf32>,
                   %lb: tensor<2xf32>,
                   %rw: tensor<2x4x3x3xf32>,
                   %w: tensor<2x8x3x3xf32>) {
  // CHECK: conv.max_pool2d %{{.*}} kernel_size [3, 3] stride [2, 2] pad_before [1, 1] pad_after [1, 1] ceil_mode true dilation [2, 1] :
  %r0 = conv.max_pool2d %x kernel_size [3, 3] stride [2, 2] pad_before [1, 1] pad_after [1, 1] ceil_mode true dilation [2, 1]
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>) -> tensor<1x8x4x5xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 5]>>
  // CHECK: conv.avg_pool2d %{{.*}} kernel_size [2, 3] count_include_pad false tolerance 1.000000e-03 :
  %r1 = conv.avg_pool2d %x kernel_size [2, 3] count_include_pad false tolerance 1.000000e-03
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>) -> tensor<1x8x4x3xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 4, 3]>>
  // CHECK: conv.max_pool1d %{{.*}} kernel_size [2] :
  %r2 = conv.max_pool1d %l kernel_size [2]
     : (tensor<1x8x9xf32, #conv.tensor<layout = nwc, dims = [1, 8, 9]>>) -> tensor<1x8x4xf32, #conv.tensor<layout = nwc, dims = [1, 8, 4]>>
  // CHECK: conv.avg_pool3d %{{.*}} kernel_size [1, 2, 2] algorithm "loops" :
  %r3 = conv.avg_pool3d %v kernel_size [1, 2, 2] algorithm "loops"
     : (tensor<1x2x4x4x4xf32, #conv.tensor<layout = ncdhw, dims = [1, 2, 4, 4, 4]>>) -> tensor<1x2x4x2x2xf32, #conv.tensor<layout = ncdhw, dims = [1, 2, 4, 2, 2]>>
  // CHECK: conv.global_max_pool %{{.*}} :
  %r4 = conv.global_max_pool %x
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>) -> tensor<1x8x1x1xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 1, 1]>>
  // CHECK: conv.global_avg_pool %{{.*}} :
  %r5 = conv.global_avg_pool %v
     : (tensor<1x2x4x4x4xf32, #conv.tensor<layout = ncdhw, dims = [1, 2, 4, 4, 4]>>) -> tensor<1x2x1x1x1xf32, #conv.tensor<layout = ncdhw, dims = [1, 2, 1, 1, 1]>>
  // CHECK: conv.local_conv2d %{{.*}}, %{{.*}}, %{{.*}} pad_before [1, 0] padding_mode circular :
  %r6 = conv.local_conv2d %x, %lw, %lb pad_before [1, 0] padding_mode circular
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>, tensor<9x8x2x8x2x2xf32>, tensor<2xf32>) -> tensor<1x2x9x8xf32, #conv.tensor<layout = nhwc, dims = [1, 2, 9, 8]>>
  // CHECK: conv.dynamic_conv2d %{{.*}}, %{{.*}} pad_before [1, 1] pad_after [1, 1] groups 2 :
  %r7 = conv.dynamic_conv2d %x, %dw pad_before [1, 1] pad_after [1, 1] groups 2
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>, tensor<1x2x3x3x9x9xf32, #conv.tensor<layout = nchw, dims = [1, 2, 3, 3, 9, 9]>>) -> tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
  // CHECK: conv.region_conv2d %{{.*}}, %{{.*}} pad_before [1, 1] pad_after [1, 1] padding_mode reflect :
  %r8 = conv.region_conv2d %x, %rw pad_before [1, 1] pad_after [1, 1] padding_mode reflect
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>, tensor<2x4x3x3xf32>) -> tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>
  // CHECK: conv.deform_conv2d %{{.*}}, %{{.*}}, %{{.*}} bias %{{.*}} mask %{{.*}} stride [2, 2] :
  %r9 = conv.deform_conv2d %x, %o, %w bias %lb mask %m stride [2, 2]
     : (tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>, tensor<1x18x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 18, 4, 4]>>, tensor<2x8x3x3xf32>, tensor<2xf32>, tensor<1x9x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 9, 4, 4]>>) -> tensor<1x2x4x4xf32, #conv.tensor<layout = nhwc, dims = [1, 2, 4, 4]>>
  return
}
