//===- Interpolate.cpp - interpolate -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// torch.nn.functional.interpolate. A result's position lies somewhere on the input's axis, as
// schedules::Sampling says; nearest takes the element before it, bilinear the two around it,
// bicubic four (Keys, A = -0.75), each axis on its own.
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/Ops/Access.h"

#include "compiler/IR/ConvTypes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

using namespace convwright;
using namespace convwright::ir;
using compiler::ExactTensor;
using schedules::AxisAccess;
using schedules::Border;
using schedules::Sampling;
using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;

namespace {

enum class Mode : uint8_t { Nearest, Bilinear, Bicubic };

std::optional<Mode> modeOf(mlir::DictionaryAttr attributes) {
  auto name = attributes.getAs<mlir::StringAttr>("mode");
  if (!name || name.getValue() == "nearest")
    return Mode::Nearest;
  if (name.getValue() == "bilinear")
    return Mode::Bilinear;
  return name.getValue() == "bicubic" ? std::optional(Mode::Bicubic) : std::nullopt;
}

bool alignsCorners(mlir::DictionaryAttr attributes) {
  auto given = attributes.getAs<mlir::BoolAttr>("align_corners");
  return given && given.getValue();
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// A number as the quotient of small integers, when a double says the same.
struct Quotient {
  int64_t p, q;
};
std::optional<Quotient> quotientOf(double number) {
  for (int64_t q = 1; q <= 4096; ++q) {
    double p = std::nearbyint(number * static_cast<double>(q));
    if (p >= 1 && p <= 1e6 && p / static_cast<double>(q) == number)
      return Quotient{static_cast<int64_t>(p), q};
  }
  return std::nullopt;
}

/// floor(size * factor) in double, as PyTorch has it.
int64_t resized(int64_t size, double factor) {
  return static_cast<int64_t>(std::floor(static_cast<double>(size) * factor));
}

/// Whether `result` is what PyTorch's arithmetic gives at every size in range.
bool agrees(const Extent &size, Quotient quotient, const Extent &result, double factor,
            Symbols symbols) {
  if (std::has_single_bit(static_cast<uint64_t>(quotient.q)))
    return true; // the factor and its products are exact
  const Symbol &symbol = symbols[size.symbol];
  std::vector<int64_t> sizes(symbols.size(), 1);
  // Rounding can only make another whole number of products that are whole, and which those are
  // repeats every q sizes.
  int64_t period = size.div == 1 ? quotient.q : 1;
  for (int64_t i = 0; i < period; ++i) {
    sizes[size.symbol] = symbol.lo + i * symbol.step;
    if (sizes[size.symbol] > symbol.hi)
      break;
    if (period > 1 && size.at(sizes) * quotient.p % quotient.q != 0)
      continue;
    for (int64_t &value = sizes[size.symbol]; value <= symbol.hi; value += period * symbol.step)
      if (result.at(sizes) != resized(size.at(sizes), factor))
        return false;
  }
  return true;
}

/// The result's extent; none when no extent gives it at every size.
std::optional<Extent> resizedExtent(const Extent &size, double factor, Symbols symbols) {
  if (size.isConstant())
    return Extent::constant(resized(size.add, factor));
  std::optional<Quotient> quotient = quotientOf(factor);
  std::optional<Extent> result = quotient ? scaled(size, quotient->p, quotient->q) : std::nullopt;
  return result && agrees(size, *quotient, *result, factor, symbols) ? result : std::nullopt;
}

std::optional<Violation> checkMode(const OpShape &shape, const TensorSpec &input) {
  std::optional<Mode> mode = modeOf(shape.attributes);
  if (!mode) { // C87
    auto found = shape.attributes.getAs<mlir::StringAttr>("mode").getValue();
    return violate(87, {found.str(), "interpolate", "nearest, bilinear, bicubic"})
        .mendedBy("mode", "nearest");
  }
  if (*mode == Mode::Nearest && alignsCorners(shape.attributes)) // C93
    return violate(93, {}).mendedBy("align_corners", "false");
  if (*mode == Mode::Nearest)
    return std::nullopt;
  size_t rank = input.dims.size();
  if (rank != 4) // C7
    return violate(7, {"a smooth interpolate", "4", imageText(2), std::to_string(rank)});
  return checkF32(shape.nameOf("input"), input);
}

Checked<Dims> resizedDims(const OpShape &shape, const TensorSpec &input) {
  Dims dims(input.dims.begin() + 2, input.dims.end());
  if (shape.attributes.contains("size")) {
    std::vector<int64_t> sizes = numbersOf(shape.attributes, "size", {});
    if (sizes.size() != dims.size()) // C55
      return violate(55, {"size", std::to_string(sizes.size()), std::to_string(dims.size())});
    for (int64_t size : sizes)
      if (size < 1 || size > maxElements) // C94
        return violate(94, {"size = " + std::to_string(size)}).at("size");
    return constantDims(sizes);
  }
  double factor = numberOf(shape.attributes, "scale_factor", 0);
  if (!(factor > 0) || factor > 32768) // C94
    return violate(94, {"scale_factor = " + numberText(factor)}).at("scale_factor");
  for (size_t i = 0; i < dims.size(); ++i) {
    Extent &size = dims[i];
    std::optional<Extent> result = resizedExtent(size, factor, shape.symbols);
    if (!result) // C91
      return violate(91, {print(size, shape.symbols), numberText(factor)}).at("scale_factor");
    bool isEmpty = smallest(*result, shape.symbols).value_or(1) < 1;
    if (isEmpty && *smallest(size, shape.symbols) >= 1) // C110
      return violate(110,
                     {"scale_factor = " + numberText(factor),
                      dimensionName(2 + i, input.dims.size()), hasAtLeast(size, shape.symbols)})
          .at("scale_factor");
    size = *result;
  }
  return dims;
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

/// How the result's positions lie on the input, along spatial axis `i`.
Sampling samplingOf(InterpolateOp op, size_t i, Symbols symbols) {
  Dims in = specOf(op.getInput().getType(), symbols).dims;
  Dims out = specOf(op.getResult().getType(), symbols).dims;
  Sampling sampling{
      .axis = schedules::axisAt(2 + i, in.size()), .in = in[2 + i], .out = out[2 + i]};
  Mode mode = *modeOf(op->getAttrDictionary());
  if (mode != Mode::Nearest)
    sampling.grid = op.getAlignCorners() ? Sampling::Grid::Corners : Sampling::Grid::Halves;
  sampling.atLeastZero = mode == Mode::Bilinear && !op.getAlignCorners();
  if (op.getScaleFactor())
    sampling.factor = op.getScaleFactor()->convertToDouble();
  return sampling;
}

/// The step in f32: the reference's own arithmetic, for one choice of sizes.
float stepOf(const Sampling &sampling, int64_t in, int64_t out) {
  if (sampling.grid == Sampling::Grid::Corners)
    return out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : 0;
  return sampling.factor != 0 ? static_cast<float>(1.0 / sampling.factor)
                              : static_cast<float>(in) / static_cast<float>(out);
}

/// scale * at floordiv div, where f32 arithmetic says the same at every position of the largest
/// result.
std::optional<Quotient> exactStep(const Sampling &sampling, Symbols symbols) {
  std::optional<Quotient> quotient;
  if (sampling.factor != 0)
    quotient = quotientOf(sampling.factor);
  else if (sampling.in.isConstant() && sampling.out.isConstant())
    quotient = Quotient{sampling.out.add / std::gcd(sampling.out.add, sampling.in.add),
                        sampling.in.add / std::gcd(sampling.out.add, sampling.in.add)};
  constexpr int64_t mostPositions = 1 << 20;
  int64_t positions = *largest(sampling.out, symbols);
  if (!quotient || positions > mostPositions || quotient->q > maxElements / positions)
    return std::nullopt;
  float step = stepOf(sampling, sampling.in.add, sampling.out.add);
  for (int64_t at = 0; at < positions; ++at)
    if (at * quotient->q / quotient->p !=
        static_cast<int64_t>(std::floor(static_cast<float>(at) * step)))
      return std::nullopt;
  return quotient;
}

/// Whether no position leads beyond the input.
bool staysInside(const Sampling &sampling, const Quotient &quotient) {
  if (quotient.q == 1 && sampling.factor != 0) // out = in * p
    return true;
  return sampling.in.isConstant() &&
         (sampling.out.add - 1) * quotient.q / quotient.p < sampling.in.add;
}

AccessForm nearestForm(InterpolateOp op, Symbols symbols) {
  schedules::Access access = accessOf(op, symbols);
  bool inside = true;
  for (size_t i = 0; i + 2 < access.dims.size(); ++i) {
    Sampling sampling = samplingOf(op, i, symbols);
    AxisAccess &axis = access.axes[2 + i];
    std::optional<Quotient> exact = exactStep(sampling, symbols);
    inside &= exact && staysInside(sampling, *exact);
    if (exact)
      axis.terms = {{.axis = sampling.axis, .scale = exact->q, .div = exact->p}};
    else
      axis = {Extent::constant(0), {}, sampling};
  }
  access.border = inside ? Border::Inside : Border::Clamp;
  return elementForm(op, std::move(access));
}

/// Puts an expression together.
struct Writer {
  ScalarExpr expr;

  int32_t leaf(ScalarOp op, int32_t index) {
    ScalarNode node;
    node.op = op;
    node.index = index;
    return expr.push(node);
  }
  int32_t number(double value) {
    return expr.push(ScalarExpr::constant(value, ElementType::F32).root());
  }
  int32_t apply(ScalarOp op, int32_t a, int32_t b) {
    ScalarNode node;
    node.op = op;
    node.args = {a, b, -1};
    return expr.push(node);
  }
  int32_t add(int32_t a, int32_t b) { return apply(ScalarOp::Add, a, b); }
  int32_t mul(int32_t a, int32_t b) { return apply(ScalarOp::Mul, a, b); }
  int32_t less(double from, int32_t a) { return apply(ScalarOp::Sub, number(from), a); }
  /// ((c3 x + c2) x + c1) x + c0.
  int32_t cubic(int32_t x, double c3, double c2, double c1, double c0) {
    int32_t value = add(mul(number(c3), x), number(c2));
    value = mul(value, x);
    if (c1 != 0)
      value = add(value, number(c1));
    return add(mul(value, x), number(c0));
  }
  /// Σ weights[i] · values[i].
  int32_t weighted(const std::vector<int32_t> &weights, const std::vector<int32_t> &values) {
    int32_t sum = mul(weights[0], values[0]);
    for (size_t i = 1; i < weights.size(); ++i)
      sum = add(sum, mul(weights[i], values[i]));
    return sum;
  }
};

constexpr double A = -0.75;

/// The taps' weights at the fraction t of a step.
std::vector<int32_t> weightsAt(Writer &writer, int32_t t, Mode mode) {
  if (mode == Mode::Bilinear)
    return {writer.less(1, t), t};
  auto near = [&](int32_t x) { return writer.cubic(x, A + 2, -(A + 3), 0, 1); };
  auto far = [&](int32_t x) { return writer.cubic(x, A, -5 * A, 8 * A, -4 * A); };
  int32_t other = writer.less(1, t);
  return {far(writer.add(t, writer.number(1))), near(t), near(other),
          far(writer.add(other, writer.number(1)))};
}

AccessForm smoothForm(InterpolateOp op, Mode mode, Symbols symbols) {
  AccessForm form;
  form.samplings = {samplingOf(op, 0, symbols), samplingOf(op, 1, symbols)};
  int64_t count = mode == Mode::Bilinear ? 2 : 4, first = mode == Mode::Bilinear ? 0 : -1;
  Writer writer;
  std::vector<int32_t> rows = weightsAt(writer, writer.leaf(ScalarOp::Fraction, 0), mode);
  std::vector<int32_t> columns = weightsAt(writer, writer.leaf(ScalarOp::Fraction, 1), mode);
  std::vector<int32_t> sums;
  for (int64_t r = 0; r < count; ++r) {
    std::vector<int32_t> elements;
    for (int64_t s = 0; s < count; ++s) {
      schedules::Access access = accessOf(op, symbols);
      access.axes[2] = {Extent::constant(first + r), {}, form.samplings[0]};
      access.axes[3] = {Extent::constant(first + s), {}, form.samplings[1]};
      access.border = Border::Clamp;
      elements.push_back(writer.leaf(ScalarOp::Operand, static_cast<int32_t>(form.reads.size())));
      form.reads.push_back(std::move(access));
    }
    sums.push_back(writer.weighted(columns, elements));
  }
  writer.weighted(rows, sums);
  form.value = std::move(writer.expr);
  return form;
}

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

/// The taps along one axis at one position of the result.
struct Taps {
  std::vector<int64_t> index;
  std::vector<double> weight;
};

double keys(double x) {
  x = std::fabs(x);
  if (x <= 1)
    return ((A + 2) * x - (A + 3)) * x * x + 1;
  return x < 2 ? ((A * x - 5 * A) * x + 8 * A) * x - 4 * A : 0;
}

Taps tapsAt(const Sampling &sampling, Mode mode, int64_t at, int64_t in, int64_t out) {
  const float step = stepOf(sampling, in, out);
  float position = static_cast<float>(at) * step;
  if (sampling.grid == Sampling::Grid::Halves) {
    const float middle = step * (static_cast<float>(at) + 0.5f);
    position = middle - 0.5f;
  }
  if (sampling.atLeastZero)
    position = std::max(position, 0.0f);
  const auto before = static_cast<int64_t>(std::floor(position));
  const double t = static_cast<double>(position) - static_cast<double>(before);
  Taps taps;
  auto add = [&](int64_t offset, double weight) {
    taps.index.push_back(std::clamp<int64_t>(before + offset, 0, in - 1));
    taps.weight.push_back(weight);
  };
  if (mode == Mode::Nearest)
    add(0, 1);
  for (int64_t offset : {0, 1})
    if (mode == Mode::Bilinear)
      add(offset, offset == 0 ? 1 - t : t);
  for (int64_t offset : {-1, 0, 1, 2})
    if (mode == Mode::Bicubic)
      add(offset, keys(t - static_cast<double>(offset)));
  return taps;
}

/// The tensor resized along one axis alone.
ExactTensor resizedAlong(const ExactTensor &x, size_t axis, int64_t size, const Sampling &sampling,
                         Mode mode) {
  ExactTensor y{x.type, x.shape, {}};
  const int64_t in = x.shape[axis];
  y.shape[axis] = size;
  int64_t inner = 1;
  for (size_t i = axis + 1; i < x.shape.size(); ++i)
    inner *= x.shape[i];
  const int64_t outer = x.elementCount() / (in * inner);
  y.values.resize(static_cast<size_t>(outer * size * inner));
  for (int64_t p = 0; p < size; ++p) {
    const Taps taps = tapsAt(sampling, mode, p, in, size);
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        double sum = 0;
        for (size_t t = 0; t < taps.index.size(); ++t)
          sum += taps.weight[t] * x.values[(o * in + taps.index[t]) * inner + i];
        y.values[(o * size + p) * inner + i] = sum;
      }
  }
  return y;
}

} // namespace

Checked<TensorSpec> InterpolateOp::inferShape(const OpShape &shape) {
  Checked<TensorSpec> input = imageInput(shape);
  if (!input)
    return input;
  if (shape.attributes.contains("size") == shape.attributes.contains("scale_factor")) // C95
    return violate(95, {});
  if (auto violation = checkMode(shape, *input))
    return *violation;
  Checked<Dims> sizes = resizedDims(shape, *input);
  if (!sizes)
    return sizes.violation();
  std::copy(sizes->begin(), sizes->end(), input->dims.begin() + 2);
  return input;
}

AccessForm InterpolateOp::accessForm(Symbols symbols) {
  Mode mode = *modeOf(getOperation()->getAttrDictionary());
  return mode == Mode::Nearest ? nearestForm(*this, symbols) : smoothForm(*this, mode, symbols);
}

ExactTensor InterpolateOp::interpret(HostOperands operands, std::vector<int64_t> shape) {
  ExactTensor y = *operands[0];
  const Mode mode = *modeOf(getOperation()->getAttrDictionary());
  std::vector<Symbol> symbols = symbolsOf(*this);
  for (size_t i = 2; i < shape.size(); ++i)
    y = resizedAlong(y, i, shape[i], samplingOf(*this, i - 2, symbols), mode);
  return y;
}
