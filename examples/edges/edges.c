/*===- edges.c - the edges of a grey picture ------------------------------- ===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#include "edges.h" /* generated from edges.conv */
#include "png_io.h"

#include <stdio.h>
#include <stdlib.h>

/** A grey picture as a tensor [1, 1, H, W]. The shape lives in `shape`. */
static DLTensor tensor_of(const picture *source, int64_t shape[4]) {
  shape[0] = shape[1] = 1;
  shape[2] = source->height;
  shape[3] = source->width;
  DLTensor tensor = {source->data, {kDLCPU, 0}, 4, {kDLUInt, 8, 1}, shape, NULL, 0};
  return tensor;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: edges IN.png OUT.png\n");
    return 2;
  }
  picture in = read_png(arguments[1], 1);
  if (!in.data)
    return 1;
  picture out = in;
  out.data = malloc((size_t)(in.height * in.width));
  if (!out.data)
    return 1;

  int64_t in_shape[4], out_shape[4];
  DLTensor frame = tensor_of(&in, in_shape), result = tensor_of(&out, out_shape);
  int status = edges_sobel_run(&frame, &result, NULL);
  if (status != CW_OK)
    fprintf(stderr, "%s: %s: %s\n", arguments[1], cw_status_name(status), cw_last_error());
  else
    status = write_png(arguments[2], &out);

  free(in.data);
  free(out.data);
  return status != 0;
}
