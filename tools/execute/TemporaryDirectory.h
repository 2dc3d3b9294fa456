//===- TemporaryDirectory.h - a directory that goes away ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_EXECUTE_TEMPORARYDIRECTORY_H
#define CONVWRIGHT_TOOLS_EXECUTE_TEMPORARYDIRECTORY_H

#include "schedules/Result.h"

#include <string>
#include <utility>

namespace convwright::tools {

/// A fresh directory under $TMPDIR (or /tmp), removed with its content on destruction.
class TemporaryDirectory {
public:
  static schedules::Result<TemporaryDirectory> make();
  TemporaryDirectory(TemporaryDirectory &&other) noexcept
      : directory(std::exchange(other.directory, {})) {}
  TemporaryDirectory &operator=(TemporaryDirectory &&) = delete;
  ~TemporaryDirectory();

  const std::string &path() const { return directory; }

private:
  explicit TemporaryDirectory(std::string directory) : directory(std::move(directory)) {}
  std::string directory;
};

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_EXECUTE_TEMPORARYDIRECTORY_H
