//===- Assembler.h - assembly to an object --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_ASSEMBLER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_ASSEMBLER_H

#include "schedules/kernel/Result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace convwright::schedules {

/// A position-independent ELF object, as the code generator that wrote the assembly would have
/// made it. `cpu`: as LLVM spells it.
/// Errors: LLVM does not know the triple or the CPU; the line that cannot be assembled.
Result<std::vector<std::byte>> assemble(const std::string &assembly, const std::string &triple,
                                        const std::string &cpu);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_ASSEMBLER_H
