//===- Variant.h - which of a layer's variants runs here -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_VARIANT_H
#define CONVWRIGHT_RUNTIME_SRC_VARIANT_H

#include "convwright/abi.h"

namespace convwright::runtime {

/// The first variant (they are ordered best first) whose features all are in `features`; with a
/// `wanted` target name, only that one will do. `status` is CW_ERROR_TARGET with a message when
/// none does. Null then.
const cw_variant *chooseVariant(const cw_layer &layer, uint64_t features, const char *wanted,
                                int &status);

/// The same for this machine and env CONVWRIGHT_TARGET (read once).
const cw_variant *chooseVariant(const cw_layer &layer, int &status);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_VARIANT_H
