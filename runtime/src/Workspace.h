//===- Workspace.h - how a call's memory is divided ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_WORKSPACE_H
#define CONVWRIGHT_RUNTIME_SRC_WORKSPACE_H

#include "convwright/abi.h"

#include "Call.h"

#include <cstdint>

namespace convwright::runtime {

/// The parts of a workspace, in this order; offsets and sizes in bytes, multiples of 64.
///   frame      buffer descriptions and argument lists (Frame.h)
///   slots      intermediate tensors
///   scratch    what kernels allocate outside their parallel loops
///   workers    for each worker: its Context, then what kernels allocate inside parallel loops
struct WorkspaceLayout {
  int64_t slots = 0, scratch = 0, workers = 0;
  int64_t scratchBytes = 0, workerBytes = 0;

  /// What `count` workers need in all.
  int64_t totalFor(int count) const { return workers + count * workerBytes; }
  /// How many workers fit, at most `wanted`.
  int workersIn(int64_t bytes, int wanted) const;
};

/// Fails with CW_ERROR_SIZE where 64 bits do not hold the sizes (for maxThreads workers).
int layOutWorkspace(const cw_layer &layer, const cw_variant &variant, const int64_t *sizes,
                    WorkspaceLayout &layout);

/// Bytes of the slot for these sizes.
int64_t slotBytes(const cw_layer &layer, int64_t slot, const int64_t *sizes);

/// Places the call's contexts. `call.workers` is set before.
void placeContexts(Call &call, const WorkspaceLayout &layout, uint8_t *workspace);

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_WORKSPACE_H
