//===- Status.cpp - statuses and the thread's last message ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Status.h"

#include <cstdarg>
#include <cstdio>

namespace convwright::runtime {

static thread_local char lastMessage[1024];

int fail(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(lastMessage, sizeof lastMessage, format, arguments);
  va_end(arguments);
  return status;
}

int succeed() {
  lastMessage[0] = '\0';
  return CW_OK;
}

void Text::add(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(data + length, sizeof data - length, format, arguments);
  va_end(arguments);
  if (written > 0)
    length += static_cast<size_t>(written);
  if (length >= sizeof data)
    length = sizeof data - 1;
}

} // namespace convwright::runtime

using namespace convwright::runtime;

const char *cw_last_error(void) { return lastMessage; }

const char *cw_status_name(int status) {
  switch (static_cast<cw_status>(status)) {
#define STATUS(Name)                                                                               \
  case Name:                                                                                       \
    return #Name;
    STATUS(CW_OK)
    STATUS(CW_ERROR_NULL_POINTER)
    STATUS(CW_ERROR_TYPE)
    STATUS(CW_ERROR_DEVICE)
    STATUS(CW_ERROR_RANK)
    STATUS(CW_ERROR_SIZE)
    STATUS(CW_ERROR_STRIDE)
    STATUS(CW_ERROR_ALIGNMENT)
    STATUS(CW_ERROR_ALIAS)
    STATUS(CW_ERROR_WORKSPACE)
    STATUS(CW_ERROR_PACKED)
    STATUS(CW_ERROR_TARGET)
    STATUS(CW_ERROR_OPTIONS)
    STATUS(CW_ERROR_MEMORY)
    STATUS(CW_ERROR_INTERNAL)
#undef STATUS
  }
  return "not a status of Convwright";
}
