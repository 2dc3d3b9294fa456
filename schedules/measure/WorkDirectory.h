//===- WorkDirectory.h - a temporary directory that outlives nobody --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_MEASURE_WORKDIRECTORY_H
#define CONVWRIGHT_SCHEDULES_MEASURE_WORKDIRECTORY_H

#include "schedules/Result.h"

#include <memory>
#include <string>

namespace convwright::schedules {

/// A fresh directory under $TMPDIR (or /tmp), removed with its content on destruction. Its name
/// holds the process's number; making one removes those of processes that were killed.
class WorkDirectory {
public:
  static Result<std::unique_ptr<WorkDirectory>> make();
  WorkDirectory(const WorkDirectory &) = delete;
  ~WorkDirectory();
  const std::string &path() const { return directory; }

private:
  explicit WorkDirectory(std::string directory) : directory(std::move(directory)) {}
  std::string directory;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_MEASURE_WORKDIRECTORY_H
