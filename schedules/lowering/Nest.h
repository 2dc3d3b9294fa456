//===- Nest.h - a kernel as plain Halide Funcs, before any schedule --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The definition that `loops` and every GPU schedule start from: the sum over channels and taps as
// the formula in Kernel.h says, with nothing decided about how it is computed.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_NEST_H
#define CONVWRIGHT_SCHEDULES_LOWERING_NEST_H

#include "schedules/lowering/StageTaps.h"
#include "schedules/lowering/Tensors.h"

#include <map>
#include <optional>
#include <vector>

namespace convwright::schedules {

/// The Vars of an activation by what they mean.
struct LogicalVars {
  Halide::Var n{"n"}, c{"c"}, z{"z"}, y{"y"}, x{"x"};
  std::vector<Halide::Var> inMemoryOrder(Layout layout, size_t rank) const {
    return memoryOrder<Halide::Var>(layout, rank, n, c, z, y, x);
  }
  operator Point() const { return {n, c, z, y, x}; }
};

/// One stage's Func, a pure definition (the bias, or what is below everything) and one update over
/// `taps`.
struct NestConv {
  Halide::Func sum;
  Halide::RDom taps;             // s, r, t of three spatial axes, c
  bool channelsTogether = false; // in the packed filter, for each tap
  /// Displaced taps: what is read under them, [c, s, r, x, y, n]; inlined unless scheduled.
  std::optional<Halide::Func> samples{};

  /// The reduction's loops from the innermost out: as the filter lies.
  std::vector<Halide::VarOrRVar> loops() const;
};

/// Consecutive outputs of one layout and their convolutions. The Funcs' dimensions are `vars` in
/// memory order of the layout; those of `input` likewise, spatial ones counted from the padded
/// origin.
struct Nest {
  LogicalVars vars{};
  Layout layout = Layout::ChannelsFirst;
  size_t rank = 4;
  size_t firstOutput = 0;
  Halide::Func out{};
  std::map<size_t, NestConv> convs{}; // those that the outputs read, by stage
  /// The padded input as a Func of its own, when asked for and when all convolutions share it.
  std::optional<Halide::Func> input{};

  Halide::Var memoryVar(int dim) const {
    return vars.inMemoryOrder(layout, rank)[static_cast<size_t>(dim)];
  }
};

/// A fold's Func, over `vars` in memory order, the folded one left out.
struct NestFold {
  Halide::Func func;
  std::vector<Halide::Var> vars;
  Halide::RDom along;
  bool alongInnermost; // of memory
};

/// Defines the kernel's folds; the outputs that are defined after that have them.
std::vector<NestFold> defineFolds(const Kernel &kernel, Tensors &tensors);

/// Whether the convolutions read the same padded tensor, so that one copy serves them all.
bool shareInput(const Kernel &kernel);

/// How many outputs from `first` on share a layout and a shape.
size_t outputsAlike(const Kernel &kernel, size_t first);
/// Defines `nest.out`, `count` outputs from its first on, over what the stages give.
void defineOutputs(const Kernel &kernel, Tensors &tensors, size_t count, const ConvLeaf &stages,
                   Nest &nest);

/// Defines all outputs. `materialiseInput`: through Nest::input where shareInput(). Packed filters
/// are filled up with zero channels to a multiple of 64, so that rounded-up tiles may read them.
/// `lanes`: what vectors run along, where it is not what lies together in the outputs.
std::vector<Nest> defineNests(const Kernel &kernel, Tensors &tensors, bool materialiseInput,
                              std::optional<Lanes> lanes = std::nullopt);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_NEST_H
