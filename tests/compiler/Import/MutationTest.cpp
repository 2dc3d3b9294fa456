//===- MutationTest.cpp - damaged files are refused or sound, never a crash ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Import.h"
#include "compiler/Transforms/Passes.h"
#include "dsl/Parser.h"
#include "tests/dsl/Goldens.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

#include <chrono>
#include <gtest/gtest.h>
#include <random>

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
  for (const char *folder : {"tests/compiler/Import/diagnostics", "tests/compiler/Import/sound"})
    for (const std::string &path : dsl::testing::listGoldens(folder))
      if (std::string text = dsl::testing::readFile(path); text.size() < 4000)
        texts.push_back(pieces(text));
  return texts;
}

enum class Outcome { Refused, Sound, Broken };

/// What comes out has to verify, before and after the passes that every target shares.
Outcome import(const std::string &text) {
  dsl::testing::Source source(text);
  dsl::Module tree = dsl::parse(source.engine, source.buffer);
  if (source.engine.hasErrors())
    return Outcome::Refused;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  ImportResult result = importModule(context, tree, source.engine, {".", {"direct"}});
  if (!result.module)
    return source.engine.hasErrors() ? Outcome::Refused : Outcome::Broken;
  mlir::PassManager manager(&context);
  ir::buildKernelPipeline(manager);
  bool sound =
      mlir::succeeded(mlir::verify(*result.module)) && mlir::succeeded(manager.run(*result.module));
  return sound ? Outcome::Sound : Outcome::Broken;
}

TEST(Import, DamagedFilesAreRefusedOrSound) {
  constexpr unsigned seed = 20261123;
  Mutator mutator(seed);
  auto texts = originals();
  int sound = 0, refused = 0;
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
  while (std::chrono::steady_clock::now() < end) {
    std::string text = mutator.mutate(texts[mutator.pick(texts.size())]);
    Outcome outcome = import(text);
    ASSERT_NE(outcome, Outcome::Broken) << "seed " << seed << ":\n" << text;
    ++(outcome == Outcome::Sound ? sound : refused);
  }
  EXPECT_GT(sound, 10);
  EXPECT_GT(refused, 10);
}

} // namespace
} // namespace convwright::compiler
