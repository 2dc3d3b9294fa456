//===- Inspect.cpp - convwright inspect: what a file or a library holds ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/Emit.h"
#include "schedules/lowering/TemporaryDirectory.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/Description.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/FileKind.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/Source.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

namespace fs = std::filesystem;

struct InspectOptions {
  std::string path, targets = "host";
};

int print(const Result<std::string> &text) {
  if (!text)
    return failInput(text.error().message);
  std::cout << *text;
  return exitFine;
}

int showDescription(const std::string &path, const std::string &json) {
  Result<std::string> shown = describe(json, fs::path(path).parent_path().string());
  return print(shown ? shown : Error{path + ": " + shown.error().message});
}

int showDescription(const std::string &path) {
  Result<std::string> json = readInput(path);
  return json ? showDescription(path, *json) : print(json);
}

/// Every library whose description lies in the directory.
int showDirectory(const std::string &path) {
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry &entry : fs::directory_iterator(path, error))
    if (entry.path().extension() == ".json" &&
        fs::exists(entry.path().parent_path() / ("lib" + entry.path().stem().string() + ".a")))
      files.push_back(entry.path().string());
  if (error)
    return failInput("cannot read " + path + ": " + error.message());
  if (files.empty())
    return failInput(path + " holds no library that convwright made (NAME.json and libNAME.a)");
  std::sort(files.begin(), files.end());
  int code = exitFine;
  for (const std::string &file : files)
    code = std::max(code, showDescription(file));
  return code;
}

/// Compiles the file for the targets, and shows what comes of it.
int showSource(const InspectOptions &options, const CommandLine &line) {
  Result<std::vector<schedules::Target>> targets = findTargets(options.targets);
  if (!targets)
    return failUsage(targets.error().message);
  Source source(options.path);
  if (!source.ok())
    return source.failure();
  auto programs = compileFor(source, *targets, {}, "");
  if (!programs)
    return source.failure();
  Result<schedules::TemporaryDirectory> directory = schedules::TemporaryDirectory::make();
  if (!directory)
    return failInput(directory.error().message);
  Progress progress(std::cerr, Progress::chooseMode(line.progress), "compiling");
  compiler::EmitOptions emission;
  emission.name = compiler::libraryName(options.path);
  emission.directory = directory->path();
  emission.cancelled = &interrupted();
  emission.progress = [&](const compiler::EmitProgress &step) {
    progress.update(step.done, step.total, step.what);
  };
  Result<std::vector<std::string>> files = compiler::emitLibrary(*programs, emission);
  if (!files)
    return failInput(files.error().message);
  return showDescription(directory->path() + "/" + emission.name + ".json");
}

int inspect(const InspectOptions &options, const CommandLine &line) {
  const std::string &path = options.path;
  if (fs::is_directory(path))
    return showDirectory(path);
  if (path == "-") // can be read once
    return showSource(options, line);
  Result<std::string> content = readInput(path);
  if (!content)
    return print(content);
  FileKind kind = kindOf(*content);
  if (kind == FileKind::Json || path.ends_with(".json"))
    return showDescription(path, *content);
  switch (kind) {
  case FileKind::Archive:
    return print(describeArchive(*content, path));
  case FileKind::Safetensors:
    return print(describeSafetensors(*content, path));
  case FileKind::Text:
    return showSource(options, line);
  default:
    return failInput(path + " is " + std::string(describe(kind)) +
                     "; inspect shows .conv files, libraries that convwright made (NAME.json, "
                     "libNAME.a or their directory) and safetensors files");
  }
}

} // namespace

void addInspectCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand(
      "inspect",
      "Shows what is in a library or a file: layers with shapes, plans and workspace; tensors");
  auto options = std::make_shared<InspectOptions>();
  command
      ->add_option(
          "PATH", options->path,
          "A .conv file, a library (NAME.json, libNAME.a or the directory of several), or a "
          "safetensors file")
      ->required();
  command->add_option("--target", options->targets, "For a .conv file: targets, by commas")
      ->capture_default_str();
  command->callback([=, &line] { line.run = [=, &line] { return inspect(*options, line); }; });
}

} // namespace convwright::tools
