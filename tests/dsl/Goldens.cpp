//===- Goldens.cpp - error texts kept beside the input that causes them ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/dsl/Goldens.h"

#include "dsl/Parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace convwright::dsl::testing {

namespace fs = std::filesystem;

static fs::path root() { return CONVWRIGHT_SOURCE_DIR; }

Source::Source(llvm::StringRef text, llvm::StringRef name)
    : buffer(manager.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, name),
                                        llvm::SMLoc())) {}

Parsed::Parsed(llvm::StringRef text, llvm::StringRef name) : Source(text, name) {
  module = parse(engine, buffer);
}

std::string readFile(const std::string &path) {
  std::ifstream file(root() / path, std::ios::binary);
  EXPECT_TRUE(file) << "cannot read " << path;
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<std::string> listGoldens(const std::string &folder) {
  std::vector<std::string> paths;
  for (const fs::directory_entry &entry : fs::directory_iterator(root() / folder))
    if (entry.path().extension() == ".conv")
      paths.push_back(folder + "/" + entry.path().filename().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool updatingGoldens() { return std::getenv("CONVWRIGHT_UPDATE_GOLDENS") != nullptr; }

void writeGolden(const std::string &path, const std::string &text) {
  std::ofstream(root() / path, std::ios::binary) << text;
  ADD_FAILURE() << "wrote " << path;
}

std::set<DiagId> checkGoldens(const std::string &folder,
                              const std::function<void(Source &)> &check) {
  std::set<DiagId> printed;
  for (const std::string &path : listGoldens(folder)) {
    Source source(readFile(path), fs::path(path).filename().string());
    check(source);
    printed.insert(source.engine.printed().begin(), source.engine.printed().end());
    std::string expectedPath = fs::path(path).replace_extension(".expected").string();
    if (updatingGoldens())
      writeGolden(expectedPath, source.messages);
    else
      EXPECT_EQ(source.messages, readFile(expectedPath)) << path;
  }
  return printed;
}

} // namespace convwright::dsl::testing
