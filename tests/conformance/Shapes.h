//===- Shapes.h - random layers for conformance ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_CONFORMANCE_SHAPES_H
#define CONVWRIGHT_TESTS_CONFORMANCE_SHAPES_H

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace convwright::tests {

using Extents = std::vector<int64_t>;

/// Tensor shapes of one call, by argument: "x", perhaps "r", "offset", "mask", or the "w" of
/// kernels that are computed.
using CallShapes = std::map<std::string, Extents>;

/// A layer drawn at random.
struct RandomLayer {
  std::string name;                       // "case_s007_nhwc"
  std::string text;                       // its declaration
  std::map<std::string, Extents> weights; // "b", "w" ...
  std::vector<CallShapes> calls;          // one, or several for symbolic sizes
};

/// Draws layers that `algorithm` is meant for. Deterministic in the seed.
class ShapeDrawer {
public:
  ShapeDrawer(std::string algorithm, uint64_t seed) : algorithm(std::move(algorithm)), rng(seed) {}

  /// The layer number `index`; the language's limits are kept, the algorithm may still refuse.
  RandomLayer draw(int index);

  /// The language's operations that an algorithm computes and that no kind here is; none, unless
  /// there is a new one.
  static std::vector<std::string> undrawn();

private:
  enum class Kind : uint8_t {
    Convolution,
    Transposed,
    Linear,
    Local,
    Dynamic,
    Region,
    Deformable,
    MaxPool,
    AvgPool,
    GlobalMax,
    GlobalAvg
  };
  struct Operation {
    Kind kind;
    int64_t N, C, K, groups;
    /// Numbers for each spatial axis, outermost first.
    Extents size, kernel, stride, dilation, padBefore, padAfter, outputPadding;
    std::string mode;
    bool bias;
    // Of some kinds.
    Extents regions;
    int64_t offsetGroups;
    bool mask, ceil, countPadding;

    bool isPool() const { return kind >= Kind::MaxPool; }
    bool isGlobal() const { return kind >= Kind::GlobalMax; }
    /// Whether the language's row of it has the attribute.
    bool takes(const char *attribute) const;
    /// Its tensors have as many positions as the result, in both spatial axes.
    bool readsPositions() const { return kind == Kind::Dynamic || kind == Kind::Deformable; }
  };

  /// As the language calls it: "conv_transpose2d".
  static std::string nameOf(Kind kind, size_t axes);

  int64_t pick(std::initializer_list<int64_t> values);
  int64_t between(int64_t lo, int64_t hi);
  bool chance(double probability);

  Kind drawKind();
  Operation drawOperation();
  void drawChannels(Operation &op);
  void drawWindow(Operation &op);
  void padToSize(Operation &op);
  static bool fits(const Operation &op);
  static int64_t outputExtent(const Operation &op, size_t axis, int64_t size);
  static Extents outputShape(const Operation &op, const Extents &x);
  static std::map<std::string, Extents> weightsOf(const Operation &op);
  static CallShapes argumentsOf(const Operation &op, const Extents &x);
  static std::string call(const Operation &op, const std::string &input,
                          const std::string &algorithm);

  std::string algorithm;
  std::mt19937_64 rng;
};

} // namespace convwright::tests

#endif // CONVWRIGHT_TESTS_CONFORMANCE_SHAPES_H
