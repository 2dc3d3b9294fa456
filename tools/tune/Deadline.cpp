//===- Deadline.cpp - a flag that rises when a moment has come --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/Deadline.h"

namespace convwright::tools {

Deadline::Deadline(Clock::time_point end, const std::atomic<bool> &also)
    : flag(also || Clock::now() >= end), watcher([this, end, &also] {
        while (!flag && !unwanted) {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          if (also || Clock::now() >= end)
            flag = true;
        }
      }) {}

Deadline::~Deadline() {
  unwanted = true;
  watcher.join();
}

} // namespace convwright::tools
