//===- WorkDirectory.cpp - a temporary directory that outlives nobody ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/measure/WorkDirectory.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace convwright::schedules {

namespace {

namespace fs = std::filesystem;
const std::string stem = "convwright-measure-";

void removeOrphans(const fs::path &parent) {
  std::error_code ignored;
  for (const fs::directory_entry &entry : fs::directory_iterator(parent, ignored)) {
    std::string name = entry.path().filename().string();
    if (!name.starts_with(stem))
      continue;
    auto owner = static_cast<pid_t>(std::strtol(name.c_str() + stem.size(), nullptr, 10));
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH)
      fs::remove_all(entry.path(), ignored);
  }
}

} // namespace

Result<std::unique_ptr<WorkDirectory>> WorkDirectory::make() {
  const char *given = std::getenv("TMPDIR");
  fs::path parent = given && *given ? given : "/tmp";
  removeOrphans(parent);
  std::string pattern = (parent / (stem + std::to_string(getpid()) + "-XXXXXX")).string();
  if (!mkdtemp(pattern.data()))
    return Error{"cannot make a temporary directory " + pattern + ": " + std::strerror(errno) +
                 "; set TMPDIR to a directory that can be written"};
  return std::unique_ptr<WorkDirectory>(new WorkDirectory(pattern));
}

WorkDirectory::~WorkDirectory() {
  std::error_code ignored;
  fs::remove_all(directory, ignored);
}

} // namespace convwright::schedules
