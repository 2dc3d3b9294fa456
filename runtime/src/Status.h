//===- Status.h - statuses and the thread's last message -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_RUNTIME_SRC_STATUS_H
#define CONVWRIGHT_RUNTIME_SRC_STATUS_H

#include "convwright/convwright.h"

#include <cstddef>

namespace convwright::runtime {

/// Sets the thread's message and returns `status`. Never allocates; long texts are cut.
int fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Empties the thread's message and returns CW_OK.
int succeed();

/// A short text built piece by piece on the stack, for lists in messages.
class Text {
public:
  void add(const char *format, ...) __attribute__((format(printf, 2, 3)));
  const char *text() const { return data; }

private:
  char data[512] = "";
  size_t length = 0;
};

} // namespace convwright::runtime

#endif // CONVWRIGHT_RUNTIME_SRC_STATUS_H
