//===- Suggest.cpp - did you mean -----------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Suggest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <string>

namespace convwright::dsl {

/// Whether two neighbouring letters are swapped, and nothing else: the commonest slip, which counts
/// as one.
static bool isSwap(llvm::StringRef a, llvm::StringRef b) {
  if (a.size() != b.size())
    return false;
  auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin());
  return a.end() - left >= 2 && left[0] == right[1] && left[1] == right[0] &&
         std::equal(left + 2, a.end(), right + 2);
}

/// What we call something that has another name elsewhere; empty: nothing.
static llvm::StringRef ownName(llvm::StringRef lower) {
  return llvm::StringSwitch<llvm::StringRef>(lower)
      .Cases({"float", "float32", "fp32", "single"}, "f32")
      .Cases({"half", "float16", "fp16"}, "f16")
      .Cases({"bfloat16"}, "bf16")
      .Cases({"uint8", "uint8_t", "byte", "uchar"}, "u8")
      .Cases({"int8", "int8_t", "char"}, "i8")
      .Cases({"uint16", "uint16_t", "ushort"}, "u16")
      .Cases({"int32", "int32_t", "int"}, "i32")
      .Cases({"channels_last"}, "nhwc")
      .Cases({"channels_first", "contiguous"}, "nchw")
      .Cases({"conv", "convolution", "convolve"}, "conv2d")
      .Cases({"clip"}, "clamp")
      .Cases({"minimum", "fmin"}, "min")
      .Cases({"maximum", "fmax"}, "max")
      .Cases({"fabs", "absolute"}, "abs")
      .Cases({"swish"}, "silu")
      .Cases({"ln"}, "log")
      .Cases({"select", "ifelse"}, "where")
      .Cases({"strides"}, "stride")
      .Cases({"pad"}, "padding")
      .Cases({"axis"}, "dim")
      .Cases({"kernel", "ksize", "pool_size", "window"}, "kernel_size")
      .Cases({"upscale_factor", "downscale_factor", "block_size", "blocksize"}, "factor")
      .Cases({"output_size"}, "size")
      .Default("");
}

std::optional<llvm::StringRef> suggest(llvm::StringRef typed,
                                       llvm::ArrayRef<llvm::StringRef> candidates) {
  std::string lower = typed.lower();
  if (llvm::StringRef own = ownName(lower); llvm::is_contained(candidates, own))
    return *llvm::find(candidates, own); // the candidate's text, which lives longer
  // A third of the name may be wrong: one letter of "relu", two of "padding".
  unsigned nearest = std::max<unsigned>(1, typed.size() / 3) + 1;
  std::optional<llvm::StringRef> best;
  for (llvm::StringRef candidate : candidates) {
    // A longer typed name costs quadratic time and cannot be near.
    if (typed.size() > 2 * candidate.size() + 2)
      continue;
    std::string known = candidate.lower();
    unsigned distance =
        isSwap(lower, known)
            ? 1
            : llvm::StringRef(lower).edit_distance(known, /*AllowReplacements=*/true, nearest);
    if (distance >= nearest || distance >= candidate.size())
      continue;
    nearest = distance;
    best = candidate;
  }
  return best;
}

} // namespace convwright::dsl
