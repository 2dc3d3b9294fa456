//===- Contender.h - a built candidate, loaded and ready to be called ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_CONTENDER_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_CONTENDER_H

#include "convwright/abi.h"
#include "schedules/kernel/GuardedMemory.h"
#include "tools/measure-runner/Tensors.h"

#include <deque>
#include <memory>
#include <string>

namespace convwright::measure {

using schedules::GuardedMemory;

/// Code that is called as an application calls it: through the runtime's entries, with packed
/// parameters and a workspace of its own, on tensors that it shares with the other contender.
class Contender {
public:
  /// Throws std::runtime_error when the files are not there or cannot be loaded.
  explicit Contender(const std::string &stem);
  Contender(const Contender &) = delete;

  const BuiltInfo &info() const { return built; }
  const std::vector<std::byte> &constantBytes() const { return constants; }

  /// Takes memory, packs the weights. A sentence when the runtime refuses.
  std::string bind(Tensors &tensors, const std::vector<int64_t> &sizes, int threads);
  /// Calls the code once. A status of convwright.h. Requires a bind() that was fine.
  int run();
  /// Parameters that it alone reads; null: none.
  const GuardedMemory *parameters() const { return packed ? packed.get() : constantPacked.get(); }

private:
  void load(const std::string &path);
  void makeArguments();
  void makeWeights();
  void makeTables();

  BuiltInfo built;
  std::vector<std::byte> constants;
  cw_kernel_function runFunction = nullptr, packFunction = nullptr;

  // The tables of abi.h, and what they point to.
  std::deque<std::vector<cw_extent>> extents;
  std::deque<cw_view> views;
  std::vector<cw_symbol> symbols;
  std::vector<cw_tensor> argumentTable, resultTable, weightTable;
  std::vector<cw_reference> inputReferences, outputReferences;
  std::vector<cw_weight_reference> weightReferences;
  std::vector<cw_packed> packedTable;
  std::vector<cw_scratch> scratchTable;
  cw_kernel kernel{};
  cw_variant variant{};
  cw_layer layer{};

  std::unique_ptr<GuardedMemory> constantPacked, packed, workspace;
  std::vector<DLTensor *> arguments, results, weights;
  cw_options options{};
};

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_CONTENDER_H
