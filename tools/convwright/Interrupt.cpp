//===- Interrupt.cpp - ends long work cleanly on Ctrl-C -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Interrupt.h"

#include <csignal>

namespace convwright::tools {
namespace {

std::atomic<bool> flag{false};
std::atomic<int> arrived{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void noteSignal(int signal) {
  arrived = signal;
  flag = true;
}

} // namespace

void catchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = noteSignal;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

const std::atomic<bool> &interrupted() { return flag; }

void endIfInterrupted() {
  int signal = arrived;
  if (signal == 0)
    return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

} // namespace convwright::tools
