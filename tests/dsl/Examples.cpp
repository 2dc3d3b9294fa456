//===- Examples.cpp - the examples in LANGUAGE.md --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/dsl/Examples.h"

#include "tests/dsl/Goldens.h"

#include <gtest/gtest.h>

#include <sstream>

namespace convwright::dsl::testing {

namespace {

struct Fence {
  unsigned line = 0;
  std::string tag, text;
};

} // namespace

static std::vector<Fence> readFences(const std::string &path) {
  std::vector<Fence> fences;
  std::istringstream content(readFile(path));
  bool inside = false;
  unsigned number = 0;
  for (std::string line; std::getline(content, line);) {
    ++number;
    if (line.rfind("```", 0) != 0) {
      if (inside)
        fences.back().text += line + "\n";
      continue;
    }
    inside = !inside;
    if (inside)
      fences.push_back({number + 1, line.substr(3), ""});
  }
  EXPECT_FALSE(inside) << path << ": a fence is not closed";
  return fences;
}

std::vector<Example> readExamples(const std::string &path) {
  std::vector<Example> examples;
  std::vector<Fence> fences = readFences(path);
  for (size_t i = 0; i < fences.size(); ++i) {
    std::string place = path + ":" + std::to_string(fences[i].line);
    if (fences[i].tag == "conv")
      examples.push_back({path, place, fences[i].text, true, ""});
    if (fences[i].tag != "conv-error")
      continue;
    bool followed = i + 1 < fences.size() && fences[i + 1].tag == "text";
    EXPECT_TRUE(followed) << place << ": the error's text is missing";
    if (followed)
      examples.push_back({path, place, fences[i].text, false, fences[i + 1].text});
  }
  return examples;
}

void checkMessages(const Example &example, const std::string &messages) {
  if (!updatingGoldens()) {
    EXPECT_EQ(messages, example.expected) << example.place;
    return;
  }
  const std::string opening = "```\n\n```text\n";
  std::string document = readFile(example.path);
  size_t start = document.find(example.text + opening);
  ASSERT_NE(start, std::string::npos) << example.place;
  start += example.text.size() + opening.size();
  size_t length = document.find("```", start) - start;
  writeGolden(example.path, document.replace(start, length, messages));
}

} // namespace convwright::dsl::testing
