//===- TemporaryDirectory.cpp - a directory that goes away with its object --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/TemporaryDirectory.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace convwright::schedules {

Result<TemporaryDirectory> TemporaryDirectory::make(const std::string &stem) {
  llvm::SmallString<128> path;
  if (std::error_code error = llvm::sys::fs::createUniqueDirectory(stem, path))
    return Error{"cannot make a temporary directory: " + error.message() +
                 "; set TMPDIR to a writable one"};
  return TemporaryDirectory(path.str().str());
}

TemporaryDirectory::~TemporaryDirectory() {
  if (!directory.empty())
    llvm::sys::fs::remove_directories(directory);
}

} // namespace convwright::schedules
