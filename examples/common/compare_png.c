/*===- compare_png.c - whether two pictures are the same --------------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* compare_png A.png B.png TOLERANCE: exit 0 when no grey value differs by more than TOLERANCE.
|*
\*===----------------------------------------------------------------------===*/

#include "png_io.h"

#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: compare_png A.png B.png TOLERANCE\n");
    return 2;
  }
  picture a = read_png(arguments[1], 1), b = read_png(arguments[2], 1);
  if (!a.data || !b.data)
    return 1;
  if (a.height != b.height || a.width != b.width) {
    fprintf(stderr, "the sizes differ\n");
    return 1;
  }
  int largest = 0;
  int64_t different = 0, total = a.height * a.width;
  for (int64_t i = 0; i < total; ++i) {
    int difference = abs(a.data[i] - b.data[i]);
    different += difference != 0;
    largest = difference > largest ? difference : largest;
  }
  printf("%lld of %lld pixels differ, by at most %d\n", (long long)different, (long long)total,
         largest);
  free(a.data);
  free(b.data);
  return largest > atoi(arguments[3]);
}
