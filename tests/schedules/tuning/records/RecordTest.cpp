//===- RecordTest.cpp - records as lines ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gtest/gtest.h>

#include <limits>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using nlohmann::json;

namespace {

Record fullRecord() {
  Record record = sampleRecord();
  record.name = "rn50_3x3_32-32@14";
  record.role = "final";
  record.outcome.samples = {1250000.5, 1260000};
  record.outcome.incumbent = {1300000, 1310000};
  record.outcome.spread = 0.01;
  record.outcome.spoilt = 3;
  record.outcome.ratio = 1.04;
  record.outcome.ratioLow = 1.02;
  record.outcome.ratioHigh = 1.06;
  record.outcome.confidence = 0.99;
  record.outcome.better = true;
  record.outcome.relativeError = 1e-7;
  record.outcome.compileSeconds = 0.3;
  record.outcome.measureSeconds = 0.1;
  record.outcome.objectBytes = 12345;
  record.outcome.machineState = "steady";
  record.incumbent = samplePlan(2);
  record.strategy = "model";
  record.seed = UINT64_MAX;
  record.trial = 17;
  return record;
}

std::string errorOf(const std::string &line) {
  auto record = recordFromLine(line);
  return record ? "" : record.error().message;
}

TEST(Record, EveryFieldSurvivesTheWayThroughALine) {
  std::string line = toLine(fullRecord());
  auto record = recordFromLine(line);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(toLine(*record), line);
  EXPECT_EQ(record->outcome.samples, fullRecord().outcome.samples);
  EXPECT_EQ(record->outcome.better, true);
  EXPECT_EQ(record->incumbent, fullRecord().incumbent);
  EXPECT_EQ(record->seed, UINT64_MAX);
  EXPECT_EQ(record->key, fullRecord().key);
}

TEST(Record, ALineHasNoNewlineWhateverTheReasonSays) {
  Record record = sampleRecord();
  record.outcome = {};
  record.outcome.verdict = Verdict::Crashed;
  record.outcome.reason = "signal 11\nand bytes that are no UTF-8: \xff\xfe";
  std::string line = toLine(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(errorOf(line), "");
}

TEST(Record, FieldsOfOtherVersionsAreKeptWhereTheyWere) {
  json object = json::parse(toLine(fullRecord()));
  object["weather"] = "fine";
  object["versions"]["llvm"] = "22";
  object["plan"]["why"] = {1, 2};
  auto record = recordFromLine(object.dump());
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(json::parse(toLine(*record)), object);
}

TEST(Record, NumbersThatJsonDoesNotHaveAreAsLargeAsCanBe) {
  Record record = sampleRecord();
  record.outcome = {};
  record.outcome.verdict = Verdict::Wrong;
  record.outcome.relativeError = std::numeric_limits<double>::quiet_NaN();
  auto read = recordFromLine(toLine(record));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->outcome.relativeError, std::numeric_limits<double>::max());
}

TEST(Record, TheKeyIsComputedAndNotBelieved) {
  json object = json::parse(toLine(fullRecord()));
  object["key"] = "0000000000000000";
  EXPECT_EQ(recordFromLine(object.dump())->key, fullRecord().key);
}

struct Edit {
  const char *pointer;
  const char *value; // null: the field goes
  const char *message;
};

class EditedRecord : public ::testing::TestWithParam<Edit> {};

TEST_P(EditedRecord, IsRefusedWithItsField) {
  json object = json::parse(toLine(fullRecord()));
  if (GetParam().value)
    object[json::json_pointer(GetParam().pointer)] = json::parse(GetParam().value);
  else
    object.erase(GetParam().pointer + 1);
  std::string error = errorOf(object.dump());
  EXPECT_NE(error.find(GetParam().message), std::string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(
    All, EditedRecord,
    ::testing::Values(
        Edit{"/v", "2", "reads format 1"}, Edit{"/plan", nullptr, "field 'plan' is missing"},
        Edit{"/problem", nullptr, "field 'problem' is missing"},
        Edit{"/verdict", nullptr, "field 'verdict' is missing"},
        Edit{"/problem/kernel/outputs", "[]", "no outputs"},
        Edit{"/target", "\"host\"", "other than host"}, Edit{"/target", "\"a b\"", "target"},
        Edit{"/threads", "0", "threads"}, Edit{"/threads", "1e30", "threads"},
        Edit{"/plan/algorithm", "\"rm -rf\"", "plan.algorithm"},
        Edit{"/plan/parameters/tile_x", "1.5", "tile_x"},
        Edit{"/plan/parameters", "[1]", "plan.parameters"},
        Edit{"/verdict", "\"good\"", "allowed: ok"}, Edit{"/ms", "-1", "field 'ms'"},
        Edit{"/ms", "0", "beside the verdict"}, Edit{"/verdict", "\"wrong\"", "beside the verdict"},
        Edit{"/samples_ns", "[1]", "one for each"},
        Edit{"/samples_ns", "[\"fast\", 1]", "samples_ns"}, Edit{"/interval", "[2, 1]", "interval"},
        Edit{"/interval", "[1]", "two numbers"}, Edit{"/confidence", "2", "confidence"},
        Edit{"/verdict", "\"slower\"", "better"}, Edit{"/date", "\"yesterday\"", "date"},
        Edit{"/seed", "-1", "seed"}, Edit{"/better", "1", "true and false"}),
    [](const auto &info) { return "Edit" + std::to_string(info.index); });

TEST(Record, TextThatIsNoRecordIsRefused) {
  EXPECT_EQ(errorOf("hello"), "the line is not JSON");
  EXPECT_EQ(errorOf("[1, 2]"), "the line is a list, not an object");
  EXPECT_NE(errorOf(std::string(100000, '[')).find("nested"), std::string::npos);
  std::string line = toLine(fullRecord());
  for (size_t length = 0; length < line.size(); length += 7)
    EXPECT_NE(errorOf(line.substr(0, length)), "");
}

} // namespace
