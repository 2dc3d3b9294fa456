//===- Objects.h - from scheduled pipelines to object code and texts ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_OBJECTS_H
#define CONVWRIGHT_SCHEDULES_LOWERING_OBJECTS_H

#include "schedules/lowering/Pipelines.h"
#include "schedules/targets/Target.h"

#include <Halide.h>

#include <string>
#include <vector>

namespace convwright::schedules {

/// What compiling the run entry, and the pack entry if there is one, starts from. May throw
/// Halide::Error, as all of this file.
Halide::Module wholeModule(const Kernel &kernel, const Pipelines &pipelines, const Target &target,
                           const std::string &entry);
/// Puts the run entry for strided tensors beside the other.
void addStrided(const Pipelines &strided, const Target &target, Halide::Module &module,
                CompiledKernel &compiled);
std::vector<std::byte> objectOf(const Halide::Module &module);
/// The module as `type` says, through a file.
std::string textOf(const Halide::Module &module, Halide::OutputFileType type);
/// All of a compiled kernel but its object.
CompiledKernel describeKernel(const Kernel &kernel, Pipelines &pipelines, const std::string &entry);
/// The loops that the schedule asks for, innermost statements in short; no code is generated.
std::string loopNest(const Pipelines &pipelines);
/// Halide's runtime for a device.
std::vector<std::byte> deviceRuntime(const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_OBJECTS_H
