//===- LexerTest.cpp - characters to tokens --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Lexer.h"

#include "tests/dsl/Goldens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::dsl;
using convwright::dsl::testing::Source;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

static std::vector<Token> lex(Source &source) {
  Lexer lexer(source.engine, source.buffer);
  std::vector<Token> tokens;
  for (Token token = lexer.next(); !token.is(TokenKind::EndOfFile); token = lexer.next())
    tokens.push_back(token);
  return tokens;
}

static std::vector<std::string> texts(llvm::StringRef text) {
  Source source(text);
  std::vector<std::string> result;
  for (const Token &token : lex(source))
    result.push_back(token.text.str());
  EXPECT_EQ(source.messages, "");
  return result;
}

TEST(Lexer, RangeOfIntegersIsNotAFloat) {
  EXPECT_THAT(texts("1..32"), ElementsAre("1", "..", "32"));
  EXPECT_THAT(texts("1.5..2"), ElementsAre("1.5", "..", "2"));
}

TEST(Lexer, LongestPunctuationWins) {
  EXPECT_THAT(texts("<= < >= == = -> - !="),
              ElementsAre("<=", "<", ">=", "==", "=", "->", "-", "!="));
}

TEST(Lexer, FloatsAreReadInEverySpelling) {
  Source source("0.5 1e-5 2E+3 1. .25 7");
  std::vector<Token> tokens = lex(source);
  ASSERT_EQ(tokens.size(), 6u);
  EXPECT_EQ(tokens[0].number, 0.5);
  EXPECT_EQ(tokens[1].number, 1e-5);
  EXPECT_EQ(tokens[2].number, 2000);
  EXPECT_EQ(tokens[3].number, 1);
  EXPECT_EQ(tokens[4].number, 0.25);
  EXPECT_FALSE(tokens[3].integer);
  EXPECT_EQ(tokens[5].integer, 7);
}

TEST(Lexer, IntegersKeepSixtyFourBits) {
  Source source("9223372036854775807");
  EXPECT_EQ(lex(source)[0].integer, 9223372036854775807);
  Source tooLarge("9223372036854775808");
  EXPECT_EQ(lex(tooLarge)[0].integer, 0);
  EXPECT_THAT(tooLarge.messages, HasSubstr("does not fit into a 64-bit integer"));
}

TEST(Lexer, VerySmallNumberIsZeroAndNoError) {
  Source source("1e-999");
  EXPECT_EQ(lex(source)[0].number, 0);
  EXPECT_EQ(source.messages, "");
}

TEST(Lexer, FourSlashesAreAnOrdinaryComment) {
  Source source("// a\n/// b\n//// c");
  std::vector<Token> tokens = lex(source);
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_TRUE(tokens[0].is(TokenKind::Comment));
  EXPECT_TRUE(tokens[1].is(TokenKind::Documentation));
  EXPECT_TRUE(tokens[2].is(TokenKind::Comment));
}

TEST(Lexer, CommentLosesTrailingSpaceAndCarriageReturn) {
  EXPECT_THAT(texts("x // why \t\r\ny"), ElementsAre("x", "// why", "y"));
}

TEST(Lexer, ByteOrderMarkIsPassedOver) {
  EXPECT_THAT(texts("\xEF\xBB\xBFlayer"), ElementsAre("layer"));
}

TEST(Lexer, NewlinesBeforeATokenAreCounted) {
  Source source("a\n\n\nb c");
  std::vector<Token> tokens = lex(source);
  EXPECT_EQ(tokens[1].newlinesBefore, 3u);
  EXPECT_EQ(tokens[2].newlinesBefore, 0u);
}

TEST(Lexer, StringEscapesAreResolved) {
  Source source(R"("a \"b\" \\ é")");
  EXPECT_EQ(unescape(lex(source)[0].text), R"(a "b" \ é)");
  EXPECT_EQ(source.messages, "");
}

TEST(Lexer, StringAtTheEndOfTheFileEnds) {
  for (const char *text : {"\"", "\"\\", "\"a\\", "\"a\n"}) {
    Source source(text);
    EXPECT_EQ(lex(source).size(), 1u);
    EXPECT_THAT(source.messages, HasSubstr("not closed"));
  }
}

TEST(Lexer, ValidUtf8InCommentsAndStringsIsFine) {
  EXPECT_THAT(texts("// größer ≥ 日本\n\"é\""), ElementsAre("// größer ≥ 日本", "\"é\""));
}

TEST(Lexer, BrokenUtf8IsReportedWhereverItStands) {
  for (const char *text : {"// \xff", "\"\xc3\"", "\xc3", "\xe2\x82", "// \xed\xa0\x80"}) {
    Source source(text);
    lex(source);
    EXPECT_THAT(source.messages, HasSubstr("is not valid UTF-8")) << text;
  }
}

TEST(Lexer, NulBytesAreReportedOnce) {
  Source source(llvm::StringRef("\0\0 a // \0", 9));
  EXPECT_EQ(lex(source).size(), 2u);
  EXPECT_EQ(source.engine.errorCount(), 1u);
}
