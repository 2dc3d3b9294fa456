//===- TemporaryDirectory.h - a directory that goes away with its object --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_LOWERING_TEMPORARYDIRECTORY_H
#define CONVWRIGHT_SCHEDULES_LOWERING_TEMPORARYDIRECTORY_H

#include "schedules/kernel/Result.h"

#include <string>
#include <utility>

namespace convwright::schedules {

/// A new directory of our own below TMPDIR, called `stem`, "-" and something; it and all that is in
/// it go away with the object.
class TemporaryDirectory {
public:
  /// Errors: no directory can be made there.
  static Result<TemporaryDirectory> make(const std::string &stem = "convwright");
  TemporaryDirectory(TemporaryDirectory &&other) noexcept
      : directory(std::exchange(other.directory, {})) {}
  TemporaryDirectory &operator=(TemporaryDirectory &&) = delete;
  ~TemporaryDirectory();

  const std::string &path() const { return directory; }

private:
  explicit TemporaryDirectory(std::string directory) : directory(std::move(directory)) {}
  std::string directory;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_LOWERING_TEMPORARYDIRECTORY_H
