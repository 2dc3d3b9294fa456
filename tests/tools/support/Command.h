//===- Command.h - runs the convwright command for tests ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_TOOLS_SUPPORT_COMMAND_H
#define CONVWRIGHT_TESTS_TOOLS_SUPPORT_COMMAND_H

#include "schedules/lowering/TemporaryDirectory.h"

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace convwright::tests {

/// What a command came to.
struct Outcome {
  int code = -1; // exit code; -1: ended by `signal`
  int signal = 0;
  std::string out, err;
};

/// A fresh directory in which the command runs, and files in it.
class Workplace {
public:
  Workplace();
  const std::string &path() const { return directory.path(); }
  std::string path(const std::string &name) const { return path() + "/" + name; }

  void write(const std::string &name, const std::string &content) const;
  std::string read(const std::string &name) const;
  bool has(const std::string &name) const;
  /// Names of all files, sorted.
  std::vector<std::string> files() const;

  /// Runs `convwright arguments...` here and waits.
  Outcome run(const std::vector<std::string> &arguments, const std::string &input = "") const;
  /// Starts it, sends `signal` after `seconds`, and waits. Standard input stays open and empty.
  Outcome runAndSignal(const std::vector<std::string> &arguments, int signal, double seconds) const;
  /// The same, the signal as soon as `ready` holds of the process; at the latest after a minute.
  Outcome runAndSignal(const std::vector<std::string> &arguments, int signal,
                       const std::function<bool(pid_t)> &ready) const;

private:
  pid_t start(const std::vector<std::string> &arguments, int input) const;
  Outcome finish(pid_t process) const;

  schedules::TemporaryDirectory directory, outputs;
};

/// Whether the process has children: for runAndSignal.
bool hasChildren(pid_t process);

/// The Sobel layer of examples/edges.
std::string sobelText();

} // namespace convwright::tests

#endif // CONVWRIGHT_TESTS_TOOLS_SUPPORT_COMMAND_H
