/*===- call_from_c.c - a C program that uses a generated library ---------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* Usage: call_from_c FACTOR; smooth() of an image of ones is FACTOR times the number of neighbours.
|*
\*===----------------------------------------------------------------------===*/

#include <filters.h>

#include <stdio.h>
#include <stdlib.h>

enum { H = 33, W = 21 };

/* How many of i - 1, i, i + 1 lie in 0..n-1. */
static int inside(int i, int n) { return 3 - (i == 0) - (i == n - 1); }

int main(int count, char **arguments) {
  static float image[H * W], result[H * W];
  int64_t shape[] = {1, 1, H, W}, sizes[] = {H, W};
  DLTensor from = {image, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, shape, NULL, 0};
  DLTensor to = {result, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, shape, NULL, 0};
  cw_options options = {0};
  double factor = count > 1 ? atof(arguments[1]) : 0;
  int i;
  for (i = 0; i < H * W; ++i)
    image[i] = 1;
  options.workspace_bytes = filters_smooth_workspace_bytes(sizes);
  options.workspace = aligned_alloc(64, (options.workspace_bytes + 63) / 64 * 64);
  if (filters_smooth_run(&from, &to, &options) != CW_OK) {
    fprintf(stderr, "%s\n", cw_last_error());
    return 1;
  }
  for (i = 0; i < H * W; ++i)
    if (result[i] != factor * inside(i / W, H) * inside(i % W, W)) {
      fprintf(stderr, "pixel %d is %g\n", i, result[i]);
      return 1;
    }
  free(options.workspace);
  shape[2] = 513;
  if (filters_smooth_run(&from, &to, NULL) != CW_ERROR_SIZE) {
    fprintf(stderr, "an image that is too high was taken\n");
    return 1;
  }
  return 0;
}
