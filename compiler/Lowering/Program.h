//===- Program.h - a layer as a list of kernel calls -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Lowering makes of a planned module and Emit turns into a library. Plain data.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_PROGRAM_H
#define CONVWRIGHT_COMPILER_LOWERING_PROGRAM_H

#include "compiler/Lowering/LayerForm.h"
#include "schedules/Schedules.h"

#include <string>
#include <vector>

namespace convwright::compiler {

/// A tensor of a layer's interface, or an intermediate. dims in logical order.
struct TensorInfo {
  std::string name;
  schedules::ElementType type = schedules::ElementType::F32;
  schedules::Layout layout = schedules::Layout::ChannelsFirst;
  std::vector<schedules::Extent> dims;
};

/// Where a kernel's activation operand or output lies.
struct Reference {
  enum class Place : uint8_t { Argument, Result, Buffer } place = Place::Argument;
  int32_t index = 0;
};

/// An intermediate in the workspace. Buffers of one slot are never alive together.
struct Buffer {
  TensorInfo tensor;
  int32_t slot = 0;
};

/// One kernel call.
struct Step {
  schedules::Kernel kernel;
  schedules::Choice choice; // the plan, and what was said of the other algorithms
  /// For each kernel operand: where an Activation lies (unused for the others).
  std::vector<Reference> operands;
  /// For each kernel operand: a Weight's index into LayerProgram::weights; -1 for the others.
  std::vector<int32_t> weights;
  /// For each kernel output.
  std::vector<Reference> outputs;
};

/// A layer for one target. What the caller sees (name, symbols, arguments, results, weights) is
/// equal between targets; kernels, buffers and form need not be.
struct LayerProgram {
  std::string name;          // "sobel"
  std::string documentation; // the /// text, for the generated header
  std::vector<schedules::Symbol> symbols;
  std::vector<TensorInfo> arguments; // activations, in order of declaration
  std::vector<TensorInfo> results;
  std::vector<TensorInfo> weights; // in order of declaration
  std::vector<Buffer> buffers;
  int32_t slots = 0;
  LayerForm form;       // which operations share a kernel, how buffers lie
  std::string formNote; // for people: who chose the form; empty: nobody
  std::vector<Step> steps;
};

/// A `.conv` file for one target.
struct TargetProgram {
  schedules::Target target;
  std::vector<LayerProgram> layers;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_PROGRAM_H
