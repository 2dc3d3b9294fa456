//===- LoopNest.h - a lowered kernel's loops, conditions and addresses ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What Halide's statement says about control and memory, without values: small enough to be
// interpreted many times. Integer expressions are affine over numbered slots; whatever is not
// (min, max, division, comparison ...) is computed into a slot of its own by a Define.
//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_LOOPNEST_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_LOOPNEST_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace convwright::schedules {

/// constant + Σ coefficient · slot, slots ascending, no coefficient 0.
struct Affine {
  int64_t constant = 0;
  std::vector<std::pair<int, int64_t>> terms;

  bool isConstant() const { return terms.empty(); }
  int64_t at(const std::vector<int64_t> &slots) const {
    int64_t value = constant;
    for (auto [slot, coefficient] : terms)
      value += coefficient * slots[static_cast<size_t>(slot)];
    return value;
  }
  bool operator==(const Affine &) const = default;
};
Affine operator+(const Affine &a, const Affine &b);
Affine operator*(const Affine &a, int64_t factor);

enum class IntOp : uint8_t { Multiply, Divide, Modulo, Min, Max, Less, LessEqual, Equal, Select };
/// As Halide computes it: division and modulo round to minus infinity, by zero gives zero.
int64_t apply(IntOp op, int64_t a, int64_t b, int64_t c);

struct NestNode {
  enum class Kind : uint8_t { Loop, Define, If, Touch };

  Kind kind = Kind::Touch;
  int slot = -1;      // Loop: its variable; Define: its result
  Affine a, b, c;     // Loop: a = min, b = extent; Define: operands; If: a = condition;
                      // Touch: a = address in bytes
  IntOp op{};         // Define
  int ordinal = 0;    // Loop: index into LoopNest::loops
  int64_t bytes = 0;  // Touch: of one contiguous piece
  int64_t pieces = 1; // Touch: how many of them
  int64_t stride = 0; // Touch: bytes between them
  std::vector<NestNode> body, otherwise;
};

struct NestLoop {
  std::string name; // the assembly's label, "3_for_x"; of a parallel loop: its function
  int parent = -1;  // the loop around it, also across functions
  bool parallel = false;
};

struct LoopNest {
  std::vector<NestNode> body;
  std::vector<NestLoop> loops;
  int slots = 0;
  double footprint = 0;           // bytes
  std::vector<int> allocationsIn; // for each heap allocation the loop around it, -1: none
};

/// How often loops' bodies run in one call, indexed like LoopNest::loops.
std::vector<double> tripCounts(const LoopNest &nest);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_LOOPNEST_H
