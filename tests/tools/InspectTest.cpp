//===- InspectTest.cpp - convwright inspect -------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>

using namespace convwright::tests;
using testing::HasSubstr;

namespace {

constexpr const char *sobelShapes = "layer sobel\n"
                                    "  /// Edge strength of a camera frame, in one pass over it.\n"
                                    "  argument frame: u8[1, 1, H, W] nchw\n"
                                    "  result result: u8[1, 1, H, W] nchw\n"
                                    "  H in 3..4320 like 1080 step 1\n"
                                    "  W in 3..7680 like 1920 step 1\n"
                                    "  x86-64-v3: workspace ";

} // namespace

TEST(InspectCommand, ShowsTheSameForASourceItsLibraryAndItsDirectory) {
  Workplace here;
  here.write("edges.conv", sobelText());
  Outcome source = here.run({"inspect", "edges.conv", "--target", "x86-64-v3"});
  EXPECT_EQ(source.code, 0) << source.err;
  EXPECT_THAT(source.out, HasSubstr(sobelShapes));
  EXPECT_THAT(source.out, HasSubstr("algorithm = "));
  EXPECT_THAT(source.out, HasSubstr("file libedges.a: "));
  ASSERT_EQ(here.run({"compile", "edges.conv", "--target", "x86-64-v3"}).code, 0);
  EXPECT_EQ(here.run({"inspect", "edges.json"}).out, source.out);
  EXPECT_EQ(here.run({"inspect", "."}).out, source.out);
}

TEST(InspectCommand, ShowsPackedWeights) {
  Workplace here;
  here.write("a.conv",
             "layer l(x: f32[1, 8, 8, 8], weight w: f32[8, 8, 3, 3]) { return conv2d(x, w); }\n");
  Outcome outcome = here.run({"inspect", "a.conv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("  weight w: f32[8, 8, 3, 3] nchw\n"));
  EXPECT_THAT(outcome.out, HasSubstr("packed weights "));
}

TEST(InspectCommand, RefusesWhatIsNoLibrary) {
  Workplace here;
  here.write("a.json", "{\"library\": 3");
  here.write("b.json", "{\"rows\": []}");
  EXPECT_EQ(here.run({"inspect", "a.json"}).code, 1);
  Outcome other = here.run({"inspect", "b.json"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("b.json: not the description of a library made by convwright"));
  Outcome empty = here.run({"inspect", "."});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, HasSubstr("holds no library"));
  EXPECT_EQ(here.run({"inspect", "nowhere"}).code, 1);
}
