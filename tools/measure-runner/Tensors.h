//===- Tensors.h - the tensors of a job ------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_MEASURERUNNER_TENSORS_H
#define CONVWRIGHT_TOOLS_MEASURERUNNER_TENSORS_H

#include "schedules/tuning/measure/BuiltInfo.h"
#include "tools/measure-runner/GuardedMemory.h"

#include <dlpack/dlpack.h>

#include <deque>
#include <vector>

namespace convwright::measure {

using schedules::BuiltInfo;

/// A dense tensor between guard pages, as generated code takes it.
class GuardedTensor {
public:
  GuardedTensor(const schedules::TensorInfo &info, const std::vector<int64_t> &sizes);

  DLTensor *dlpack() { return &view; }
  std::byte *data() const { return static_cast<std::byte *>(view.data); }
  int64_t elements() const { return count; }
  int64_t bytes() const { return memory.size(); }
  schedules::ElementType elementType() const { return type; }
  /// Checking: elements end right at the guard. Otherwise they begin at a page. Contents are lost.
  void place(bool checking) { view.data = checking ? memory.atTheEnd() : memory.atAPage(); }

private:
  schedules::ElementType type;
  std::vector<int64_t> shape, strides;
  int64_t count;
  GuardedMemory memory;
  DLTensor view{};
};

/// What both contenders read and write: the same memory.
class Tensors {
public:
  /// Constants are taken from `constants`, of `info`'s files.
  Tensors(const BuiltInfo &info, const std::vector<std::byte> &constants,
          const std::vector<int64_t> &sizes, uint64_t seed);

  /// Places all tensors and fills the operands anew.
  void place(bool checking);
  /// Fills the outputs with bits that no right answer has (NaN; -1 or 255 for integers).
  void poisonOutputs();
  /// A copy of all outputs.
  std::vector<std::vector<std::byte>> outputBytes() const;

  GuardedTensor &operand(int32_t index) { return operands.at(static_cast<size_t>(index)); }
  std::deque<GuardedTensor> operands, outputs;

private:
  const BuiltInfo &info;
  const std::vector<std::byte> &constants;
  uint64_t seed;
};

/// The element at `offset` of elements of `type`.
double elementAt(const std::byte *data, schedules::ElementType type, int64_t offset);

} // namespace convwright::measure

#endif // CONVWRIGHT_TOOLS_MEASURERUNNER_TENSORS_H
