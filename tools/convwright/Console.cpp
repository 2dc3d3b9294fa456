//===- Console.cpp - messages, files and names, as every subcommand does them ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Console.h"

#include "dsl/Suggest.h"
#include "schedules/Schedules.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Reproducer.h"

#include "llvm/ADT/SmallVector.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

using convwright::schedules::Error;
using convwright::schedules::Result;
using convwright::schedules::Target;

namespace convwright::tools {

int failInput(const std::string &message) {
  std::cerr << "convwright: error: " << message << '\n';
  return exitInput;
}

int failUsage(const std::string &message) {
  std::cerr << "convwright: error: " << message << '\n';
  return exitUsage;
}

std::string didYouMean(const std::string &typed, const std::vector<std::string> &names) {
  llvm::SmallVector<llvm::StringRef> candidates(names.begin(), names.end());
  auto near = dsl::suggest(typed, candidates);
  return near ? ", did you mean '" + near->str() + "'?" : "";
}

std::string join(const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string countOf(size_t count, const std::string &noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::vector<std::string> splitList(const std::string &text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    parts.push_back(part);
  return parts;
}

Result<std::string> readInput(const std::string &path) {
  std::string content;
  if (path == "-") {
    content.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    // A directory opens, but cannot be read.
    if (!file || file.peek() == std::ifstream::traits_type::eof()) {
      bool empty = file && errno == 0;
      if (!empty)
        return Error{"cannot read " + path + ": " + std::strerror(errno ? errno : EIO)};
      file.clear();
    }
    content.assign(std::istreambuf_iterator<char>(file), {});
  }
  rememberInput(path, content);
  return content;
}

Result<std::vector<Target>> findTargets(const std::string &list) {
  std::vector<Target> targets;
  for (const std::string &name : splitList(list)) {
    Result<Target> target = schedules::findTarget(name);
    if (!target)
      return target.error();
    for (const Target &other : targets)
      if (other.name == target->name)
        return Error{"target '" + target->name + "' is given twice"};
    targets.push_back(std::move(*target));
  }
  if (targets.empty())
    return Error{"no target is given"};
  return targets;
}

std::optional<Error> refuseForeign(const Target &target) {
  if (target.isGpu() || schedules::runsHere(target))
    return std::nullopt;
  return Error{"this machine cannot run code for " + target.name +
               "; 'convwright compile --target " + target.name +
               "' makes a library for machines that can, --target host runs here"};
}

Result<std::string> checkAlgorithm(const std::string &algorithm) {
  std::vector<std::string> names = schedules::algorithmNames();
  if (algorithm.empty() || std::find(names.begin(), names.end(), algorithm) != names.end())
    return algorithm;
  return Error{"unknown algorithm '" + algorithm + "'" + didYouMean(algorithm, names) +
               "; the algorithms are " + join(names)};
}

} // namespace convwright::tools
