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

TEST(CheckCommand, ALoadedFileIsLookedForBesideTheSource) {
  Workplace here;
  Outcome outcome = here.run({"check", CONVWRIGHT_SOURCE_DIR "/examples/resnet_stem/resnet.conv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  here.write("resnet.conv", "const w = load(\"resnet.safetensors\", \"conv1.weight\");\n");
  EXPECT_THAT(here.run({"check", "resnet.conv"}).err, HasSubstr("resnet.safetensors"));
}
