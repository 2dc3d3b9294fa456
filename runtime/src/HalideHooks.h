//===- HalideHooks.h - the functions that generated kernels call ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_HALIDEHOOKS_H
#define CONVWRIGHT_RUNTIME_SRC_HALIDEHOOKS_H

#include "HalideAbi.h"

#include <cstddef>

// compiler/Emit renames a kernel's references from halide_* to these, so that an application may
// link Halide's own runtime beside ours. `context` is a convwright::runtime::Context.
extern "C" {
void *cwrt_halide_malloc(void *context, size_t bytes);
void cwrt_halide_free(void *context, void *memory);
int cwrt_halide_do_par_for(void *context, convwright::runtime::HalideTask task, int min, int size,
                           uint8_t *closure);
}

#endif // CONVWRIGHT_RUNTIME_SRC_HALIDEHOOKS_H
