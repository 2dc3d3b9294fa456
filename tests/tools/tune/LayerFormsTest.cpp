//===- LayerFormsTest.cpp - a layer's forms: right, timed, recorded, taken --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/LayerForms.h"
#include "schedules/tuning/records/RecordFile.h"
#include "tests/tools/support/Command.h"
#include "tools/bench/LayerCheck.h"
#include "tools/bench/LayerRun.h"
#include "tools/tune/RecordedForms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>

namespace convwright::tools {
namespace {

using compiler::Fusion;
using compiler::Intermediates;
using compiler::LayerForm;
using schedules::LayerRecord;
using schedules::Verdict;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *executable = "/proc/self/exe";

/// Two dense convolutions with symbolic sizes; depthwise ones that meet, from bytes to bytes, with
/// a value that is returned on its way; a residual block in nhwc.
constexpr const char *text = R"(
layer net(x: f32[N, 6, H, 9], weight v: f32[16, 6, 3, 3], weight c: f32[16], weight w: f32[8, 16, 3, 3])
    for N in 1..2 like 2, H in 5..40 like 13 {
  return relu(conv2d(sigmoid(conv2d(x, v, c, padding = 1)), w, stride = 2, padding = 1));
}
layer edges(x: u8[1, 4, 17, 19], weight u: f32[4, 1, 3, 3], weight v: f32[4, 1, 3, 3],
            weight w: f32[5, 4, 1, 1]) -> (strength: u8[1, 4, 17, 19], mixed: f32[1, 5, 17, 19]) {
  y = conv2d(f32(x), u, padding = 1, padding_mode = replicate, groups = 4);
  z = conv2d(f32(x), v, padding = 1, padding_mode = replicate, groups = 4);
  s = sqrt(y * y + z * z);
  return u8(s), conv2d(s, w);
}
layer residual(x: f32[1, 8, 11, 7] nhwc, weight v: f32[8, 8, 3, 3], weight w: f32[8, 8, 1, 1]) {
  y = conv2d(relu(conv2d(x, v, padding = same)), w);
  return relu(y + x);
}
layer bare(x: f32[1, 4, 9, 9], weight w: f32[4, 4, 3, 3]) { return conv2d(x, w); }
)";

class LayerFormsTest : public ::testing::Test {
protected:
  LayerFormsTest() {
    opened = driver.openText(text, "test.conv", ".");
    // A few quick samples: what they say does not matter here.
    options.timing = {.rounds = 3, .samplesPerRound = 1, .cleanSamples = 1, .budgetSeconds = 1};
    options.executable = executable;
    options.session = "s";
  }
  void SetUp() override { ASSERT_TRUE(opened) << messages.str(); }

  void expectRight(const std::string &layer, const LayerForm &form) {
    SCOPED_TRACE(layer + ": " + print(form));
    compiler::PlanOverrides overrides;
    overrides.form = form;
    auto program = driver.compile(target, overrides, layer);
    ASSERT_TRUE(program) << messages.str();
    compiler::EmitOptions emission;
    emission.name = "test";
    auto layers = Layers::build({*program}, emission, executable);
    ASSERT_TRUE(layers) << layers.error().message;
    bench::RowResult result = bench::startResult(program->layers[0], target.name, {});
    bench::checkLayer(program->layers[0], *layers, 1, bench::interpretWith(driver), result);
    EXPECT_TRUE(result.verified) << result.problem;
    EXPECT_GT(result.checkedOutputs, 0);
  }

  std::ostringstream messages;
  compiler::Driver driver{messages};
  bool opened = false;
  schedules::Target target = *schedules::findTarget("host");
  FormOptions options;
};

TEST_F(LayerFormsTest, CompiledCodeIsRightInEveryForm) {
  std::vector<LayerForm> forms = driver.distinctForms("net");
  EXPECT_EQ(forms.size(), 6u);
  for (const LayerForm &form : forms)
    expectRight("net", form);
}

// Those that differ most from the default: each form is some seconds of compiling.
TEST_F(LayerFormsTest, CompiledCodeIsRightWhereConvolutionsMeet) {
  expectRight("edges", {Fusion::Prologue, Intermediates::Nhwc});
  expectRight("edges", {Fusion::None, Intermediates::Nhwc});
}

TEST_F(LayerFormsTest, CompiledCodeIsRightWhereAnArgumentIsReadTwice) {
  expectRight("residual", {Fusion::Prologue, Intermediates::Nchw});
  expectRight("residual", {Fusion::None, Intermediates::Nchw});
}

TEST_F(LayerFormsTest, TargetsOfOneLibraryMayHaveDifferentForms) {
  // The last one is what runs here; it has more intermediates than the first.
  auto first = driver.compile(*schedules::findTarget("x86-64-v2"), {}, "net");
  compiler::PlanOverrides overrides;
  overrides.form = LayerForm{Fusion::None, Intermediates::Nhwc};
  auto last = driver.compile(target, overrides, "net");
  ASSERT_TRUE(first && last) << messages.str();
  compiler::EmitOptions emission;
  emission.name = "test";
  for (bool swapped : {false, true}) {
    auto layers = swapped ? Layers::build({*last, *first}, emission, executable)
                          : Layers::build({*first, *last}, emission, executable);
    ASSERT_TRUE(layers) << layers.error().message;
    bench::RowResult result = bench::startResult(last->layers[0], target.name, {});
    bench::checkLayer(last->layers[0], *layers, 1, bench::interpretWith(driver), result);
    EXPECT_TRUE(result.verified) << result.problem;
  }
}

TEST_F(LayerFormsTest, EveryDistinctFormIsTimedOnceAndRecorded) {
  size_t reports = 0;
  options.progress = [&](size_t done, size_t total, const std::string &) {
    EXPECT_LT(done, total);
    ++reports;
  };
  auto records = compareForms(driver, "net", target, options);
  ASSERT_TRUE(records) << records.error().message;
  std::vector<LayerForm> forms = driver.distinctForms("net");
  ASSERT_EQ(records->size(), forms.size());
  EXPECT_GE(reports, forms.size());
  for (size_t i = 0; i < forms.size(); ++i) {
    const LayerRecord &record = (*records)[i];
    SCOPED_TRACE(print(forms[i]));
    EXPECT_EQ(*formOf(record), forms[i]);
    EXPECT_EQ(record.layer, driver.identity("net")->text);
    EXPECT_TRUE(record.outcome.timed()) << record.outcome.reason;
    EXPECT_GT(record.outcome.ms, 0);
    EXPECT_FALSE(record.outcome.samples.empty());
    EXPECT_LE(record.outcome.relativeError, record.outcome.allowedError);
    EXPECT_LE(record.outcome.ratioLow, record.outcome.ratioHigh);
    auto read = schedules::layerRecordFromLine(toLine(record));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(toLine(*read), toLine(record));
  }
  const LayerRecord &standard = records->front();
  EXPECT_EQ(standard.outcome.ratio, 1);
  EXPECT_FALSE(standard.outcome.better);
  EXPECT_EQ(standard.kernels.size(), 2u);
  EXPECT_EQ(records->back().kernels.size(), 4u);
}

TEST_F(LayerFormsTest, ALayerWithOneFormNeedsNoComparison) {
  auto records = compareForms(driver, "bare", target, options);
  ASSERT_TRUE(records) << records.error().message;
  EXPECT_TRUE(records->empty());
}

TEST_F(LayerFormsTest, ALayerThatIsNotThereIsAnError) {
  auto records = compareForms(driver, "bear", target, options);
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().message, "there is no layer 'bear' to compare the forms of");
}

TEST_F(LayerFormsTest, CancellingEndsTheComparison) {
  std::atomic<bool> cancelled = true;
  options.cancelled = &cancelled;
  auto records = compareForms(driver, "net", target, options);
  ASSERT_FALSE(records);
  EXPECT_THAT(records.error().message, HasSubstr("cancelled"));
}

//===----------------------------------------------------------------------===//
// Records → compiler
//===----------------------------------------------------------------------===//

class RecordedFormsTest : public LayerFormsTest {
protected:
  /// The records of a session in which that form was the best.
  std::vector<LayerRecord> recordsFor(const std::string &layer, const LayerForm &form) {
    LayerRecord standard;
    standard.key = driver.identity(layer)->key;
    standard.layer = driver.identity(layer)->text;
    standard.name = layer;
    standard.target = target.name;
    standard.form = {{"fusion", "full"}, {"intermediates", "declared"}};
    standard.outcome.verdict = Verdict::Ok;
    standard.outcome.ms = 2;
    standard.outcome.ratio = standard.outcome.ratioLow = standard.outcome.ratioHigh = 1;
    LayerRecord better = standard;
    better.form = {{"fusion", std::string(spell(form.fusion))},
                   {"intermediates", std::string(spell(form.intermediates))}};
    better.outcome.ratio = 1.25;
    better.outcome.ratioLow = 1.2;
    better.outcome.ratioHigh = 1.3;
    better.outcome.better = true;
    return {standard, better};
  }

  compiler::TargetProgram compile(const std::vector<LayerRecord> &records,
                                  compiler::PlanOverrides overrides = {}) {
    schedules::RecordSet set;
    set.layers = records;
    overrides.formAdvisor =
        adviseFormsFrom(std::make_shared<schedules::RecordIndex>(std::move(set)), nullptr, 1);
    auto program = driver.compile(target, overrides);
    EXPECT_TRUE(program) << messages.str();
    return *program;
  }
};

constexpr LayerForm separate{Fusion::None, Intermediates::Nhwc};

TEST_F(RecordedFormsTest, TheCompilerTakesTheFormThatRecordsSayIsBetter) {
  std::vector<LayerRecord> records = recordsFor("net", separate);
  compiler::TargetProgram program = compile(records);
  EXPECT_EQ(program.layers[0].form, separate);
  EXPECT_EQ(program.layers[0].steps.size(), 4u);
  EXPECT_EQ(program.layers[1].form, LayerForm()) << "records of one layer say nothing of another";
  EXPECT_THAT(driver.explain(program),
              HasSubstr("form: fusion = none, intermediates = nhwc (record: "
                        "measured 2 ms, 1.25 x the default form"));
}

TEST_F(RecordedFormsTest, AUsersFormGoesBeforeRecords) {
  std::vector<LayerRecord> records = recordsFor("net", separate);
  compiler::PlanOverrides overrides;
  overrides.form = LayerForm{Fusion::Prologue, Intermediates::Declared};
  compiler::TargetProgram program = compile(records, overrides);
  EXPECT_EQ(program.layers[0].form, *overrides.form);
  EXPECT_THAT(driver.explain(program), Not(HasSubstr("record:")));
}

TEST_F(RecordedFormsTest, AFormThatThisVersionDoesNotKnowIsPassedOver) {
  std::vector<LayerRecord> records = recordsFor("net", separate);
  records[1].form["fusion"] = "everything";
  compiler::TargetProgram program = compile(records);
  EXPECT_EQ(program.layers[0].form, LayerForm());
  EXPECT_THAT(driver.explain(program), HasSubstr("record passed over: fusion 'everything'"));
}

TEST_F(RecordedFormsTest, RecordsOfAnotherTargetAreNotTaken) {
  std::vector<LayerRecord> records = recordsFor("net", separate);
  for (LayerRecord &record : records)
    record.target = "armv8-a";
  EXPECT_EQ(compile(records).layers[0].form, LayerForm());
}

TEST_F(RecordedFormsTest, WhoAsksForAnAlgorithmIsNotAdvisedOnForms) {
  std::vector<LayerRecord> records = recordsFor("net", separate);
  compiler::PlanOverrides overrides;
  overrides.algorithm = "loops";
  EXPECT_EQ(compile(records, overrides).layers[0].form, LayerForm());
}

TEST_F(RecordedFormsTest, TheCommandTakesFormsFromFilesOfRecordsAndLooksAfterThem) {
  tests::Workplace here;
  constexpr const char *one =
      "layer net(x: f32[1, 1, 8, 8], weight v: f32[2, 1, 1, 1]) { return relu(conv2d(x, v)); }\n";
  here.write("net.conv", one);
  compiler::Driver other(messages);
  ASSERT_TRUE(other.openText(one, "net.conv", ".")) << messages.str();
  auto writer = schedules::RecordWriter::open(here.path("r.jsonl"));
  ASSERT_TRUE(writer) << writer.error().message;
  for (LayerRecord record : recordsFor("net", separate)) {
    record.layer = other.identity("net")->text;
    ASSERT_TRUE(writer->append(record));
  }
  tests::Outcome outcome =
      here.run({"compile", "net.conv", "-o", ".", "--records", "r.jsonl", "--explain"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("form: fusion = none, intermediates = nhwc (record: "));
  EXPECT_THAT(here.read("net.json"), HasSubstr("r.jsonl")) << "the description names what was used";
  for (const char *verb : {"show", "best"}) {
    outcome = here.run({"records", verb, "r.jsonl"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("fusion = none, intermediates = nhwc")) << verb;
  }
  outcome = here.run({"records", "export", "r.jsonl", "--csv"});
  EXPECT_THAT(outcome.out, HasSubstr(",\"fusion = none, intermediates = nhwc\","));
  EXPECT_EQ(here.run({"records", "merge", "merged.jsonl", "r.jsonl", "r.jsonl"}).code, 0);
  EXPECT_EQ(here.run({"records", "prune", "merged.jsonl", "-o", "pruned.jsonl"}).code, 0);
  EXPECT_EQ(here.run({"records", "export", "pruned.jsonl", "--tuned", "-o", "tuned.jsonl"}).code,
            0);
  auto kept = schedules::readRecords({here.path("tuned.jsonl")});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->layers.size(), 2u);
  EXPECT_TRUE(kept->broken.empty());
}

} // namespace
} // namespace convwright::tools
