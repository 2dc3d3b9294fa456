//===- RecordsTest.cpp - convwright records, and plans taken from records ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/tuning/records/SampleRecords.h"
#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

using namespace convwright::tests;
using convwright::schedules::Record;
using convwright::schedules::testing::samplePlan;
using convwright::schedules::testing::sampleRecord;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

/// The layer of sampleRecord().
constexpr const char *layerText =
    "layer stem(x: f32[1, 32, 14, 14] nhwc, weight w: f32[32, 32, 3, 3], weight b: f32[32]) {\n"
    "  return relu(conv2d(x, w, b, padding = 1));\n"
    "}\n";

/// A final record whose plan nobody would choose by default.
Record distinctive(int64_t tileX = 3) {
  Record record = sampleRecord(samplePlan(tileX));
  record.role = "final";
  record.name = "stem";
  record.outcome.ratio = 1.08;
  record.outcome.ratioLow = 1.05;
  record.outcome.ratioHigh = 1.11;
  return record;
}

Workplace withRecords(const std::vector<Record> &records) {
  Workplace here;
  here.write("stem.conv", layerText);
  std::string text;
  for (const Record &record : records)
    text += toLine(record) + "\n";
  here.write("r.jsonl", text);
  return here;
}

Outcome explain(const Workplace &here, std::vector<std::string> more) {
  std::vector<std::string> words{"compile", "stem.conv", "--target", "x86-64-v3", "--explain"};
  words.insert(words.end(), more.begin(), more.end());
  return here.run(words);
}

} // namespace

TEST(Report, ReplacesNoRecords) {
  Workplace here = withRecords({distinctive()});
  std::string before = here.read("r.jsonl");
  std::filesystem::create_symlink("r.jsonl", here.path("page.html"));
  Outcome outcome = here.run({"report", "r.jsonl", "-o", "page.html"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("-o page.html would replace r.jsonl, the records that it "
                                     "reads; name another with -o"));
  EXPECT_EQ(here.read("r.jsonl"), before);
}

//===----------------------------------------------------------------------===//
// Plans from records
//===----------------------------------------------------------------------===//

TEST(Records, TheCompilerTakesAMeasuredPlanAndSaysSo) {
  Workplace here = withRecords({distinctive()});
  Outcome outcome = explain(here, {"--records", "r.jsonl", "--depfile", "stem.d"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("tile_x = 3, tile_y = 1, unroll = 4, vector = 8, source = record"));
  EXPECT_THAT(outcome.out, HasSubstr("record: measured 1.25 ms, 1.08 x the default, 2026-11-27"));
  auto description = nlohmann::json::parse(here.read("stem.json"));
  EXPECT_EQ(description["records"], nlohmann::json({"r.jsonl"}));
  EXPECT_THAT(here.read("stem.json"), HasSubstr("\"source\": \"record\""));
  EXPECT_THAT(here.read("stem.d"), HasSubstr("r.jsonl"));
}

TEST(Records, TheSameRecordsGiveTheSameBytes) {
  Workplace here = withRecords({distinctive()});
  ASSERT_EQ(explain(here, {"--records", "r.jsonl"}).code, 0);
  std::string library = here.read("libstem.a");
  ASSERT_EQ(explain(here, {"--records", here.path("r.jsonl")}).code, 0);
  EXPECT_TRUE(here.read("libstem.a") == library);
}

TEST(Records, TheUsersAlgorithmWins) {
  Workplace here = withRecords({distinctive()});
  Outcome outcome = explain(here, {"--records", "r.jsonl", "--algorithm", "loops"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("algorithm = loops"));
  EXPECT_THAT(outcome.out, HasSubstr("record not used: "));
  EXPECT_EQ(nlohmann::json::parse(here.read("stem.json"))["records"].size(), 0u);
}

TEST(Records, APlanThatIsNotValidIsNotTakenAndTheReasonIsSaid) {
  Workplace here = withRecords({distinctive(12345)});
  Outcome outcome = explain(here, {"--records", "r.jsonl"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("source = default"));
  EXPECT_THAT(outcome.out, HasSubstr("cannot take tile_x = 12345"));
}

TEST(Records, RecordsThatMatchNothingSayWhichCameNearestAndWhy) {
  Workplace here = withRecords({distinctive()});
  here.write("stem.conv", "layer stem(x: f32[1, 32, 16, 14] nhwc, weight w: f32[32, 32, 3, 3], "
                          "weight b: f32[32]) {\n"
                          "  return relu(conv2d(x, w, b, padding = 1));\n}\n");
  Outcome outcome = explain(here, {"--records", "r.jsonl"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("note: no record is used for stem"));
  EXPECT_THAT(outcome.err, HasSubstr("the nearest is of stem: x is 1x32x14x14 in the record, "
                                     "1x32x16x14 here"));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_EQ(explain(here, {}).err, "");
}

TEST(Records, MeasurementsOfOtherVersionsAreHints) {
  Record record = distinctive();
  record.convwrightVersion = "0.0.1";
  Outcome outcome = explain(withRecords({record}), {"--records", "r.jsonl"});
  EXPECT_THAT(outcome.out, HasSubstr("record, used as a hint: measured 1.25 ms"));
  EXPECT_THAT(outcome.out, HasSubstr("by another version (convwright 0.0.1"));
}

TEST(Records, BrokenLinesAreAWarningWithTheirNumber) {
  Workplace here = withRecords({distinctive()});
  here.write("r.jsonl", here.read("r.jsonl") + "nonsense\n");
  Outcome outcome = explain(here, {"--records", "r.jsonl"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("r.jsonl:2: warning: line skipped: the line is not JSON"));
  EXPECT_THAT(outcome.out, HasSubstr("source = record"));
}

TEST(Records, AFileThatCannotBeReadIsTheUsersError) {
  Outcome outcome = explain(withRecords({}), {"--records", "none.jsonl"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("cannot read the records file 'none.jsonl'"));
}

TEST(Records, ShippedRecordsAreFoundByTargetAndCanBeRefused) {
  Workplace here = withRecords({});
  std::filesystem::create_directory(here.path("tuned"));
  here.write("tuned/x86-64-v3.jsonl", toLine(distinctive()) + "\n");
  setenv("CONVWRIGHT_TUNED", here.path("tuned").c_str(), 1);
  Outcome with = explain(here, {}), without = explain(here, {"--no-tuned"});
  unsetenv("CONVWRIGHT_TUNED");
  EXPECT_THAT(with.out, HasSubstr("shipped record: measured 1.25 ms"));
  EXPECT_THAT(without.out, HasSubstr("source = default"));
}

TEST(Records, AShippedFolderThatIsNotThereIsSaid) {
  Workplace here = withRecords({distinctive()});
  setenv("CONVWRIGHT_TUNED", here.path("nowhere").c_str(), 1);
  Outcome outcome = here.run({"compile", "stem.conv"});
  unsetenv("CONVWRIGHT_TUNED");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere\", where no directory is"));
  EXPECT_EQ(here.run({"compile", "stem.conv", "--no-tuned"}).code, 0);
}

TEST(Records, BenchTakesThemToo) {
  Workplace here = withRecords({distinctive()});
  if (!__builtin_cpu_supports("avx2"))
    GTEST_SKIP() << "the record is of AVX2";
  Outcome outcome = here.run({"bench", "stem.conv", "--target", "x86-64-v3", "--seconds", "0.1",
                              "--records", "r.jsonl", "--json", "b.json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  auto row = nlohmann::json::parse(here.read("b.json"))["rows"][0];
  EXPECT_THAT(row["plan"], HasSubstr("tile_x = 3,"));
  EXPECT_EQ(row["source"], "record");
  EXPECT_EQ(row["verified"], true);
}

//===----------------------------------------------------------------------===//
// The subcommand
//===----------------------------------------------------------------------===//

TEST(RecordsCommand, ShowPrintsATableThatFiltersNarrow) {
  Record crashed = distinctive(4);
  crashed.outcome = {};
  crashed.outcome.verdict = convwright::schedules::Verdict::Crashed;
  Workplace here = withRecords({distinctive(), crashed});
  Outcome all = here.run({"records", "show", "r.jsonl"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, StartsWith("layer  target"));
  EXPECT_THAT(all.out, HasSubstr("1.080 [1.050, 1.110]"));
  EXPECT_THAT(all.out, HasSubstr("2 records\n"));
  Outcome some = here.run({"records", "show", "r.jsonl", "--verdict", "crashed"});
  EXPECT_THAT(some.out, HasSubstr("1 record"));
  EXPECT_THAT(some.out, Not(HasSubstr("  ok  ")));
  EXPECT_EQ(here.run({"records", "show", "r.jsonl", "--verdict", "crashd"}).code, 2);
  EXPECT_THAT(here.run({"records", "show", "r.jsonl", "--layer", "other"}).out,
              HasSubstr("0 records\n"));
}

TEST(RecordsCommand, BestSaysWhatCompileTakes) {
  Outcome outcome = withRecords({distinctive()}).run({"records", "best", "r.jsonl"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("tile_x=3"));
  EXPECT_THAT(outcome.out, HasSubstr("measured  measured 1.25 ms"));
}

TEST(RecordsCommand, MergeKeepsWhatOutHoldsAndEachLineOnce) {
  Workplace here = withRecords({distinctive(3), distinctive(4)});
  here.write("out.jsonl", toLine(distinctive(4)) + "\nnonsense\n");
  Outcome outcome = here.run({"records", "merge", "out.jsonl", "r.jsonl"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("wrote out.jsonl: 2 records, 1 duplicate and 1 broken line"));
  EXPECT_EQ(here.read("out.jsonl"), toLine(distinctive(4)) + "\n" + toLine(distinctive(3)) + "\n");
}

TEST(RecordsCommand, PruneAndExportWriteFiles) {
  Workplace here = withRecords({distinctive(3), distinctive(4)});
  EXPECT_EQ(here.run({"records", "prune", "r.jsonl", "-o", "p.jsonl"}).code, 0);
  EXPECT_THAT(here.read("p.jsonl"), HasSubstr("\"tile_x\":4"));
  EXPECT_THAT(here.run({"records", "export", "r.jsonl", "--csv"}).out, StartsWith("name,problem,"));
  Record failed = distinctive(5);
  failed.outcome.reason = "two\nlines";
  here.write("f.jsonl", toLine(failed) + "\n");
  EXPECT_EQ(here.run({"records", "export", "f.jsonl", "--csv", "-o", "f.csv"}).out,
            "wrote f.csv: 1 record exported\n");
  EXPECT_EQ(here.run({"records", "export", "r.jsonl", "--tuned", "-o", "t.jsonl"}).code, 0);
  EXPECT_THAT(here.read("t.jsonl"), HasSubstr("\"tile_x\":4"));
}

TEST(RecordsCommand, MistakesOnTheCommandLineAreExplained) {
  Workplace here = withRecords({});
  Outcome verb = here.run({"records", "shw", "r.jsonl"});
  EXPECT_EQ(verb.code, 2);
  EXPECT_THAT(verb.err, HasSubstr("did you mean 'show'?"));
  EXPECT_EQ(here.run({"records"}).code, 2);
  EXPECT_EQ(here.run({"records", "show"}).code, 2);
  EXPECT_EQ(here.run({"records", "prune", "r.jsonl"}).code, 2);
  EXPECT_EQ(here.run({"records", "export", "r.jsonl"}).code, 2);
  EXPECT_EQ(here.run({"records", "show", "none.jsonl"}).code, 1);
}
