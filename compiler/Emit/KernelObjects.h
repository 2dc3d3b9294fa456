//===- KernelObjects.h - kernels' symbols, kept apart from an application's ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_KERNELOBJECTS_H
#define CONVWRIGHT_COMPILER_EMIT_KERNELOBJECTS_H

#include "schedules/Schedules.h"

#include <vector>

namespace convwright::compiler {

/// Returns the kernel's object with
///   - its references to Halide's runtime renamed: to cwrt_halide_* on a CPU (the runtime library
///   has
///     these), to cwrt_device_halide_* on a GPU (isolateDeviceRuntime() makes these);
///   - every symbol local but its entries, and these hidden from the outside of a shared library.
/// An application may then link Halide's own runtime, of any version, beside ours.
schedules::Result<std::vector<std::byte>> isolateKernel(const schedules::CompiledKernel &kernel,
                                                        bool isGpu);

/// Returns the device runtime's object with everything that it defines renamed to cwrt_device_*,
/// and hidden.
schedules::Result<std::vector<std::byte>>
isolateDeviceRuntime(const std::vector<std::byte> &object);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_KERNELOBJECTS_H
