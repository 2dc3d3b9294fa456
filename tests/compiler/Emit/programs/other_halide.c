/*===- other_halide.c - stands for an application's own Halide runtime ---------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#include <stdlib.h>

void *halide_malloc(void *context, size_t bytes);
void halide_free(void *context, void *memory);
int halide_do_par_for(void *context, void *task, int min, int size, void *closure);

void *halide_malloc(void *context, size_t bytes) {
  (void)context;
  (void)bytes;
  abort();
}

void halide_free(void *context, void *memory) {
  (void)context;
  (void)memory;
  abort();
}

int halide_do_par_for(void *context, void *task, int min, int size, void *closure) {
  (void)context;
  (void)task;
  (void)min;
  (void)size;
  (void)closure;
  abort();
}
