//===- Layers.h - loads generated layers and calls them -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_EXECUTE_LAYERS_H
#define CONVWRIGHT_TOOLS_EXECUTE_LAYERS_H

#include "compiler/Emit/Emit.h"
#include "schedules/kernel/HostTensor.h"

#include "convwright/convwright.h"

#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace convwright::tools {

using schedules::HostTensor;

/// A tensor as `info` declares it, for these symbol values.
HostTensor makeTensor(const compiler::TensorInfo &info, std::span<const int64_t> sizes);

/// Memory for packed weights, 64-byte aligned.
class Packed {
public:
  explicit Packed(size_t bytes);
  const void *data() const { return storage.get(); }
  void *data() { return storage.get(); }

private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> storage;
};

/// Everything that one call of a layer needs, at fixed symbol sizes.
struct Call {
  std::vector<HostTensor> arguments, results; // in the layer's order
  std::unique_ptr<Packed> packed;             // null: the layer has no weights
};

/// Programs compiled into a shared object and loaded into this process, through the same C entries
/// that applications call.
class Layers {
public:
  /// Compiles, links and loads. The shared object lives in a temporary directory that is gone when
  /// this returns. `options.name` is the library's; `executable` leads to the runtime.
  static schedules::Result<Layers> build(const std::vector<compiler::TargetProgram> &programs,
                                         compiler::EmitOptions options,
                                         const std::string &executable);

  /// Packs `weights` (in the layer's order) for later calls; null when the layer has none.
  schedules::Result<std::unique_ptr<Packed>> pack(const compiler::LayerProgram &layer,
                                                  std::vector<HostTensor> &weights) const;
  /// CW_OK or a status whose text is lastError().
  int run(const compiler::LayerProgram &layer, Call &call, const cw_options &options) const;
  /// The same for tensors that lie where the caller wants: the arguments, then the results.
  int run(const compiler::LayerProgram &layer, Packed *packed, std::span<DLTensor *const> tensors,
          const cw_options &options) const;
  /// run() with the look-ups done: for timing.
  std::function<int()> prepareRun(const compiler::LayerProgram &layer, Call &call,
                                  const cw_options &options) const;
  size_t workspaceBytes(const compiler::LayerProgram &layer, std::span<const int64_t> sizes) const;
  std::string lastError() const;

private:
  struct Unload {
    void operator()(void *handle) const;
  };
  Layers(void *handle, std::string name) : handle(handle), name(std::move(name)) {}
  std::function<int()> prepareRun(const compiler::LayerProgram &layer, Packed *packed,
                                  std::span<DLTensor *const> tensors,
                                  const cw_options &options) const;
  void *entry(const compiler::LayerProgram &layer, const char *suffix) const;

  std::unique_ptr<void, Unload> handle;
  std::string name;
};

/// The symbols' values that these shapes of the arguments mean; where an argument contradicts
/// another, the first counts (the layer itself will refuse).
std::vector<int64_t> sizesFrom(const compiler::LayerProgram &layer,
                               const std::vector<std::vector<int64_t>> &argumentShapes);
/// The symbols' `like` values.
std::vector<int64_t> likeSizes(const compiler::LayerProgram &layer);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_EXECUTE_LAYERS_H
