//===- CpuFeatures.h - what this machine's CPU can do --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_CPUFEATURES_H
#define CONVWRIGHT_RUNTIME_SRC_CPUFEATURES_H

#include "Status.h"

#include <cstdint>

namespace convwright::runtime {

/// The CW_CPU_* bits of this machine; a bit is set only where the operating system saves the
/// registers that belong to it.
uint64_t cpuFeatures();

/// "AVX2 and FMA, AVX-512": the names of the bits.
Text spellCpuFeatures(uint64_t features);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_CPUFEATURES_H
