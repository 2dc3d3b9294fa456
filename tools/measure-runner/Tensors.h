//===- Tensors.h - the tensors of a job ------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_TENSORS_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_TENSORS_H

#include "schedules/kernel/HostTensor.h"
#include "schedules/tuning/measure/BuiltInfo.h"

#include <vector>

namespace convwright::measure {

using schedules::BuiltInfo;
using schedules::HostTensor;

/// What both contenders read and write: the same memory.
class Tensors {
public:
  /// Constants are taken from `constants`, of `info`'s files.
  Tensors(const BuiltInfo &info, const std::vector<std::byte> &constants,
          std::vector<int64_t> sizes, uint64_t seed)
      : info(info), constants(constants), sizes(std::move(sizes)), seed(seed) {}

  /// Lays all tensors out anew and fills the operands. Checking: elements end right at a page that
  /// ends the process when it is touched. Otherwise they begin at a page, as applications' large
  /// tensors do.
  void place(bool checking);
  /// Fills the outputs with bits that no right answer has (NaN; -1 or 255 for integers).
  void poisonOutputs();
  /// A copy of all outputs.
  std::vector<std::vector<std::byte>> outputBytes() const;

  HostTensor &operand(int32_t index) { return operands.at(static_cast<size_t>(index)); }
  std::vector<HostTensor> operands, outputs;

private:
  const BuiltInfo &info;
  const std::vector<std::byte> &constants;
  std::vector<int64_t> sizes;
  uint64_t seed;
};

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_TENSORS_H
