/*===- png_io.c - pictures as arrays of bytes -------------------------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#include "png_io.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static png_uint_32 format_of(int64_t channels) {
  return channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
}

picture read_png(const char *path, int channels) {
  picture result = {0, 0, channels, NULL};
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, path)) {
    fprintf(stderr, "%s: %s\n", path, image.message);
    return result;
  }
  image.format = format_of(channels);
  uint8_t *data = malloc(PNG_IMAGE_SIZE(image));
  if (!data || !png_image_finish_read(&image, NULL, data, 0, NULL)) {
    fprintf(stderr, "%s: %s\n", path, data ? image.message : "out of memory");
    png_image_free(&image);
    free(data);
    return result;
  }
  result.height = image.height;
  result.width = image.width;
  result.data = data;
  return result;
}

int write_png(const char *path, const picture *source) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.height = (png_uint_32)source->height;
  image.width = (png_uint_32)source->width;
  image.format = format_of(source->channels);
  if (png_image_write_to_file(&image, path, 0, source->data, 0, NULL))
    return 0;
  fprintf(stderr, "%s: %s\n", path, image.message);
  return 1;
}
