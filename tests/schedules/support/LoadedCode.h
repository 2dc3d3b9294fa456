//===- LoadedCode.h - a compiled kernel that can be called -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_LOADEDCODE_H
#define CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_LOADEDCODE_H

#include "schedules/Schedules.h"

#include <HalideRuntime.h>

#include <memory>
#include <string>
#include <vector>

namespace convwright::schedules::testing {

/// Code for this machine runs in this process; OpenCL kernels too, with Halide's device runtime;
/// aarch64 code runs under qemu-aarch64, one process a call.
class LoadedCode {
public:
  /// On failure null, and `failure` says why.
  static std::unique_ptr<LoadedCode> load(const CompiledKernel &code, const Target &target,
                                          std::string &failure);
  virtual ~LoadedCode() = default;

  /// Calls `<symbol>_argv`. `context`: the address of the user context pointer.
  virtual int call(const std::string &symbol, void *context,
                   const std::vector<halide_buffer_t *> &buffers) = 0;
};

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_LOADEDCODE_H
