//===- WorkDirectory.cpp - a temporary directory that outlives nobody ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/WorkDirectory.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace convwright::schedules {

namespace {

namespace fs = std::filesystem;
const std::string stem = "convwright-measure-";

void removeOrphans() {
  std::error_code ignored;
  for (const fs::directory_entry &entry :
       fs::directory_iterator(fs::temp_directory_path(ignored), ignored)) {
    std::string name = entry.path().filename().string();
    if (!name.starts_with(stem))
      continue;
    auto owner = static_cast<pid_t>(std::strtol(name.c_str() + stem.size(), nullptr, 10));
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH)
      fs::remove_all(entry.path(), ignored);
  }
}

} // namespace

Result<TemporaryDirectory> makeWorkDirectory() {
  removeOrphans();
  return TemporaryDirectory::make(stem + std::to_string(getpid()));
}

} // namespace convwright::schedules
