/*===- runtime_in_c.c - the headers are C, and the runtime links without C++ ===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#include <convwright/abi.h>
#include <string.h>

int main(void) {
  cw_layer layer;
  memset(&layer, 0, sizeof layer);
  layer.name = "nothing";
  if (cwrt_run(&layer, NULL, NULL, NULL, NULL) != CW_ERROR_TARGET)
    return 1;
  if (strstr(cw_last_error(), "nothing") == NULL || cw_default_threads() < 1)
    return 2;
  return strcmp(cw_status_name(CW_ERROR_TARGET), "CW_ERROR_TARGET") != 0;
}
