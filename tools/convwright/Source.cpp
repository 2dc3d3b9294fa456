//===- Source.cpp - a .conv file opened by the driver, and exit codes from it ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Source.h"

#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/FileKind.h"
#include "tools/convwright/Reproducer.h"

#include <filesystem>
#include <iostream>
#include <sstream>

using convwright::compiler::LayerInterface;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {

Source::Source(const std::string &path)
    : path(path), compiler(std::make_unique<compiler::Driver>(std::cerr)), opened(false) {
  Result<std::string> text = readSource(path);
  if (!text) {
    failInput(text.error().message);
    return;
  }
  std::string directory = std::filesystem::path(path).parent_path().string();
  opened = compiler->openText(std::move(*text), path, directory.empty() ? "." : directory);
}

Result<const LayerInterface *> Source::layer(const std::string &name) {
  std::vector<std::string> names;
  for (const LayerInterface &layer : compiler->layers()) {
    names.push_back(layer.name);
    if (layer.name == name)
      return &layer;
  }
  if (name.empty() && names.size() == 1)
    return &compiler->layers().front();
  if (names.empty())
    return Error{"there is no layer"};
  if (name.empty())
    return Error{"the file has several layers; say which by --layer: " + join(names)};
  return Error{"there is no layer '" + name + "'" + didYouMean(name, names) + "; the layers are " +
               join(names)};
}

std::optional<Error> Source::needLayers() const {
  if (compiler->layers().empty())
    return Error{path + ": there is no layer to compile"};
  return std::nullopt;
}

int Source::failure() {
  if (compiler->blame() == compiler::Blame::Compiler)
    return internalError("the compiler failed on its own account");
  return exitInput;
}

std::optional<std::vector<compiler::TargetProgram>>
compileFor(Source &source, const std::vector<schedules::Target> &targets,
           const compiler::PlanOverrides &overrides, const std::string &onlyLayer) {
  if (std::optional<Error> error = source.needLayers()) {
    failInput(error->message);
    return std::nullopt;
  }
  std::vector<compiler::TargetProgram> programs;
  for (const schedules::Target &target : targets) {
    std::optional<compiler::TargetProgram> program =
        source.driver().compile(target, overrides, onlyLayer);
    if (!program)
      return std::nullopt;
    programs.push_back(std::move(*program));
  }
  return programs;
}

Result<compiler::TargetProgram> compileText(const std::string &text, const std::string &origin,
                                            const schedules::Target &target,
                                            const compiler::PlanOverrides &overrides) {
  std::ostringstream messages;
  compiler::Driver driver(messages);
  if (driver.openText(text, origin, "."))
    if (auto program = driver.compile(target, overrides))
      return std::move(*program);
  return Error{messages.str().substr(0, messages.str().find('\n'))};
}

} // namespace convwright::tools
