//===- LlvmTarget.h - LLVM's assembler for one CPU ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Internal to the room.
//
#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_LLVMTARGET_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_LLVMTARGET_H

#include "schedules/kernel/Result.h"

#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCStreamer.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/TargetParser/Triple.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace convwright::schedules {

/// What LLVM knows of a triple's assembly.
struct LlvmTarget {
  /// Errors: LLVM does not know the triple or the CPU.
  static Result<LlvmTarget> find(const std::string &triple, const std::string &cpu);

  /// Makes what takes the parsed instructions. It lives no longer than the context.
  using MakeStreamer = std::function<std::unique_ptr<llvm::MCStreamer>(llvm::MCContext &)>;

  /// Parses assembly into a streamer. `finish`: the text is a whole file, which is now written;
  /// otherwise a part of one.
  /// Errors: the first line that cannot be read.
  std::optional<Error> parse(const std::string &text, bool finish, const MakeStreamer &make) const;

  llvm::Triple triple;
  llvm::MCTargetOptions options;
  const llvm::Target *target = nullptr;
  std::unique_ptr<llvm::MCRegisterInfo> registers;
  std::unique_ptr<llvm::MCAsmInfo> assembly;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
  std::unique_ptr<llvm::MCInstrInfo> instructions;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_LLVMTARGET_H
