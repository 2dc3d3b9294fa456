//===- LanguageCheckTest.cpp - the examples of LANGUAGE.md compile ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"
#include "compiler/Import/Safetensors.h"
#include "tests/dsl/Examples.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

using namespace convwright;
using dsl::testing::Example;

namespace {

/// A folder with the file that an example loads.
struct LanguageCheck : ::testing::Test {
  std::string folder = ::testing::TempDir() + "convwright_language";

  void SetUp() override {
    std::filesystem::create_directories(folder);
    std::vector<std::byte> w(size_t{64} * 64 * 3 * 3 * 4), b(size_t{64} * 4);
    std::vector<compiler::TensorView> tensors{
        {"conv1.weight", compiler::SafetensorType::F32, {64, 64, 3, 3}, w},
        {"conv1.bias", compiler::SafetensorType::F32, {64}, b}};
    ASSERT_TRUE(compiler::writeSafetensors(folder + "/block.safetensors", tensors));
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  /// What is said about the text; `accepted` whether it is usable.
  std::string check(const std::string &text, bool &accepted) const {
    std::ostringstream messages;
    compiler::Driver driver(messages);
    accepted = driver.openText(text, "example.conv", folder);
    return messages.str();
  }
};

} // namespace

TEST_F(LanguageCheck, ValidExamplesAreAcceptedWithoutAWord) {
  for (const char *document : {"dsl/LANGUAGE.md", "README.md"})
    for (const Example &example : dsl::testing::readExamples(document)) {
      bool accepted = false;
      if (!example.valid)
        continue;
      EXPECT_EQ(check(example.text, accepted), "") << example.place;
      EXPECT_TRUE(accepted) << example.place;
    }
}

TEST_F(LanguageCheck, ErrorsAreThoseOfTheDocument) {
  for (const Example &example : dsl::testing::readExamples("dsl/LANGUAGE.md")) {
    bool accepted = true;
    if (example.valid)
      continue;
    checkMessages(example, check(example.text, accepted));
    EXPECT_FALSE(accepted) << example.place;
  }
}
