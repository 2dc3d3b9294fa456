/*===- call_device.c - an application of a library with GPU kernels ------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* Runs both layers some times from several threads, checks them, prints the target of the weights.
|*
\*===----------------------------------------------------------------------===*/

#include "device.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { C = 6, K = 9, H = 13, W = 11, THREADS = 3, ROUNDS = 3 };

static void *packed;

static int inside(int i, int n) { return 3 - (i == 0) - (i == n - 1); }

static DLTensor tensor(float *data, int rank, int64_t *shape, int64_t *strides) {
  DLTensor t = {data, {kDLCPU, 0}, 0, {kDLFloat, 32, 1}, NULL, NULL, 0};
  t.ndim = rank;
  t.shape = shape;
  t.strides = strides;
  return t;
}

static int failed(int status, const char *what) {
  if (status == CW_OK)
    return 0;
  printf("%s: %s: %s\n", what, cw_status_name(status), cw_last_error());
  return 1;
}

static int pack(void) {
  static float w[K * C * 9], b[K];
  int64_t w_shape[] = {K, C, 3, 3}, b_shape[] = {K};
  DLTensor tw = tensor(w, 4, w_shape, NULL), tb = tensor(b, 1, b_shape, NULL);
  int i;
  for (i = 0; i < K * C * 9; ++i)
    w[i] = 1;
  for (i = 0; i < K; ++i)
    b[i] = (float)i;
  packed = aligned_alloc(64, (device_conv_packed_bytes() + 63) / 64 * 64);
  return failed(device_conv_pack(&tw, &tb, packed), "pack");
}

static int convolve(void) {
  float x[H * W * C], y[H * W * K];
  int64_t x_shape[] = {1, C, H, W}, x_strides[] = {H * W * C, 1, W * C, C};
  int64_t y_shape[] = {1, K, H, W}, y_strides[] = {H * W * K, 1, W * K, K};
  DLTensor tx = tensor(x, 4, x_shape, x_strides), ty = tensor(y, 4, y_shape, y_strides);
  int i;
  for (i = 0; i < H * W * C; ++i)
    x[i] = 1;
  if (failed(device_conv_run(packed, &tx, &ty, NULL), "conv"))
    return 1;
  for (i = 0; i < H * W * K; ++i)
    if (y[i] != (float)(C * inside(i / K / W, H) * inside(i / K % W, W) + i % K)) {
      printf("conv: element %d is %g\n", i, y[i]);
      return 1;
    }
  return 0;
}

static int twice(void) {
  enum { SIZE = 7 * 10 * 3 };
  float x[SIZE], y[SIZE];
  int64_t shape[] = {1, 3, 7, 10}, strides[] = {SIZE, 1, 30, 3};
  DLTensor tx = tensor(x, 4, shape, strides), ty = tensor(y, 4, shape, strides);
  int i;
  for (i = 0; i < SIZE; ++i)
    x[i] = (float)i;
  if (failed(device_twice_run(&tx, &ty, NULL), "twice"))
    return 1;
  for (i = 0; i < SIZE; ++i)
    if (y[i] != 2 * (x[i] + 1)) {
      printf("twice: element %d is %g\n", i, y[i]);
      return 1;
    }
  return 0;
}

static void *call(void *result) {
  int round;
  for (round = 0; round < ROUNDS; ++round)
    *(int *)result += convolve() + twice();
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  int wrong[THREADS] = {0}, i;
  if (pack() || convolve())
    return 1;
  for (i = 0; i < THREADS; ++i)
    pthread_create(&threads[i], NULL, call, &wrong[i]);
  for (i = 0; i < THREADS; ++i)
    pthread_join(threads[i], NULL);
  for (i = 0; i < THREADS; ++i)
    if (wrong[i])
      return 1;
  printf("right on %s\n", (const char *)packed + 24);
  free(packed);
  return 0;
}
