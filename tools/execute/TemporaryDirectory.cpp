//===- TemporaryDirectory.cpp - a directory that goes away ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/execute/TemporaryDirectory.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace convwright::tools {

schedules::Result<TemporaryDirectory> TemporaryDirectory::make() {
  const char *parent = std::getenv("TMPDIR");
  std::string pattern = std::string(parent && *parent ? parent : "/tmp") + "/convwright-XXXXXX";
  if (!mkdtemp(pattern.data()))
    return schedules::Error{"cannot make a temporary directory " + pattern + ": " +
                            std::strerror(errno) +
                            "; set TMPDIR to a directory that can be written"};
  return TemporaryDirectory(pattern);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!directory.empty())
    std::filesystem::remove_all(directory, ignored);
}

} // namespace convwright::tools
