//===- Check.cpp - convwright check: whether .conv files are right --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Commands.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Source.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

namespace convwright::tools {
namespace {

int checkFile(const std::string &path) {
  Source source(path);
  return source.ok() ? static_cast<int>(exitFine) : source.failure();
}

int checkAll(const std::vector<std::string> &files) {
  int code = exitFine;
  for (const std::string &path : files)
    code = std::max(code, checkFile(path));
  return code;
}

} // namespace

void addCheckCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command =
      app.add_subcommand("check", "Checks .conv files and the weights that they load");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, ".conv files; - is standard input")->required();
  command->callback([=, &line] { line.run = [=] { return checkAll(*files); }; });
}

} // namespace convwright::tools
