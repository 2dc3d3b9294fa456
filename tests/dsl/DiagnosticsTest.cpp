//===- DiagnosticsTest.cpp - how messages look -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Diagnostics.h"

#include "dsl/Parser.h"
#include "dsl/Suggest.h"
#include "tests/dsl/Goldens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::dsl;
using convwright::dsl::testing::Parsed;
using convwright::dsl::testing::Source;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

static const std::string folder = "tests/dsl/diagnostics";

static llvm::SMRange rangeOf(Source &source, llvm::StringRef part) {
  llvm::StringRef text = source.manager.getMemoryBuffer(source.buffer)->getBuffer();
  const char *at = text.begin() + text.find(part);
  return {llvm::SMLoc::getFromPointer(at), llvm::SMLoc::getFromPointer(at + part.size())};
}

TEST(Diagnostics, GoldenTextsHoldAndCoverEveryRowOfTheParser) {
  std::set<DiagId> printed = convwright::dsl::testing::checkGoldens(
      folder, [](Source &source) { (void)parse(source.engine, source.buffer); });
  for (const DiagInfo &row : allDiagnostics()) {
    if (row.owner == DiagOwner::Parser)
      EXPECT_TRUE(printed.count(row.id)) << "no golden text for " << row.name.str();
  }
}

TEST(Diagnostics, EveryGoldenSaysSomething) {
  for (const std::string &path : convwright::dsl::testing::listGoldens(folder)) {
    Parsed parsed(convwright::dsl::testing::readFile(path));
    EXPECT_NE(parsed.messages, "") << path;
  }
}

TEST(Diagnostics, CaretSpansNotesConstraintAndFixStandWhereTheyBelong) {
  Source source("x = f(w, groups = 3);\n", "net.conv");
  source.engine.report(DiagId::DuplicateAttribute, rangeOf(source, "groups"), "groups")
      .span(rangeOf(source, "w"))
      .constraint("C11")
      .note(DiagId::NotePreviousHere, rangeOf(source, "f("), "f")
      .fixIt(rangeOf(source, "3"), "2");
  EXPECT_EQ(source.messages, "net.conv:1:10: error: 'groups' is given twice [C11]\n"
                             "x = f(w, groups = 3);\n"
                             "      ~  ^~~~~~\n"
                             "                  2\n"
                             "net.conv:1:5: note: the first 'f' is here\n"
                             "x = f(w, groups = 3);\n"
                             "    ^~\n");
}

TEST(Diagnostics, MessageWithoutAPlaceIsOneLine) {
  Source source("");
  (void)source.engine.report(DiagId::EmptyList, llvm::SMRange());
  EXPECT_EQ(source.messages, "error: a list has at least one value\n");
}

TEST(Diagnostics, ArgumentsOfEveryKindAreSpelled) {
  Source source("");
  (void)source.engine.report(DiagId::ExpectedToken, llvm::SMRange(), 3, 0.1, std::string("{0}"));
  EXPECT_EQ(source.messages, "error: expected 3 0.1, found {0}\n");
}

TEST(Diagnostics, LongLineIsCutAroundTheCaret) {
  std::string line = std::string(5000, 'a') + " @ " + std::string(5000, 'b');
  Parsed parsed("const k = " + line);
  size_t longest = 0;
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(parsed.messages).split(lines, '\n');
  for (llvm::StringRef row : lines)
    longest = std::max(longest, row.size());
  EXPECT_LE(longest, 6000u); // the name itself is 5000 long and stands in a message
  EXPECT_THAT(parsed.messages, HasSubstr("a @ b"));
}

TEST(Diagnostics, TabsAndWideTextKeepTheCaretInPlace) {
  Parsed parsed("const é;");
  Parsed tabbed("\tconst k = ;");
  EXPECT_THAT(tabbed.messages, HasSubstr("        const k = ;\n"
                                         "                  ^\n"));
  EXPECT_THAT(parsed.messages, HasSubstr("const é;\n      ^\n"));
}

TEST(Diagnostics, TerminalControlBytesAreNotEchoed) {
  Parsed parsed("const k = \x1b[31m;");
  EXPECT_THAT(parsed.messages, Not(HasSubstr("\x1b")));
}

TEST(Diagnostics, ColoursAreForTerminalsOnly) {
  struct Terminal : llvm::raw_string_ostream {
    explicit Terminal(std::string &text) : raw_string_ostream(text) { enable_colors(true); }
    bool has_colors() const override { return true; }
  };
  Source source("");
  std::string shown;
  Terminal terminal(shown);
  DiagnosticEngine colourful(source.manager, terminal);
  (void)colourful.report(DiagId::EmptyList, llvm::SMRange());
  (void)source.engine.report(DiagId::EmptyList, llvm::SMRange());
  EXPECT_THAT(shown, HasSubstr("\x1b["));
  EXPECT_THAT(source.messages, Not(HasSubstr("\x1b[")));
}

TEST(Diagnostics, TwentyErrorsAreShownAndTheRestIsCountedOut) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "const c" + std::to_string(i) + " = ;\n";
  Parsed parsed(text);
  EXPECT_EQ(llvm::StringRef(parsed.messages).count("error:"), DiagnosticEngine::MaxErrors);
  EXPECT_EQ(llvm::StringRef(parsed.messages).count("too many errors"), 1u);
  EXPECT_TRUE(parsed.engine.limitReached());
}

TEST(Diagnostics, TwentyErrorsExactlyAreNotTooMany) {
  std::string text;
  for (unsigned i = 0; i < DiagnosticEngine::MaxErrors; ++i)
    text += "const c" + std::to_string(i) + " = ;\n";
  Parsed parsed(text);
  EXPECT_EQ(parsed.engine.errorCount(), DiagnosticEngine::MaxErrors);
  EXPECT_THAT(parsed.messages, Not(HasSubstr("too many errors")));
}

TEST(Diagnostics, SameHintIsGivenOnce) {
  Parsed parsed("layer l(x: f32[*], y: f32[1]) { return x; }\nlayer m(x: f32[*]) { return x; }");
  EXPECT_EQ(llvm::StringRef(parsed.messages).count("a dimension is a positive integer"), 1u);
}

TEST(Diagnostics, WarningIsNoError) {
  Parsed parsed("const k = 1;\n/// about nothing\n");
  EXPECT_THAT(parsed.messages, StartsWith("test.conv:2:1: warning: "));
  EXPECT_FALSE(parsed.engine.hasErrors());
}

TEST(Suggest, NearestCandidateWins) {
  EXPECT_EQ(suggest("paddding", {"stride", "padding", "padding_mode"}), "padding");
  EXPECT_EQ(suggest("Conv2D", {"conv1d", "conv2d"}), "conv2d");
  EXPECT_EQ(suggest("rellu", {"relu", "relu6", "gelu"}), "relu");
}

TEST(Suggest, SwappedLettersAreOneMistake) {
  EXPECT_EQ(suggest("imgae", {"frame", "image"}), "image");
  EXPECT_EQ(suggest("rleu", {"elu", "relu"}), "relu");
  EXPECT_EQ(suggest("f23", {"f32"}), "f32");
  EXPECT_EQ(suggest("abdce", {"abcef"}), std::nullopt);
}

TEST(Suggest, WhatOthersCallACandidateIsNearest) {
  EXPECT_EQ(suggest("Float32", {"f16", "f32"}), "f32");
  EXPECT_EQ(suggest("uint8", {"u16", "i8", "u8"}), "u8");
  EXPECT_EQ(suggest("clip", {"relu", "clamp"}), "clamp");
  EXPECT_EQ(suggest("float32", {"u16", "image"}), std::nullopt);
}

TEST(Suggest, FarCandidatesAreNotProposed) {
  EXPECT_EQ(suggest("frobnicate", {"relu", "padding"}), std::nullopt);
  EXPECT_EQ(suggest("x", {"y"}), std::nullopt);
  EXPECT_EQ(suggest("anything", {}), std::nullopt);
}
