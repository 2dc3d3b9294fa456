//===- RunTest.cpp - convwright run ---------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Safetensors.h"
#include "schedules/Schedules.h"
#include "tests/tools/support/Command.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace convwright;
using namespace convwright::tests;
using compiler::Safetensors;
using compiler::SafetensorType;
using testing::HasSubstr;

namespace {

constexpr const char *denseText =
    "layer dense(x: f32[N, 6, 9, 7] nhwc, weight w: f32[10, 6, 3, 3], weight b: f32[10])\n"
    "    for N in 1..4 {\n"
    "  y = relu(conv2d(x, w, b, stride = [2, 1], padding = 1));\n"
    "  z = sigmoid(y) * 2;\n"
    "  return y, z;\n"
    "}\n";

struct Entry {
  std::string name;
  schedules::ElementType type;
  std::vector<int64_t> shape;
};

/// Writes tensors of fixed values in [0, 255] (u8) or [-1, 1).
void writeInputs(const std::string &path, const std::vector<Entry> &entries) {
  std::vector<std::vector<std::byte>> storage;
  std::vector<compiler::TensorView> views;
  for (const Entry &entry : entries) {
    int64_t count = 1;
    for (int64_t extent : entry.shape)
      count *= extent;
    std::vector<double> values;
    for (int64_t i = 0; i < count; ++i)
      values.push_back(entry.type == schedules::ElementType::U8 ? i * 73 % 256
                                                                : (i * 37 % 128 - 64) / 64.0);
    storage.push_back(compiler::toBytes(values, entry.type));
    views.push_back(
        {entry.name, compiler::safetensorType(entry.type), entry.shape, storage.back()});
  }
  ASSERT_TRUE(compiler::writeSafetensors(path, views));
}

Workplace withSobel(std::vector<int64_t> shape = {1, 1, 13, 21}) {
  Workplace here;
  here.write("edges.conv", sobelText());
  writeInputs(here.path("in.safetensors"), {{"frame", schedules::ElementType::U8, shape}});
  return here;
}

Workplace withDense() {
  Workplace here;
  here.write("dense.conv", denseText);
  writeInputs(here.path("in.safetensors"), {{"x", schedules::ElementType::F32, {2, 6, 9, 7}},
                                            {"w", schedules::ElementType::F32, {10, 6, 3, 3}},
                                            {"b", schedules::ElementType::F32, {10}}});
  return here;
}

/// What a run of the Sobel layer says with this in its environment.
Outcome runWith(const char *variable, const std::string &value) {
  Workplace here = withSobel();
  setenv(variable, value.c_str(), 1);
  Outcome outcome =
      here.run({"run", "edges.conv", "--in", "in.safetensors", "--out", "out.safetensors"});
  unsetenv(variable);
  return outcome;
}

std::vector<double> readTensor(const Workplace &here, const std::string &file,
                               const std::string &name) {
  auto tensors = Safetensors::read(here.path(file));
  if (!tensors || !tensors->find(name))
    return {};
  return compiler::toDoubles(*tensors->find(name));
}

double relativeError(const std::vector<double> &found, const std::vector<double> &expected) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    error += (found[i] - expected[i]) * (found[i] - expected[i]);
    norm += expected[i] * expected[i];
  }
  return std::sqrt(error / norm);
}

Outcome runSobel(const Workplace &here, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"run", "edges.conv", "--in", "in.safetensors", "--out", "out"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return here.run(arguments);
}

} // namespace

TEST(RunCommand, NonsenseInTheEnvironmentIsSaidOnce) {
  Outcome threads = runWith("CONVWRIGHT_THREADS", "abc");
  EXPECT_EQ(threads.code, 0);
  EXPECT_THAT(threads.err,
              testing::StartsWith("convwright: warning: CONVWRIGHT_THREADS is \"abc\", "
                                  "which is not a number from 1 to 1024"));
  EXPECT_EQ(std::ranges::count(threads.err, '\n'), 1) << threads.err;
  Outcome runtime = runWith("CONVWRIGHT_RUNTIME", "/nowhere/libconvwright_runtime.a");
  EXPECT_EQ(runtime.code, 1);
  EXPECT_THAT(runtime.err, HasSubstr("CONVWRIGHT_RUNTIME is \"/nowhere/libconvwright_runtime.a\", "
                                     "where no file is"));
  Outcome target = runWith("CONVWRIGHT_TARGET", "znver9");
  EXPECT_EQ(target.code, 1);
  EXPECT_THAT(target.err, HasSubstr("CONVWRIGHT_TARGET is \"znver9\""));
}

TEST(RunCommand, GeneratedCodeAndTheInterpreterAgreeOnBytes) {
  Workplace here = withSobel();
  Outcome outcome = runSobel(here, {"--layer", "sobel"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  std::string bytes = here.read("out");
  EXPECT_GT(readTensor(here, "out", "result").size(), 0U);
  ASSERT_EQ(runSobel(here, {"--target", "reference"}).code, 0);
  EXPECT_TRUE(here.read("out") == bytes);
}

TEST(RunCommand, EveryFormGivesTheSameBytes) {
  Workplace here = withSobel();
  ASSERT_EQ(runSobel(here, {"--target", "reference"}).code, 0);
  std::string bytes = here.read("out");
  for (const char *form : {"fusion = epilogue", "fusion = prologue", "fusion = none"}) {
    Outcome outcome = runSobel(here, {"--form", form});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(here.read("out") == bytes) << form;
  }
}

TEST(RunCommand, ReadsRecordsWithTheCompilersWarningsAndErrors) {
  Workplace here = withSobel();
  here.write("r.jsonl", "nonsense\n");
  Outcome broken = runSobel(here, {"--records", "r.jsonl"});
  EXPECT_EQ(broken.code, 0) << broken.err;
  EXPECT_THAT(broken.err, HasSubstr("r.jsonl:1: warning: line skipped: the line is not JSON"));
  Outcome none = runSobel(here, {"--records", "none.jsonl"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("cannot read the records file 'none.jsonl'"));
}

TEST(RunCommand, TakesWeightsAndGivesAllResultsByName) {
  Workplace here = withDense();
  std::vector<std::string> command{"run", "dense.conv", "--in", "in.safetensors", "--out", "ref"};
  std::vector<std::string> reference = command;
  reference.insert(reference.end(), {"--target", "reference"});
  Outcome outcome = here.run(reference);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  auto file = Safetensors::read(here.path("ref"));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->tensors().size(), 2U);
  command.back() = "out";
  for (const char *threads : {"1", "2"}) {
    command.insert(command.end(), {"--threads", threads});
    outcome = here.run(command);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    for (const compiler::TensorView &tensor : file->tensors()) {
      std::vector<double> expected = readTensor(here, "ref", tensor.name);
      ASSERT_EQ(expected.size(), 2U * 10 * 5 * 7);
      EXPECT_LT(relativeError(readTensor(here, "out", tensor.name), expected), 2e-6) << tensor.name;
    }
    command.resize(command.size() - 2);
  }
}

TEST(RunCommand, EveryAlgorithmThatTakesTheLayerGivesTheSame) {
  Workplace here = withDense();
  std::vector<std::string> command{"run", "dense.conv", "--in", "in.safetensors", "--out", "out"};
  ASSERT_EQ(here.run(command).code, 0);
  std::vector<double> expected = readTensor(here, "out", "y");
  int ran = 0;
  for (const std::string &name : schedules::algorithmNames()) {
    std::vector<std::string> chosen = command;
    chosen.insert(chosen.end(), {"--algorithm", name});
    Outcome outcome = here.run(chosen);
    if (outcome.code != 0) {
      EXPECT_EQ(outcome.code, 1) << outcome.err;
      EXPECT_THAT(outcome.err, HasSubstr(name));
      continue;
    }
    ++ran;
    EXPECT_LT(relativeError(readTensor(here, "out", "y"), expected), 4e-6) << name;
  }
  EXPECT_GE(ran, 2) << "direct and loops take a dense convolution";
}

TEST(RunCommand, MissingTensorsGetASuggestion) {
  Workplace here = withSobel();
  writeInputs(here.path("in.safetensors"), {{"frames", schedules::ElementType::U8, {1, 1, 8, 8}}});
  for (const char *target : {"host", "reference"}) {
    Outcome outcome = runSobel(here, {"--target", target});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err,
                HasSubstr("in.safetensors has no tensor 'frame', did you mean 'frames'?"));
    EXPECT_FALSE(here.has("out"));
  }
}

TEST(RunCommand, WrongTypesRanksAndSizesAreSaid) {
  Workplace here = withSobel();
  writeInputs(here.path("in.safetensors"), {{"frame", schedules::ElementType::F32, {1, 1, 8, 8}}});
  EXPECT_THAT(runSobel(here).err, HasSubstr("'frame' is F32, the layer takes U8"));
  writeInputs(here.path("in.safetensors"), {{"frame", schedules::ElementType::U8, {8, 8}}});
  EXPECT_THAT(runSobel(here).err,
              HasSubstr("'frame' has the shape [8, 8], the layer takes 4 dimensions"));
  for (std::vector<int64_t> shape : {std::vector<int64_t>{1, 1, 2, 8}, {1, 2, 8, 8}, {0, 1, 8, 8}})
    for (const char *target : {"host", "reference"}) {
      writeInputs(here.path("in.safetensors"), {{"frame", schedules::ElementType::U8, shape}});
      Outcome outcome = runSobel(here, {"--target", target});
      EXPECT_EQ(outcome.code, 1) << target << outcome.err;
      EXPECT_THAT(outcome.err, HasSubstr("error"));
      if (shape[2] == 2) {
        EXPECT_THAT(outcome.err, HasSubstr("in.safetensors: ")) << target;
        EXPECT_THAT(outcome.err, HasSubstr("'frame': ")) << target;
        EXPECT_THAT(outcome.err, HasSubstr("H = 2 is not in 3..4320")) << target;
      }
      EXPECT_FALSE(here.has("out"));
    }
}

TEST(RunCommand, ATruncatedFileIsAnError) {
  Workplace here = withSobel();
  std::string content = here.read("in.safetensors");
  here.write("in.safetensors", content.substr(0, content.size() - 5));
  Outcome outcome = runSobel(here);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("in.safetensors"));
}

TEST(RunCommand, TheLayerMustBeNamedWhenThereAreSeveral) {
  Workplace here = withSobel();
  here.write("edges.conv", sobelText() + "layer other(x: f32[1, 1, 2, 2]) { return x + 1; }\n");
  EXPECT_THAT(runSobel(here).err, HasSubstr("say which by --layer: sobel, other"));
  EXPECT_EQ(runSobel(here, {"--layer", "sobel"}).code, 0);
  Outcome unknown = runSobel(here, {"--layer", "sobe"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'sobel'?"));
}

TEST(RunCommand, AnOutputThatCannotBeWrittenIsAnError) {
  Workplace here = withSobel();
  Outcome outcome = here.run({"run", "edges.conv", "--in", "in.safetensors", "--out", "no/where"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("no/where"));
}

TEST(RunCommand, ATargetOfAnotherMachineIsRefusedWithWhatToDo) {
  auto targets = schedules::allTargets();
  auto foreign = std::ranges::find_if(
      targets, [](const auto &target) { return !target.isGpu() && !schedules::runsHere(target); });
  ASSERT_NE(foreign, targets.end());
  Workplace here = withSobel();
  Outcome outcome = runSobel(here, {"--target", foreign->name});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "convwright: error: this machine cannot run code for " + foreign->name +
                             "; 'convwright compile --target " + foreign->name +
                             "' makes a library for machines that can, --target host runs here, "
                             "and --target reference everywhere\n");
}

TEST(RunCommand, ReplacesNoFileThatItReads) {
  Workplace here = withSobel();
  std::filesystem::create_symlink("in.safetensors", here.path("link"));
  std::filesystem::create_hard_link(here.path("in.safetensors"), here.path("twin"));
  std::string before = here.read("in.safetensors");
  auto refusal = [&](const char *out) {
    Outcome outcome = here.run({"run", "edges.conv", "--in", "in.safetensors", "--out", out});
    EXPECT_EQ(outcome.code, 1) << out;
    return outcome.err;
  };
  EXPECT_EQ(refusal("edges.conv"), "convwright: error: --out edges.conv would replace the .conv "
                                   "file; name another with --out\n");
  for (const char *out : {"./in.safetensors", "link", "twin"})
    EXPECT_EQ(refusal(out), "convwright: error: --out " + std::string(out) +
                                " would replace in.safetensors, the tensors of --in; name another "
                                "with --out\n");
  EXPECT_EQ(here.read("edges.conv"), sobelText());
  EXPECT_EQ(here.read("in.safetensors"), before);
}

TEST(RunCommand, ReplacesNoConstantsOrRecords) {
  Workplace here = withSobel();
  writeInputs(here.path("c.safetensors"), {{"k", schedules::ElementType::F32, {1, 1, 3, 3}}});
  here.write("c.conv", "const k = load(\"c.safetensors\", \"k\");\n"
                       "layer l(frame: u8[1, 1, 13, 21]) { return conv2d(f32(frame), k); }\n");
  here.write("r.jsonl", "");
  auto refusal = [&](const char *out) {
    Outcome outcome = here.run({"run", "c.conv", "--in", "in.safetensors", "--records", "r.jsonl",
                                "--out", out, "--threads", "1"});
    EXPECT_EQ(outcome.code, 1) << out;
    return outcome.err;
  };
  EXPECT_THAT(refusal("c.safetensors"), HasSubstr("which the .conv file loads; name another"));
  EXPECT_THAT(refusal("r.jsonl"), HasSubstr("the records of --records; name another with"));
}

TEST(RunCommand, WritesThroughALink) {
  Workplace here = withSobel();
  std::filesystem::create_directory(here.path("far"));
  for (const char *place : {"old", "new"})
    std::filesystem::create_symlink(std::string("far/") + place, here.path(place));
  here.write("far/old", "x");
  for (const char *place : {"old", "new"}) {
    Outcome outcome = here.run(
        {"run", "edges.conv", "--in", "in.safetensors", "--out", place, "--target", "reference"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(std::filesystem::is_symlink(here.path(place)));
    EXPECT_FALSE(readTensor(here, std::string("far/") + place, "result").empty());
  }
}

TEST(RunCommand, WritesIntoAFifo) {
  Workplace here = withSobel();
  ASSERT_EQ(mkfifo(here.path("fifo").c_str(), 0600), 0);
  int file = open(here.path("fifo").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  Outcome outcome = here.run(
      {"run", "edges.conv", "--in", "in.safetensors", "--out", "fifo", "--target", "reference"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(std::filesystem::is_fifo(here.path("fifo")));
  std::string written(4096, '\0');
  EXPECT_GT(read(file, written.data(), written.size()), 13 * 21);
  close(file);
}

TEST(RunCommand, TakesANumberFromATensorWithoutDimensions) {
  Workplace here;
  here.write("scale.conv", "layer scale(x: f32[2, 3], amount: f32, weight once: f32) {\n"
                           "  return x * amount + once;\n}\n");
  writeInputs(here.path("in.safetensors"), {{"x", schedules::ElementType::F32, {2, 3}},
                                            {"amount", schedules::ElementType::F32, {}},
                                            {"once", schedules::ElementType::F32, {}}});
  Outcome outcome =
      here.run({"run", "scale.conv", "--in", "in.safetensors", "--out", "out.safetensors"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  std::vector<double> result = readTensor(here, "out.safetensors", "result");
  ASSERT_EQ(result.size(), 6U);
  for (int i = 0; i < 6; ++i) // amount and once are -1
    EXPECT_EQ(result[static_cast<size_t>(i)], -(i * 37 % 128 - 64) / 64.0 - 1);

  writeInputs(here.path("in.safetensors"), {{"x", schedules::ElementType::F32, {2, 3}},
                                            {"amount", schedules::ElementType::F32, {1}},
                                            {"once", schedules::ElementType::F32, {}}});
  outcome = here.run({"run", "scale.conv", "--in", "in.safetensors", "--out", "out.safetensors"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err,
              HasSubstr("tensor 'amount' has the shape [1], the layer takes one number, "
                        "of the shape []"));
}

TEST(RunCommand, PartsOfATensorAreRightOnADevice) {
  Workplace here;
  // Parts are written by convolutions and by a copy, read one by one and as a whole.
  here.write("block.conv",
             "layer block(x: f32[1, 6, 9, 7] nhwc, weight w: f32[5, 6, 3, 3], weight v: f32[4, "
             "11, 3, 3]) {\n"
             "  a = conv2d(x, w, padding = 1);\n"
             "  both = concat(x, a, dim = 1);\n"
             "  c = conv2d(relu(both), v, padding = 1);\n"
             "  return concat(both, c, a * 2, dim = 1);\n"
             "}\n");
  writeInputs(here.path("in"), {{"x", schedules::ElementType::F32, {1, 6, 9, 7}},
                                {"w", schedules::ElementType::F32, {5, 6, 3, 3}},
                                {"v", schedules::ElementType::F32, {4, 11, 3, 3}}});
  std::vector<std::vector<double>> results;
  for (const char *target : {"opencl", "reference"}) {
    Outcome outcome =
        here.run({"run", "block.conv", "--in", "in", "--out", "out", "--target", target});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    results.push_back(readTensor(here, "out", "result"));
  }
  ASSERT_EQ(results[1].size(), 20U * 9 * 7);
  EXPECT_LE(relativeError(results[0], results[1]), 2e-6);
}
