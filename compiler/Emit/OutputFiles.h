//===- OutputFiles.h - files that all appear, or none --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_OUTPUTFILES_H
#define CONVWRIGHT_COMPILER_EMIT_OUTPUTFILES_H

#include "schedules/kernel/Result.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::compiler {

/// A set of files for one directory. They are written into a hidden directory beside their places
/// first; put() then moves them in, and on any failure moves back what it had replaced.
class OutputFiles {
public:
  explicit OutputFiles(std::string directory) : directory(std::move(directory)) {}

  void add(const std::string &name, std::string_view text);
  void add(const std::string &name, std::span<const std::byte> bytes);

  /// Returns the files' paths. Errors: a directory that is missing, cannot be written or is full; a
  /// directory where a file should go. The message says what to do; nothing has changed then.
  schedules::Result<std::vector<std::string>> put();

private:
  struct File {
    std::string name;
    std::string content;
  };
  std::string directory;
  std::vector<File> files;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_OUTPUTFILES_H
