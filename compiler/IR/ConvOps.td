//===- ConvOps.td - operations on tensors ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVOPS_TD
#define CONVWRIGHT_COMPILER_IR_CONVOPS_TD

include "compiler/IR/ConvAttrs.td"
include "compiler/IR/ConvInterfaces.td"
include "compiler/IR/ConvScalarOps.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Conv_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Conv_Dialect, opMnemonic, traits>;

//===----------------------------------------------------------------------===//
// What operations are made of
//===----------------------------------------------------------------------===//

/// An operation of the language (ConvInterfaces.td): its interface is declared, its verifier is the
/// interface's. Its definition is one file of IR/Ops, and nothing else names it. rank: of its lists
/// with a number for each spatial axis. answers: the questions with a default that it answers itself.
class Conv_LanguageOperation<string opMnemonic, dag operands, dag attributes, int rank,
                             list<string> answers = [], list<Trait> traits = []>
    : Conv_Op<opMnemonic, [Pure, DeclareOpInterfaceMethods<Conv_LanguageOp, answers>] # traits> {
  let arguments = !con(operands, attributes);
  let results = (outs AnyRankedTensor:$result);
  string names = !interleave(
      !foreach(i, !range(!size(operands)), "\"" # !getdagname(operands, i) # "\""), ", ");
  let extraClassDeclaration =
      "static ::llvm::ArrayRef<::llvm::StringRef> odsOperandNames() {\n"
      "  static constexpr ::llvm::StringRef names[] = {" # names # "};\n"
      "  return names;\n"
      "}\n"
      "static unsigned odsSpatialRank() { return " # rank # "; }\n";
}

/// One that a kernel computes, along `rank` spatial axes.
class Conv_StageOperation<string opMnemonic, dag operands, dag attributes, int rank,
                          list<string> answers = [], list<string> stageAnswers = [],
                          list<Trait> traits = []>
    : Conv_LanguageOperation<
          opMnemonic, operands,
          !con(attributes, (ins OptionalAttr<StrAttr>:$algorithm, OptionalAttr<F64Attr>:$tolerance)),
          rank, answers, [DeclareOpInterfaceMethods<Conv_StageOp, stageAnswers>] # traits>;

/// One that moves elements (AccessOp).
class Conv_AccessOperation<string opMnemonic, dag attributes, list<string> answers = []>
    : Conv_LanguageOperation<opMnemonic, (ins AnyRankedTensor:$input), attributes, 0, answers,
                             [DeclareOpInterfaceMethods<Conv_AccessOp>]> {
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

/// One number for each spatial axis, all `value` when it is not given.
class Conv_PerAxis<int rank, int value>
    : DefaultValuedAttr<DenseI64ArrayAttr,
                        "{" # !interleave(!listsplat(value, rank), ", ") # "}">;

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

def Conv_ConstantOp : Conv_Op<"constant", [ConstantLike, Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "A tensor whose values are known now";
  let description = [{
    ```mlir
    %w = conv.constant "sobel_x" dense<[[[[-1.0, …]]]]> : tensor<1x1x3x3xf32>
    ```
    The name is the one that reports and generated code show.
  }];
  let arguments = (ins StrAttr:$name, ElementsAttr:$value);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$name attr-dict $value";
  let hasFolder = 1;
  let hasVerifier = 1;
}

/// What convolutions of one to three spatial axes have in common.
class Conv_Convolution<string opMnemonic, int rank>
    : Conv_StageOperation<
          opMnemonic,
          (ins AnyRankedTensor:$input, AnyRankedTensor:$filter, Optional<AnyRankedTensor>:$bias),
          (ins Conv_PerAxis<rank, 1>:$stride, Conv_PerAxis<rank, 0>:$pad_before,
               Conv_PerAxis<rank, 0>:$pad_after,
               DefaultValuedAttr<Conv_PaddingModeAttr, "::convwright::ir::PaddingMode::Zeros">
                   :$padding_mode,
               Conv_PerAxis<rank, 1>:$dilation, DefaultValuedAttr<I64Attr, "1">:$groups),
          rank, ["windowTaps"], ["readsOneChannelPerOutput", "sharesWindowWith", "channelAffine"]> {
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)?
    oilist(`stride` $stride | `pad_before` $pad_before | `pad_after` $pad_after
           | `padding_mode` $padding_mode | `dilation` $dilation | `groups` $groups
           | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_Conv2dOp : Conv_Convolution<"conv2d", 2> {
  let summary = "A 2-D convolution (cross-correlation, as PyTorch's)";
  let description = [{
    y[n,k,p,q] = bias[k] + Σ_{c,r,s} filter[k,c,r,s] · input[n, g·C/G + c,
                     p·stride_h + r·dilation_h − pad_top, q·stride_w + s·dilation_w − pad_left]

    with g = k / (K/G). Shapes: input [N, C, H, W], filter [K, C/G, R, S], bias [K]. All f32. The filter
    and the bias are weight-side values: weights, constants, and pointwise work on those alone.
    `algorithm` and `tolerance` are the user's steering; SelectPlan honours them.

    ```mlir
    %y = conv.conv2d %x, %w, %b stride [2, 2] pad_before [3, 3] pad_after [3, 3]
       : (tensor<…>, tensor<64x3x7x7xf32>, tensor<64xf32>) -> tensor<…>
    ```
  }];
}

def Conv_Conv1dOp : Conv_Convolution<"conv1d", 1> {
  let summary = "A 1-D convolution: conv2d along W alone, of [N, C, W]";
}

def Conv_Conv3dOp : Conv_Convolution<"conv3d", 3> {
  let summary = "A 3-D convolution: conv2d along D, H and W, of [N, C, D, H, W]";
}

/// What transposed convolutions have in common.
class Conv_TransposedConvolution<string opMnemonic, int rank>
    : Conv_StageOperation<
          opMnemonic,
          (ins AnyRankedTensor:$input, AnyRankedTensor:$filter, Optional<AnyRankedTensor>:$bias),
          (ins Conv_PerAxis<rank, 1>:$stride, Conv_PerAxis<rank, 0>:$pad_before,
               Conv_PerAxis<rank, 0>:$pad_after, Conv_PerAxis<rank, 0>:$output_padding,
               DefaultValuedAttr<I64Attr, "1">:$groups, Conv_PerAxis<rank, 1>:$dilation),
          rank, [], []> {
  let description = [{
    y[n,k,p…] = bias[k] + Σ filter[c, k, t…] · input[n, c, i…] over all i and t with
    p = i·stride + t·dilation − pad_before: the gradient of the convolution with these attributes. Shapes: input
    [N, C, spatial…], filter [C, K/G, taps…], bias [K]. All f32.
  }];
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)?
    oilist(`stride` $stride | `pad_before` $pad_before | `pad_after` $pad_after
           | `output_padding` $output_padding | `groups` $groups | `dilation` $dilation
           | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_ConvTranspose1dOp : Conv_TransposedConvolution<"conv_transpose1d", 1> {
  let summary = "A 1-D transposed convolution, of [N, C, W]";
}

def Conv_ConvTranspose2dOp : Conv_TransposedConvolution<"conv_transpose2d", 2> {
  let summary = "A 2-D transposed convolution, of [N, C, H, W]";
}

def Conv_ConvTranspose3dOp : Conv_TransposedConvolution<"conv_transpose3d", 3> {
  let summary = "A 3-D transposed convolution, of [N, C, D, H, W]";
}

def Conv_LinearOp
    : Conv_StageOperation<
          "linear",
          (ins AnyRankedTensor:$input, AnyRankedTensor:$filter, Optional<AnyRankedTensor>:$bias),
          (ins), 0, [], ["channelAffine"]> {
  let summary = "y[n, k] = bias[k] + Σ_c filter[k, c] · input[n, c]";
  let description = "A 1x1 convolution of images of one pixel, which kernels see as one image of N.";
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)?
    oilist(`algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_LocalConv2dOp
    : Conv_StageOperation<
          "local_conv2d",
          (ins AnyRankedTensor:$input, AnyRankedTensor:$filter, Optional<AnyRankedTensor>:$bias),
          (ins Conv_PerAxis<2, 1>:$stride, Conv_PerAxis<2, 0>:$pad_before,
               Conv_PerAxis<2, 0>:$pad_after,
               DefaultValuedAttr<Conv_PaddingModeAttr, "::convwright::ir::PaddingMode::Zeros">
                   :$padding_mode),
          2, ["windowTaps"]> {
  let summary = "A convolution with a filter of its own for every output pixel";
  let description = [{
    y[n,k,p,q] = bias[k] + Σ_{c,r,s} filter[p,q,k,c,r,s] · input[n, c, p·stride_h + r − pad_top, …]

    Shapes: input [N, C, H, W], filter [P, Q, K, C, R, S], bias [K]. All f32; filter and bias are
    weight-side values.
  }];
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)?
    oilist(`stride` $stride | `pad_before` $pad_before | `pad_after` $pad_after
           | `padding_mode` $padding_mode | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_DynamicConv2dOp
    : Conv_StageOperation<
          "dynamic_conv2d", (ins AnyRankedTensor:$input, AnyRankedTensor:$filter),
          (ins Conv_PerAxis<2, 1>:$stride, Conv_PerAxis<2, 0>:$pad_before,
               Conv_PerAxis<2, 0>:$pad_after,
               DefaultValuedAttr<Conv_PaddingModeAttr, "::convwright::ir::PaddingMode::Zeros">
                   :$padding_mode,
               Conv_PerAxis<2, 1>:$dilation, DefaultValuedAttr<I64Attr, "1">:$groups),
          2, ["windowTaps"], ["readsOneChannelPerOutput"]> {
  let summary = "A kernel for each pixel, computed at run time";
  let description = [{
    y[n,c,p,q] = Σ_{r,s} filter[n,g,r,s,p,q] · input[n, c, p·stride_h + r·dilation_h − pad_top, …]

    with g = c / (C/G). Shapes: input [N, C, H, W], filter [N, G, R, S, P, Q], an activation that lies
    densely in that order; the result [N, C, P, Q]. All f32.
  }];
  let assemblyFormat = [{
    $input `,` $filter
    oilist(`stride` $stride | `pad_before` $pad_before | `pad_after` $pad_after
           | `padding_mode` $padding_mode | `dilation` $dilation | `groups` $groups
           | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_RegionConv2dOp
    : Conv_StageOperation<
          "region_conv2d", (ins AnyRankedTensor:$input, AnyRankedTensor:$filter),
          (ins Conv_PerAxis<2, 0>:$pad_before, Conv_PerAxis<2, 0>:$pad_after,
               DefaultValuedAttr<Conv_PaddingModeAttr, "::convwright::ir::PaddingMode::Zeros">
                   :$padding_mode),
          2, ["windowTaps"], ["readsOneChannelPerOutput"]> {
  let summary = "A grid of kernels, bilinear between the centres of its regions";
  let description = [{
    y[n,c,p,q] = Σ_{r,s} w(p,q)[r,s] · input[n, c, p + r − pad_top, q + s − pad_left]

    with w(p,q) between the kernels of filter [GH, GW, R, S], of which (i, j) holds at the centre of its
    region, ((i + 0.5) · P / GH − 0.5, (j + 0.5) · Q / GW − 0.5); beyond the outermost centres the
    outermost kernels hold. Shared by all channels. All f32; the filter is weight-side.
  }];
  let assemblyFormat = [{
    $input `,` $filter
    oilist(`pad_before` $pad_before | `pad_after` $pad_after | `padding_mode` $padding_mode
           | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_DeformConv2dOp
    : Conv_StageOperation<
          "deform_conv2d",
          (ins AnyRankedTensor:$input, AnyRankedTensor:$offset, AnyRankedTensor:$filter,
               Optional<AnyRankedTensor>:$bias, Optional<AnyRankedTensor>:$mask),
          (ins Conv_PerAxis<2, 1>:$stride, Conv_PerAxis<2, 0>:$pad_before,
               Conv_PerAxis<2, 0>:$pad_after, Conv_PerAxis<2, 1>:$dilation),
          2, ["windowTaps"], ["channelAffine"], [AttrSizedOperandSegments]> {
  let summary = "A convolution whose taps are displaced, as torchvision's";
  let description = [{
    y[n,k,p,q] = bias[k] + Σ_{c,t} filter[k,c,t] · mask[n,t',p,q] · input(n, c, place of t at p, q)

    where tap t = r·S + s of the offset group o that c belongs to, t' = o·R·S + t, lies offset[n, 2t', p, q]
    rows and offset[n, 2t' + 1, p, q] columns from where a convolution's would, and the input is read
    bilinearly there: 0 outside, and where the offset is NaN. Shapes: offset [N, 2·O·R·S, P, Q], mask
    [N, O·R·S, P, Q], activations; filter [K, C/G, R, S], bias [K], weight-side. G and O follow from the
    shapes. All f32.
  }];
  let assemblyFormat = [{
    $input `,` $offset `,` $filter (`bias` $bias^)? (`mask` $mask^)?
    oilist(`stride` $stride | `pad_before` $pad_before | `pad_after` $pad_after
           | `dilation` $dilation | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

/// Pools along one to three spatial axes: of each channel, one value of each window.
class Conv_Pool<string opMnemonic, int rank, dag own, string syntax>
    : Conv_StageOperation<
          opMnemonic, (ins AnyRankedTensor:$input),
          !con((ins DenseI64ArrayAttr:$kernel_size,
                    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$stride, // {}: kernel_size
                    Conv_PerAxis<rank, 0>:$pad_before, Conv_PerAxis<rank, 0>:$pad_after,
                    DefaultValuedAttr<BoolAttr, "false">:$ceil_mode), own),
          rank, ["windowTaps"], ["readsOneChannelPerOutput"]> {
  let assemblyFormat = [{
    $input `kernel_size` $kernel_size
    oilist(`stride` $stride | `pad_before` $pad_before | `pad_after` $pad_after
           | `ceil_mode` $ceil_mode }] # syntax # [{
           | `algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

class Conv_MaxPool<string opMnemonic, int rank>
    : Conv_Pool<opMnemonic, rank, (ins Conv_PerAxis<rank, 1>:$dilation), "| `dilation` $dilation"> {
  let summary = "The largest value of each window";
  let description = [{
    Of any element type. What the padding adds is below everything (−∞); NaN is above everything, as in
    PyTorch. The stride is the window's extent where none is given. With `ceil_mode` the last window may
    reach beyond the padding, if it starts inside the input or the padding before it.
  }];
}

class Conv_AvgPool<string opMnemonic, int rank>
    : Conv_Pool<opMnemonic, rank, (ins DefaultValuedAttr<BoolAttr, "true">:$count_include_pad),
                "| `count_include_pad` $count_include_pad"> {
  let summary = "The mean of each window";
  let description = [{
    Of f32. The padding is zeros, which count in the mean unless `count_include_pad` says otherwise; what
    a window reaches beyond it (`ceil_mode`) never does. Stride and `ceil_mode` as in max_pool2d.
  }];
}

def Conv_MaxPool1dOp : Conv_MaxPool<"max_pool1d", 1>;
def Conv_MaxPool2dOp : Conv_MaxPool<"max_pool2d", 2>;
def Conv_MaxPool3dOp : Conv_MaxPool<"max_pool3d", 3>;
def Conv_AvgPool1dOp : Conv_AvgPool<"avg_pool1d", 1>;
def Conv_AvgPool2dOp : Conv_AvgPool<"avg_pool2d", 2>;
def Conv_AvgPool3dOp : Conv_AvgPool<"avg_pool3d", 3>;

/// One value of each channel's image, at every size of it, along any number of spatial axes.
class Conv_GlobalPool<string opMnemonic>
    : Conv_StageOperation<opMnemonic, (ins AnyRankedTensor:$input), (ins), 0, [],
                          ["readsOneChannelPerOutput"]> {
  let assemblyFormat = [{
    $input oilist(`algorithm` $algorithm | `tolerance` $tolerance)
    attr-dict `:` functional-type(operands, results)
  }];
}

def Conv_GlobalMaxPoolOp : Conv_GlobalPool<"global_max_pool"> {
  let summary = "The largest value of each channel's image, [N, C, 1, 1]";
}

def Conv_GlobalAvgPoolOp : Conv_GlobalPool<"global_avg_pool"> {
  let summary = "The mean of each channel's image, [N, C, 1, 1]";
}

def Conv_BatchNormOp
    : Conv_LanguageOperation<"batch_norm",
                             (ins AnyRankedTensor:$input, AnyRankedTensor:$mean, AnyRankedTensor:$var,
                                  AnyRankedTensor:$gamma, AnyRankedTensor:$beta),
                             (ins DefaultValuedAttr<F64Attr, "1e-5">:$eps), 0> {
  let summary = "Batch normalisation with known statistics";
  let description = [{
    y = (input − mean) / sqrt(var + eps) · gamma + beta, each parameter [C] and f32. FoldBatchNorm
    turns it into the convolution's filter and bias, or into pointwise work.
  }];
  let assemblyFormat = [{
    $input `,` $mean `,` $var `,` $gamma `,` $beta attr-dict `:` functional-type(operands, results)
  }];
}

//===----------------------------------------------------------------------===//
// Elements elsewhere
//===----------------------------------------------------------------------===//

def Conv_SliceOp
    : Conv_AccessOperation<"slice", (ins DefaultValuedAttr<I64Attr, "0">:$dim,
                                         DefaultValuedAttr<I64Attr, "0">:$start,
                                         OptionalAttr<I64Attr>:$stop,
                                         DefaultValuedAttr<I64Attr, "1">:$step)> {
  let summary = "Every step-th element from start to before stop, along one dimension";
  let description = [{
    Python's `x[start:stop:step]` along `dim`: negative numbers count from the end, `stop` is the end
    when it is left out.
  }];
}

def Conv_PadOp
    : Conv_AccessOperation<"pad", (ins OptionalAttr<DenseI64ArrayAttr>:$pad_before,
                                       OptionalAttr<DenseI64ArrayAttr>:$pad_after,
                                       DefaultValuedAttr<StrAttr, "\"constant\"">:$mode,
                                       DefaultValuedAttr<F64Attr, "0">:$value)> {
  let summary = "Elements added at the borders of the spatial axes";
  let description = "`mode` is constant, reflect, replicate or circular; constant adds `value`.";
}

def Conv_PixelShuffleOp
    : Conv_AccessOperation<"pixel_shuffle", (ins OptionalAttr<I64Attr>:$factor)> {
  let summary = "[N, C·r², H, W] as [N, C, H·r, W·r]: y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w]";
}

def Conv_PixelUnshuffleOp
    : Conv_AccessOperation<"pixel_unshuffle", (ins OptionalAttr<I64Attr>:$factor)> {
  let summary = "The inverse of pixel_shuffle";
}

def Conv_ChannelShuffleOp
    : Conv_AccessOperation<"channel_shuffle", (ins DefaultValuedAttr<I64Attr, "1">:$groups)> {
  let summary = "The channels of `groups` blocks in turn: y[i·groups + g] = x[g·C/groups + i]";
}

def Conv_FlattenOp : Conv_AccessOperation<"flatten", (ins)> {
  let summary = "[N, C, …] as [N, C · …], in PyTorch's order whatever the layout";
}

def Conv_SoftmaxOp
    : Conv_AccessOperation<"softmax", (ins DefaultValuedAttr<I64Attr, "0">:$dim)> {
  let summary = "exp(x − max x) / Σ exp(x − max x) along one dimension";
}

def Conv_InterpolateOp
    : Conv_AccessOperation<"interpolate", (ins OptionalAttr<DenseI64ArrayAttr>:$size,
                                               OptionalAttr<F64Attr>:$scale_factor,
                                               DefaultValuedAttr<StrAttr, "\"nearest\"">:$mode,
                                               DefaultValuedAttr<BoolAttr, "false">:$align_corners)> {
  let summary = "Another image size, as torch.nn.functional.interpolate makes it";
}

def Conv_ConcatOp
    : Conv_LanguageOperation<"concat", (ins Variadic<AnyRankedTensor>:$parts),
                             (ins DefaultValuedAttr<I64Attr, "0">:$dim), 0, [],
                             [DeclareOpInterfaceMethods<Conv_AssemblyOp>]> {
  let summary = "Two tensors or more, one after another along one dimension";
  let description = [{
    Parts have one type and the same extents but along `dim`, where the result has their sum.
  }];
  let assemblyFormat = "$parts attr-dict `:` functional-type(operands, results)";
}

def Conv_MapOp : Conv_Op<"map", [Pure, SingleBlock]> {
  let summary = "Pointwise work: one scalar expression for every element";
  let description = [{
    The block's arguments are the operands' elements at one position; it yields the result's. Operands
    of rank 4 broadcast where their extent is the constant 1. Operands of rank 1 hold one value per
    channel: [C] stands for [1, C, 1, 1]; on the weight side (a result without encoding, e.g. a folded
    filter [K, C/G, R, S]) it runs along dimension 0, the output channels.

    ```mlir
    %z = conv.map(%y, %s) : (tensor<…>, tensor<64xf32>) -> tensor<…> {
    ^bb0(%a: f32, %b: f32):
      %p = conv.mul %a, %b : f32
      conv.yield %p : f32
    }
    ```
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` $inputs `)` `:` functional-type(operands, results) attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The scalar that the body yields.
    ::mlir::Value getYielded();
  }];
}

def Conv_KernelOp : Conv_Op<"kernel", [IsolatedFromAbove, Pure, SingleBlock]> {
  let summary = "The unit of code generation";
  let description = [{
    Stages (StageOp) and the pointwise work fused around them, computed by one generated function. Block
    arguments are the operands; the body holds stages and map operations and yields the results.
    FormKernels makes it, SelectPlan gives it its `plan`, PlanWorkspace its `slots`: for each result the
    slot of the workspace that holds it, or −1 when it is a result of the layer.

    ```mlir
    %r = conv.kernel "sobel"(%frame, %gx, %gy)
         plan <algorithm = direct, tile_x = 16, source = default> slots [-1] : (…) -> tensor<…> {
    ^bb0(%0: …, %1: …, %2: …):
      …
      conv.yield %9 : tensor<…>
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyRankedTensor>:$inputs,
                       OptionalAttr<Conv_PlanAttr>:$plan,
                       OptionalAttr<DenseI64ArrayAttr>:$slots);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `(` $inputs `)` (`plan` $plan^)? (`slots` $slots^)? `:` functional-type(operands, results)
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

def Conv_YieldOp : Conv_Op<"yield", [Pure, Terminator, ReturnLike,
                                     ParentOneOf<["KernelOp", "MapOp"]>]> {
  let summary = "What a map or a kernel gives";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif // CONVWRIGHT_COMPILER_IR_CONVOPS_TD
