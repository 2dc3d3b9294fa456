//===- BlockAnalyser.h - instruction counts and pipeline cycles of assembly ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_BLOCKANALYSER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_BLOCKANALYSER_H

#include "schedules/kernel/Result.h"
#include "schedules/tuning/measure/static/CodeFeatures.h"
#include "schedules/tuning/measure/static/MachineModel.h"

#include <memory>
#include <string>
#include <vector>

namespace convwright::schedules {

/// Straight-line assembly through LLVM's assembler and its pipeline simulator (MCA). Not
/// thread-safe; several may live side by side.
class BlockAnalyser {
public:
  /// `fullBits`: how wide a full vector is.
  /// Errors: LLVM does not know the triple or the model's CPU.
  static Result<BlockAnalyser> create(const std::string &triple, const MachineModel &model,
                                      int fullBits);
  BlockAnalyser(BlockAnalyser &&) noexcept;
  ~BlockAnalyser();

  /// Takes the blocks' texts, one instruction a line, AT&T syntax on x86.
  /// Errors: the line that is no instruction.
  Result<bool> load(const std::vector<std::string> &blocks);
  InstructionCounts counts(size_t block) const;
  /// Cycles that one more execution of the block adds when it runs over and over. About
  /// `instructions` are simulated.
  Result<double> cycles(size_t block, int instructions) const;

private:
  struct State;
  explicit BlockAnalyser(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_BLOCKANALYSER_H
