//===- Features.h - compile a kernel and see what the code is made of -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_FEATURES_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_FEATURES_H

#include "schedules/Schedules.h"
#include "schedules/tuning/measure/static/CodeFeatures.h"
#include "schedules/tuning/measure/static/MachineModel.h"

namespace convwright::schedules {

/// compileKernel(), and the features of the same code from the same lowering.
/// Errors: compileKernel's; LLVM cannot read the assembly; a target that is no CPU.
/// Threads: any. A candidate that has never been compiled belongs in a child process.
Result<CompiledKernel> compileKernelWithFeatures(const Kernel &kernel, const Plan &plan,
                                                 const Target &target, const std::string &entry,
                                                 const MachineModel &model, CodeFeatures &features);

/// The features alone: no object is made.
Result<CodeFeatures> codeFeatures(const Kernel &kernel, const Plan &plan, const Target &target,
                                  const MachineModel &model);

/// compileKernel(), with `estimatedMs` by the model of the target's machine (for `host`: of this
/// one) where there is such a model and the code can be read. A KernelCompiler for Builder.
Result<CompiledKernel> compileKernelWithEstimate(const Kernel &kernel, const Plan &plan,
                                                 const Target &target, const std::string &entry);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_FEATURES_H
