//===- AbiTables.h - a layer's tables as the runtime reads them ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_ABITABLES_H
#define CONVWRIGHT_COMPILER_EMIT_ABITABLES_H

#include "compiler/Emit/CompiledLibrary.h"

#include "convwright/abi.h"

#include <deque>
#include <string>
#include <vector>

namespace convwright::compiler {

/// The cw_layer of one layer of a library, in memory: for asking the runtime what it makes of it,
/// and for writing it into the object (ConstantTables.h). Kernel functions are not linked: `run`
/// and `pack` are null or stand for symbols. Points into the library, which has to outlive it.
class AbiTables {
public:
  AbiTables(const CompiledLibrary &library, size_t layer);
  AbiTables(const AbiTables &) = delete;
  AbiTables &operator=(const AbiTables &) = delete;

  const cw_layer &layer() const { return table; }
  const cw_variant &variant(size_t target) const { return table.variants[target]; }
  /// The kernel that a row stands for.
  const schedules::CompiledKernel &compiledKernel(size_t target, size_t step) const;
  const CompiledTarget &compiledTarget(size_t target) const { return library.targets[target]; }

private:
  /// Keeps a copy that does not move.
  template <typename T> const T *keep(std::vector<T> rows);
  const char *keep(const std::string &text);

  const cw_extent *extents(const std::vector<schedules::Extent> &dims);
  cw_tensor tensor(const TensorInfo &info);
  std::vector<cw_tensor> tensors(const std::vector<TensorInfo> &infos);
  int64_t pitchedDims(const TensorInfo &tensor, const Reference &place) const;
  /// Arguments or results.
  std::vector<cw_tensor> callersTensors(const std::vector<TensorInfo> &infos,
                                        Reference::Place place);
  cw_weight_reference weight(const Step &step, int32_t operand);
  /// Places the targets' intermediates, whose forms may differ, one after the other: their slots
  /// are the same memory, because one variant runs. Equal ones are listed once.
  void placeBuffers();
  cw_reference reference(const Reference &reference, size_t firstBuffer) const;
  const cw_view *view(const std::vector<schedules::Extent> &dims,
                      const std::optional<schedules::Part> &part);
  cw_kernel kernel(const Step &step, const schedules::CompiledKernel &compiled, size_t firstBuffer);
  cw_variant variantFor(size_t target);

  const CompiledLibrary &library;
  size_t layerIndex;
  cw_layer table{};
  std::vector<Buffer> buffers;      // of all targets
  std::vector<size_t> firstBuffers; // of each target, in `buffers`
  std::deque<std::string> strings;
  std::deque<std::vector<std::byte>> rows;
};

/// Identifies the layer's interface and plans: of packed parameters.
uint64_t hashOf(const CompiledLibrary &library, size_t layer);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_ABITABLES_H
