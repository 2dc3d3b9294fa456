//===- MutationTest.cpp - damaged files are refused or sound, never a crash ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"
#include "tests/dsl/Goldens.h"

#include "llvm/ADT/StringExtras.h"

#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>
#include <sstream>

namespace convwright::compiler {
namespace {

/// A text cut into words, numbers, and everything between.
std::vector<std::string> pieces(llvm::StringRef text) {
  std::vector<std::string> found;
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; };
  while (!text.empty()) {
    llvm::StringRef word = text.take_while(isWord);
    if (word.empty())
      word = text.take_front(1);
    found.push_back(word.str());
    text = text.drop_front(word.size());
  }
  return found;
}

class Mutator {
public:
  explicit Mutator(unsigned seed) : random(seed) {}

  std::string mutate(const std::vector<std::string> &original) {
    std::vector<std::string> text = original;
    for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
      std::string &piece = text[random() % text.size()];
      switch (random() % 4) {
      case 0:
        piece = numbers[random() % std::size(numbers)];
        break;
      case 1:
        piece = original[random() % original.size()];
        break;
      case 2:
        piece = words[random() % std::size(words)];
        break;
      default:
        piece.clear();
      }
    }
    std::string joined;
    for (const std::string &piece : text)
      joined += piece;
    return joined;
  }

  size_t pick(size_t count) { return random() % count; }

private:
  static constexpr const char *numbers[] = {
      "0",     "1",    "-1",         "2",     "3",
      "7",     "64",   "2147483647", "0.5",   "1e9",
      "1e300", "4096", "268435456",  "65536", "9223372036854775807"};
  static constexpr const char *words[] = {"nhwc",   "u8",      "i32", "f32",   "weight",  "relu",
                                          "where",  "conv2d",  "exp", "same",  "reflect", "groups",
                                          "stride", "padding", "max", "x < 1", "[1, 2]",  "clamp",
                                          "i8",     "H",       "x"};
  std::mt19937 random;
};

std::vector<std::vector<std::string>> originals() {
  std::vector<std::vector<std::string>> texts;
  // The sound files more often: most of what happens to the others stays refused.
  for (const char *folder : {"tests/compiler/Import/diagnostics", "tests/compiler/Import/sound",
                             "tests/compiler/Import/sound", "tests/compiler/Import/sound",
                             "tests/compiler/Import/sound", "tests/compiler/Import/sound"})
    for (const std::string &path : dsl::testing::listGoldens(folder))
      if (std::string text = dsl::testing::readFile(path); text.size() < 4000)
        texts.push_back(pieces(text));
  return texts;
}

unsigned fromEnvironment(const char *name, unsigned fallback) {
  const char *text = std::getenv(name);
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : fallback;
}

TEST(Driver, DamagedFilesAreRefusedOrCompileToKernels) {
  const unsigned seed = fromEnvironment("CONVWRIGHT_MUTATION_SEED", 20261123);
  Mutator mutator(seed);
  auto texts = originals();
  auto target = schedules::findTarget("x86-64-v3");
  ASSERT_TRUE(target);
  int compiled = 0, refused = 0;
  auto end = std::chrono::steady_clock::now() +
             std::chrono::seconds(fromEnvironment("CONVWRIGHT_MUTATION_SECONDS", 4));
  while (std::chrono::steady_clock::now() < end) {
    std::string text = mutator.mutate(texts[mutator.pick(texts.size())]);
    std::ostringstream messages;
    Driver driver(messages);
    bool sound = driver.openText(text, "damaged.conv", ".") && driver.compile(*target);
    ++(sound ? compiled : refused);
    // A refusal is explained, and is never the compiler's own error.
    ASSERT_EQ(driver.blame(), sound ? Blame::Nobody : Blame::User)
        << "seed " << seed << ": " << messages.str() << text;
    ASSERT_TRUE(sound || !messages.str().empty()) << text;
  }
  RecordProperty("compiled", compiled);
  RecordProperty("refused", refused);
  EXPECT_GT(compiled, 10);
  EXPECT_GT(refused, 10);
}

} // namespace
} // namespace convwright::compiler
