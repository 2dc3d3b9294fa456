//===- ToyLayer.h - a layer written by hand, as the compiler would make it ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_RUNTIME_SUPPORT_TOYLAYER_H
#define CONVWRIGHT_TESTS_RUNTIME_SUPPORT_TOYLAYER_H

#include "convwright/abi.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace convwright::runtime::testing {

/// result = x * scale + shift, channel by channel:
///   layer toy(x: f32[1, 3, H, W] nhwc, weight scale: f32[3], shift: f32[3])
///     -> f32[1, 3, H, W] nhwc for H in 2..64 step 2, W in 1..100
/// in two kernels with an intermediate between them; the first runs a parallel loop over rows and
/// uses scratch of both kinds. Variants: "x86-64-v4" (needs AVX-512), "baseline" (nothing).
const cw_layer &toyLayer();

/// The layer under another name, hash and set of variants.
cw_layer toyLayerWith(uint64_t hash, std::vector<cw_variant> variants);

/// The kernels of the variants above.
const cw_variant &toyVariant();

/// What the first kernel does in every task; null: nothing more.
extern int (*toyTaskHook)(int row);

/// An f32 tensor of logical shape NCHW in nhwc or nchw order, or of rank 1.
struct Tensor {
  Tensor(std::vector<int64_t> shape, bool nhwc);
  Tensor(const Tensor &) = delete;
  Tensor &operator=(const Tensor &) = delete;

  std::vector<int64_t> shape, strides;
  std::vector<float> values;
  DLTensor dl;
};

struct Free {
  void operator()(void *memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;
/// 64-byte aligned.
Block block(size_t bytes);

/// Everything for a right call at H x W, and what should come of it.
struct ToyCall {
  explicit ToyCall(int64_t h = 8, int64_t w = 5);

  int pack(const cw_layer &layer = toyLayer());
  int run(const cw_options *options = nullptr, const cw_layer &layer = toyLayer());
  bool isRight() const;

  Tensor x, scale, shift, result;
  Block packed;
};

} // namespace convwright::runtime::testing

#endif // CONVWRIGHT_TESTS_RUNTIME_SUPPORT_TOYLAYER_H
