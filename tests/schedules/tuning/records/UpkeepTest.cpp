//===- UpkeepTest.cpp - merging, pruning and exporting records ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Upkeep.h"
#include "schedules/tuning/records/Export.h"
#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <sstream>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

Record candidate(int64_t tileX, double ms, Verdict verdict = Verdict::Ok) {
  Record record = sampleRecord(samplePlan(tileX), ms);
  record.outcome.verdict = verdict;
  if (!record.outcome.right())
    record.outcome.ms = 0;
  record.outcome.samples = {ms * 1e6};
  return record;
}

RecordSet session() {
  RecordSet set;
  set.records.push_back(candidate(5, 3));
  set.records.back().role = "default";
  for (int i = 0; i < 10; ++i)
    set.records.push_back(candidate(1 + i % 4, 2 + i));
  set.records[3].outcome.better = true;
  set.records.push_back(candidate(2, 1, Verdict::Crashed));
  set.records.push_back(candidate(3, 1, Verdict::Crashed));
  set.records.push_back(candidate(3, 9, Verdict::Slower));
  return set;
}

TEST(Upkeep, PruningKeepsTheDefaultTheWinnerTheBestFewAndOneOfEachVerdict) {
  RecordSet set = session();
  std::vector<const Record *> kept = worthKeeping(set, 2);
  std::vector<double> times;
  for (const Record *record : kept)
    times.push_back(record->outcome.ms);
  EXPECT_THAT(times, ::testing::ElementsAre(3, 2, 4, 0, 9));
}

TEST(Upkeep, PruningDoesNotChangeWhatIsChosen) {
  RecordSet set = session(), pruned;
  for (const Record *record : worthKeeping(set, 1))
    pruned.records.push_back(*record);
  auto before = RecordIndex(set).best(sampleProblem(), sampleTarget());
  auto after = RecordIndex(pruned).best(sampleProblem(), sampleTarget());
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->plan, after->plan);
}

TEST(Upkeep, PruningDropsWhatOtherVersionsSuperseded) {
  RecordSet set;
  set.records.push_back(candidate(5, 3));
  set.records[0].convwrightVersion = "0.0.1";
  set.records[0].date = "2026-01-01T00:00:00Z";
  EXPECT_EQ(worthKeeping(set).size(), 1u);
  set.records.push_back(candidate(5, 2));
  set.records.push_back(candidate(5, 2));
  set.records[2].hardware["cpu"] = "Another CPU";
  std::vector<const Record *> kept = worthKeeping(set);
  EXPECT_THAT(kept, ::testing::ElementsAre(&set.records[1], &set.records[2]));
}

TEST(Upkeep, MergingConcatenatesWithoutDuplicatesAndCountsBrokenLines) {
  std::string path = ::testing::TempDir() + "convwright-merge-" + std::to_string(getpid());
  std::string one = toLine(candidate(1, 1)), two = toLine(candidate(2, 2));
  std::ofstream(path) << one << "\n" << two << "\nnonsense\n" << one << "\n" << one.substr(0, 50);
  auto merged = mergeFiles({path, path});
  std::remove(path.c_str());
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->text, one + "\n" + two + "\n");
  EXPECT_EQ(merged->records, 2u);
  EXPECT_EQ(merged->duplicates, 4u);
  EXPECT_EQ(merged->broken.size(), 4u);
}

TEST(Export, CsvHasARowForEachRecordAndNoFormulas) {
  RecordSet set;
  set.records.push_back(candidate(5, 1.25));
  set.records[0].name = "=cmd()";
  set.records[0].session = "a \"b\", c";
  std::string text = toCsv(set);
  EXPECT_THAT(text, StartsWith("name,problem,key,"));
  EXPECT_THAT(text, HasSubstr("\r\n'=cmd(),3x3 s1 32->32 @14x14 nhwc f32 +2,"));
  EXPECT_THAT(text, HasSubstr(",\"a \"\"b\"\", c\","));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(Export, CsvRowsOfKernelsAndOfLayersHaveTheHeadingsColumns) {
  RecordSet set;
  set.records.push_back(candidate(5, 1.25));
  LayerRecord &layer = set.layers.emplace_back();
  layer.name = "block";
  layer.target = "x86-64-v3";
  layer.form = {{"fusion", "none"}, {"intermediates", "nhwc"}};
  layer.outcome.verdict = Verdict::Ok;
  layer.outcome.ms = 1.5;
  std::string text = toCsv(set);
  EXPECT_THAT(text, HasSubstr("\r\nblock,layer,,x86-64-v3,1,,,,"
                              "\"fusion = none, intermediates = nhwc\",,,,ok,1.5,"));
  std::istringstream lines(text);
  std::vector<std::ptrdiff_t> columns;
  for (std::string line; std::getline(lines, line);)
    columns.push_back(std::count(line.begin(), line.end(), ','));
  EXPECT_THAT(columns, ::testing::ElementsAre(columns[0], columns[0], columns[0] + 1))
      << "a form has a comma of its own";
}

TEST(Export, TheTunedFormChoosesTheSamePlanInLessSpace) {
  RecordSet set = session(), tuned;
  std::string text = toTuned(set);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_EQ(text.find("samples_ns"), std::string::npos);
  for (size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
    tuned.records.push_back(*recordFromLine(text.substr(begin, text.find('\n', begin) - begin)));
  EXPECT_EQ(RecordIndex(set).best(sampleProblem(), sampleTarget())->plan,
            RecordIndex(tuned).best(sampleProblem(), sampleTarget())->plan);
  EXPECT_EQ(toTuned(set, "x86-64-v4"), "");
}

} // namespace
