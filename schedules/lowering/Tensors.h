//===- Tensors.h - a kernel's operands and outputs as Halide buffers -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_TENSORS_H
#define CONVWRIGHT_SCHEDULES_LOWERING_TENSORS_H

#include "schedules/lowering/Pipelines.h"
#include "schedules/targets/Target.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace convwright::schedules {

/// A place in a rank-4 tensor, in logical order.
struct Point {
  Halide::Expr n, c, y, x;
};

/// How the spatial dimensions are seen. Line: as one row of H*W pixels ([N, C, 1, H*W]), for work
/// that does not look at neighbours; see Tensors::canBeLine.
enum class Pixels : uint8_t { Plane, Line };

/// The value of convolution `index` at the point that is being lowered.
using ConvLeaf = std::function<Halide::Expr(int32_t index)>;

/// The border between a kernel's plain structs and Halide: declares the buffers of the argument
/// convention (Schedules.h), reads operands at logical points, packs what is bound ahead of run,
/// and assembles the Pipelines at the end. One object for one build().
class Tensors {
public:
  Tensors(const Kernel &kernel, const Target &target, Pixels pixels = Pixels::Plane);

  /// Whether every rank-4 tensor either has the outputs' H and W or broadcasts over both, so that
  /// the pixels can be seen as one line.
  static bool canBeLine(const Kernel &kernel);

  /// An extent as a constant or in terms of the activations' buffers. Requires that some activation
  /// has it or determines its symbol.
  Halide::Expr extent(const Extent &extent) const;
  /// Extents of a rank-4 tensor as the algorithm sees them: in Line mode [N, C, 1, H*W].
  std::array<Halide::Expr, 4> extents(const std::array<Extent, 4> &dims) const;

  /// An operand's value. Dimensions of extent 1 broadcast. Weights and constants come from a packed
  /// copy, which may be read up to 63 elements beyond the channels.
  Halide::Expr read(int32_t operand, const Point &at);
  /// A pointwise expression at a point of the outputs or of a convolution's input.
  Halide::Expr lower(const ScalarExpr &expr, const Point &at, const ConvLeaf &conv = {});

  /// Declares a packed buffer, dims innermost first; `value` gives an element when packing, from
  /// weights only. What is returned is what the run reads.
  Halide::ImageParam
  pack(const std::string &name, const std::vector<int64_t> &extents,
       const std::function<Halide::Expr(const std::vector<Halide::Var> &)> &value);
  /// For `pack`'s values: the filter and bias of a convolution; bias is 0 when there is none.
  Halide::Expr filterAt(const Convolution &conv, const Halide::Expr &k, const Halide::Expr &c,
                        const Halide::Expr &r, const Halide::Expr &s);
  Halide::Expr biasAt(const Convolution &conv, const Halide::Expr &k);

  /// Names that are unique to this kernel.
  std::string name(const std::string &stem) const { return prefix + "_" + stem; }

  /// States the bounds and strides of an output Func that was defined over memoryOrder() of its
  /// layout; a Func of several values stands for that many outputs from `first` on.
  void describeOutput(Halide::Func func, size_t first);
  /// Extents of a described output, logical order.
  std::array<Halide::Expr, 4> outputExtents(size_t output) const { return outputDims.at(output); }

  Pipelines finish(const std::vector<Halide::Func> &outputs, std::vector<ScratchBuffer> scratch);

private:
  void declareActivations();
  void describe(Halide::OutputImageParam buffer, const std::array<Extent, 4> &dims, Layout layout,
                std::array<Halide::Expr, 4> &seen, bool boundToo = true);
  Halide::Expr readWeight(int32_t operand, const std::vector<Halide::Expr> &indices);
  Halide::ImageParam &rawWeight(int32_t operand);
  Halide::Expr lowerWeights(const ScalarExpr &expr, const Halide::Expr &channel,
                            const std::vector<Halide::Expr> &at);
  Halide::Expr readPackedCopy(int32_t operand, const Point &at);

  struct Packed {
    Halide::Func func;
    Halide::ImageParam param;
    PackedBuffer buffer;
  };

  const Kernel &kernel;
  const Target &target;
  Pixels pixels;
  std::string prefix;
  std::map<int32_t, Halide::ImageParam> activations;
  std::map<int32_t, std::array<Halide::Expr, 4>> activationDims;
  std::map<int32_t, Halide::ImageParam> weights;
  std::map<int32_t, Halide::ImageParam> copies;
  std::vector<Packed> packed;
  std::vector<std::pair<Extent, Halide::Expr>> knownExtents;
  std::map<size_t, std::array<Halide::Expr, 4>> outputDims;
};

/// Coordinates or Vars of a rank-4 tensor, innermost in memory first.
template <typename T>
std::vector<T> memoryOrder(Layout layout, const T &n, const T &c, const T &y, const T &x) {
  return layout == Layout::NHWC ? std::vector<T>{c, x, y, n} : std::vector<T>{x, y, c, n};
}

/// An operand's dims as rank 4: rank 1 stands for [1, C, 1, 1].
std::array<Extent, 4> rank4(const Operand &operand);
/// Whether the operand varies along a dimension (its extent is not the constant 1).
bool varies(const Extent &extent);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_TENSORS_H
