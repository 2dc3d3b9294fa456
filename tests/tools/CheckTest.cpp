//===- CheckTest.cpp - convwright check -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>

using namespace convwright::tests;
using testing::HasSubstr;

TEST(CheckCommand, IsSilentAboutRightFiles) {
  Workplace here;
  here.write("edges.conv", sobelText());
  Outcome outcome = here.run({"check", "edges.conv"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST(CheckCommand, SaysWhereAndWhatIsWrong) {
  Workplace here;
  here.write("bad.conv", "layer l(x: f32[1, 64, 8, 8], weight w: f32[64, 21, 3, 3]) {\n"
                         "  return conv2d(x, w, groups = 3);\n}\n");
  Outcome outcome = here.run({"check", "bad.conv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err,
              HasSubstr("bad.conv:2:23: error: groups = 3 does not divide C = 64 [C11]"));
  EXPECT_THAT(outcome.err, HasSubstr("^"));
}

TEST(CheckCommand, SaysThatAFileHasNoLayerAndWhatItHas) {
  Workplace here;
  const std::pair<const char *, const char *> texts[] = {
      {"", "it is empty"},
      {"// later\n", "it is empty"},
      {"const a = 1;\n", "it holds 1 constant\n"},
      {"const a = 1; const b = 2; fn f(v) = v;\n", "it holds 2 constants and 1 function\n"}};
  for (const auto &[text, found] : texts) {
    here.write("a.conv", text);
    Outcome outcome = here.run({"check", "a.conv"});
    EXPECT_EQ(outcome.code, 0) << "it is right as far as it goes";
    EXPECT_THAT(outcome.err, HasSubstr(std::string("warning: the file has no layer, so there is "
                                                   "nothing to compile: ") +
                                       found));
    EXPECT_THAT(outcome.err, HasSubstr("a layer looks like 'layer name("));
  }
}

TEST(CheckCommand, ReadsStandardInput) {
  Workplace here;
  EXPECT_EQ(here.run({"check", "-"}, sobelText()).code, 0);
  EXPECT_EQ(here.run({"check", "-"}, "layer").code, 1);
}

TEST(CheckCommand, GoesOnAfterABadFileAndRemembersIt) {
  Workplace here;
  here.write("good.conv", sobelText());
  here.write("bad.conv", "layer l(\n");
  here.write("unknown.conv", "layer l(x: f32[1, 1, 2, 2]) { return rleu(x); }\n");
  Outcome outcome = here.run({"check", "bad.conv", "good.conv", "unknown.conv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("bad.conv:"));
  EXPECT_THAT(outcome.err, HasSubstr("unknown.conv:1:38"));
}

TEST(CheckCommand, MissingFilesAndDirectoriesAreNamed) {
  Workplace here;
  Outcome missing = here.run({"check", "nowhere.conv"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("cannot read nowhere.conv: No such file or directory"));
  Outcome directory = here.run({"check", "."});
  EXPECT_EQ(directory.code, 1);
  EXPECT_THAT(directory.err, HasSubstr("cannot read .: Is a directory"));
}

TEST(CheckCommand, AFileThatIsNoTextIsOneMessageForEveryCommand) {
  Workplace here;
  std::string weights = CONVWRIGHT_SOURCE_DIR "/tests/data/golden/exact.safetensors";
  here.write("a.conv", std::string("\x01\x02\x00\xff\xfe", 5));
  for (const char *command : {"check", "compile", "fmt", "run"}) {
    std::vector<std::string> arguments{command, "a.conv"};
    if (std::string(command) == "run")
      arguments.insert(arguments.end(), {"--in", "a", "--out", "b"});
    Outcome outcome = here.run(arguments);
    EXPECT_EQ(outcome.code, 1) << command;
    EXPECT_EQ(outcome.err, "convwright: error: a.conv is a binary file, not a .conv file\n");
  }
  EXPECT_THAT(here.run({"check", weights}).err,
              HasSubstr("is a safetensors file, not a .conv file; 'convwright inspect "));
}

TEST(CheckCommand, ALoadedFileIsLookedForBesideTheSource) {
  Workplace here;
  Outcome outcome = here.run({"check", CONVWRIGHT_SOURCE_DIR "/examples/resnet_stem/resnet.conv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  here.write("resnet.conv", "const w = load(\"resnet.safetensors\", \"conv1.weight\");\n");
  EXPECT_THAT(here.run({"check", "resnet.conv"}).err, HasSubstr("resnet.safetensors"));
}
