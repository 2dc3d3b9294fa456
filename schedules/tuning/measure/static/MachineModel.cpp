//===- MachineModel.cpp - the table of machine models ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/MachineModel.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <utility>

namespace convwright::schedules {

namespace {

MachineModel row(const char *cpu, Machine machine, double gigahertz, double issueWidth,
                 double fmaPerCycle, double vectorOtherPerCycle, double fullLoadsPerCycle,
                 double narrowLoadsPerCycle, bool broadcastIsNarrow, double fullStoreCycles,
                 double narrowStoreCycles, double storeExposed, double forwardCycles,
                 int dispatchWidth, int l1Ways, int l2Ways, double l1MissCycles,
                 double l2MissCycles) {
  MachineModel model;
  model.name = cpu;
  model.machine = machine;
  model.gigahertz = gigahertz;
  model.issueWidth = issueWidth;
  model.fmaPerCycle = fmaPerCycle;
  model.vectorOtherPerCycle = vectorOtherPerCycle;
  model.fullLoadsPerCycle = fullLoadsPerCycle;
  model.narrowLoadsPerCycle = narrowLoadsPerCycle;
  model.broadcastIsNarrow = broadcastIsNarrow;
  model.fullStoreCycles = fullStoreCycles;
  model.narrowStoreCycles = narrowStoreCycles;
  model.storeExposed = storeExposed;
  model.forwardCycles = forwardCycles;
  model.dispatchWidth = dispatchWidth;
  model.l1Ways = l1Ways;
  model.l2Ways = l2Ways;
  model.l1MissCycles = l1MissCycles;
  model.l2MissCycles = l2MissCycles;
  return model;
}

const std::vector<std::pair<std::string_view, std::string_view>> &modelOfTarget() {
  static const std::vector<std::pair<std::string_view, std::string_view>> pairs = {
#define MACHINE_MODEL(...)
#define TARGET_MODEL(target, cpu) {target, cpu},
#include "schedules/targets/MachineModels.def"
  };
  return pairs;
}

} // namespace

const std::vector<MachineModel> &allMachineModels() {
  static const std::vector<MachineModel> rows = {
#define MACHINE_MODEL(cpu, machine, ...) row(cpu, Machine::machine, __VA_ARGS__),
#define TARGET_MODEL(...)
#include "schedules/targets/MachineModels.def"
  };
  return rows;
}

const MachineModel *findMachineModel(std::string_view cpu) {
  const std::vector<MachineModel> &rows = allMachineModels();
  auto found = std::find_if(rows.begin(), rows.end(),
                            [&](const MachineModel &model) { return model.name == cpu; });
  return found == rows.end() ? nullptr : &*found;
}

Result<MachineModel> machineModelOf(const Target &target) {
  std::string known;
  for (auto [name, cpu] : modelOfTarget()) {
    if (name == target.name)
      if (const MachineModel *model = findMachineModel(cpu))
        return *model;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return Error{"the static model knows no machine for target '" + target.name +
               "'; it knows: " + known};
}

Result<MachineModel> machineModelHere(const Target &target) {
  const MachineModel *here = findMachineModel(llvm::sys::getHostCPUName().str());
  if (here && runsHere(target))
    return *here;
  return machineModelOf(target);
}

} // namespace convwright::schedules
