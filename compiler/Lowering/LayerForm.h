//===- LayerForm.h - which operations share a kernel, how intermediates lie ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What can be chosen of a layer before its kernels' plans are. Arguments and results are the
// user's contract: no form changes them.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_LAYERFORM_H
#define CONVWRIGHT_COMPILER_LOWERING_LAYERFORM_H

#include "schedules/kernel/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::compiler {

/// Which pointwise work joins a convolution's kernel; what does not is a kernel of its own.
/// "full": what follows it and what prepares its input; "epilogue": what follows it;
/// "prologue": what prepares its input, so that relu(conv2d(…)) before another convolution is
/// computed where that one reads it; "none": a convolution's kernel ends at accumulator + bias.
enum class Fusion : uint8_t { Full, Epilogue, Prologue, None };

/// How tensors between kernels lie in memory: as the .conv file says, or all alike.
enum class Intermediates : uint8_t { Declared, Nchw, Nhwc };

/// Plain data; a default one is what the compiler does unasked.
struct LayerForm {
  Fusion fusion = Fusion::Full;
  Intermediates intermediates = Intermediates::Declared;

  bool operator==(const LayerForm &) const = default;
};

std::string_view spell(Fusion fusion);
std::string_view spell(Intermediates intermediates);

/// "fusion = full, intermediates = nhwc".
std::string print(const LayerForm &form);
/// What print() gives; what is left out has its default, spaces do not count. The error says which
/// word is wrong, which are allowed and which was probably meant.
schedules::Result<LayerForm> parseLayerForm(std::string_view text);

/// Every combination, the default first.
std::vector<LayerForm> allLayerForms();

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_LAYERFORM_H
