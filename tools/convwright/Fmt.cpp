//===- Fmt.cpp - convwright fmt: one way to write a .conv file ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Format.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/FileKind.h"
#include "tools/convwright/OutputFile.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

using convwright::schedules::Result;

namespace convwright::tools {
namespace {

struct FmtOptions {
  std::vector<std::string> files;
  bool check = false, inPlace = false;
};

std::optional<std::string> formatted(const std::string &path, const std::string &text) {
  llvm::SourceMgr sources;
  unsigned buffer =
      sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, path), llvm::SMLoc());
  dsl::DiagnosticEngine engine(sources, llvm::errs());
  return dsl::format(engine, buffer);
}

int formatFile(const std::string &path, const FmtOptions &options) {
  Result<std::string> text = readSource(path);
  if (!text)
    return failInput(text.error().message);
  std::optional<std::string> pretty = formatted(path, *text);
  if (!pretty)
    return exitInput; // reported, with its place
  bool same = *pretty == *text;
  if (options.check) {
    if (!same)
      std::cout << path << ": not formatted; convwright fmt -i " << path << " mends it\n";
    return same ? exitFine : exitInput;
  }
  if (!options.inPlace || path == "-") {
    std::cout << *pretty;
    return exitFine;
  }
  if (same)
    return exitFine;
  Result<size_t> written = writeFile(path, *pretty);
  return written ? static_cast<int>(exitFine) : failInput(written.error().message);
}

int formatAll(const FmtOptions &options) {
  int code = exitFine;
  for (const std::string &path : options.files)
    code = std::max(code, formatFile(path, options));
  return code;
}

} // namespace

void addFmtCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand("fmt", "Formats .conv files; comments stay");
  auto options = std::make_shared<FmtOptions>();
  command->add_option("FILE", options->files, ".conv files; - is standard input")->required();
  auto *check = command->add_flag("--check", options->check,
                                  "Write nothing; exit with 1 when a file is not formatted");
  command->add_flag("-i,--in-place", options->inPlace, "Change the files")->excludes(check);
  command->callback([=, &line] { line.run = [=] { return formatAll(*options); }; });
}

} // namespace convwright::tools
