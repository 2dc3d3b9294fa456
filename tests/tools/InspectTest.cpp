//===- InspectTest.cpp - convwright inspect -------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <algorithm>
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

TEST(InspectCommand, ShowsTheSameForTheStaticLibrary) {
  Workplace here;
  here.write("edges.conv", sobelText());
  ASSERT_EQ(here.run({"compile", "edges.conv", "--target", "x86-64-v3"}).code, 0);
  Outcome library = here.run({"inspect", "libedges.a"});
  EXPECT_EQ(library.code, 0) << library.err;
  EXPECT_EQ(library.out, here.run({"inspect", "edges.json"}).out);
}

TEST(InspectCommand, ListsTheTensorsOfASafetensorsFile) {
  Workplace here;
  Outcome outcome =
      here.run({"inspect", CONVWRIGHT_SOURCE_DIR "/tests/data/golden/exact.safetensors"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("exact.safetensors: 40 tensors, "));
  EXPECT_THAT(outcome.out, HasSubstr("\n  c000/w: f32[1, 16, 1, 1]\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\n  metadata cases: {"));
}

TEST(InspectCommand, ForeignFilesAreOneMessageThatSaysWhatTheyAre) {
  Workplace here;
  here.write("liba.a",
             "!<arch>\nb.o/            0           0     0     644     4         `\nabcd");
  here.write("cut.a", "!<arch>\nb.o/            0           0     0     644     400       `\nabcd");
  here.write("a.bin", std::string("\x01\x02\x00\xff", 4));
  here.write("a.o", std::string("\x7f"
                                "ELF\x02\x01",
                                6));
  here.write("a.safetensors",
             std::string("\x40\0\0\0\0\0\0\0{\"a\": 3}", 16) + std::string(80, ' '));
  const std::pair<const char *, const char *> files[] = {
      {"liba.a", "liba.a is a static library that convwright did not make; its members are b.o"},
      {"cut.a", "cut.a: a damaged static library"},
      {"a.bin", "a.bin is a binary file; inspect shows"},
      {"a.o", "a.o is an object file"},
      {"a.safetensors", "a.safetensors: "}};
  for (const auto &[file, message] : files) {
    Outcome outcome = here.run({"inspect", file});
    EXPECT_EQ(outcome.code, 1) << file;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  }
}

TEST(InspectCommand, ShowsPackedWeights) {
  Workplace here;
  here.write("a.conv",
             "layer l(x: f32[1, 8, 8, 8], weight w: f32[8, 8, 3, 3]) { return conv2d(x, w); }\n");
  Outcome outcome = here.run({"inspect", "a.conv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("  weight w: f32[8, 8, 3, 3]\n"));
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
