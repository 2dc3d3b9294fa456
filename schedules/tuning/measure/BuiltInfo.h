//===- BuiltInfo.h - the files that a built candidate is handed over in ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BUILTINFO_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BUILTINFO_H

#include "schedules/Schedules.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::schedules {

/// A tensor that a candidate reads or writes.
struct TensorInfo {
  std::string name;
  Operand::Role role = Operand::Role::Activation;
  ElementType type = ElementType::F32;
  Layout layout = Layout::ChannelsFirst;
  std::vector<Extent> dims;
  /// Constants that are read when running or packing: where their elements lie in <stem>.bin.
  int64_t dataOffset = 0, dataBytes = 0;
  /// An output that is a part of this tensor, as cw_view has it; `steps` empty: it is all of it.
  struct View {
    std::vector<Extent> dims = {}, starts = {};
    std::vector<int64_t> steps = {};
  } view = {};
};

/// All that a runner must know of a built candidate. It lies in three files, of which none needs a
/// compiler to be used, and which may be copied together to another machine:
///   <stem>.json   this struct
///   <stem>.bin    constants
///   <stem>.so     the code; halide_malloc, halide_free and halide_do_par_for are left to the
///   runner
struct BuiltInfo {
  std::string entry, packEntry; // as in CompiledKernel
  std::string target, plan;
  uint64_t cpuFeatures = 0; // CW_CPU_* bits
  double errorBound = 0;    // relative L2
  std::vector<Symbol> symbols;
  std::vector<TensorInfo> operands, outputs; // as in the kernel
  std::vector<int32_t> activations, weights; // as in CompiledKernel
  std::vector<PackedBuffer> packed;
  std::vector<ScratchBuffer> scratch;
  int64_t constantPackedOffset = 0, constantPackedBytes = 0; // in <stem>.bin
  int64_t objectBytes = 0;
  double estimatedMs = 0; // as in CompiledKernel
};

/// The description of a compiled kernel, and in `constants` the content of <stem>.bin.
BuiltInfo describeBuilt(const Kernel &kernel, const Plan &plan, const Target &target,
                        const CompiledKernel &compiled, std::vector<std::byte> &constants);

/// Writes <stem>.json and <stem>.bin. None: fine.
std::optional<Error> writeBuilt(const std::string &stem, const BuiltInfo &info,
                                const std::vector<std::byte> &constants);
/// Reads them; `constants` may be null. Errors name the file.
Result<BuiltInfo> readBuilt(const std::string &stem, std::vector<std::byte> *constants);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_BUILTINFO_H
