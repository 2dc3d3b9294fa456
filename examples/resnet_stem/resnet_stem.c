/*===- resnet_stem.c - the first feature maps of a picture ------------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#include "png_io.h"
#include "resnet.h" /* generated from resnet.conv */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { side = 112, maps = 64, thumb = side / 2, columns = 8, sheet = columns * thumb };

static float features[side][side][maps]; /* nhwc */

/** The largest of 2 x 2 values. */
static float pooled(int map, int y, int x) {
  float top = fmaxf(features[2 * y][2 * x][map], features[2 * y][2 * x + 1][map]);
  float bottom = fmaxf(features[2 * y + 1][2 * x][map], features[2 * y + 1][2 * x + 1][map]);
  return fmaxf(top, bottom);
}

/** Draws one map, scaled to its own maximum, at its place on the sheet. */
static void draw(int map, uint8_t *pixels) {
  float largest = 1e-6F;
  for (int y = 0; y < thumb; ++y)
    for (int x = 0; x < thumb; ++x)
      largest = fmaxf(largest, pooled(map, y, x));
  uint8_t *corner = pixels + (map / columns * sheet + map % columns) * thumb;
  for (int y = 0; y < thumb; ++y)
    for (int x = 0; x < thumb; ++x)
      corner[y * sheet + x] = (uint8_t)lrintf(pooled(map, y, x) * (255 / largest));
}

/** Runs the layer on `image`; 0 on success. */
static int compute_features(const picture *image) {
  /* Shapes are in the order N, C, H, W; the strides say that channels lie innermost. */
  int64_t in_shape[4] = {1, 3, image->height, image->width};
  int64_t in_strides[4] = {image->height * image->width * 3, 1, image->width * 3, 3};
  int64_t out_shape[4] = {1, maps, side, side};
  int64_t out_strides[4] = {(int64_t)side * side * maps, 1, (int64_t)side * maps, maps};
  DLTensor in = {image->data, {kDLCPU, 0}, 4, {kDLUInt, 8, 1}, in_shape, in_strides, 0};
  DLTensor out = {features, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, out_shape, out_strides, 0};
  int status = resnet_stem_run(&in, &out, NULL);
  if (status != CW_OK)
    fprintf(stderr, "%s: %s\n", cw_status_name(status), cw_last_error());
  return status;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: resnet_stem IN.png OUT.png     (IN.png: 224 x 224, RGB)\n");
    return 2;
  }
  picture image = read_png(arguments[1], 3);
  if (!image.data)
    return 1;
  static uint8_t pixels[sheet * sheet];
  picture out = {sheet, sheet, 1, pixels};
  int failed = compute_features(&image);
  if (!failed) {
    for (int map = 0; map < maps; ++map)
      draw(map, pixels);
    failed = write_png(arguments[2], &out);
  }
  free(image.data);
  return failed != 0;
}
