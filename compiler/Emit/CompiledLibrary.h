//===- CompiledLibrary.h - programs whose kernels are compiled -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_COMPILEDLIBRARY_H
#define CONVWRIGHT_COMPILER_EMIT_COMPILEDLIBRARY_H

#include "compiler/Emit/Emit.h"

namespace convwright::compiler {

/// A target of the library with the kernels of all layers.
struct CompiledTarget {
  const TargetProgram *program = nullptr;
  /// kernels[layer][step].
  std::vector<std::vector<schedules::CompiledKernel>> kernels;
  /// GPU targets: the device runtime.
  std::vector<std::byte> deviceRuntime;
};

/// Targets best first: CPU ones before GPU ones (they need no copies), then those that ask for more
/// features, then as given.
struct CompiledLibrary {
  std::string name;
  std::vector<CompiledTarget> targets;

  size_t layerCount() const { return targets.front().program->layers.size(); }
  /// A layer's interface, which is the same for all targets.
  const LayerProgram &layer(size_t i) const { return targets.front().program->layers[i]; }
};

/// Compiles all kernels, several at a time. `programs` has to outlive the result.
schedules::Result<CompiledLibrary> compileKernels(const std::vector<TargetProgram> &programs,
                                                  const EmitOptions &options);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_COMPILEDLIBRARY_H
