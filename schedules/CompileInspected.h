//===- CompileInspected.h - compiling, with a look at what is compiled ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Internal to the room: for the static model, which reads the lowered statement and the assembly.
//
#ifndef CONVWRIGHT_SCHEDULES_COMPILEINSPECTED_H
#define CONVWRIGHT_SCHEDULES_COMPILEINSPECTED_H

#include "schedules/Schedules.h"

#include <Halide.h>

#include <functional>
#include <optional>

namespace convwright::schedules {

struct Inspection {
  const Halide::Module &module; // as lowered: what the assembly was generated from
  const std::string &assembly;
  const CompiledKernel &compiled; // without the object
};

/// compileKernel() to assembly instead of an object. The error of `inspect` becomes the result.
Result<CompiledKernel>
compileInspected(const Kernel &kernel, const Plan &plan, const Target &target,
                 const std::string &entry,
                 const std::function<std::optional<Error>(const Inspection &)> &inspect);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_COMPILEINSPECTED_H
