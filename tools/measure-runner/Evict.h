//===- Evict.h - takes tensors out of the caches ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_EVICT_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_EVICT_H

#include "tools/measure-runner/Contender.h"

namespace convwright::measure {

/// Inputs, packed weights and outputs leave all caches, written back, as if another layer of a
/// large network had just run.
void evict(const Contender &contender, const Tensors &tensors);

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_EVICT_H
