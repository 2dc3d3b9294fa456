//===- FmtTest.cpp - convwright fmt ---------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>

using namespace convwright::tests;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const std::string ugly = "// kept\nfn   twice( v )=v+v;\n";
const std::string pretty = "// kept\nfn twice(v) = v + v;\n";

} // namespace

TEST(FmtCommand, PrintsTheFormattedFileAndLeavesItAlone) {
  Workplace here;
  here.write("a.conv", ugly);
  Outcome outcome = here.run({"fmt", "a.conv"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, pretty);
  EXPECT_EQ(here.read("a.conv"), ugly);
  EXPECT_EQ(here.run({"fmt", "-"}, ugly).out, pretty);
}

TEST(FmtCommand, CheckListsWhatIsNotFormatted) {
  Workplace here;
  here.write("ugly.conv", ugly);
  here.write("pretty.conv", pretty);
  Outcome outcome = here.run({"fmt", "--check", "ugly.conv", "pretty.conv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "ugly.conv: not formatted; convwright fmt -i ugly.conv mends it\n");
  EXPECT_EQ(here.run({"fmt", "--check", "pretty.conv"}).code, 0);
}

TEST(FmtCommand, InPlaceChangesTheFileAndLeavesNothingElse) {
  Workplace here;
  here.write("a.conv", ugly);
  EXPECT_EQ(here.run({"fmt", "-i", "a.conv"}).code, 0);
  EXPECT_EQ(here.read("a.conv"), pretty);
  EXPECT_THAT(here.files(), ElementsAre("a.conv"));
}

TEST(FmtCommand, AFileWithErrorsIsLeftAlone) {
  Workplace here;
  here.write("a.conv", "layer (((");
  Outcome outcome = here.run({"fmt", "-i", "a.conv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("a.conv:1:"));
  EXPECT_EQ(here.read("a.conv"), "layer (((");
}

TEST(FmtCommand, CheckAndInPlaceExcludeEachOther) {
  Workplace here;
  EXPECT_EQ(here.run({"fmt", "-i", "--check", "a.conv"}).code, 2);
}
