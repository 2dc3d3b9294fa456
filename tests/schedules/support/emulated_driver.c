/*===- emulated_driver.c - one call of a kernel in a process of its own -----===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* usage: driver JOB RESULT. For kernels of a machine that an emulator runs.
|* JOB: entry (0 run, 1 pack), number of buffers, then for each: type code, bits, rank, extents (all
|* int64), data; dense, innermost dimension first. RESULT: status (int64), then every buffer's data.
|*
\*===----------------------------------------------------------------------===*/

#include <HalideRuntime.h>
#include <stdio.h>
#include <stdlib.h>

int kernel_under_test_argv(void **args);
__attribute__((weak)) int kernel_under_test_pack_argv(void **args);

void *halide_malloc(void *context, size_t size) { return aligned_alloc(64, (size + 63) / 64 * 64); }

void halide_free(void *context, void *memory) { free(memory); }

int halide_do_par_for(void *context, halide_task_t task, int min, int size, uint8_t *closure) {
  for (int i = min; i < min + size; ++i) {
    int status = task(context, i, closure);
    if (status)
      return status;
  }
  return 0;
}

static int64_t number(FILE *file) {
  int64_t value;
  if (fread(&value, sizeof value, 1, file) != 1)
    exit(2);
  return value;
}

static size_t readBuffer(FILE *file, halide_buffer_t *buffer) {
  buffer->type.code = (uint8_t)number(file);
  buffer->type.bits = (uint8_t)number(file);
  buffer->type.lanes = 1;
  buffer->dimensions = (int32_t)number(file);
  buffer->dim = calloc((size_t)buffer->dimensions, sizeof *buffer->dim);
  int64_t stride = 1;
  for (int i = 0; i < buffer->dimensions; ++i) {
    buffer->dim[i].extent = (int32_t)number(file);
    buffer->dim[i].stride = (int32_t)stride;
    stride *= buffer->dim[i].extent;
  }
  size_t bytes = (size_t)stride * buffer->type.bits / 8;
  buffer->host = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (fread(buffer->host, 1, bytes, file) != bytes)
    exit(2);
  return bytes;
}

int main(int argc, char **argv) {
  FILE *job = fopen(argv[1], "rb");
  int64_t pack = number(job), count = number(job);
  halide_buffer_t *buffers = calloc((size_t)count, sizeof *buffers);
  size_t *bytes = calloc((size_t)count, sizeof *bytes);
  void **args = calloc((size_t)count + 1, sizeof *args);
  static int64_t anyContext[2];
  void *context = anyContext;
  args[0] = &context;
  for (int64_t i = 0; i < count; ++i) {
    bytes[i] = readBuffer(job, &buffers[i]);
    args[i + 1] = &buffers[i];
  }
  int64_t status = pack ? kernel_under_test_pack_argv(args) : kernel_under_test_argv(args);
  FILE *result = fopen(argv[2], "wb");
  fwrite(&status, sizeof status, 1, result);
  for (int64_t i = 0; i < count; ++i)
    fwrite(buffers[i].host, 1, bytes[i], result);
  return fclose(result);
}
