//===- Source.h - a .conv file opened by the driver, and exit codes from it ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_SOURCE_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_SOURCE_H

#include "compiler/Driver/Driver.h"
#include "compiler/Emit/Emit.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace convwright::tools {

/// A `.conv` file in the compiler. Messages go to standard error.
class Source {
public:
  /// Reads, parses, checks and imports. ok() says whether that worked.
  explicit Source(const std::string &path);

  bool ok() const { return opened; }
  compiler::Driver &driver() { return *compiler; }
  /// The layer of that name; when `name` is empty, the only one. An error lists what there is.
  schedules::Result<const compiler::LayerInterface *> layer(const std::string &name);
  /// An error when the file has no layer, so that there is nothing to compile.
  std::optional<schedules::Error> needLayers() const;
  /// The exit code for the last failure: the user's, or ours with a reproducer.
  int failure();

private:
  std::string path;
  std::unique_ptr<compiler::Driver> compiler;
  bool opened;
};

/// A program for each target, or none when one failed (it has been reported).
std::optional<std::vector<compiler::TargetProgram>>
compileFor(Source &source, const std::vector<schedules::Target> &targets,
           const compiler::PlanOverrides &overrides, const std::string &onlyLayer);

/// A text that is no file, e.g. a table's row; the compiler's first message becomes the error.
schedules::Result<compiler::TargetProgram> compileText(const std::string &text,
                                                       const std::string &origin,
                                                       const schedules::Target &target,
                                                       const compiler::PlanOverrides &overrides);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_SOURCE_H
