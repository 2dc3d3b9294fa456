//===- LibraryTest.cpp - static libraries, and programs that link them ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/Emit/EmitTestSupport.h"
#include "tests/compiler/Emit/Programs.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace convwright::compiler::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

EmitOptions optionsFor(const TemporaryDirectory &directory) {
  EmitOptions options;
  options.name = "sample";
  options.directory = directory.str();
  return options;
}

std::string errorOf(const std::vector<TargetProgram> &programs, const EmitOptions &options) {
  schedules::Result<std::vector<std::string>> files = emitLibrary(programs, options);
  return files ? "" : files.error().message;
}

TEST(EmitLibrary, SameInputGivesTheSameBytes) {
  TemporaryDirectory first, second;
  EmitOptions options = optionsFor(first);
  ASSERT_EQ(errorOf({sampleProgram("x86-64-v3")}, options), "");
  options.directory = second.str();
  options.jobs = 1;
  ASSERT_EQ(errorOf({sampleProgram("x86-64-v3")}, options), "");
  std::map<std::string, std::string> one = first.contents(), other = second.contents();
  EXPECT_EQ(one.size(), 4u);
  for (const auto &[name, content] : one)
    EXPECT_TRUE(content == other[name]) << name << " differs";
}

TEST(EmitLibrary, ProgressCountsEveryKernel) {
  TemporaryDirectory directory;
  EmitOptions options = optionsFor(directory);
  std::vector<size_t> done;
  options.progress = [&](const EmitProgress &progress) {
    done.push_back(progress.done);
    EXPECT_EQ(progress.total, 4u);
    EXPECT_THAT(progress.what, HasSubstr(" for x86-64-v3"));
  };
  ASSERT_EQ(errorOf({sampleProgram("x86-64-v3")}, options), "");
  EXPECT_THAT(done, ::testing::ElementsAre(1, 2, 3, 4));
}

TEST(EmitLibrary, InterruptionWritesNothing) {
  TemporaryDirectory directory;
  EmitOptions options = optionsFor(directory);
  std::atomic<bool> cancelled{false};
  options.cancelled = &cancelled;
  options.progress = [&](const EmitProgress &) { cancelled = true; };
  EXPECT_EQ(errorOf({sampleProgram("x86-64-v3")}, options), "interrupted: nothing was written");
  EXPECT_TRUE(directory.contents().empty());
}

TEST(EmitLibrary, MissingDirectoryIsReportedBeforeCompiling) {
  TemporaryDirectory directory;
  EmitOptions options = optionsFor(directory);
  options.directory = directory.at("missing");
  options.progress = [](const EmitProgress &) { ADD_FAILURE() << "compiled all the same"; };
  EXPECT_THAT(errorOf({sampleProgram("x86-64-v3")}, options), HasSubstr("create the directory"));
}

TEST(EmitLibrary, KernelThatCannotBeCompiledIsNamed) {
  TemporaryDirectory directory;
  TargetProgram program = sampleProgram("x86-64-v3");
  program.layers[0].steps[0].choice.plan.algorithm = "no_such_algorithm";
  EXPECT_THAT(errorOf({program}, optionsFor(directory)),
              HasSubstr("layer conv, target x86-64-v3, algorithm no_such_algorithm: "));
  EXPECT_TRUE(directory.contents().empty());
}

TEST(EmitLibrary, TargetsThatCannotMeetAreRefused) {
  TemporaryDirectory directory;
  EmitOptions options = optionsFor(directory);
  TargetProgram x86 = sampleProgram("x86-64-v3"), arm = sampleProgram("armv8-a");
  EXPECT_THAT(errorOf({x86, arm}, options), HasSubstr("of different architectures (x86_64 and"));
  EXPECT_THAT(errorOf({x86, x86}, options), HasSubstr("target x86-64-v3 is given twice"));
  EXPECT_THAT(errorOf({}, options), HasSubstr("no target given"));
}

TEST(EmitLibrary, NamesThatCannotPrefixSymbolsAreRefused) {
  TemporaryDirectory directory;
  EmitOptions options = optionsFor(directory);
  options.name = "my lib";
  EXPECT_THAT(errorOf({sampleProgram("x86-64-v3")}, options),
              HasSubstr("'my lib' cannot name a library"));
}

TEST(EmitLibrary, SymbolWithoutAnArgumentIsRefused) {
  TemporaryDirectory directory;
  TargetProgram program = sampleProgram("x86-64-v3");
  program.layers[1].symbols.push_back({"Z", 1, 2, 1, 1});
  EXPECT_THAT(errorOf({program}, optionsFor(directory)),
              HasSubstr("layer twice: no argument has Z as a dimension"));
}

TEST(EmitLibrary, FileWithoutLayersIsRefused) {
  TemporaryDirectory directory;
  TargetProgram program = sampleProgram("x86-64-v3");
  program.layers.clear();
  EXPECT_THAT(errorOf({program}, optionsFor(directory)), HasSubstr("the file has no layer"));
}

TEST(EmitLibrary, DepfileListsWhatWasRead) {
  TemporaryDirectory directory;
  EmitOptions options = optionsFor(directory);
  options.dependencies = {"a.conv", "with space.safetensors"};
  options.depfile = directory.at("sample.d");
  ASSERT_EQ(errorOf({sampleProgram("x86-64-v3")}, options), "");
  std::string text = TemporaryDirectory::read(options.depfile);
  EXPECT_THAT(text, HasSubstr(directory.at("libsample.a")));
  EXPECT_THAT(text, HasSubstr(": \\\n  a.conv \\\n  with\\ space.safetensors\n"));
}

/// A library for three levels of x86-64, for tests that read it and link it.
class Library : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    directory = std::make_unique<TemporaryDirectory>();
    std::vector<TargetProgram> programs;
    for (const char *level : {"x86-64-v2", "x86-64-v4", "x86-64-v3"})
      programs.push_back(sampleProgram(level));
    EmitOptions options = optionsFor(*directory);
    options.records = {"measured.jsonl"};
    ASSERT_EQ(errorOf(programs, options), "");
  }
  static void TearDownTestSuite() { directory.reset(); }

  static std::string shellOutput(const std::string &command) {
    std::string output;
    EXPECT_EQ(shell(command, output), 0) << command << "\n" << output;
    return output;
  }
  /// Compiles and links a program of tests/compiler/Emit/programs with the library.
  static std::string link(const std::string &source, const std::string &more = "") {
    std::string program = directory->at(source + ".program");
    shellOutput(
        "clang-22 -std=c11 -Wall -Wextra -Werror -pedantic -I" + directory->str() + " " + includes +
        " " + more + " " + programs + source + " " + directory->at("libsample.a") +
        " " CONVWRIGHT_BINARY_DIR "/lib/libconvwright_runtime.a -pthread -ldl -lm -o " + program);
    return program;
  }

  static std::unique_ptr<TemporaryDirectory> directory;
  static const std::string includes, programs;
};

std::unique_ptr<TemporaryDirectory> Library::directory;
const std::string Library::programs = CONVWRIGHT_SOURCE_DIR "/tests/compiler/Emit/programs/";
const std::string Library::includes =
    "-I" CONVWRIGHT_SOURCE_DIR "/runtime/include -I" CONVWRIGHT_BINARY_DIR "/runtime/include";

TEST_F(Library, HeaderIsCAndCxx) {
  std::string header = directory->at("sample.h");
  for (const char *language : {"c -std=c99", "c -std=c23", "c++ -std=c++11", "c++ -std=c++23"})
    shellOutput("clang-22 -fsyntax-only -Wall -Wextra -Werror "
                "-Wno-pragma-once-outside-header -pedantic " +
                includes + " -x " + language + " " + header);
}

TEST_F(Library, HeaderDeclaresAndExplains) {
  std::string header = directory->contents()["sample.h"];
  for (const char *text :
       {"size_t sample_conv_workspace_bytes(const int64_t sizes[/* H, W */]);",
        "size_t sample_conv_packed_bytes(void);",
        "int sample_conv_pack(const DLTensor *w, const DLTensor *b, void *packed);",
        "int sample_conv_run(const void *packed, const DLTensor *x, DLTensor *result, const "
        "cw_options *options);",
        "int sample_twice_run(const DLTensor *x, DLTensor *result, const cw_options *options);",
        "size_t sample_known_workspace_bytes(const int64_t *sizes);",
        "const char *sample_description(void);", "f32[1, 5, H, W], nhwc", "f32[1, 3, 4, 4], nchw",
        "H in 1..64, fastest at 4", "W in 2..64 in steps of 2, fastest at 6",
        "A layer made by hand."})
    EXPECT_THAT(header, HasSubstr(text));
  EXPECT_THAT(header, Not(HasSubstr("sample_known_pack")));
}

TEST_F(Library, JsonDescribesLayersAndTargetsBestFirst) {
  nlohmann::json json = nlohmann::json::parse(directory->contents()["sample.json"]);
  EXPECT_EQ(json["library"], "sample");
  EXPECT_EQ(json["targets"], (std::vector<std::string>{"x86-64-v4", "x86-64-v3", "x86-64-v2"}));
  EXPECT_EQ(json["records"], std::vector<std::string>{"measured.jsonl"});
  const nlohmann::json &conv = json["layers"][0];
  EXPECT_EQ(conv["name"], "conv");
  EXPECT_EQ(conv["arguments"][0]["shape"].dump(), R"([1,5,"H","W"])");
  EXPECT_EQ(conv["arguments"][0]["layout"], "nhwc");
  EXPECT_EQ(conv["weights"][0]["name"], "w");
  EXPECT_EQ(conv["weights"][0]["layout"], "row-major") << "a filter has no layout of images";
  EXPECT_EQ(conv["symbols"][0]["hi"], 4096);
  const nlohmann::json &target = conv["targets"][0];
  EXPECT_EQ(target["target"], "x86-64-v4");
  EXPECT_GT(target["workspace_bytes"], 0);
  EXPECT_GE(target["packed_bytes"], 7 * 5 * 9 * 4);
  EXPECT_TRUE(target["kernels"][0]["plan"]["algorithm"].is_string());
  EXPECT_FALSE(json["layers"][1]["targets"][0].contains("packed_bytes"));
}

TEST_F(Library, DefinesItsEntriesAndNeedsOnlyTheRuntime) {
  std::istringstream symbols(shellOutput("llvm-nm-22 --quiet " + directory->at("libsample.a")));
  for (std::string line; std::getline(symbols, line);) {
    std::istringstream words(line.size() > 16 ? line.substr(16) : "");
    std::string kind, name;
    if (!(words >> kind >> name))
      continue;
    if (kind == "U")
      EXPECT_THAT(name, ::testing::AnyOf(::testing::StartsWith("cwrt_"),
                                         ::testing::StartsWith("cwk_sample_"), "memcpy", "memset"));
    else if (std::isupper(static_cast<unsigned char>(kind[0])))
      EXPECT_THAT(name, ::testing::AnyOf(::testing::StartsWith("sample_"),
                                         ::testing::StartsWith("cwk_sample_")));
  }
}

TEST_F(Library, LinksIntoCAndChoosesTheTargetThatIsAskedFor) {
  std::string program = link("call_sample.c");
  for (std::string target : {"x86-64-v2", "x86-64-v3"})
    EXPECT_EQ(shellOutput("CONVWRIGHT_TARGET=" + target + " " + program), target + "\n");
}

TEST_F(Library, UnknownTargetInTheEnvironmentIsAnError) {
  std::string program = link("call_sample.c"), output;
  EXPECT_NE(shell("CONVWRIGHT_TARGET=z80 " + program, output), 0);
  EXPECT_THAT(output, HasSubstr("CONVWRIGHT_TARGET is \"z80\", but sample_conv was compiled for "
                                "x86-64-v4, x86-64-v3, x86-64-v2"));
}

TEST_F(Library, EmulatedMachinesGetTheBestTheyHave) {
  std::string program = link("call_sample.c"), output;
  if (shell("command -v qemu-x86_64", output) != 0)
    GTEST_SKIP() << "needs qemu-x86_64 (Debian: qemu-user)";
  EXPECT_EQ(shellOutput("qemu-x86_64 -cpu Nehalem " + program + " 2>/dev/null"), "x86-64-v2\n");
  EXPECT_EQ(shellOutput("qemu-x86_64 -cpu Haswell " + program + " 2>/dev/null"), "x86-64-v3\n");
  EXPECT_NE(shell("qemu-x86_64 -cpu core2duo " + program, output), 0);
  EXPECT_THAT(output, HasSubstr("target x86-64-v2 needs a CPU with SSE4.2"));
}

TEST_F(Library, LivesBesideAnotherHalideRuntime) {
  // The application's own halide_malloc and halide_do_par_for abort when called.
  std::string program = link("call_sample.c", programs + "other_halide.c");
  EXPECT_EQ(shellOutput("CONVWRIGHT_TARGET=x86-64-v2 " + program), "x86-64-v2\n");
}

} // namespace
} // namespace convwright::compiler::testing
