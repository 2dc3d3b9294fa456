//===- KernelCheck.cpp - what a kernel's parts must be for each other -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/KernelCheck.h"

#include "schedules/kernel/Access.h"
#include "schedules/kernel/Extents.h"

#include <cmath>
#include <limits>

namespace convwright::schedules {

namespace {

using Wrong = std::optional<std::string>;

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

// As the compiler: Halide indexes with 32 bits.
constexpr int64_t mostElements = 2147483647;

std::optional<int64_t> valueAt(const Extent &extent, const Kernel &kernel, int64_t Symbol::*point) {
  return extent.isConstant() ? extent.add
                             : schedules::valueAt(extent, kernel.symbols[extent.symbol].*point);
}

constexpr auto points = {&Symbol::lo, &Symbol::like, &Symbol::hi};

Wrong checkExtent(const Kernel &kernel, const Extent &extent) {
  if (!extent.isConstant() && static_cast<size_t>(extent.symbol) >= kernel.symbols.size())
    return "refers to symbol " + std::to_string(extent.symbol) + "; there are " +
           std::to_string(kernel.symbols.size());
  for (int64_t Symbol::*point : points) {
    std::optional<int64_t> value = valueAt(extent, kernel, point);
    int64_t least = extent.isConstant() || point != &Symbol::lo ? 1 : 0;
    if (!value || *value < least || *value > mostElements)
      return value ? "has an extent of " + std::to_string(*value) +
                         "; allowed: " + std::to_string(least) + " to 2^31 - 1"
                   : std::string("overflows 64 bits");
  }
  return std::nullopt;
}

Wrong checkDims(const Kernel &kernel, const Dims &dims) {
  int64_t product = 1;
  for (const Extent &extent : dims) {
    if (auto wrong = checkExtent(kernel, extent))
      return wrong;
    int64_t largest = *valueAt(extent, kernel, &Symbol::hi);
    if (__builtin_mul_overflow(product, largest, &product) || product > mostElements)
      return "has 2^31 elements or more";
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

bool isComparison(ScalarOp op) {
  return op == ScalarOp::Less || op == ScalarOp::LessEqual || op == ScalarOp::Equal ||
         op == ScalarOp::NotEqual;
}

bool takesIntegers(ScalarOp op) {
  return op == ScalarOp::Add || op == ScalarOp::Sub || op == ScalarOp::Mul || op == ScalarOp::Neg ||
         op == ScalarOp::Abs || op == ScalarOp::Min || op == ScalarOp::Max ||
         op == ScalarOp::Select || isComparison(op);
}

/// Checks one expression; `WeightsOnly`: evaluated when packing.
class ExpressionCheck {
public:
  enum class Place : uint8_t { Input, Weights, Output };
  ExpressionCheck(const Kernel &kernel, const ScalarExpr &expr, Place place)
      : ExpressionCheck(kernel, expr, place, kernel.folds.size()) {}
  /// Of a fold, which has those before it alone.
  ExpressionCheck(const Kernel &kernel, const ScalarExpr &expr, Place place, size_t knownFolds)
      : kernel(kernel), expr(expr), place(place), knownFolds(knownFolds) {}

  Wrong run() const {
    for (size_t i = 0; i < expr.nodes.size(); ++i)
      if (auto wrong = check(expr.nodes[i]))
        return "node " + std::to_string(i) + " (" + std::string(spell(expr.nodes[i].op)) + ") " +
               *wrong;
    if (isComparison(expr.root().op))
      return "is a truth value";
    return std::nullopt;
  }

private:
  Wrong check(const ScalarNode &node) const {
    switch (node.op) {
    case ScalarOp::Constant:
      return checkConstant(node);
    case ScalarOp::Operand:
      return checkOperand(node);
    case ScalarOp::Conv:
      return checkConv(node);
    case ScalarOp::Fraction:
      return checkFraction(node);
    case ScalarOp::Fold:
      return checkFold(node);
    case ScalarOp::Convert:
      return isComparison(argument(node, 0).op) ? Wrong("converts a truth value") : std::nullopt;
    default:
      return checkOperation(node);
    }
  }

  static Wrong checkConstant(const ScalarNode &node) {
    if (node.type == ElementType::F32)
      return std::nullopt;
    bool integral = node.value == std::nearbyint(node.value) &&
                    node.value == convertValue(node.value, node.type);
    return integral ? std::nullopt : Wrong("is no " + std::string(spell(node.type)));
  }

  Wrong checkOperand(const ScalarNode &node) const {
    auto index = static_cast<size_t>(node.index);
    if (index >= kernel.operands.size())
      return "refers to operand " + std::to_string(index) + "; there are " +
             std::to_string(kernel.operands.size());
    const Operand &operand = kernel.operands[index];
    if (node.type != operand.type)
      return "is " + std::string(spell(node.type)) + ", but the operand " +
             std::string(spell(operand.type));
    if (place == Place::Weights && operand.role == Operand::Role::Activation)
      return std::string("is an activation, which packing does not have");
    if (operand.role == Operand::Role::Activation && operand.dims.size() > kernel.rank())
      return std::string("is a filter for each pixel");
    return std::nullopt;
  }

  Wrong checkConv(const ScalarNode &node) const {
    if (place != Place::Output)
      return std::string("stands outside the outputs");
    if (static_cast<size_t>(node.index) >= kernel.stages.size())
      return "refers to convolution " + std::to_string(node.index) + "; there are " +
             std::to_string(kernel.stages.size());
    ElementType type = kernel.stages[static_cast<size_t>(node.index)].type();
    if (node.type == type)
      return std::nullopt;
    return "is not " + std::string(spell(type));
  }

  Wrong checkFraction(const ScalarNode &node) const {
    if (place == Place::Weights)
      return std::string("is of a position, which weights do not have");
    if (static_cast<size_t>(node.index) >= kernel.samplings.size())
      return "refers to sampling " + std::to_string(node.index) + "; there are " +
             std::to_string(kernel.samplings.size());
    return node.type == ElementType::F32 ? std::nullopt : Wrong("is not f32");
  }

  Wrong checkFold(const ScalarNode &node) const {
    if (place != Place::Output)
      return std::string("stands outside the outputs");
    if (static_cast<size_t>(node.index) >= knownFolds)
      return "refers to fold " + std::to_string(node.index) + "; there are " +
             std::to_string(knownFolds) + " before it";
    return node.type == ElementType::F32 ? std::nullopt : Wrong("is not f32");
  }

  Wrong checkOperation(const ScalarNode &node) const {
    bool stored = node.type == ElementType::U8 || node.type == ElementType::I8;
    if (node.type != ElementType::F32 && (stored || !takesIntegers(node.op)))
      return "does not compute in " + std::string(spell(node.type));
    for (unsigned i = 0; i < operandCount(node.op); ++i) {
      const ScalarNode &child = argument(node, i);
      bool condition = node.op == ScalarOp::Select && i == 0;
      if (condition != isComparison(child.op))
        return condition ? Wrong("selects by a number") : Wrong("computes with a truth value");
      if (!condition && child.type != node.type)
        return "is " + std::string(spell(node.type)) + ", but its argument " +
               std::string(spell(child.type));
    }
    return std::nullopt;
  }

  const ScalarNode &argument(const ScalarNode &node, unsigned i) const {
    return expr.nodes[static_cast<size_t>(node.args[i])];
  }

  const Kernel &kernel;
  const ScalarExpr &expr;
  Place place;
  size_t knownFolds;
};

//===----------------------------------------------------------------------===//
// The parts
//===----------------------------------------------------------------------===//

Wrong checkSymbol(const Symbol &symbol) {
  if (symbol.lo < 0 || symbol.like < 1 || symbol.lo > symbol.like || symbol.like > symbol.hi ||
      symbol.step < 1)
    return "needs 0 <= lo <= like <= hi, 1 <= like and step >= 1";
  return std::nullopt;
}

/// Between which numbers an index lies, while no border has changed it.
struct IndexRange {
  int64_t lo = 0, hi = 0;

  /// Adds mul * [0, last]. False beyond 64 bits.
  bool add(int64_t mul, int64_t last) {
    int64_t moved;
    return !__builtin_mul_overflow(mul, last, &moved) &&
           !__builtin_add_overflow(moved < 0 ? lo : hi, moved, moved < 0 ? &lo : &hi);
  }
  bool fits() const { return lo >= -mostElements && hi <= mostElements; }
};

std::optional<IndexRange> indexRange(const Kernel &kernel, const Access &access,
                                     const AxisAccess &axis, int64_t Symbol::*point) {
  std::optional<int64_t> offset = valueAt(axis.offset, kernel, point);
  if (!offset)
    return std::nullopt;
  IndexRange range{*offset, *offset};
  for (const AccessTerm &term : axis.terms) {
    int64_t last = *valueAt(along(access.dims, term.axis), kernel, point) - 1, scaled;
    if (__builtin_mul_overflow(last, term.scale, &scaled) || scaled > mostElements)
      return std::nullopt;
    int64_t most = scaled / term.div;
    if (!range.add(term.mul, term.modulus == 0 ? most : std::min(most, term.modulus - 1)))
      return std::nullopt;
  }
  return range.fits() ? std::optional(range) : std::nullopt;
}

Wrong checkSampling(const Kernel &kernel, const Sampling &sampling) {
  if (!positionOf(sampling.axis, kernel.rank()))
    return "samples along " + std::string(spell(sampling.axis)) +
           ", which the kernel does not have";
  return checkDims(kernel, {sampling.in, sampling.out});
}

Wrong checkAxes(const Kernel &kernel, const AxisAccess &axis) {
  for (const AccessTerm &term : axis.terms)
    if (!positionOf(term.axis, kernel.rank()))
      return "counts along " + std::string(spell(term.axis)) + ", which the kernel does not have";
  if (!axis.offset.isConstant() && static_cast<size_t>(axis.offset.symbol) >= kernel.symbols.size())
    return "refers to symbol " + std::to_string(axis.offset.symbol) + "; there are " +
           std::to_string(kernel.symbols.size());
  return axis.sampling ? checkSampling(kernel, *axis.sampling) : std::nullopt;
}

/// `size`: of what is read, along the axis.
Wrong checkIndex(const Kernel &kernel, const Access &access, const AxisAccess &axis,
                 const Extent &size) {
  if (auto wrong = checkAxes(kernel, axis))
    return wrong;
  if (axis.sampling && access.border != Border::Clamp)
    return std::string("samples without a clamped border");
  for (int64_t Symbol::*point : points) {
    if (std::any_of(access.dims.begin(), access.dims.end(),
                    [&](const Extent &extent) { return valueAt(extent, kernel, point) == 0; }))
      continue; // nothing is read
    std::optional<IndexRange> range = indexRange(kernel, access, axis, point);
    if (!range)
      return std::string("has an index beyond 2^31 - 1");
    int64_t elements = *valueAt(size, kernel, point);
    if (access.border == Border::Inside && (range->lo < 0 || range->hi >= elements))
      return "reads elements " + std::to_string(range->lo) + " to " + std::to_string(range->hi) +
             " of " + std::to_string(elements);
  }
  return std::nullopt;
}

Wrong checkAccess(const Kernel &kernel, const Operand &operand, size_t index) {
  const Access &access = operand.accesses[index];
  if (access.dims.size() != kernel.rank() || access.axes.size() != kernel.rank())
    return "has " + std::to_string(access.dims.size()) + " extents and " +
           std::to_string(access.axes.size()) + " indices; the kernel has rank " +
           std::to_string(kernel.rank());
  if (auto wrong = checkDims(kernel, access.dims))
    return wrong;
  for (size_t i = 0; i < access.axes.size(); ++i)
    if (auto wrong = checkIndex(kernel, access, access.axes[i], dimsBehind(operand, index)[i]))
      return wrong;
  return std::nullopt;
}

Wrong checkAccesses(const Kernel &kernel, const Operand &operand) {
  if (operand.accesses.empty())
    return std::nullopt;
  if (operand.role != Operand::Role::Activation || operand.dims.size() != kernel.rank())
    return "is read through an access; only activations of rank " + std::to_string(kernel.rank()) +
           " are";
  // The last first: each relies on the extents behind it.
  for (size_t i = operand.accesses.size(); i-- > 0;)
    if (auto wrong = checkAccess(kernel, operand, i))
      return "access " + *wrong;
  return std::nullopt;
}

/// Whether a stage reads the operand as its filter for each pixel.
bool isPixelFilter(const Kernel &kernel, const Operand &operand) {
  for (const Stage &stage : kernel.stages) {
    if (stage.filterKind != FilterKind::PerPixel || stage.filter.root().op != ScalarOp::Operand)
      continue;
    auto index = static_cast<size_t>(stage.filter.root().index);
    if (index < kernel.operands.size() && &kernel.operands[index] == &operand)
      return true;
  }
  return false;
}

Wrong checkPart(const Kernel &kernel, const Dims &dims, const Part &part) {
  if (dims.size() != kernel.rank())
    return "is a part of rank " + std::to_string(dims.size()) + "; parts have " +
           std::to_string(kernel.rank());
  if (auto wrong = checkDims(kernel, part.whole))
    return "is a part of what " + *wrong;
  for (size_t i = 0; i < dims.size(); ++i)
    for (int64_t Symbol::*point : points) {
      std::optional<int64_t> start = valueAt(part.start[i], kernel, point);
      int64_t count = *valueAt(dims[i], kernel, point), last;
      if (!start || *start < 0 || __builtin_mul_overflow(count - 1, part.step[i], &last) ||
          __builtin_add_overflow(last, *start, &last) ||
          last >= *valueAt(part.whole[i], kernel, point))
        return "is a part that leaves the whole along dimension " + std::to_string(i);
    }
  return std::nullopt;
}

Wrong checkOperand(const Kernel &kernel, const Operand &operand) {
  if (auto wrong = checkDims(kernel, operand.dims))
    return wrong;
  if (auto wrong = checkAccesses(kernel, operand))
    return wrong;
  if (operand.part) {
    if (operand.role != Operand::Role::Activation)
      return std::string("is a part of something; only activations are");
    if (auto wrong = checkPart(kernel, operand.dims, *operand.part))
      return wrong;
  }
  if (operand.role == Operand::Role::Activation) {
    if (operand.dims.size() != kernel.rank() && operand.dims.size() != 1 &&
        !isPixelFilter(kernel, operand))
      return "has rank " + std::to_string(operand.dims.size()) + "; activations have " +
             std::to_string(kernel.rank()) + " or 1";
  }
  int64_t elements = 1;
  for (const Extent &extent : operand.dims) {
    if (operand.role != Operand::Role::Activation && !extent.isConstant())
      return std::string("has a symbolic extent; only activations may");
    elements *= *valueAt(extent, kernel, &Symbol::hi);
  }
  size_t bytes = operand.role == Operand::Role::Constant
                     ? static_cast<size_t>(elements) * byteWidth(operand.type)
                     : 0;
  if (operand.data.size() != bytes)
    return "has " + std::to_string(operand.data.size()) + " bytes of data; its type wants " +
           std::to_string(bytes);
  return std::nullopt;
}

Wrong checkImageSize(const Kernel &kernel, const Stage &stage, Axis axis) {
  WindowAxis window = stage.windowAlong(axis);
  for (int64_t Symbol::*point : points) {
    int64_t size = *valueAt(along(stage.inputDims, axis), kernel, point);
    int64_t taps = stage.windowAlong(axis).taps;
    if (stage.wholeInput && point == &Symbol::like && size != taps)
      return "has " + std::to_string(taps) + " taps along " + std::string(spell(axis)) +
             ", but all of the input is " + std::to_string(size);
    if (stage.wholeInput)
      window.taps = size;
    std::optional<int64_t> expected =
        stage.partialWindows ? partialOutputSize(size, window) : outputSize(size, window);
    int64_t found = *valueAt(along(stage.outputDims, axis), kernel, point);
    if (expected.value_or(0) != found) // a phase may have no output at the smallest sizes
      return "has an output size of " + std::to_string(found) + " along " +
             std::string(spell(axis)) + ", which does not follow from its input of " +
             std::to_string(size);
    int64_t pad = std::max(window.padBefore, window.padAfter);
    if ((stage.paddingMode == PaddingMode::Reflect && pad >= size) ||
        (stage.paddingMode == PaddingMode::Circular && pad > size))
      return "pads an input of " + std::to_string(size) + " by " + std::to_string(pad);
  }
  return std::nullopt;
}

Wrong checkStageSizes(const Kernel &kernel, const Stage &stage) {
  for (const Dims &dims : {stage.inputDims, stage.outputDims}) {
    if (dims.size() != kernel.rank())
      return "has rank " + std::to_string(dims.size()) + ", but the kernel " +
             std::to_string(kernel.rank());
    if (auto wrong = checkDims(kernel, dims))
      return wrong;
  }
  if (stage.groups < 1 || stage.K % stage.groups != 0 || stage.C % stage.groups != 0)
    return "has " + std::to_string(stage.groups) +
           " groups, which do not divide K = " + std::to_string(stage.K) +
           " and C = " + std::to_string(stage.C);
  if (along(stage.inputDims, Axis::C) != Extent::constant(stage.C) ||
      along(stage.outputDims, Axis::C) != Extent::constant(stage.K) ||
      along(stage.inputDims, Axis::N) != along(stage.outputDims, Axis::N))
    return std::string("has dimensions that are not [N, C, H, W] and [N, K, P, Q]");
  if (stage.channelsRead() == 1 && stage.filterKind != FilterKind::Shared &&
      stage.filterKind != FilterKind::PerPosition && stage.K != stage.C)
    return "has K = " + std::to_string(stage.K) +
           ", but each channel is its own and C = " + std::to_string(stage.C);
  if (stage.filterKind == FilterKind::Regions && stage.grid.size() != stage.window.size())
    return std::string("has no grid of kernels along each axis");
  if (auto wrong = checkDims(kernel, stage.filterDims()))
    return "has a filter that " + *wrong;
  for (Axis axis : spatialAxes(kernel.rank()))
    if (auto wrong = checkImageSize(kernel, stage, axis))
      return wrong;
  return std::nullopt;
}

/// Its taps lie in the raw filter; what the filter is, its operands say.
Wrong checkPhase(const Kernel &kernel, const Stage &stage) {
  for (const ScalarNode &node : stage.filter.nodes) {
    if (node.op != ScalarOp::Operand)
      continue;
    const Dims &dims = kernel.operands[static_cast<size_t>(node.index)].dims;
    if (dims.size() == 1)
      continue;
    if (dims.size() != kernel.rank() || dims[0] != Extent::constant(stage.C) ||
        dims[1] != Extent::constant(stage.K / stage.groups))
      return std::string("has a phase of a filter that is not [C, K/groups, taps]");
    for (size_t i = 0; i < stage.window.size(); ++i) {
      int64_t first = stage.phase->first[i];
      int64_t last = first + (stage.window[i].taps - 1) * stage.phase->step[i];
      if (std::min(first, last) < 0 || std::max(first, last) >= dims[2 + i].add)
        return std::string("has a phase with taps beyond its filter");
    }
  }
  return std::nullopt;
}

/// What multiplies the taps: of weights, or an operand of just its shape.
Wrong checkFilter(const Kernel &kernel, const Stage &stage) {
  if (stage.filterKind == FilterKind::None)
    return std::nullopt;
  if (stage.filterKind != FilterKind::PerPixel)
    return ExpressionCheck(kernel, stage.filter, ExpressionCheck::Place::Weights).run();
  const ScalarNode &leaf = stage.filter.root();
  if (leaf.op != ScalarOp::Operand || stage.filter.nodes.size() != 1 ||
      static_cast<size_t>(leaf.index) >= kernel.operands.size())
    return std::string("is no operand");
  const Operand &operand = kernel.operands[static_cast<size_t>(leaf.index)];
  if (operand.role != Operand::Role::Activation || operand.type != ElementType::F32 ||
      leaf.type != ElementType::F32 || operand.dims != stage.filterDims())
    return std::string("is no f32 activation [N, groups, taps, output positions]");
  return std::nullopt;
}

/// What pools say, and what only they do.
Wrong checkReduction(const Stage &stage) {
  bool pool = stage.filterKind == FilterKind::None;
  if (pool != (stage.reduction != Reduction::Sum) || (pool && stage.bias))
    return std::string("needs a filter for a sum, and none (nor a bias) for anything else");
  if (!pool && (stage.partialWindows || stage.wholeInput))
    return std::string("has partial or whole windows, but is no pool");
  for (const WindowAxis &axis : stage.window)
    if ((stage.wholeInput && (axis.padded() || axis.stride != 1 || axis.dilation != 1)) ||
        (stage.reduction == Reduction::Mean && axis.dilation != 1))
      return std::string("has a window that its reduction does not take");
  if (stage.type() != stage.input.type())
    return std::string("reduces an input that is not f32");
  return std::nullopt;
}

/// An operand that says something of every output position, `channels` values each.
Wrong checkPerPosition(const Kernel &kernel, const Stage &stage, const ScalarExpr &expr,
                       int64_t channels) {
  if (auto wrong = ExpressionCheck(kernel, expr, ExpressionCheck::Place::Input).run())
    return wrong;
  Dims wanted = stage.outputDims;
  wanted[1] = Extent::constant(channels);
  for (const ScalarNode &node : expr.nodes)
    if (node.op == ScalarOp::Operand)
      if (const Operand &operand = kernel.operands[static_cast<size_t>(node.index)];
          operand.dims.size() != 1 && operand.seenDims() != wanted)
        return "is not " + std::to_string(channels) + " values for each output position";
  return expr.type() == ElementType::F32 ? std::nullopt : Wrong("is not f32");
}

Wrong checkDisplacement(const Kernel &kernel, const Stage &stage) {
  if (!stage.displacement)
    return std::nullopt;
  const Displacement &displacement = *stage.displacement;
  if (stage.window.size() != 2 || stage.paddingMode != PaddingMode::Zeros ||
      stage.filterKind != FilterKind::Shared)
    return std::string("displaces taps of no plain window along two axes");
  if (displacement.groups < 1 || stage.C % displacement.groups != 0)
    return "has " + std::to_string(displacement.groups) +
           " groups of offsets, which do not divide C = " + std::to_string(stage.C);
  int64_t taps = stage.taps() * displacement.groups;
  if (auto wrong = checkPerPosition(kernel, stage, displacement.offsets, 2 * taps))
    return "offsets: " + *wrong;
  if (displacement.mask)
    if (auto wrong = checkPerPosition(kernel, stage, *displacement.mask, taps))
      return "mask: " + *wrong;
  return std::nullopt;
}

Wrong checkStage(const Kernel &kernel, const Stage &conv) {
  using Place = ExpressionCheck::Place;
  if (auto wrong = ExpressionCheck(kernel, conv.input, Place::Input).run())
    return "input: " + *wrong;
  if (auto wrong = checkReduction(conv))
    return wrong;
  if (conv.bias)
    if (auto wrong = ExpressionCheck(kernel, *conv.bias, Place::Weights).run())
      return "bias: " + *wrong;
  const Stage &first = kernel.stages.front();
  if (conv.inputDims != first.inputDims || (!conv.phase && conv.outputDims != first.outputDims))
    return std::string("has other sizes than the first convolution");
  if (auto wrong = checkStageSizes(kernel, conv))
    return wrong;
  if (auto wrong = checkFilter(kernel, conv))
    return "filter: " + *wrong;
  if (auto wrong = checkDisplacement(kernel, conv))
    return wrong;
  return conv.phase ? checkPhase(kernel, conv) : std::nullopt;
}

Wrong checkFold(const Kernel &kernel, const Fold &fold) {
  auto index = static_cast<size_t>(&fold - kernel.folds.data());
  if (!kernel.stages.empty())
    return std::string("stands beside convolutions");
  if (fold.dims.size() != kernel.rank() || !positionOf(fold.axis, kernel.rank()))
    return "has rank " + std::to_string(fold.dims.size()) + " and the axis " +
           std::string(spell(fold.axis)) + ", but the kernel rank " + std::to_string(kernel.rank());
  if (auto wrong = checkDims(kernel, fold.dims))
    return wrong;
  using Place = ExpressionCheck::Place;
  if (auto wrong = ExpressionCheck(kernel, fold.value, Place::Output, index).run())
    return "value: " + *wrong;
  return fold.value.type() == ElementType::F32 ? std::nullopt : Wrong("is not f32");
}

Wrong checkOutput(const Kernel &kernel, const Output &output) {
  if (output.dims.size() != kernel.rank())
    return "has rank " + std::to_string(output.dims.size()) + ", but the first output " +
           std::to_string(kernel.rank());
  if (auto wrong = checkDims(kernel, output.dims))
    return wrong;
  if (auto wrong = ExpressionCheck(kernel, output.value, ExpressionCheck::Place::Output).run())
    return "value: " + *wrong;
  if (output.part)
    if (auto wrong = checkPart(kernel, output.dims, *output.part))
      return wrong;
  if (output.value.type() != output.type)
    return "is " + std::string(spell(output.type)) + ", but its value " +
           std::string(spell(output.value.type()));
  for (const ScalarNode &node : output.value.nodes)
    if (node.op == ScalarOp::Conv && output.dims != kernel.stages[node.index].outputDims)
      return std::string("has other sizes than the convolution in it");
  return std::nullopt;
}

template <typename Items, typename Check>
Wrong checkEach(const char *kind, const Items &items, Check check) {
  for (size_t i = 0; i < items.size(); ++i)
    if (auto wrong = check(items[i]))
      return std::string(kind) + " " + std::to_string(i) + " " + *wrong;
  return std::nullopt;
}

} // namespace

std::optional<std::string> checkKernel(const Kernel &kernel) {
  if (kernel.outputs.empty())
    return "the kernel has no outputs";
  if (auto wrong = checkEach("symbol", kernel.symbols, checkSymbol))
    return wrong;
  auto with = [&](auto check) {
    return [&, check](const auto &item) { return check(kernel, item); };
  };
  if (auto wrong = checkEach("sampling", kernel.samplings, with(checkSampling)))
    return wrong;
  if (auto wrong = checkEach("fold", kernel.folds, with(checkFold)))
    return wrong;
  if (auto wrong = checkEach("operand", kernel.operands, with(checkOperand)))
    return wrong;
  if (auto wrong = checkEach("convolution", kernel.stages, with(checkStage)))
    return wrong;
  return checkEach("output", kernel.outputs, with(checkOutput));
}

} // namespace convwright::schedules
