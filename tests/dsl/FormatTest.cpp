//===- FormatTest.cpp - one way to write a .conv file ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Format.h"

#include "dsl/Lexer.h"
#include "tests/dsl/Goldens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::dsl;
using convwright::dsl::testing::Source;

static std::string formatted(llvm::StringRef text) {
  Source source(text);
  std::optional<std::string> result = format(source.engine, source.buffer);
  EXPECT_FALSE(source.engine.hasErrors()) << source.messages;
  return result.value_or("");
}

/// Checks that it changes nothing the second time, too.
static std::string stable(llvm::StringRef text) {
  std::string once = formatted(text);
  EXPECT_EQ(formatted(once), once);
  return once;
}

static std::vector<std::string> tokensOf(llvm::StringRef text) {
  Source source(text);
  Lexer lexer(source.engine, source.buffer);
  std::vector<std::string> texts;
  for (Token token = lexer.next(); !token.is(TokenKind::EndOfFile); token = lexer.next())
    texts.push_back(token.text.str());
  return texts;
}

TEST(Format, TextsOfTheDesignAreCanonical) {
  const std::string text = R"(fn swish(v) = v * sigmoid(v);
const w1 = load("block.safetensors", "conv1.weight");
const sobel_x: f32[1, 1, 3, 3] = [-1, 0, 1,  -2, 0, 2,  -1, 0, 1];

/// First layer of ResNet-50.
layer stem(x: f32[1, 3, 224, 224] nhwc, weight w: f32[64, 3, 7, 7], weight b: f32[64]) {
  return relu(conv2d(x, w, b, stride = 2, padding = 3));
}

/// Edge strength of a camera frame, in one pass over it.
layer sobel(frame: u8[1, 1, H, W]) -> u8[1, 1, H, W] for H in 3..4320 like 1080, W in 3..7680 like 1920 {
  gx = conv2d(f32(frame), sobel_x, padding = 1, padding_mode = replicate);
  return u8(sqrt(gx * gx + gx * gx));
}
)";
  EXPECT_EQ(formatted(text), text);
}

TEST(Format, SpacingBecomesCanonical) {
  EXPECT_EQ(stable("const a:f32[ 2 ]=[ 1,- 2 ] ;fn f ( v,w )=-v*( w+1 )/2<=f32( v ) ;"),
            "const a: f32[2] = [1, -2];\n"
            "fn f(v, w) = -v * (w + 1) / 2 <= f32(v);\n");
  EXPECT_EQ(
      stable("layer l(x:u8[N]nhwc scale=0.5 zero_point=-1,weight w)->(a:f32[1],b:f32[N])for N "
             "in 1 .. 8 step 2 like 4{y=f(x,s=[[1,2],[0,1]],t=-1e-5,m=\"a b\");return y,x;}"),
      "layer l(x: u8[N] nhwc scale = 0.5 zero_point = -1, weight w) -> (a: f32[1], b: f32[N]) "
      "for N in 1..8 step 2 like 4 {\n"
      "  y = f(x, s = [[1, 2], [0, 1]], t = -1e-5, m = \"a b\");\n"
      "  return y, x;\n"
      "}\n");
}

TEST(Format, ComputedNumbersAreSpacedAsExpressions) {
  EXPECT_EQ(stable("const b:f32[4]=[1/9,-2*(3+ -1), 4,1e-3/2];const c=(1+2)/ 3;"),
            "const b: f32[4] = [1 / 9, -2 * (3 + -1), 4, 1e-3 / 2];\nconst c = (1 + 2) / 3;\n");
}

TEST(Format, SpellingOfNumbersIsKept) {
  const std::string text = "const a = [1.0, 1., .5, 1E-05, 007, 1e+2];\n";
  EXPECT_EQ(formatted(text), text);
}

TEST(Format, CommentsStayWhereTheyAre) {
  const std::string text = R"(// The head of the file.

/// What it is.
// An aside.
const k: f32[2, 3] = [ // the filter
  1, 2, 3, // first row
  // between
  4, 5, 6
  // last
]; // behind

// Alone.

fn f(v) = v; // doubles
// Right before the layer.
layer l(
  x: f32[1, 3, 8, 8], // the image
  weight w: f32[8, 3, 3, 3]
) { // opens
  // The first statement.
  y = conv2d(
    x, // what
    w,
    padding = 1 // how
  );

  return y; // done
  // Before the end.
} // closes
// The end.
)";
  std::string once = stable(text);
  EXPECT_EQ(tokensOf(once), tokensOf(text));
  EXPECT_THAT(
      once, ::testing::HasSubstr("1, 2, 3, // first row\n  // between\n  4, 5, 6\n  // last\n];"));
  EXPECT_THAT(once,
              ::testing::HasSubstr("fn f(v) = v; // doubles\n\n// Right before the layer.\n"));
  EXPECT_THAT(once,
              ::testing::HasSubstr("  return y; // done\n  // Before the end.\n} // closes\n"));
}

TEST(Format, CommentBetweenAnyTwoTokensIsKept) {
  const std::string text =
      R"(const k: f32[1, 2] = [1, -2]; const l = load("f", "t"); fn f(v, w) = -v * (w + 1) < v;
layer l(x: u8[N] nhwc scale = 0.5 zero_point = 1, weight w) -> (a: f32[1], b: f32[N])
for N in 1..8 step 2 { y = f(x, s = [[1, 2], [0, 1]]); return y, x; })";
  std::vector<std::string> tokens = tokensOf(text);
  for (const char *comment : {"// c\n", "\n// c\n", "\n\n// c\n\n", "/// d\n// c\n"}) {
    for (size_t place = 0; place <= tokens.size(); ++place) {
      std::string commented;
      for (size_t i = 0; i < tokens.size(); ++i)
        commented += (i == place ? comment : "") + tokens[i] + " ";
      if (place == tokens.size())
        commented += comment;
      std::string once = stable(commented);
      EXPECT_EQ(tokensOf(once), tokensOf(commented)) << commented;
    }
  }
}

TEST(Format, LongCallBreaksIntoOneIndentedLineThenIntoOneLineEach) {
  const std::string name(30, 'n');
  EXPECT_EQ(
      stable("fn f(v) = relu(conv2d(" + name + ", " + name + ", " + name + ", padding = 1));"),
      "fn f(v) = relu(\n"
      "  conv2d(" +
          name + ", " + name + ", " + name +
          ", padding = 1)\n"
          ");\n");
  EXPECT_EQ(stable("fn f(v) = g(" + name + ", " + name + ", " + name + ", " + name + ");"),
            "fn f(v) = g(\n"
            "  " +
                name + ",\n  " + name + ",\n  " + name + ",\n  " + name +
                "\n"
                ");\n");
}

TEST(Format, LongHeaderPutsTheSizesThenTheParametersOnLinesOfTheirOwn) {
  const std::string range = "in 1..1000000000000 like 1000000000 step 1000";
  EXPECT_EQ(stable("layer l(x: f32[1, 3, H, W]) -> f32[1, 3, H, W] for H " + range + ", W " +
                   range + " { return x; }"),
            "layer l(x: f32[1, 3, H, W]) -> f32[1, 3, H, W]\n"
            "    for H " +
                range + ", W " + range +
                " {\n"
                "  return x;\n"
                "}\n");
  const std::string name(40, 'n');
  EXPECT_EQ(stable("layer l(" + name + "1: f32[1], weight " + name +
                   "2: f32[64]) -> f32[1] { return x; }"),
            "layer l(\n"
            "  " +
                name + "1: f32[1], weight " + name +
                "2: f32[64]\n"
                ") -> f32[1] {\n"
                "  return x;\n"
                "}\n");
}

TEST(Format, LongSumBreaksBeforeItsOperators) {
  const std::string name(50, 'n');
  EXPECT_EQ(stable("layer l(x: f32[1]) { return " + name + " * 2 + " + name + " + " + name + "; }"),
            "layer l(x: f32[1]) {\n"
            "  return " +
                name +
                " * 2\n"
                "      + " +
                name +
                "\n"
                "      + " +
                name +
                ";\n"
                "}\n");
}

TEST(Format, LongConstantHasALineForEachRow) {
  std::string text = "const k: f32[1, 1, 15, 15] = [0";
  for (int i = 1; i < 15 * 15; ++i)
    text += ", " + std::to_string(i % 10);
  std::string once = stable(text + "];");
  EXPECT_EQ(llvm::StringRef(once).count('\n'), 17u);
  EXPECT_THAT(once, ::testing::StartsWith("const k: f32[1, 1, 15, 15] = [\n"
                                          "  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4,\n"));
}

TEST(Format, NumbersWithoutAShapeFillTheLines) {
  std::string text = "const k = [0";
  for (int i = 1; i < 1000; ++i)
    text += ", " + std::to_string(i);
  std::string once = stable(text + "];");
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(once).split(lines, '\n');
  for (llvm::StringRef line : lines)
    EXPECT_LE(line.size(), FormatWidth);
  EXPECT_LT(lines.size(), 50u);
}

TEST(Format, EmptyLinesAreKeptSingleAndSetLayersOff) {
  EXPECT_EQ(stable("\n\nconst a = 1;\n\n\n\nconst b = 2;\nconst c = 3;\nlayer l(x: f32[1]) {\n\n"
                   "  y = x;\n\n\n  return y;\n\n}\nconst d = 4;\n\n\n"),
            "const a = 1;\n\nconst b = 2;\nconst c = 3;\n\nlayer l(x: f32[1]) {\n  y = x;\n\n"
            "  return y;\n}\n\nconst d = 4;\n");
}

TEST(Format, WindowsLineEndsBecomeUnixOnes) {
  EXPECT_EQ(stable("\xEF\xBB\xBF// a\r\nconst a = 1; // b\r\n"), "// a\nconst a = 1; // b\n");
}

TEST(Format, FileOfCommentsOnlyIsKept) {
  EXPECT_EQ(stable("// a\n\n\n// b"), "// a\n\n// b\n");
  EXPECT_EQ(stable(""), "");
}

TEST(Format, BrokenTextIsNotFormatted) {
  Source source("const a = ;");
  EXPECT_EQ(format(source.engine, source.buffer), std::nullopt);
  EXPECT_TRUE(source.engine.hasErrors());
}

TEST(Format, DeepNestingIsLaidOut) {
  std::string text = "fn f(v) = ";
  for (int i = 0; i < 250; ++i)
    text += "f(";
  text += "v";
  for (int i = 0; i < 250; ++i)
    text += ")";
  std::string once = stable(text + ";");
  EXPECT_EQ(tokensOf(once), tokensOf(text + ";"));
}
