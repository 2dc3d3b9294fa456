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

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace convwright::schedules {

/// A place in an activation. z means nothing in a kernel of two spatial axes.
struct Point {
  Halide::Expr n, c, z, y, x;
};

/// A tap of a window, likewise.
struct Tap {
  Halide::Expr t, r, s;
};

/// How the spatial axes are seen. Line: as one row of all pixels ([N, C, 1, H*W], and images of one
/// pixel as one image of N: [1, C, 1, N]), for work that does not look at neighbours; see
/// Tensors::canBeLine. A plane takes the strides of what is further out than denseDims() from the
/// buffers; a line and a dense plane are of dense tensors only. Apart: the line of images of one
/// pixel that lie any distance apart.
enum class Pixels : uint8_t { Plane, DensePlane, Line, Apart };

/// The value of convolution `index` at the point that is being lowered.
using ConvLeaf = std::function<Halide::Expr(int32_t index)>;

/// The border between a kernel's plain structs and Halide: declares the buffers of the argument
/// convention (Schedules.h), reads operands at logical points, packs what is bound ahead of run,
/// and assembles the Pipelines at the end. One object for one build().
class Tensors {
public:
  Tensors(const Kernel &kernel, const Target &target, Pixels pixels = Pixels::Plane);

  /// Whether every activation either has the outputs' spatial extents or broadcasts over all of
  /// them, so that the pixels can be seen as one line.
  static bool canBeLine(const Kernel &kernel);

  /// Whether strides of dense images are constants, which spares registers where many rows are read
  /// at a time.
  static bool hasConstantImages(const Kernel &kernel);

  /// An extent as a constant or in terms of the activations' buffers. Requires that some activation
  /// has it or determines its symbol.
  Halide::Expr extent(const Extent &extent) const;
  /// The most it can be.
  int64_t largest(const Extent &extent) const;
  /// Extents of an activation as the algorithm sees them: in Line mode x is all pixels.
  Point extents(const Dims &dims) const;

  /// An operand's value. Dimensions of extent 1 broadcast. Weights and constants come from a packed
  /// copy, which may be read up to 63 elements beyond the channels.
  Halide::Expr read(int32_t operand, const Point &at);
  /// A pointwise expression at a point of the outputs or of a convolution's input.
  Halide::Expr lower(const ScalarExpr &expr, const Point &at, const ConvLeaf &conv = {});

  /// What stands for fold `index` from now on.
  void setFold(size_t index, std::function<Halide::Expr(const Point &)> value);

  /// Declares a packed buffer, dims innermost first; `value` gives an element when packing, from
  /// weights only. What is returned is what the run reads.
  Halide::ImageParam
  pack(const std::string &name, const std::vector<int64_t> &extents,
       const std::function<Halide::Expr(const std::vector<Halide::Var> &)> &value);
  /// For `pack`'s values: the filter and bias of a convolution; bias is 0 when there is none.
  Halide::Expr filterAt(const Stage &conv, const Halide::Expr &k, const Halide::Expr &c,
                        const Tap &tap);
  Halide::Expr biasAt(const Stage &conv, const Halide::Expr &k);
  /// Likewise, of a filter of any kind at its logical indices.
  Halide::Expr filterElement(const Stage &stage, const std::vector<Halide::Expr> &at);

  /// An activation that lies in logical order, at indices innermost first.
  Halide::Expr readDense(int32_t operand, const std::vector<Halide::Expr> &at) const;

  bool onGpu() const { return target.isGpu(); }
  /// Of a vector of f32.
  int64_t lanes() const { return target.lanes(4); }

  /// Names that are unique to this kernel.
  std::string name(const std::string &stem) const { return prefix + "_" + stem; }

  /// States the bounds and strides of an output Func that was defined over memoryOrder() of its
  /// layout; a Func of several values stands for that many outputs from `first` on.
  void describeOutput(Halide::Func func, size_t first);
  /// Extents of a described output.
  Point outputExtents(size_t output) const { return outputDims.at(output); }

  /// Of a scheduled output of stages: gives the `like` width code of its own, where borders and
  /// the ends of rows are known. None where the width is known anyhow.
  std::optional<Halide::Stage> specializeForLike(Halide::Func func, size_t output) const;

  Pipelines finish(const std::vector<Halide::Func> &outputs, std::vector<ScratchBuffer> scratch);

private:
  bool isLine() const { return pixels == Pixels::Line || pixels == Pixels::Apart; }
  void declareActivations();
  void describe(Halide::OutputImageParam buffer, const Dims &dims, Layout layout, Point &seen,
                bool boundToo = true, const Part *part = nullptr);
  void describeInOrder(Halide::ImageParam param, const Dims &dims);
  Halide::Expr readWeight(int32_t operand, const std::vector<Halide::Expr> &indices);
  Halide::ImageParam &rawWeight(int32_t operand);
  Halide::Expr lowerWeights(const ScalarExpr &expr, const Halide::Expr &channel,
                            const std::vector<Halide::Expr> &at);
  Halide::Expr readPackedCopy(int32_t operand, const Point &at);
  Halide::Expr fraction(const Sampling &sampling, Point at) const;
  Point asLine(Point size) const;
  Point onLine(const Dims &dims, Point at) const;
  Halide::Expr readThrough(const Operand &from, size_t access, Point at,
                           const Halide::ImageParam &param) const;

  struct Packed {
    Halide::Func func;
    Halide::ImageParam param;
    PackedBuffer buffer;
  };

  const Kernel &kernel;
  const Target &target;
  Pixels pixels;
  bool batchIsLine;
  std::string prefix;
  std::map<int32_t, Halide::ImageParam> activations;
  std::map<int32_t, Point> activationDims;
  std::map<int32_t, Halide::ImageParam> weights;
  std::map<int32_t, Halide::ImageParam> copies;
  std::vector<Packed> packed;
  std::map<size_t, std::function<Halide::Expr(const Point &)>> folds;
  std::vector<std::pair<Extent, Halide::Expr>> knownExtents;
  std::map<size_t, Point> outputDims;
};

/// Coordinates or Vars of an activation, innermost in memory first; z only of three spatial axes.
template <typename T>
std::vector<T> memoryOrder(Layout layout, size_t rank, const T &n, const T &c, const T &z,
                           const T &y, const T &x) {
  const T *logical[] = {&n, &c, &z, &y, &x};
  std::vector<T> ordered;
  for (size_t position : memoryOrder(layout, rank))
    ordered.push_back(*logical[static_cast<size_t>(axisAt(position, rank))]);
  return ordered;
}
inline std::vector<Halide::Expr> memoryOrder(Layout layout, size_t rank, const Point &at) {
  return memoryOrder<Halide::Expr>(layout, rank, at.n, at.c, at.z, at.y, at.x);
}
/// What a point has along an axis.
Halide::Expr &along(Point &point, Axis axis);

/// An operand's dims at the kernel's rank: rank 1 stands for [1, C, 1, …].
Dims atRank(const Operand &operand, size_t rank);
/// Whether the operand varies along a dimension (its extent is not the constant 1).
bool varies(const Extent &extent);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_TENSORS_H
