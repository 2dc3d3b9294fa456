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

/// Tensor shapes of one call, by argument: "x", perhaps "r".
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

private:
  struct Convolution {
    int64_t N, C, K, groups;
    /// Numbers for each spatial axis, outermost first.
    Extents size, kernel, stride, dilation, padBefore, padAfter, outputPadding;
    std::string mode;
    bool bias, transposed;
  };

  int64_t pick(std::initializer_list<int64_t> values);
  int64_t between(int64_t lo, int64_t hi);
  bool chance(double probability);

  Convolution drawConvolution();
  void drawChannels(Convolution &conv);
  void drawWindow(Convolution &conv);
  static bool fits(const Convolution &conv);
  static int64_t outputExtent(const Convolution &conv, size_t axis, int64_t size);
  static Extents outputShape(const Convolution &conv, const Extents &x);
  static std::string call(const Convolution &conv, const std::string &input,
                          const std::string &algorithm);

  std::string algorithm;
  std::mt19937_64 rng;
};

} // namespace convwright::tests

#endif // CONVWRIGHT_TESTS_CONFORMANCE_SHAPES_H
