//===- KernelTransfer.h - compiled kernels between processes -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_KERNELTRANSFER_H
#define CONVWRIGHT_COMPILER_EMIT_KERNELTRANSFER_H

#include "schedules/Schedules.h"

#include <optional>
#include <string>
#include <string_view>

namespace convwright::compiler {

/// What compiling a kernel came to, as bytes for the same program to read.
std::string toBytes(const schedules::Result<schedules::CompiledKernel> &result);

/// The reverse; none when the bytes are incomplete.
std::optional<schedules::Result<schedules::CompiledKernel>> fromBytes(std::string_view bytes);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_KERNELTRANSFER_H
