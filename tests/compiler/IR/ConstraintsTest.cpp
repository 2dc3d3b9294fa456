//===- ConstraintsTest.cpp - specification, check and test of each ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each row of Constraints.def has its section in SPEC.md with the same message, a check that
// carries its number, and a test that carries it; and nothing else claims to be a constraint.
//
//===----------------------------------------------------------------------===//

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

const std::map<int, std::string> rows = {
#define CONSTRAINT(number, about, shown, message) {number, message},
#include "compiler/IR/Constraints.def"
};

std::string read(const fs::path &path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The numbers n of all "// Cn" comments in a folder's files of these extensions.
std::set<int> labels(const fs::path &folder, const std::set<std::string> &extensions) {
  std::set<int> numbers;
  const std::regex label("// C(\\d+)\\b");
  for (const auto &entry : fs::recursive_directory_iterator(folder)) {
    if (!extensions.count(entry.path().extension()))
      continue;
    std::string text = read(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), label), end; match != end; ++match)
      numbers.insert(std::stoi((*match)[1]));
  }
  return numbers;
}

std::set<int> numbers() {
  std::set<int> all;
  for (const auto &[number, message] : rows)
    all.insert(number);
  return all;
}

const fs::path root = CONVWRIGHT_SOURCE_DIR;

TEST(Constraints, AreEachCheckedInTheCode) {
  std::set<int> found = labels(root / "compiler/IR", {".cpp"});
  found.merge(labels(root / "compiler/Lowering", {".cpp"}));
  found.merge(labels(root / "compiler/Transforms", {".cpp"}));
  EXPECT_EQ(found, numbers());
}

TEST(Constraints, AreEachBrokenByATest) {
  EXPECT_EQ(labels(root / "tests/compiler", {".mlir", ".cpp"}), numbers());
}

TEST(Constraints, StandInTheSpecificationWithTheirMessages) {
  std::string text = read(root / "compiler/IR/SPEC.md");
  std::map<int, std::string> specified;
  const std::regex row("\\| C(\\d+) \\| `([^`]*)` \\| ([^|]+) \\|");
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match)
    EXPECT_TRUE(specified.emplace(std::stoi((*match)[1]), (*match)[2]).second) << match->str();
  EXPECT_EQ(specified, rows);
}

} // namespace
