//===- MachineModel.h - what the static model knows of a machine ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_MACHINEMODEL_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_MACHINEMODEL_H

#include "schedules/kernel/Result.h"
#include "schedules/targets/Target.h"

#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

/// A row of targets/MachineModels.def, which says where the numbers come from.
struct MachineModel {
  std::string name; // LLVM's name of the CPU
  Machine machine = Machine::X86;
  double gigahertz = 3;   // sustained, one core
  double issueWidth = 4;  // instructions a cycle, sustained
  double fmaPerCycle = 2; // full-width vector FMAs; a multiply or an add alone counts as one
  double vectorOtherPerCycle = 2; // shuffles, logic, compares
  double fullLoadsPerCycle = 2, narrowLoadsPerCycle = 2;
  bool broadcastIsNarrow = true; // a load-and-broadcast goes as a narrow load, needs no other port
  double fullStoreCycles = 1, narrowStoreCycles = 1;
  double storeExposed = 0;  // share of the stores' cycles that nothing else overlaps
  double forwardCycles = 8; // one load - FMA - store through a stack slot
  int dispatchWidth = 0;    // for MCA; 0: as LLVM's model says
  int l1Ways = 8, l2Ways = 8;
  double l1MissCycles = 2;  // a line from L2, misses overlapped
  double l2MissCycles = 10; // a line from beyond L2: on top of its l1MissCycles
  double callCycles = 30;
};

/// Every row, in the order of the file.
const std::vector<MachineModel> &allMachineModels();
/// The model of a CPU as LLVM spells it; null when there is none.
const MachineModel *findMachineModel(std::string_view cpu);
/// The machine that a target stands for. Errors: a target without one (GPUs), naming those with.
Result<MachineModel> machineModelOf(const Target &target);
/// The CPU at hand, if it has a model and can run the target; otherwise machineModelOf(target).
Result<MachineModel> machineModelHere(const Target &target);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_STATIC_MACHINEMODEL_H
