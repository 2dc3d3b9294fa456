//===- Tensors.cpp - a kernel's operands and outputs as Halide buffers -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/Tensors.h"

#include "schedules/lowering/ScalarLowering.h"

#include <cassert>
#include <stdexcept>

namespace convwright::schedules {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Var;
using Halide::Internal::Call;
using Halide::Internal::Variable;

namespace {

/// The extent that the caller's buffer really has: Line mode describes another shape over it.
Expr rawExtent(const Halide::Parameter &buffer, int dim) {
  Expr handle =
      Variable::make(Halide::type_of<halide_buffer_t *>(), buffer.name() + ".buffer", buffer);
  return Call::make(Halide::Int(32), Call::buffer_get_extent, {handle, dim}, Call::PureExtern);
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

std::array<Extent, 4> rank4(const Operand &operand) {
  Extent one = Extent::constant(1);
  if (operand.dims.size() == 1)
    return {one, operand.dims[0], one, one};
  assert(operand.dims.size() == 4 && "pointwise operands have rank 1 or 4");
  return {operand.dims[0], operand.dims[1], operand.dims[2], operand.dims[3]};
}

bool varies(const Extent &extent) { return !(extent == Extent::constant(1)); }

Tensors::Tensors(const Kernel &kernel, const Target &target, Pixels pixels)
    : kernel(kernel), target(target), pixels(pixels), prefix(sanitized(kernel.name)) {
  declareActivations();
}

bool Tensors::canBeLine(const Kernel &kernel) {
  const std::array<Extent, 4> &shape = kernel.outputs.front().dims;
  auto fits = [&](const std::array<Extent, 4> &dims) {
    return dims[2] == shape[2] && dims[3] == shape[3];
  };
  for (const Output &output : kernel.outputs)
    if (!fits(output.dims))
      return false;
  for (const Operand &operand : kernel.operands) {
    if (operand.dims.size() != 1 && operand.dims.size() != 4)
      continue;
    std::array<Extent, 4> dims = rank4(operand);
    bool filter = operand.role != Operand::Role::Activation && operand.dims.size() == 4;
    bool broadcast = !varies(dims[2]) && !varies(dims[3]);
    if (!filter && !broadcast && !fits(dims))
      return false;
  }
  return true;
}

void Tensors::declareActivations() {
  for (size_t i = 0; i < kernel.operands.size(); ++i) {
    const Operand &operand = kernel.operands[i];
    if (operand.role != Operand::Role::Activation)
      continue;
    auto index = static_cast<int32_t>(i);
    int rank = toInt(static_cast<int64_t>(operand.dims.size()));
    ImageParam param(halideType(operand.type), rank, name("in" + std::to_string(i)));
    if (rank == 4) {
      describe(param, rank4(operand), operand.layout, activationDims[index]);
    } else {
      const Extent &c = operand.dims.at(0);
      Expr size = c.isConstant() ? Expr(toInt(c.add)) : Expr(param.dim(0).extent());
      param.dim(0).set_min(0);
      if (c.isConstant())
        param.dim(0).set_bounds(0, toInt(c.add));
      activationDims[index] = {Expr(1), size, Expr(1), Expr(1)};
      knownExtents.emplace_back(c, size);
    }
    activations.emplace(index, param);
  }
}

// Bounds and dense strides of a rank-4 buffer. In Line mode the halide_buffer_t keeps its shape and
// only our description of it changes, so sizes are read from the struct itself.
void Tensors::describe(Halide::OutputImageParam buffer, const std::array<Extent, 4> &dims,
                       Layout layout, std::array<Expr, 4> &seen, bool boundToo) {
  std::vector<int> logical = memoryOrder(layout, 0, 1, 2, 3); // logical index of each memory dim
  for (int i = 0; i < 4; ++i) {
    const Extent &extent = dims[static_cast<size_t>(logical[static_cast<size_t>(i)])];
    Expr size = toInt(extent.add);
    if (!extent.isConstant())
      size = pixels == Pixels::Line ? rawExtent(buffer.parameter(), i) : buffer.dim(i).extent();
    seen[static_cast<size_t>(logical[static_cast<size_t>(i)])] = size;
    knownExtents.emplace_back(extent, size);
  }
  if (pixels == Pixels::Line) {
    seen[3] = Halide::Internal::simplify(seen[2] * seen[3]);
    seen[2] = 1;
  }
  Expr stride = 1;
  for (int i = 0; i < 4; ++i) {
    const Expr &size = seen[static_cast<size_t>(logical[static_cast<size_t>(i)])];
    if (boundToo && pixels == Pixels::Plane && !Halide::Internal::is_const(size))
      buffer.dim(i).set_min(0);
    else if (boundToo)
      buffer.dim(i).set_bounds(0, size);
    buffer.dim(i).set_stride(stride);
    stride = Halide::Internal::simplify(stride * size);
  }
}

Expr Tensors::extent(const Extent &extent) const {
  if (extent.isConstant())
    return toInt(extent.add);
  for (const auto &[known, size] : knownExtents)
    if (known == extent)
      return size;
  for (const auto &[known, size] : knownExtents)
    if (known.symbol == extent.symbol && known.div == 1 && known.mul > 0) {
      Expr symbol = floorDiv(size - toInt(known.add), known.mul);
      return floorDiv(toInt(extent.mul) * symbol + toInt(extent.add), extent.div);
    }
  throw std::logic_error("kernel '" + kernel.name + "': no argument determines the size '" +
                         kernel.symbols.at(static_cast<size_t>(extent.symbol)).name + "'");
}

std::array<Expr, 4> Tensors::extents(const std::array<Extent, 4> &dims) const {
  std::array<Expr, 4> sizes = {extent(dims[0]), extent(dims[1]), extent(dims[2]), extent(dims[3])};
  if (pixels == Pixels::Line)
    return {sizes[0], sizes[1], Expr(1), Halide::Internal::simplify(sizes[2] * sizes[3])};
  return sizes;
}

Expr Tensors::read(int32_t operand, const Point &at) {
  const Operand &from = kernel.operands.at(static_cast<size_t>(operand));
  if (from.role != Operand::Role::Activation)
    return readPackedCopy(operand, at);
  const ImageParam &param = activations.at(operand);
  if (from.dims.size() == 1)
    return param(varies(from.dims[0]) ? at.c : Expr(0));
  std::array<Extent, 4> dims = rank4(from);
  auto pick = [](const Extent &extent, const Expr &index) {
    return varies(extent) ? index : Expr(0);
  };
  bool line = pixels == Pixels::Line;
  bool anyPixel = varies(dims[2]) || varies(dims[3]);
  Expr y = line ? Expr(0) : pick(dims[2], at.y);
  Expr x = line ? (anyPixel ? at.x : Expr(0)) : pick(dims[3], at.x);
  return param(memoryOrder(from.layout, pick(dims[0], at.n), pick(dims[1], at.c), y, x));
}

// A weight that takes part in run-time pointwise work is copied when packing, channels innermost,
// so that one rule serves every layout; channels are filled up with zeros for vector reads.
Expr Tensors::readPackedCopy(int32_t operand, const Point &at) {
  const Operand &from = kernel.operands.at(static_cast<size_t>(operand));
  std::array<Extent, 4> dims = rank4(from);
  int64_t n = dims[0].add, c = dims[1].add, h = dims[2].add, w = dims[3].add;
  bool line = pixels == Pixels::Line;
  if (!copies.contains(operand)) {
    int64_t filled = c == 1 ? 1 : (c + 63) / 64 * 64;
    bool rank1 = from.dims.size() == 1;
    auto value = [&, c, w, line, rank1](const std::vector<Var> &v) {
      Expr channel = Halide::min(v[0], toInt(c) - 1);
      Expr y = line ? v[1] / toInt(w) : Expr(v[2]), x = line ? v[1] % toInt(w) : Expr(v[1]);
      std::vector<Expr> raw =
          rank1 ? std::vector<Expr>{channel} : std::vector<Expr>{Expr(v[3]), channel, y, x};
      Expr element = readWeight(operand, raw);
      return Halide::select(v[0] < toInt(c), element, Halide::cast(element.type(), 0));
    };
    std::vector<int64_t> extents =
        line ? std::vector<int64_t>{filled, h * w, 1, n} : std::vector<int64_t>{filled, w, h, n};
    copies.emplace(operand, pack("copy" + std::to_string(operand), extents, value));
  }
  auto pick = [](int64_t extent, const Expr &index) { return extent == 1 ? Expr(0) : index; };
  Expr y = line ? Expr(0) : pick(h, at.y), x = pick(line ? h * w : w, at.x);
  return copies.at(operand)(pick(c, at.c), x, y, pick(n, at.n));
}

Expr Tensors::lower(const ScalarExpr &expr, const Point &at, const ConvLeaf &conv) {
  bool hide = inspectsValues(expr) && !target.isGpu();
  return lowerScalar(expr, [&](const ScalarNode &node) {
    if (node.op == ScalarOp::Conv)
      return hide ? hideFastMath(conv(node.index)) : conv(node.index);
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

Expr Tensors::filterAt(const Convolution &conv, const Expr &k, const Expr &c, const Expr &r,
                       const Expr &s) {
  return lowerWeights(conv.filter, k, {k, c, r, s});
}

Expr Tensors::biasAt(const Convolution &conv, const Expr &k) {
  return conv.bias ? lowerWeights(*conv.bias, k, {Expr(0), k, Expr(0), Expr(0)}) : Expr(0.0f);
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
  for (ElementType type : {ElementType::F32, ElementType::I32, ElementType::U8, ElementType::I8})
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
    describe(buffers[i], output.dims, output.layout, outputDims[first + i], i == 0);
  }
  const Output &output = kernel.outputs.at(first);
  std::vector<Expr> sizes = memoryOrder(output.layout, outputDims[first][0], outputDims[first][1],
                                        outputDims[first][2], outputDims[first][3]);
  for (size_t i = 0; i < vars.size(); ++i)
    if (Halide::Internal::is_const(sizes[i]))
      func.bound(vars[i], 0, sizes[i]);
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
