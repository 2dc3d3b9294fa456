/*===- call_sample.c - an application of the sample library --------------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* Runs relu(conv2d(x, w, b, padding = 1)) with every weight 1 and checks it; prints the target that
|* was chosen, which the packed weights name.
|*
\*===----------------------------------------------------------------------===*/

#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

enum { C = 5, K = 7, H = 40, W = 30 };

static float x[H * W * C], w[K * C * 3 * 3], b[K], y[H * W * K];

static int fail(const char *what) {
  printf("%s: %s\n", what, cw_last_error());
  return 1;
}

/* How many of the 3 taps around i lie inside 0..n-1. */
static int inside(int i, int n) { return 3 - (i == 0) - (i == n - 1); }

int main(void) {
  int64_t x_shape[] = {1, C, H, W}, x_strides[] = {H * W * C, 1, W * C, C};
  int64_t y_shape[] = {1, K, H, W}, y_strides[] = {H * W * K, 1, W * K, K};
  int64_t w_shape[] = {K, C, 3, 3}, b_shape[] = {K};
  DLTensor tx = {x, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, x_shape, x_strides, 0};
  DLTensor ty = {y, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, y_shape, y_strides, 0};
  DLTensor tw = {w, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, w_shape, NULL, 0};
  DLTensor tb = {b, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, b_shape, NULL, 0};
  size_t bytes = sample_conv_packed_bytes();
  void *packed = bytes ? aligned_alloc(64, (bytes + 63) / 64 * 64) : NULL;
  int i;
  if (!packed)
    return fail("packed_bytes");
  for (i = 0; i < H * W * C; ++i)
    x[i] = 1;
  for (i = 0; i < K * C * 3 * 3; ++i)
    w[i] = 1;
  for (i = 0; i < K; ++i)
    b[i] = (float)i;
  if (sample_conv_pack(&tw, &tb, packed) != CW_OK)
    return fail("pack");
  if (sample_conv_run(packed, &tx, &ty, NULL) != CW_OK)
    return fail("run");
  for (i = 0; i < H * W * K; ++i) {
    int k = i % K, q = i / K % W, p = i / K / W;
    float expected = (float)(C * inside(p, H) * inside(q, W) + k);
    if (y[i] != expected) {
      printf("at %d, %d, %d: %g instead of %g\n", k, p, q, y[i], expected);
      return 1;
    }
  }
  puts((const char *)packed + 24);
  free(packed);
  return 0;
}
