//===- Goldens.h - error texts kept beside the input that causes them ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_DSL_GOLDENS_H
#define CONVWRIGHT_TESTS_DSL_GOLDENS_H

#include "dsl/Ast.h"
#include "dsl/Diagnostics.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace convwright::dsl::testing {

/// A text being parsed, and what is said about it.
struct Source {
  explicit Source(llvm::StringRef text, llvm::StringRef name = "test.conv");

  llvm::SourceMgr manager;
  unsigned buffer;
  std::string messages;
  llvm::raw_string_ostream stream{messages};
  DiagnosticEngine engine{manager, stream};
};

/// A text that is parsed at once.
struct Parsed : Source {
  explicit Parsed(llvm::StringRef text, llvm::StringRef name = "test.conv");
  Module module;
};

/// The file's bytes; a test failure and "" when it cannot be read. The path is relative to the
/// source tree.
std::string readFile(const std::string &path);

/// The .conv files of a folder of the source tree, sorted, as paths from its root.
std::vector<std::string> listGoldens(const std::string &folder);

/// Whether CONVWRIGHT_UPDATE_GOLDENS is set in the environment: what is expected is then written
/// instead of compared (and the test fails, so that this is not left on).
bool updatingGoldens();
void writeGolden(const std::string &path, const std::string &text);

/// Runs `check` on each .conv file of the folder and compares what it says with the .expected file
/// beside it. Returns the diagnostics that were printed.
std::set<DiagId> checkGoldens(const std::string &folder,
                              const std::function<void(Source &)> &check);

} // namespace convwright::dsl::testing

#endif // CONVWRIGHT_TESTS_DSL_GOLDENS_H
