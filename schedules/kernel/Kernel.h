//===- Kernel.h - what one generated function computes ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain data, no MLIR and no Halide types: this is the border between compiler/ and schedules/.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_KERNEL_H
#define CONVWRIGHT_SCHEDULES_KERNEL_KERNEL_H

#include "schedules/kernel/Layout.h"
#include "schedules/kernel/ScalarExpr.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace convwright::schedules {

/// PyTorch's padding modes.
enum class PaddingMode : uint8_t { Zeros, Reflect, Replicate, Circular };

/// A size that the caller chooses at run time, within [lo, hi] in steps of `step` from lo.
/// `like` is the value that the schedule is made fastest for.
struct Symbol {
  std::string name;
  int64_t lo = 1, hi = 1, step = 1, like = 1;
};

/// A dimension's extent: floor((mul * symbol + add) / div). A constant has symbol = -1, mul = 0,
/// div = 1 and its value in `add`. Kept normalised by compiler/IR/ConvShape, so that equal extents
/// compare equal.
struct Extent {
  int32_t symbol = -1;
  int64_t mul = 0, add = 0, div = 1;

  static Extent constant(int64_t value) { return {-1, 0, value, 1}; }
  static Extent ofSymbol(int32_t symbol) { return {symbol, 1, 0, 1}; }

  bool isConstant() const { return symbol < 0; }
  /// The value for the given symbol values (indexed like Kernel::symbols).
  int64_t at(std::span<const int64_t> sizes) const {
    int64_t numerator = isConstant() ? add : mul * sizes[symbol] + add;
    int64_t quotient = numerator / div;
    return quotient - (numerator % div < 0 ? 1 : 0);
  }
  bool operator==(const Extent &) const = default;
};

/// A tensor's extents in logical order; of an activation N, C and the spatial axes.
using Dims = std::vector<Extent>;

/// The extents for the symbols' values.
inline std::vector<int64_t> valuesOf(std::span<const Extent> dims, std::span<const int64_t> sizes) {
  std::vector<int64_t> values;
  values.reserve(dims.size());
  for (const Extent &extent : dims)
    values.push_back(extent.at(sizes));
  return values;
}

/// An activation's extent along an axis: 1 where it has no such axis.
Extent along(const Dims &dims, Axis axis);

/// How many of an activation's dimensions, innermost in memory first, lie densely: to the first
/// that has more than one element, and with channels last the pixels of a row, too. The others'
/// strides are the caller's.
size_t denseDims(const Dims &dims, Layout layout);

/// An addend of an index: mul * ((scale * at[axis]) floordiv div mod modulus); modulus 0: no mod.
struct AccessTerm {
  Axis axis = Axis::N;
  int64_t mul = 1, scale = 1, div = 1, modulus = 0;

  bool operator==(const AccessTerm &) const = default;
};

/// Where along an axis of `in` elements, resized to `out`, a position of the result lies; computed
/// in f32, operation by operation as PyTorch does. With step = 1 / factor, rounded to f32, or
/// in / out without a factor:
///   Floor    at * step                      Halves   (at + 0.5) * step - 0.5
///   Corners  at * (in - 1) / (out - 1), 0 where out is 1
struct Sampling {
  enum class Grid : uint8_t { Floor, Halves, Corners };

  Axis axis = Axis::W;
  Grid grid = Grid::Floor;
  Extent in = Extent::constant(1), out = Extent::constant(1);
  double factor = 0; // 0: none
  /// Whether what lies before the first element's middle counts as being there.
  bool atLeastZero = false;

  bool operator==(const Sampling &) const = default;
};

/// An index along one axis of what is read: offset + the terms + the sampled position's floor.
struct AxisAccess {
  Extent offset = Extent::constant(0);
  std::vector<AccessTerm> terms;
  std::optional<Sampling> sampling;

  bool operator==(const AxisAccess &) const = default;
};

/// What an index beyond the borders stands for. Inside: there is none. Constant: a value.
/// Clamp: the element at the border. Reflect, without repeating the border, and Wrap go round once.
enum class Border : uint8_t { Inside, Constant, Clamp, Reflect, Wrap };

/// Which element a read at a point takes; `at` is the point, with 0 along the axes where `dims`
/// has the constant extent 1.
struct Access {
  /// Of what is seen through it, at the kernel's rank.
  Dims dims;
  /// The index along each axis of what is read.
  std::vector<AxisAccess> axes;
  Border border = Border::Inside;
  /// Constant: what is seen outside.
  double outside = 0;

  bool operator==(const Access &) const = default;
};

/// The elements of a larger tensor that an operand or an output is: along each dimension `start`,
/// start + step, … Generated code takes strides from the buffer that it is given, so that it does
/// not depend on the larger tensor.
struct Part {
  Dims whole; // of the larger tensor
  std::vector<Extent> start;
  std::vector<int64_t> step;
};

/// Something that a kernel reads.
struct Operand {
  /// Activation: given at each run. Weight: bound once and packed ahead of run.
  /// Constant: known now; `data` holds it.
  enum class Role : uint8_t { Activation, Weight, Constant };

  std::string name;
  Role role = Role::Activation;
  ElementType type = ElementType::F32;
  /// Activations and pointwise operands: the kernel's rank, [N, C, H, W] or [N, C, D, H, W], or
  /// rank 1 [C], which stands for [1, C, 1, …]. A constant extent of 1 broadcasts against any
  /// other. A filter for each pixel: rank 6, or 8 of three spatial axes, densely in logical order.
  /// Weights and constants have constant extents, of any rank.
  Dims dims;
  Layout layout = Layout::ChannelsFirst;
  /// Constant only: elements in row-major logical order, native byte order.
  std::vector<std::byte> data;
  /// Activations of the kernel's rank only: what it is read through, the one that readers see
  /// first; empty: as it is. Several operands may be one tensor, read in different ways.
  std::vector<Access> accesses = {};
  /// Activations of the kernel's rank only; none: all of the tensor.
  std::optional<Part> part = {};

  /// The extents that readers see.
  const Dims &seenDims() const { return accesses.empty() ? dims : accesses.front().dims; }
};

/// A window along one spatial axis: output position p sees the inputs p * stride + t * dilation -
/// padBefore for the taps t.
struct WindowAxis {
  int64_t taps = 1;
  int64_t stride = 1, dilation = 1;    // dilation 1 = dense
  int64_t padBefore = 0, padAfter = 0; // elements

  bool operator==(const WindowAxis &) const = default;
  /// Elements from the first tap to the last.
  int64_t reach() const { return (taps - 1) * dilation + 1; }
  bool padded() const { return padBefore != 0 || padAfter != 0; }
};

/// Positions of a window over so many elements; none when the padded input is shorter than it is,
/// or 64 bits do not hold the numbers.
std::optional<int64_t> outputSize(int64_t size, const WindowAxis &window);
/// The same with a last window that reaches beyond the padded input, as long as it starts inside
/// the input or the padding before it (PyTorch's ceil_mode).
std::optional<int64_t> partialOutputSize(int64_t size, const WindowAxis &window);

/// How a stage puts the taps of a window together.
enum class Reduction : uint8_t { Sum, Max, Mean };

/// What multiplies the taps of a window; `filter` gives it.
enum class FilterKind : uint8_t {
  None,        // nothing: pools; an output channel reads the input's of its number
  Shared,      // [K, C/G, taps…], weights: the same at every position
  PerPosition, // [output positions…, K, C/G, taps…], weights: locally connected
  PerPixel,    // [N, G, taps…, output positions…], an activation: shared by the channels of a
               // group; like a pool, output channel k reads the input's k
  Regions      // [grid…, taps…], weights: of every channel likewise, bilinear between the grid's
               // centres, of which i lies at (i + 0.5) · positions / grid − 0.5
};

/// Taps that lie elsewhere: tap i of an offset group is read offsets[n, 2·(group·taps + i) + axis,
/// position…] further on, bilinear between elements, and multiplied by mask[n, group·taps + i, …].
/// What lies outside the input, or nowhere (NaN), is 0. Two spatial axes, padded with zeros.
struct Displacement {
  ScalarExpr offsets;
  std::optional<ScalarExpr> mask;
  int64_t groups = 1;
};

/// Where the taps of a phase of a transposed convolution lie in its filter, which is [C, K/G,
/// taps…]: along each spatial axis tap t is first + t * step.
struct PhaseFilter {
  std::vector<int64_t> first, step;
};

/// A reduction over a window of its input; i are the spatial axes:
///   y[n,k,p…] = b[k] + sum_{c,t…} w[k,c,t…] * x[n, g*C/G + c, p_i*stride_i + t_i*dilation_i -
///                                               padBefore_i …]
/// with g = k / (K/G), and x outside its borders as the padding mode says; or the largest, or the
/// mean, of x in the window, of each channel.
struct Stage {
  /// x, [N, C, spatial…]: a pointwise expression over Activation (and broadcast) operands. Padding
  /// is of its value: a zero-padded exp(x) is 0, not exp(0), outside. Outside what Max reduces is
  /// nothing (−∞).
  ScalarExpr input;
  Dims inputDims;
  /// w: of weights an expression over Weight and Constant operands only, evaluated when packing;
  /// rank-1 operands in it run along its dimension 0. PerPixel: an Activation of the filter's rank.
  /// No nodes of kind None.
  ScalarExpr filter;
  FilterKind filterKind = FilterKind::Shared;
  /// b, [K]: an expression of weights likewise; none means 0.
  std::optional<ScalarExpr> bias;
  int64_t K = 1, C = 1, groups = 1;
  /// One for each spatial axis, outermost first.
  std::vector<WindowAxis> window;
  PaddingMode paddingMode = PaddingMode::Zeros;
  /// Regions: kernels along each spatial axis.
  std::vector<int64_t> grid;
  Reduction reduction = Reduction::Sum;
  /// Without a filter: the last window along an axis may reach beyond the padding, where nothing
  /// is (partialOutputSize).
  bool partialWindows = false;
  /// Without a filter: the window is all of the input, at every size of it, and its taps are the
  /// input's extents at the symbols' `like`.
  bool wholeInput = false;
  /// Mean: whether what the padding adds counts among what the sum is divided by. What a window
  /// reaches beyond the padding never counts.
  bool countPadding = true;
  std::optional<Displacement> displacement;
  /// The window is a transposed convolution's. No kernel has such a stage: phasesOf() makes forward
  /// ones of it.
  bool transposed = false;
  /// Of a phase of a transposed convolution (Phases.h), whose padding may be negative: the window
  /// then starts inside.
  std::optional<PhaseFilter> phase;
  Dims outputDims; // [N, K, spatial…]

  /// The window along an axis; one tap where there is no such axis.
  WindowAxis windowAlong(Axis axis) const;
  /// Taps of the whole window.
  int64_t taps() const;
  bool padded() const;
  /// Input channels that one output reads.
  int64_t channelsRead() const {
    return filterKind == FilterKind::Shared || filterKind == FilterKind::PerPosition ? C / groups
                                                                                     : 1;
  }
  /// The result's type: products are summed in f32, the largest value is one of the input's.
  ElementType type() const { return reduction == Reduction::Max ? input.type() : ElementType::F32; }
  /// Extents of the filter, [K, C/G, taps…] and so on as filterKind says; none of kind None.
  Dims filterDims() const;
  /// A sum of products with a shared filter at fixed places: what the fast algorithms compute.
  bool isConvolution() const {
    return reduction == Reduction::Sum && filterKind == FilterKind::Shared && !displacement;
  }
};

/// Visits every expression of a stage.
template <typename StageType, typename Visit>
void forEachExpression(StageType &stage, Visit visit) {
  visit(stage.input);
  if (stage.filterKind != FilterKind::None)
    visit(stage.filter);
  if (stage.bias)
    visit(*stage.bias);
  if (!stage.displacement)
    return;
  visit(stage.displacement->offsets);
  if (stage.displacement->mask)
    visit(*stage.displacement->mask);
}

/// "3x3", "1x3x3".
std::string spellTaps(const Stage &stage);

/// One tensor that a kernel writes.
struct Output {
  std::string name;
  /// Over the stages' results (leaf Conv i), and any operand. Its type is `type`.
  ScalarExpr value;
  ElementType type = ElementType::F32;
  Dims dims;
  Layout layout = Layout::ChannelsFirst;
  std::optional<Part> part = {}; // none: all of the tensor
};

/// The sum, or the largest, of an expression over all positions along one axis, at the others of
/// the reading point. The expression may have earlier folds in it, but no stages.
struct Fold {
  ScalarExpr value;
  Dims dims; // that it is folded over, at the kernel's rank
  Axis axis = Axis::C;
  Reduction reduction = Reduction::Sum;
};

/// The unit of code generation: stages and the pointwise work fused around them. Several stages in
/// a kernel have equal outputDims and the same `input` (FormKernels sees to it); a kernel without
/// stages is pure pointwise work. All activations have two spatial axes, or all have three: what
/// has fewer is seen with leading ones of extent 1, which lies alike in memory. All arithmetic is
/// f32 unless an expression says i32; stages accumulate in f32 (Stage::type).
struct Kernel {
  std::string name;
  std::vector<Symbol> symbols;
  std::vector<Operand> operands;
  std::vector<Stage> stages;
  std::vector<Output> outputs;
  /// What the fractions in its expressions are of.
  std::vector<Sampling> samplings = {};
  /// Of a kernel without stages.
  std::vector<Fold> folds = {};

  /// Dimensions of its activations: 4 or 5.
  size_t rank() const { return outputs.front().dims.size(); }
};

/// The symbols' `like` values, as Extent::at wants them.
std::vector<int64_t> likeSizes(const Kernel &kernel);

/// Whether every image is one pixel, its channels constant and last in memory: the batch can be
/// seen as the pixels of one image then.
bool hasOnePixelImages(const Kernel &kernel);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_KERNEL_H
