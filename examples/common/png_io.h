/*===- png_io.h - pictures as arrays of bytes -------------------------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#ifndef CONVWRIGHT_EXAMPLES_PNG_IO_H
#define CONVWRIGHT_EXAMPLES_PNG_IO_H

#include <stdint.h>

/** Rows from the top, pixels from the left, `channels` bytes a pixel, without gaps. */
typedef struct picture {
  int64_t height, width, channels;
  uint8_t *data; /* from malloc */
} picture;

/** Reads a PNG as grey (channels = 1) or RGB (channels = 3), converting if need be. On failure
 *  prints why to standard error and returns a picture whose data is null. */
picture read_png(const char *path, int channels);

/** Writes a PNG; 0 on success, otherwise prints why and returns 1. */
int write_png(const char *path, const picture *source);

#endif /* CONVWRIGHT_EXAMPLES_PNG_IO_H */
