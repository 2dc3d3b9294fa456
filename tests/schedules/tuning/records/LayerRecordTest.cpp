//===- LayerRecordTest.cpp - records of layers in their forms --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Export.h"
#include "schedules/tuning/records/LayerUpkeep.h"
#include "schedules/tuning/records/Upkeep.h"
#include "tests/schedules/tuning/records/SampleRecords.h"

#include <cstdio>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <sstream>

namespace convwright::schedules {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char *layerText = "func.func @layer(%arg0: tensor<1x1x3x3xf32>)";

LayerRecord sample(const std::string &fusion = "full", double ratio = 1) {
  LayerRecord record;
  record.key = "0123456789abcdef";
  record.layer = layerText;
  record.name = "block";
  record.target = "x86-64-v3";
  record.hardware = thisOrigin().hardware;
  record.hardware["cores"] = {1};
  record.convwrightVersion = thisOrigin().convwright;
  record.halideVersion = thisOrigin().halide;
  record.form = {{"fusion", fusion}, {"intermediates", "declared"}};
  record.kernels = {{"00112233aabbccdd", testing::samplePlan()}};
  record.outcome.verdict = Verdict::Ok;
  record.outcome.ms = 2 / ratio;
  record.outcome.samples = {2e6 / ratio, 2.5e6 / ratio};
  record.outcome.ratio = ratio;
  record.outcome.ratioLow = ratio == 1 ? 1 : ratio - 0.02;
  record.outcome.ratioHigh = ratio == 1 ? 1 : ratio + 0.02;
  record.outcome.confidence = 0.99;
  record.outcome.better = record.outcome.ratioLow > 1;
  record.session = "s1";
  record.date = "2026-11-27T02:00:00Z";
  return record;
}

LayerRecord of(LayerRecord record, const std::string &session, const std::string &date) {
  record.session = session;
  record.date = date;
  return record;
}

std::string fusionOf(const std::optional<FoundForm> &found) {
  return found ? found->record->form.at("fusion") : "nothing";
}

auto best(const std::vector<LayerRecord> &records) {
  return bestForm(records, layerText, "x86-64-v3", 1);
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

TEST(LayerRecord, ALineReadsBackAsItWasWritten) {
  LayerRecord record = sample("none", 1.25);
  record.outcome.spoilt = 3;
  record.unknown = {{"mood", "bright"}};
  std::string line = toLine(record);
  EXPECT_EQ(line.find('\n'), line.npos);
  EXPECT_TRUE(isLayerLine(line));
  auto read = layerRecordFromLine(line);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(toLine(*read), line);
  EXPECT_EQ(read->form, record.form);
  EXPECT_EQ(read->kernels[0].plan.parameters, record.kernels[0].plan.parameters);
  EXPECT_EQ(read->outcome.samples, record.outcome.samples);
  EXPECT_TRUE(read->outcome.better);
  EXPECT_EQ(read->unknown, record.unknown);
}

TEST(LayerRecord, AFormThatFailedHasNoTimes) {
  LayerRecord record = sample();
  record.outcome = {};
  record.outcome.verdict = Verdict::Wrong;
  record.outcome.reason = "wrong: relative error 1";
  auto read = layerRecordFromLine(toLine(record));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->outcome.verdict, Verdict::Wrong);
  EXPECT_EQ(read->outcome.reason, record.outcome.reason);
}

TEST(LayerRecord, RecordsOfKernelsAreNotTakenForLayers) {
  EXPECT_FALSE(isLayerLine(toLine(testing::sampleRecord())));
  Record named = testing::sampleRecord();
  named.name = R"("kind": "layer")";
  EXPECT_FALSE(isLayerLine(toLine(named)));
  EXPECT_FALSE(isLayerLine(R"(["kind", "layer"])"));
  EXPECT_FALSE(isLayerLine(R"({"kind": "layer")"));
}

TEST(LayerRecord, WhatIsWrongWithALineIsSaid) {
  auto complaint = [](const char *name, const nlohmann::json &value) {
    nlohmann::json object = nlohmann::json::parse(toLine(sample("none", 1.25)));
    object[name] = value;
    auto read = layerRecordFromLine(object.dump());
    return read ? "fine" : read.error().message;
  };
  EXPECT_EQ(complaint("name", "x"), "fine");
  EXPECT_THAT(complaint("v", 2), HasSubstr("field 'v' is not 1"));
  EXPECT_THAT(complaint("layer", ""), HasSubstr("field 'layer' is empty"));
  EXPECT_THAT(complaint("form", "full"), HasSubstr("field 'form' is"));
  EXPECT_THAT(complaint("form", nlohmann::json::parse(R"({"fusion": 3})")),
              HasSubstr("form.fusion"));
  EXPECT_THAT(complaint("kernels", 7), HasSubstr("field 'kernels'"));
  EXPECT_THAT(complaint("kernels", nlohmann::json::parse(R"([{"key": "a"}])")), HasSubstr("plan"));
  EXPECT_THAT(complaint("verdict", "great"), HasSubstr("no verdict"));
  EXPECT_THAT(complaint("ms", 0), HasSubstr("beside the verdict"));
  EXPECT_THAT(complaint("interval", {2, 1}), HasSubstr("ends before it starts"));
  EXPECT_THAT(complaint("interval", {0.9, 1.3}), HasSubstr("field 'better' is true"));
  EXPECT_THAT(complaint("hardware", 5), HasSubstr("hardware"));
  EXPECT_THAT(complaint("threads", 0), HasSubstr("threads"));
}

TEST(LayerRecord, MutilatedLinesNeverCrash) {
  std::string line = toLine(sample("none", 1.25));
  std::mt19937 random(7); // NOLINT: the same mutations every time
  for (int i = 0; i < 3000; ++i) {
    std::string broken = line;
    for (int j = 0; j < 3; ++j)
      broken[random() % broken.size()] = static_cast<char>(random());
    if (auto read = layerRecordFromLine(broken))
      EXPECT_TRUE(layerRecordFromLine(toLine(*read)));
  }
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

TEST(LayerRecord, LiesInTheFilesOfKernelRecordsAndIsKeptApart) {
  std::string path = ::testing::TempDir() + "/layers.jsonl";
  std::remove(path.c_str());
  auto writer = RecordWriter::open(path);
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE(writer->append(testing::sampleRecord()));
  ASSERT_TRUE(writer->append(sample("none", 1.25)));
  ASSERT_TRUE(writer->append(testing::sampleRecord()));
  std::ofstream(path, std::ios::app) << R"({"v": 1, "kind": "layer"})" << '\n';
  auto set = readRecords({path});
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->records.size(), 2u);
  ASSERT_EQ(set->layers.size(), 1u);
  EXPECT_EQ(set->layers[0].form.at("fusion"), "none");
  ASSERT_EQ(set->broken.size(), 1u);
  EXPECT_EQ(set->broken[0].line, 4u);
  EXPECT_THAT(set->broken[0].problem, HasSubstr("'key'"));
  std::remove(path.c_str());
}

TEST(LayerRecord, MergingKeepsLayersOnce) {
  std::string path = ::testing::TempDir() + "/layers_merge.jsonl";
  std::string line = toLine(sample("none", 1.25)) + "\n";
  std::ofstream(path) << line << toLine(testing::sampleRecord()) + "\n" << line;
  auto merged = mergeFiles({path});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->records, 2u);
  EXPECT_EQ(merged->duplicates, 1u);
  EXPECT_TRUE(merged->broken.empty());
  EXPECT_THAT(merged->text, HasSubstr(line));
  std::remove(path.c_str());
}

TEST(LayerRecord, PruningDropsWhatOtherVersionsSuperseded) {
  LayerRecord old = of(sample("none", 1.5), "old", "2026-11-01T00:00:00Z");
  old.convwrightVersion = "0.0.1";
  LayerRecord elsewhere = old;
  elsewhere.hardware["cpu"] = "Another CPU";
  std::vector<LayerRecord> layers = {old, elsewhere, sample(), sample("none", 1.2)};
  std::vector<const LayerRecord *> kept = layersWorthKeeping(layers);
  EXPECT_THAT(kept, ::testing::ElementsAre(&layers[1], &layers[2], &layers[3]));
}

TEST(LayerRecord, ShippedLayersAreTheLastSessionsRightFormsWithoutSamples) {
  LayerRecord wrong = sample("prologue");
  wrong.outcome = {};
  wrong.outcome.verdict = Verdict::Wrong;
  RecordSet set;
  set.layers = {of(sample("epilogue", 2), "old", "2026-11-01T00:00:00Z"), sample(),
                sample("none", 1.2), wrong};
  std::istringstream lines(toTuned(set, "x86-64-v3"));
  std::vector<LayerRecord> shipped;
  for (std::string line; std::getline(lines, line);) {
    auto read = layerRecordFromLine(line);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->outcome.samples.empty());
    shipped.push_back(*read);
  }
  EXPECT_EQ(shipped.size(), 2u);
  EXPECT_EQ(fusionOf(best(shipped)), "none");
  EXPECT_EQ(toTuned(set, "x86-64-v4"), "");
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

TEST(BestForm, OfASessionTheLargestProvenGainWins) {
  EXPECT_EQ(fusionOf(best({sample(), sample("none", 1.2), sample("prologue", 1.5)})), "prologue");
}

TEST(BestForm, WithoutAProvenGainTheDefaultStays) {
  LayerRecord faster = sample("none", 1.5);
  faster.outcome.better = false;
  auto found = best({sample(), faster, sample("prologue", 0.9)});
  EXPECT_EQ(fusionOf(found), "full");
  EXPECT_THAT(found->note, HasSubstr("no other form is better"));
}

TEST(BestForm, WrongFormsAndOtherLayersAndTargetsDoNotCount) {
  LayerRecord wrong = sample("none", 1.5), otherLayer = wrong, otherTarget = wrong;
  wrong.outcome.verdict = Verdict::Wrong;
  otherLayer.layer += " ";
  otherTarget.target = "x86-64-v4";
  EXPECT_EQ(fusionOf(best({wrong, otherLayer, otherTarget})), "nothing");
  EXPECT_EQ(fusionOf(best({wrong, otherLayer, sample(), otherTarget})), "full");
}

TEST(BestForm, EqualKeysOfDifferentLayersDoNotMatter) {
  LayerRecord other = sample("none", 1.5);
  other.layer = "func.func @layer(something else)";
  EXPECT_EQ(other.key, sample().key);
  EXPECT_EQ(fusionOf(best({other, sample()})), "full");
}

TEST(BestForm, ANewerSessionCountsWhateverTheOlderSaid) {
  std::vector<LayerRecord> records = {of(sample("none", 2), "old", "2026-11-26T00:00:00Z"),
                                      of(sample(), "new", "2026-11-27T00:00:00Z")};
  EXPECT_EQ(fusionOf(best(records)), "full");
  std::swap(records[0], records[1]);
  EXPECT_EQ(fusionOf(best(records)), "full");
}

TEST(BestForm, ThisMachineGoesBeforeNewerOnesAndOthersAreHints) {
  LayerRecord elsewhere = of(sample("none", 2), "b", "2026-12-24T00:00:00Z");
  elsewhere.hardware["cpu"] = "Another CPU";
  auto found = best({sample("prologue", 1.3), elsewhere});
  EXPECT_EQ(fusionOf(found), "prologue");
  EXPECT_TRUE(found->measuredHere);
  EXPECT_THAT(found->note, AllOf(HasSubstr("1.30 x the default form"), HasSubstr("2026-11-27")));
  auto hint = best({elsewhere});
  EXPECT_EQ(fusionOf(hint), "none");
  EXPECT_FALSE(hint->measuredHere);
  EXPECT_THAT(hint->note, AllOf(HasSubstr("Another CPU"), HasSubstr("a hint")));
}

TEST(BestForm, OtherThreadsAreAHint) {
  auto found = bestForm({sample("none", 1.3)}, layerText, "x86-64-v3", 8);
  EXPECT_EQ(fusionOf(found), "none");
  EXPECT_FALSE(found->measuredHere);
}

} // namespace
} // namespace convwright::schedules
