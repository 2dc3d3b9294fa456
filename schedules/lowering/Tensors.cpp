//===- Tensors.cpp - a kernel's operands and outputs as Halide buffers -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Tensors.h"

#include "schedules/kernel/Access.h"
#include "schedules/lowering/ScalarLowering.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Var;
using Halide::Internal::Call;
using Halide::Internal::Variable;

namespace {

/// The extent or stride that the caller's buffer really has: Line mode describes another shape over
/// it.
Expr raw(const char *what, const Halide::Parameter &buffer, int dim) {
  Expr handle =
      Variable::make(Halide::type_of<halide_buffer_t *>(), buffer.name() + ".buffer", buffer);
  return Call::make(Halide::Int(32), what, {handle, dim}, Call::PureExtern);
}

std::string sanitized(const std::string &name) {
  std::string text;
  for (char c : name)
    text += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return text;
}

Expr floorDiv(const Expr &value, int64_t divisor) {
  return divisor == 1 ? value : value / toInt(divisor);
}

} // namespace

Expr &along(Point &point, Axis axis) {
  switch (axis) {
  case Axis::N:
    return point.n;
  case Axis::C:
    return point.c;
  case Axis::D:
    return point.z;
  case Axis::H:
    return point.y;
  case Axis::W:
    return point.x;
  }
  return point.n;
}

Dims atRank(const Operand &operand, size_t rank) {
  if (operand.dims.size() != 1)
    return operand.dims;
  Dims dims(rank, Extent::constant(1));
  dims[1] = operand.dims[0];
  return dims;
}

bool varies(const Extent &extent) { return !(extent == Extent::constant(1)); }

Tensors::Tensors(const Kernel &kernel, const Target &target, Pixels pixels)
    : kernel(kernel), target(target), pixels(pixels),
      batchIsLine(isLine() && hasOnePixelImages(kernel)), prefix(sanitized(kernel.name)) {
  declareActivations();
}

/// Whether pixels follow each other in memory as those of a whole image do.
static bool hasWholeRows(const Dims &dims, const std::optional<Part> &of) {
  if (!of)
    return true;
  const Part &part = *of;
  return std::equal(dims.begin() + 2, dims.end(), part.whole.begin() + 2) &&
         std::all_of(part.step.begin() + 2, part.step.end(),
                     [](int64_t step) { return step == 1; });
}

/// All pixels as one row.
Point Tensors::asLine(Point size) const {
  size.x = batchIsLine ? size.n : Halide::Internal::simplify(size.z * size.y * size.x);
  size.z = size.y = 1;
  if (batchIsLine)
    size.n = 1;
  return size;
}

/// A pixel of the row in a tensor of these extents, which may broadcast over all pixels.
Point Tensors::onLine(const Dims &dims, Point at) const {
  bool anyPixel = batchIsLine ? varies(dims[0]) : std::any_of(dims.begin() + 2, dims.end(), varies);
  if (batchIsLine)
    at.n = 0;
  at.z = at.y = 0;
  at.x = anyPixel ? at.x : Expr(0);
  return at;
}

bool Tensors::canBeLine(const Kernel &kernel) {
  auto alongPixels = [](const Fold &fold) { return fold.axis > Axis::C; };
  if (!kernel.samplings.empty() ||
      std::any_of(kernel.folds.begin(), kernel.folds.end(), alongPixels))
    return false;
  const Dims &shape = kernel.outputs.front().dims;
  auto fits = [&](const Dims &dims) {
    return std::equal(dims.begin() + 2, dims.end(), shape.begin() + 2, shape.end());
  };
  for (const Output &output : kernel.outputs)
    if (!fits(output.dims) || !hasWholeRows(output.dims, output.part))
      return false;
  for (const Operand &operand : kernel.operands) {
    if (operand.dims.size() != 1 && operand.dims.size() != kernel.rank())
      continue;
    if (!hasWholeRows(operand.dims, operand.part))
      return false;
    for (size_t i = 0; i < operand.accesses.size(); ++i)
      if (!keepsPixels(operand, i))
        return false;
    Dims dims = atRank(operand, kernel.rank());
    bool filter = operand.role != Operand::Role::Activation && operand.dims.size() != 1;
    bool broadcast = std::none_of(dims.begin() + 2, dims.end(), varies);
    if (!filter && !broadcast && !fits(dims))
      return false;
  }
  return true;
}

bool Tensors::hasConstantImages(const Kernel &kernel) {
  const Dims &dims = kernel.outputs.front().dims;
  return std::all_of(dims.begin() + 1, dims.end(),
                     [](const Extent &extent) { return extent.isConstant(); });
}

void Tensors::declareActivations() {
  for (size_t i = 0; i < kernel.operands.size(); ++i) {
    const Operand &operand = kernel.operands[i];
    if (operand.role != Operand::Role::Activation)
      continue;
    auto index = static_cast<int32_t>(i);
    int rank = toInt(static_cast<int64_t>(operand.dims.size()));
    ImageParam param(halideType(operand.type), rank, name("in" + std::to_string(i)));
    if (operand.dims.size() > kernel.rank()) {
      describeInOrder(param, operand.dims);
    } else if (rank != 1) {
      describe(param, operand.dims, operand.layout, activationDims[index], true,
               operand.part ? &*operand.part : nullptr);
    } else {
      const Extent &c = operand.dims.at(0);
      Expr size = c.isConstant() ? Expr(toInt(c.add)) : Expr(param.dim(0).extent());
      param.dim(0).set_min(0);
      if (c.isConstant())
        param.dim(0).set_bounds(0, toInt(c.add));
      activationDims[index] = {Expr(1), size, Expr(1), Expr(1), Expr(1)};
      knownExtents.emplace_back(c, size);
    }
    activations.emplace(index, param);
  }
}

/// Of a filter for each pixel, whose kernels are never seen as lines.
void Tensors::describeInOrder(ImageParam param, const Dims &dims) {
  size_t dense = denseDims(dims, Layout::ChannelsFirst);
  for (size_t i = 0; i < dims.size(); ++i) {
    const Extent &extent = dims[dims.size() - 1 - i];
    int dim = toInt(static_cast<int64_t>(i));
    param.dim(dim).set_min(0);
    if (extent.isConstant())
      param.dim(dim).set_bounds(0, toInt(extent.add));
    if (i < dense)
      param.dim(dim).set_stride(1); // what is further in has one element
    knownExtents.emplace_back(extent, extent.isConstant() ? Expr(toInt(extent.add))
                                                          : param.dim(dim).extent());
  }
}

// Bounds and strides of an activation: those of what is dense, the rest has the buffer; so have
// parts. In Line mode the halide_buffer_t keeps its shape and only our description of it changes,
// so sizes are read from the struct itself.
void Tensors::describe(Halide::OutputImageParam buffer, const Dims &dims, Layout layout,
                       Point &seen, bool boundToo, const Part *part) {
  std::vector<size_t> order = memoryOrder(layout, dims.size());
  seen = {Expr(1), Expr(1), Expr(1), Expr(1), Expr(1)};
  for (size_t i = 0; i < order.size(); ++i) {
    const Extent &extent = dims[order[i]];
    int dim = toInt(static_cast<int64_t>(i));
    Expr size = toInt(extent.add);
    if (!extent.isConstant())
      size = isLine() ? raw(Call::buffer_get_extent, buffer.parameter(), dim)
                      : buffer.dim(dim).extent();
    along(seen, axisAt(order[i], dims.size())) = size;
    knownExtents.emplace_back(extent, size);
  }
  if (isLine())
    seen = asLine(seen);
  std::vector<Expr> sizes = memoryOrder(layout, dims.size(), seen);
  size_t dense = pixels == Pixels::Plane ? denseDims(dims, layout) : sizes.size();
  Expr stride = 1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    int dim = toInt(static_cast<int64_t>(i));
    if (boundToo && !isLine() && !Halide::Internal::is_const(sizes[i]))
      buffer.dim(dim).set_min(0);
    else if (boundToo)
      buffer.dim(dim).set_bounds(0, sizes[i]);
    if (part && i == 0)
      buffer.dim(dim).set_stride(toInt(part->step[order[i]]));
    else if (!part && i < dense)
      buffer.dim(dim).set_stride(stride);
    stride = Halide::Internal::simplify(stride * sizes[i]);
  }
  // The line's pixels are the images, outermost in memory.
  if (pixels == Pixels::Apart || (part && batchIsLine))
    buffer.dim(1).set_stride(raw(Call::buffer_get_stride, buffer.parameter(),
                                 toInt(static_cast<int64_t>(order.size())) - 1));
}

Expr Tensors::extent(const Extent &extent) const {
  if (extent.isConstant())
    return toInt(extent.add);
  for (const auto &[known, size] : knownExtents)
    if (known == extent)
      return size;
  for (const auto &[known, size] : knownExtents)
    if (known.symbol == extent.symbol && known.mul == extent.mul && known.div == extent.div &&
        (extent.add - known.add) % known.div == 0)
      return size + toInt((extent.add - known.add) / known.div);
  for (const auto &[known, size] : knownExtents)
    if (known.symbol == extent.symbol && known.div == 1 && known.mul > 0) {
      Expr symbol = floorDiv(size - toInt(known.add), known.mul);
      return floorDiv(toInt(extent.mul) * symbol + toInt(extent.add), extent.div);
    }
  throw std::logic_error("kernel '" + kernel.name + "': no argument determines the size '" +
                         kernel.symbols.at(static_cast<size_t>(extent.symbol)).name + "'");
}

int64_t Tensors::largest(const Extent &extent) const {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : kernel.symbols)
    sizes.push_back(symbol.hi);
  return extent.at(sizes);
}

Point Tensors::extents(const Dims &dims) const {
  Point sizes{Expr(1), Expr(1), Expr(1), Expr(1), Expr(1)};
  for (size_t i = 0; i < dims.size(); ++i)
    along(sizes, axisAt(i, dims.size())) = extent(dims[i]);
  return isLine() ? asLine(sizes) : sizes;
}

/// `at` where the tensor varies; 0 where it broadcasts.
static Point picked(const Dims &dims, Point at) {
  for (size_t i = 0; i < dims.size(); ++i)
    if (!varies(dims[i]))
      along(at, axisAt(i, dims.size())) = 0;
  return at;
}

namespace {

/// Access.h's arithmetic as expressions.
struct Expressions {
  const Tensors &tensors;
  Point &point;

  Expr value(int64_t number) const { return toInt(number); }
  Expr extent(const Extent &extent) const { return tensors.extent(extent); }
  Expr at(Axis axis) const { return along(point, axis); }
  Expr floorDivide(const Expr &a, int64_t b) const { return floorDiv(a, b); }
  Expr modulo(const Expr &a, int64_t b) const { return a % toInt(b); }
  Expr select(const Expr &condition, const Expr &a, const Expr &b) const {
    return Halide::select(condition, a, b);
  }
  Expr clamp(const Expr &a, const Expr &lo, const Expr &hi) const {
    return Halide::clamp(a, lo, hi);
  }
  Expr real(const Expr &number) const { return Halide::cast<float>(number); }
  Expr literal(float number) const { return number; }
  Expr sum(const Expr &a, const Expr &b) const { return Halide::strict_float(a + b); }
  Expr product(const Expr &a, const Expr &b) const { return Halide::strict_float(a * b); }
  Expr quotient(const Expr &a, const Expr &b) const { return Halide::strict_float(a / b); }
  Expr maximum(const Expr &a, const Expr &b) const {
    return Halide::select(Halide::strict_float(a > b), a, b);
  }
  Expr floorOf(const Expr &number) const { return Halide::cast<int>(Halide::floor(number)); }
};

/// Neighbours see neighbours: the middle of a row is free of its borders.
bool isShift(const AxisAccess &axis) {
  return !axis.sampling && axis.terms.size() == 1 && axis.terms[0].scale == 1 &&
         axis.terms[0].div == 1 && axis.terms[0].modulus == 0;
}

} // namespace

/// What access `index` of the operand, and those behind it, see at a point.
Expr Tensors::readThrough(const Operand &from, size_t index, Point at,
                          const ImageParam &param) const {
  size_t rank = from.dims.size();
  if (index == from.accesses.size()) {
    if (batchIsLine)
      at.x = at.n;
    return param(memoryOrder(from.layout, rank, isLine() ? onLine(from.dims, at) : at));
  }
  const Access &access = from.accesses[index];
  Expr pixel = at.x;
  at = picked(access.dims, at);
  if (isLine())
    at.x = pixel;
  Point behind = at;
  Expr inside;
  for (size_t i = 0; i < rank; ++i) {
    Axis axis = axisAt(i, rank);
    if (isLine() && i >= 2) // canBeLine: pixels stay where they are
      continue;
    Expressions expressions{*this, at};
    Expr found = indexAlong(access.axes[i], expressions);
    Expr size = extent(dimsBehind(from, index)[i]);
    if (access.border == Border::Constant) {
      Expr here = found >= 0 && found < size;
      inside = inside.defined() ? inside && here : here;
    }
    bool straight = access.border == Border::Constant || access.border == Border::Clamp;
    if (straight && isShift(access.axes[i]))
      found = Halide::likely(found);
    along(behind, axis) = withinBorder(access.border, found, size, expressions);
  }
  Expr value = readThrough(from, index + 1, behind, param);
  if (!inside.defined())
    return value;
  Expr outside = Halide::cast(value.type(), Expr(static_cast<float>(access.outside)));
  return Halide::select(inside, Halide::likely(value), outside);
}

Expr Tensors::read(int32_t operand, const Point &at) {
  const Operand &from = kernel.operands.at(static_cast<size_t>(operand));
  if (from.role != Operand::Role::Activation)
    return readPackedCopy(operand, at);
  const ImageParam &param = activations.at(operand);
  if (!from.accesses.empty()) {
    Point seen = at;
    if (batchIsLine)
      seen.n = at.x;
    return readThrough(from, 0, seen, param);
  }
  if (from.dims.size() == 1)
    return param(varies(from.dims[0]) ? at.c : Expr(0));
  Point point = picked(from.dims, at);
  if (isLine()) {
    point.x = at.x;
    point = onLine(from.dims, point);
  }
  return param(memoryOrder(from.layout, from.dims.size(), point));
}

static int64_t product(const std::vector<int64_t> &factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    result *= factor;
  return result;
}

/// The coordinates, innermost first, of the pixel at `index` of a line.
static std::vector<Expr> unrolledPixel(Expr index, const std::vector<int64_t> &image) {
  std::vector<Expr> pixel;
  for (size_t i = 0; i + 1 < image.size(); ++i) {
    pixel.push_back(index % toInt(image[i]));
    index = index / toInt(image[i]);
  }
  pixel.push_back(index);
  return pixel;
}

// A weight that takes part in run-time pointwise work is copied when packing, channels innermost,
// so that one rule serves every layout; channels are filled up with zeros for vector reads.
Expr Tensors::readPackedCopy(int32_t operand, const Point &at) {
  const Operand &from = kernel.operands.at(static_cast<size_t>(operand));
  size_t rank = kernel.rank();
  Dims dims = atRank(from, rank);
  int64_t c = dims[1].add, n = dims[0].add;
  bool line = isLine();
  std::vector<int64_t> image; // innermost first
  for (size_t i = rank; i-- > 2;)
    image.push_back(dims[i].add);
  if (!copies.contains(operand)) {
    int64_t filled = c == 1 ? 1 : (c + 63) / 64 * 64;
    auto value = [&](const std::vector<Var> &v) {
      Expr channel = Halide::min(v[0], toInt(c) - 1);
      std::vector<Expr> raw{channel};
      if (from.dims.size() != 1) {
        std::vector<Expr> pixel(v.begin() + 1, v.begin() + 1 + static_cast<long>(image.size()));
        if (line)
          pixel = unrolledPixel(v[1], image);
        raw = {Expr(v.back()), channel};
        raw.insert(raw.end(), pixel.rbegin(), pixel.rend());
      }
      Expr element = readWeight(operand, raw);
      return Halide::select(v[0] < toInt(c), element, Halide::cast(element.type(), 0));
    };
    std::vector<int64_t> extents{filled};
    if (line)
      extents.insert(extents.end(), {product(image), 1});
    else
      extents.insert(extents.end(), image.begin(), image.end());
    extents.push_back(n);
    copies.emplace(operand, pack("copy" + std::to_string(operand), extents, value));
  }
  Point point = picked(dims, at);
  std::vector<Expr> index{point.c};
  if (batchIsLine)
    point.n = varies(dims[0]) ? at.x : Expr(0);
  if (line) {
    index.push_back(product(image) == 1 ? Expr(0) : at.x);
    index.emplace_back(0);
  } else {
    for (size_t i = rank; i-- > 2;)
      index.push_back(along(point, axisAt(i, rank)));
  }
  index.push_back(point.n);
  return copies.at(operand)(index);
}

void Tensors::setFold(size_t index, std::function<Expr(const Point &)> value) {
  folds[index] = std::move(value);
}

Expr Tensors::fraction(const Sampling &sampling, Point at) const {
  Expr position = sampledPosition(sampling, Expressions{*this, at});
  return Halide::strict_float(position - Halide::floor(position));
}

Expr Tensors::lower(const ScalarExpr &expr, const Point &at, const ConvLeaf &conv) {
  bool hide = inspectsValues(expr) && !target.isGpu();
  return lowerScalar(expr, [&](const ScalarNode &node) {
    if (node.op == ScalarOp::Conv)
      return hide && node.type == ElementType::F32 ? hideFastMath(conv(node.index))
                                                   : conv(node.index);
    if (node.op == ScalarOp::Fold)
      return folds.at(static_cast<size_t>(node.index))(at);
    if (node.op == ScalarOp::Fraction)
      return fraction(kernel.samplings.at(static_cast<size_t>(node.index)), at);
    return read(node.index, at);
  });
}

ImageParam &Tensors::rawWeight(int32_t operand) {
  auto found = weights.find(operand);
  if (found != weights.end())
    return found->second;
  const Operand &from = kernel.operands.at(static_cast<size_t>(operand));
  int rank = toInt(static_cast<int64_t>(from.dims.size()));
  ImageParam param(halideType(from.type), rank, name("weight" + std::to_string(operand)));
  int64_t stride = 1;
  for (int i = 0; i < rank; ++i) {
    int64_t size = from.dims[static_cast<size_t>(rank - 1 - i)].add;
    param.dim(i).set_bounds(0, toInt(size)).set_stride(toInt(stride));
    stride *= size;
  }
  return weights.emplace(operand, param).first->second;
}

/// A raw weight at logical indices; extents of 1 broadcast.
Expr Tensors::readWeight(int32_t operand, const std::vector<Expr> &indices) {
  const Operand &from = kernel.operands.at(static_cast<size_t>(operand));
  std::vector<Expr> reversed;
  for (size_t i = from.dims.size(); i-- > 0;)
    reversed.push_back(varies(from.dims[i]) ? indices.at(i) : Expr(0));
  return rawWeight(operand)(reversed);
}

/// Rank-1 weights are read at `channel`, others at the indices `at`.
Expr Tensors::lowerWeights(const ScalarExpr &expr, const Expr &channel,
                           const std::vector<Expr> &at) {
  return lowerScalar(expr, [&](const ScalarNode &node) {
    const Operand &from = kernel.operands.at(static_cast<size_t>(node.index));
    if (from.dims.size() <= 1)
      return readWeight(node.index, {channel});
    return readWeight(node.index, at);
  });
}

Expr Tensors::filterAt(const Stage &conv, const Expr &k, const Expr &c, const Tap &tap) {
  std::vector<Expr> taps = {tap.r, tap.s};
  if (conv.window.size() == 3)
    taps.insert(taps.begin(), tap.t);
  std::vector<Expr> at = {k, c};
  if (conv.phase) {
    int outGroup = toInt(conv.K / conv.groups), inGroup = toInt(conv.C / conv.groups);
    at = conv.groups == 1 ? std::vector<Expr>{c, k}
                          : std::vector<Expr>{k / outGroup * inGroup + c, k % outGroup};
    for (size_t i = 0; i < taps.size(); ++i)
      taps[i] = toInt(conv.phase->first[i]) + taps[i] * toInt(conv.phase->step[i]);
  }
  Expr channel = at.front();
  at.insert(at.end(), taps.begin(), taps.end());
  return lowerWeights(conv.filter, channel, at);
}

Expr Tensors::biasAt(const Stage &conv, const Expr &k) {
  if (!conv.bias)
    return 0.0f;
  std::vector<Expr> at(kernel.rank(), Expr(0));
  at[1] = k;
  return lowerWeights(*conv.bias, k, at);
}

Expr Tensors::filterElement(const Stage &stage, const std::vector<Expr> &at) {
  return lowerWeights(stage.filter, at.front(), at);
}

Expr Tensors::readDense(int32_t operand, const std::vector<Expr> &at) const {
  return activations.at(operand)(at);
}

ImageParam Tensors::pack(const std::string &stem, const std::vector<int64_t> &extents,
                         const std::function<Expr(const std::vector<Var> &)> &value) {
  std::vector<Var> vars;
  vars.reserve(extents.size());
  for (size_t i = 0; i < extents.size(); ++i)
    vars.emplace_back("p" + std::to_string(i));
  Func func(name("pack_" + stem));
  Expr element = value(vars);
  func(vars) = element;
  ImageParam param(element.type(), toInt(static_cast<int64_t>(extents.size())),
                   name("packed_" + stem));
  PackedBuffer buffer{ElementType::F32, extents};
  for (ElementType type : allElementTypes)
    if (halideType(type) == element.type())
      buffer.type = type;
  int64_t stride = 1;
  for (size_t i = 0; i < extents.size(); ++i) {
    int dim = toInt(static_cast<int64_t>(i)), size = toInt(extents[i]), step = toInt(stride);
    param.dim(dim).set_bounds(0, size).set_stride(step);
    func.output_buffer().dim(dim).set_bounds(0, size).set_stride(step);
    func.bound(vars[i], 0, size);
    stride *= extents[i];
  }
  param.set_host_alignment(64);
  packed.push_back({func, param, buffer});
  return param;
}

void Tensors::describeOutput(Func func, size_t first) {
  std::vector<Halide::OutputImageParam> buffers = func.output_buffers();
  std::vector<Var> vars = func.args();
  for (size_t i = 0; i < buffers.size(); ++i) {
    const Output &output = kernel.outputs.at(first + i);
    // Halide takes the extents of a Func's further values from its first.
    describe(buffers[i], output.dims, output.layout, outputDims[first + i], i == 0,
             output.part ? &*output.part : nullptr);
  }
  const Output &output = kernel.outputs.at(first);
  std::vector<Expr> sizes = memoryOrder(output.layout, output.dims.size(), outputDims[first]);
  for (size_t i = 0; i < vars.size(); ++i)
    if (Halide::Internal::is_const(sizes[i]))
      func.bound(vars[i], 0, sizes[i]);
}

std::optional<Halide::Stage> Tensors::specializeForLike(Func func, size_t output) const {
  Extent width = along(kernel.outputs[output].dims, Axis::W);
  if (width.isConstant())
    return std::nullopt;
  std::vector<int64_t> like = likeSizes(kernel);
  Expr is = outputDims.at(output).x == toInt(width.at(like));
  const Dims &input = kernel.stages.front().inputDims;
  if (Extent from = along(input, Axis::W); !from.isConstant())
    is = is && extents(input).x == toInt(from.at(like));
  return func.specialize(is);
}

Pipelines Tensors::finish(const std::vector<Func> &outputs, std::vector<ScratchBuffer> scratch) {
  Pipelines result;
  result.run = Halide::Pipeline(outputs);
  result.scratch = std::move(scratch);
  for (const auto &[index, param] : activations) {
    result.activations.push_back(index);
    result.runArguments.push_back(param);
  }
  std::vector<Func> packFuncs;
  for (const Packed &buffer : packed) {
    result.runArguments.push_back(buffer.param);
    result.packed.push_back(buffer.buffer);
    packFuncs.push_back(buffer.func);
  }
  if (packFuncs.empty())
    return result;
  result.pack = Halide::Pipeline(packFuncs);
  for (const auto &[index, param] : weights) {
    result.weights.push_back(index);
    result.packArguments.push_back(param);
    result.weightParams.push_back(param);
  }
  return result;
}

} // namespace convwright::schedules
