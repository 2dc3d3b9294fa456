//===- CompileTest.cpp - convwright compile -------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/Schedules.h"
#include "tests/tools/support/Command.h"

#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>

using namespace convwright::tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

Workplace withSobel() {
  Workplace here;
  here.write("edges.conv", sobelText());
  std::filesystem::create_directory(here.path("out"));
  return here;
}

std::vector<std::string> outputs(const Workplace &here) {
  std::vector<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(here.path("out")))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace

TEST(CompileCommand, WritesTheLibraryTheHeaderThePackageAndTheDescription) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "out"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outputs(here),
              ElementsAre("edges.h", "edges.json", "edgesConfig.cmake", "libedges.a"));
  EXPECT_THAT(outcome.out, HasSubstr("wrote out/edges.h\n"));
  EXPECT_THAT(here.read("out/edges.h"), HasSubstr("edges_sobel_run("));
}

TEST(CompileCommand, TheSameInputGivesTheSameBytes) {
  Workplace here = withSobel();
  ASSERT_EQ(here.run({"compile", "edges.conv", "-o", "out", "-j", "2"}).code, 0);
  std::string library = here.read("out/libedges.a"), json = here.read("out/edges.json");
  ASSERT_EQ(here.run({"compile", "edges.conv", "-o", "out", "-j", "1"}).code, 0);
  EXPECT_TRUE(here.read("out/libedges.a") == library);
  EXPECT_EQ(here.read("out/edges.json"), json);
}

TEST(CompileCommand, SeveralTargetsGoIntoOneLibrary) {
  Workplace here = withSobel();
  Outcome outcome = here.run(
      {"compile", "edges.conv", "-o", "out", "--target", "x86-64-v2,x86-64-v3", "--name", "both"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(here.read("out/both.json"), HasSubstr("x86-64-v2"));
  EXPECT_THAT(here.read("out/both.json"), HasSubstr("x86-64-v3"));
  Outcome twice = here.run({"compile", "edges.conv", "-o", "out", "--target", "znver4,znver4"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("target 'znver4' is given twice"));
}

TEST(CompileCommand, EveryStageCanBeSeen) {
  Workplace here = withSobel();
  for (const char *stage : {"ast", "mlir", "plan", "halide", "asm", "llvm-ir"}) {
    Outcome outcome = here.run({"compile", "edges.conv", "-o", "out", "--emit", stage});
    EXPECT_EQ(outcome.code, 0) << stage << ": " << outcome.err;
    EXPECT_GT(outcome.out.size(), 100U) << stage;
  }
  EXPECT_THAT(here.run({"compile", "edges.conv", "--emit", "plan"}).out,
              HasSubstr("plan <algorithm = "));
  EXPECT_THAT(outputs(here), ElementsAre());
}

TEST(CompileCommand, ObjectsAreElfFiles) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "out", "--emit", "obj"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(outputs(here).size(), 1U);
  EXPECT_THAT(here.read("out/" + outputs(here)[0]), testing::StartsWith("\x7f"
                                                                        "ELF"));
}

TEST(CompileCommand, AnObjectDoesNotDependOnWhatWasCompiledBeforeIt) {
  Workplace here = withSobel();
  std::string other = "layer other(x: f32[1, 8, 8, 8]) { return relu(x) + 1; }\n";
  std::vector<std::string> command{"compile", "edges.conv", "-o",       "out",
                                   "--emit",  "obj",        "--target", "x86-64-v3"};
  ASSERT_EQ(here.run(command).code, 0);
  std::string name = outputs(here).at(0), alone = here.read("out/" + name);
  here.write("edges.conv", other + sobelText());
  ASSERT_EQ(here.run(command).code, 0);
  ASSERT_EQ(outputs(here).size(), 2U);
  EXPECT_TRUE(here.read("out/" + name) == alone) << "each kernel has a process of its own";
}

TEST(CompileCommand, ANameThatIsNoneIsRefusedForObjectsToo) {
  Workplace here = withSobel();
  for (const char *stage : {"obj", ""}) {
    Outcome outcome =
        here.run({"compile", "edges.conv", "-o", "out", "--name", "a-b", "--emit", stage});
    EXPECT_EQ(outcome.code, 1) << stage;
    EXPECT_THAT(outcome.err, HasSubstr("'a-b' cannot name a library")) << stage;
  }
}

TEST(CompileCommand, AFileWithoutALayerMakesNothingAndSaysSo) {
  Workplace here = withSobel();
  here.write("edges.conv", "const a = 1;\n");
  for (const char *stage : {"", "obj", "plan", "halide"}) {
    Outcome outcome = here.run({"compile", "edges.conv", "-o", "out", "--emit", stage});
    EXPECT_EQ(outcome.code, 1) << stage;
    EXPECT_THAT(outcome.err, HasSubstr("edges.conv: there is no layer to compile")) << stage;
  }
  EXPECT_THAT(outputs(here), ElementsAre());
  EXPECT_EQ(here.run({"bench", "edges.conv"}).code, 1);
  EXPECT_EQ(here.run({"inspect", "edges.conv"}).code, 1);
  EXPECT_EQ(here.run({"tune", "edges.conv", "--records", "r.jsonl"}).code, 1);
}

TEST(CompileCommand, WordsOfCNameFilesLayersAndArguments) {
  Workplace here;
  std::filesystem::create_directory(here.path("out"));
  for (const std::string name : {"case", "int", "class"}) {
    here.write(name + ".conv",
               "layer default(struct: f32[1, 1, 4, 4], _Bool: f32[1, 1, 4, 4]) -> (this: "
               "f32[1, 1, 4, 4]) { return struct + _Bool; }\n");
    Outcome outcome = here.run({"compile", name + ".conv", "-o", "out"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(here.read("out/" + name + ".h"),
                HasSubstr(name + "_default_run(const DLTensor *struct_"));
    for (const char *language : {"c", "c++"}) {
      std::string check =
          std::string("cc -Werror -fsyntax-only -I " CONVWRIGHT_SOURCE_DIR
                      "/runtime/include -I " CONVWRIGHT_BINARY_DIR "/runtime/include -x ") +
          language + " " + here.path("out/" + name + ".h");
      EXPECT_EQ(std::system(check.c_str()), 0) << check;
    }
    EXPECT_EQ(here.run({"inspect", name + ".conv"}).code, 0);
    EXPECT_EQ(here.run({"bench", name + ".conv", "--seconds", "0.1"}).code, 0);
  }
}

TEST(CompileCommand, UnknownStagesGetASuggestion) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "--emit", "hallide"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'halide'?"));
}

TEST(CompileCommand, ExplainSpeaksOfEveryAlgorithm) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "out", "--explain"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const std::string &name : convwright::schedules::algorithmNames())
    EXPECT_THAT(outcome.out, HasSubstr(name));
  EXPECT_THAT(outcome.out, HasSubstr("chosen"));
}

TEST(CompileCommand, TheChosenAlgorithmIsUsedOrRefusedWithTheReason) {
  Workplace here = withSobel();
  Outcome loops =
      here.run({"compile", "edges.conv", "-o", "out", "--algorithm", "loops", "--explain"});
  EXPECT_EQ(loops.code, 0) << loops.err;
  EXPECT_THAT(loops.out, HasSubstr("algorithm = loops"));
  EXPECT_THAT(loops.out, HasSubstr("source = user"));
  Outcome pointwise = here.run({"compile", "edges.conv", "-o", "out", "--algorithm", "pointwise"});
  EXPECT_EQ(pointwise.code, 1);
  EXPECT_THAT(pointwise.err, HasSubstr("pointwise"));
}

TEST(CompileCommand, TheFormThatIsAskedForIsUsedAndExplained) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "out", "--explain", "--form",
                              "fusion=none,intermediates=nchw"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("form: fusion = none, intermediates = nchw (asked for)"));
  EXPECT_THAT(outcome.out, HasSubstr("kernel sobel_3"));
  Outcome description = here.run({"inspect", "out/edges.json"});
  EXPECT_EQ(description.code, 0) << description.err;
  EXPECT_THAT(description.out, HasSubstr("form: fusion = none, intermediates = nchw\n"));
}

TEST(CompileCommand, AMissingDirectoryIsNamedAndNotMade) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "missing"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("missing"));
  EXPECT_FALSE(here.has("missing"));
}

TEST(CompileCommand, ErrorsInTheSourceWriteNothing) {
  Workplace here = withSobel();
  here.write("edges.conv", "layer l(x: f32[1, 1, 2, 2]) { return y; }\n");
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "out"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("edges.conv:1:"));
  EXPECT_THAT(outputs(here), ElementsAre());
}

TEST(CompileCommand, TheDepfileNamesWhatTheSourceLoads) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", CONVWRIGHT_SOURCE_DIR "/examples/resnet_stem/resnet.conv",
                              "-o", "out", "--target", "x86-64-v3", "--depfile", "out/resnet.d"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(here.read("out/resnet.d"), HasSubstr("resnet.safetensors"));
  EXPECT_THAT(here.read("out/resnet.d"), HasSubstr("resnet.conv"));
}

TEST(CompileCommand, ReplacesNoFileThatItReads) {
  Workplace here = withSobel();
  Outcome depfile = here.run({"compile", "edges.conv", "-o", "out", "--depfile", "edges.conv"});
  EXPECT_EQ(depfile.code, 1);
  EXPECT_THAT(depfile.err, HasSubstr("--depfile edges.conv would replace the file that is read; "
                                     "name another with --depfile"));
  here.write("edges.json", "");
  Outcome records = here.run({"compile", "edges.conv", "--records", "edges.json"});
  EXPECT_EQ(records.code, 1);
  EXPECT_THAT(records.err, HasSubstr("./edges.json would replace edges.json, the file that is "
                                     "read; name another with -o, or another library with"));
  EXPECT_EQ(here.read("edges.conv"), sobelText());
}

TEST(CompileCommand, TheDepfileReplacesNoLinkOrDevice) {
  Workplace here = withSobel();
  std::filesystem::create_symlink("out/far.d", here.path("e.d"));
  Outcome link = here.run({"compile", "edges.conv", "-o", "out", "--depfile", "e.d"});
  EXPECT_EQ(link.code, 0) << link.err;
  EXPECT_TRUE(std::filesystem::is_symlink(here.path("e.d")));
  EXPECT_THAT(here.read("out/far.d"), HasSubstr("edges.conv"));
  Outcome device = here.run({"compile", "edges.conv", "-o", "out", "--depfile", "/dev/null"});
  EXPECT_EQ(device.code, 1);
  EXPECT_THAT(device.err, HasSubstr("--depfile /dev/null is no regular file; name another"));
}

TEST(CompileCommand, ADepfileThatCannotBeWrittenIsSaidBeforeAnythingIsWritten) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"compile", "edges.conv", "-o", "out", "--depfile", "nowhere/e.d"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write nowhere/e.d: No such file or directory; "
                                     "name another with --depfile"));
  EXPECT_THAT(outputs(here), ElementsAre());
}

TEST(CompileCommand, AnInterruptLeavesNothingHalfWritten) {
  Workplace here = withSobel();
  std::string layers;
  for (int i = 0; i < 60; ++i)
    layers += "layer l" + std::to_string(i) + "(x: f32[1, 64, 56, " + std::to_string(40 + i) +
              "], weight w: f32[64, 64, 5, 5]) { return conv2d(x, w, padding = 2); }\n";
  here.write("many.conv", layers);
  Outcome outcome = here.runAndSignal({"compile", "many.conv", "-o", "out"}, SIGINT, hasChildren);
  EXPECT_EQ(outcome.signal, SIGINT) << outcome.code << outcome.err;
  EXPECT_THAT(outputs(here), ElementsAre());
}
