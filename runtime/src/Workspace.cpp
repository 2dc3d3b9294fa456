//===- Workspace.cpp - how a call's memory is divided --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workspace.h"

#include "Arithmetic.h"
#include "Frame.h"
#include "Status.h"
#include "ThreadPool.h"

#include <new>

namespace convwright::runtime {

namespace {

Size sizeOfSlot(const cw_layer &layer, int64_t slot, const int64_t *sizes) {
  Size bytes;
  for (int64_t b = 0; b < layer.buffer_count; ++b)
    if (layer.buffers[b].slot == slot)
      bytes = Size::larger(bytes, bytesOf(layer.buffers[b].tensor, sizes));
  return bytes.alignedUp();
}

/// All of some buffers that are `perThread` or not, as Region counts them. A kernel may ask for 64
/// bytes more than the buffer's elements.
Size scratchOf(int64_t count, const cw_scratch *buffers, int64_t perThread, const int64_t *sizes) {
  Size bytes;
  for (int64_t s = 0; s < count; ++s) {
    const cw_scratch &scratch = buffers[s];
    if (scratch.per_thread != perThread)
      continue;
    Size one = elementsOf(scratch.rank, scratch.dims, sizes) * Size(scratch.element_bytes);
    bytes += (one + Size(64)).alignedUp() + Size(Region::overhead);
  }
  return bytes;
}

/// What either of a kernel's entries takes.
Size scratchOf(const cw_kernel &kernel, int64_t perThread, const int64_t *sizes) {
  return Size::larger(
      scratchOf(kernel.scratch_count, kernel.scratch, perThread, sizes),
      scratchOf(kernel.strided_scratch_count, kernel.strided_scratch, perThread, sizes));
}

Size largestScratch(const cw_variant &variant, int64_t perThread, const int64_t *sizes) {
  Size bytes;
  for (int64_t k = 0; k < variant.kernel_count; ++k)
    bytes = Size::larger(bytes, scratchOf(variant.kernels[k], perThread, sizes));
  return bytes;
}

} // namespace

int WorkspaceLayout::workersIn(int64_t bytes, int wanted) const {
  int64_t fit = bytes < workers ? 0 : (bytes - workers) / workerBytes;
  return fit < wanted ? static_cast<int>(fit) : wanted;
}

int64_t slotBytes(const cw_layer &layer, int64_t slot, const int64_t *sizes) {
  return sizeOfSlot(layer, slot, sizes).get();
}

int layOutWorkspace(const cw_layer &layer, const cw_variant &variant, const int64_t *sizes,
                    WorkspaceLayout &layout) {
  Size slots = frameBytes(layer, variant).alignedUp();
  Size scratch = slots;
  for (int64_t s = 0; s < layer.slot_count; ++s)
    scratch += sizeOfSlot(layer, s, sizes);
  Size scratchBytes = largestScratch(variant, 0, sizes);
  Size workers = scratch + scratchBytes;
  Size workerBytes = Size(sizeof(Context)) + largestScratch(variant, 1, sizes);
  if ((workers + workerBytes * Size(maxThreads)).overflows())
    return fail(CW_ERROR_SIZE, "%s needs a workspace of more bytes than 64 bits can count",
                layer.name);
  layout = {slots.get(), scratch.get(), workers.get(), scratchBytes.get(), workerBytes.get()};
  return CW_OK;
}

void placeContexts(Call &call, const WorkspaceLayout &layout, uint8_t *workspace) {
  call.main.call = &call;
  call.main.scratch = Region(workspace + layout.scratch, layout.scratchBytes);
  call.firstWorker = workspace + layout.workers;
  call.workerStride = layout.workerBytes;
  for (int w = 0; w < call.workers; ++w) {
    uint8_t *at = call.firstWorker + w * layout.workerBytes;
    auto bytes = layout.workerBytes - static_cast<int64_t>(sizeof(Context));
    new (at) Context{&call, true, Region(at + sizeof(Context), bytes)};
  }
}

} // namespace convwright::runtime
