//===- RecordFileTest.cpp - files of records: torn, hostile, shared -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;

namespace {

class RecordFile : public ::testing::Test {
protected:
  RecordFile() {
    char name[] = "/tmp/convwright-records-XXXXXX";
    folder = mkdtemp(name);
    path = folder + "/records.jsonl";
  }
  ~RecordFile() override {
    unlink(path.c_str());
    rmdir(folder.c_str());
  }

  void write(const std::string &text) const { std::ofstream(path, std::ios::binary) << text; }
  std::string text() const {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
  }
  void append(const Record &record) const {
    auto writer = RecordWriter::open(path);
    ASSERT_TRUE(writer) << writer.error().message;
    auto bytes = writer->append(record);
    ASSERT_TRUE(bytes) << bytes.error().message;
  }
  RecordSet read() const {
    auto set = readRecords({path});
    EXPECT_TRUE(set) << set.error().message;
    return set ? std::move(*set) : RecordSet();
  }

  std::string folder, path;
};

Record numbered(int trial) {
  Record record = sampleRecord();
  record.trial = trial;
  return record;
}

TEST_F(RecordFile, WhatIsAppendedIsRead) {
  append(numbered(1));
  append(numbered(2));
  RecordSet set = read();
  ASSERT_EQ(set.records.size(), 2u);
  EXPECT_EQ(set.records[1].trial, 2);
  EXPECT_EQ(set.records[1].file, path);
  EXPECT_TRUE(set.broken.empty());
}

TEST_F(RecordFile, BrokenLinesAreReportedWithTheirNumberAndSkipped) {
  std::string good = toLine(numbered(1)) + "\n";
  write(good + "\nnonsense\n" + good + "{\"v\": 1}\n");
  RecordSet set = read();
  EXPECT_EQ(set.records.size(), 2u);
  ASSERT_EQ(set.broken.size(), 2u);
  EXPECT_EQ(set.broken[0].file, path);
  EXPECT_EQ(set.broken[0].line, 3u);
  EXPECT_EQ(set.broken[1].line, 5u);
  EXPECT_THAT(set.broken[1].problem, HasSubstr("missing"));
}

TEST_F(RecordFile, ALastLineWithoutItsEndIsReportedAndSkipped) {
  std::string line = toLine(numbered(1));
  for (size_t length : {size_t{1}, line.size() / 2, line.size()}) {
    write(line + "\n" + line.substr(0, length));
    RecordSet set = read();
    EXPECT_EQ(set.records.size(), 1u);
    ASSERT_EQ(set.broken.size(), 1u);
    EXPECT_EQ(set.broken[0].line, 2u);
    EXPECT_THAT(set.broken[0].problem, HasSubstr("no end"));
  }
}

TEST_F(RecordFile, AppendingAfterATornLineLosesNothingElse) {
  std::string line = toLine(numbered(1));
  write(line + "\n" + line.substr(0, 100));
  append(numbered(2));
  append(numbered(3));
  RecordSet set = read();
  EXPECT_EQ(set.records.size(), 3u);
  EXPECT_EQ(set.broken.size(), 1u);
}

TEST_F(RecordFile, ALineThatIsTornWhileTheFileIsOpenIsEndedToo) {
  auto writer = RecordWriter::open(path);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->append(numbered(1)));
  std::ofstream(path, std::ios::app) << "{\"v\": 1, \"pro";
  ASSERT_TRUE(writer->append(numbered(2)));
  EXPECT_EQ(read().records.size(), 2u);
}

TEST_F(RecordFile, HugeLinesAreSkippedInBoundedMemory) {
  write(toLine(numbered(1)) + "\n" + std::string(size_t{40} << 20, 'x') + "\n" +
        toLine(numbered(2)) + "\n");
  RecordSet set = read();
  EXPECT_EQ(set.records.size(), 2u);
  ASSERT_EQ(set.broken.size(), 1u);
  EXPECT_THAT(set.broken[0].problem, HasSubstr("longer than"));
}

TEST_F(RecordFile, ErrorsNameTheFile) {
  auto missing = readRecords({folder + "/none.jsonl"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("/none.jsonl': No such file"));
  auto directory = readRecords({folder});
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("directory"));
  auto nowhere = RecordWriter::open(folder + "/no/where.jsonl");
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error().message, HasSubstr("cannot open"));
}

TEST_F(RecordFile, AFullDiskIsAnError) {
  auto writer = RecordWriter::open("/dev/full");
  ASSERT_TRUE(writer) << writer.error().message;
  auto written = writer->append(numbered(1));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("No space left"));
}

/// Appends records numbered from `first`; writes each number to `confirmed` once it is on the disk.
[[noreturn]] void writeMany(const std::string &path, int first, int count, int confirmed) {
  auto writer = RecordWriter::open(path);
  for (int i = 0; writer && i < count; ++i) {
    int number = first + i;
    if (!writer->append(numbered(number)) ||
        ::write(confirmed, &number, sizeof number) != sizeof number)
      _exit(1);
  }
  _exit(writer ? 0 : 1);
}

// Half of the writers are killed at some moment; what a writer was told is on the disk stays there.
TEST_F(RecordFile, WritersThatAreKilledLoseAtMostTheLineUnderWay) {
  constexpr int writers = 8, each = 500;
  int confirmed[2];
  ASSERT_EQ(pipe(confirmed), 0);
  std::vector<pid_t> children;
  for (int w = 0; w < writers; ++w) {
    pid_t child = fork();
    if (child == 0)
      writeMany(path, 1 + w * each, each, confirmed[1]);
    children.push_back(child);
  }
  close(confirmed[1]);
  std::set<int> promised;
  int number, killed = 0;
  while (::read(confirmed[0], &number, sizeof number) == sizeof number) {
    promised.insert(number);
    if (killed < writers / 2 && promised.size() == static_cast<size_t>(200 * (killed + 1)))
      kill(children[static_cast<size_t>(killed++)], SIGKILL);
  }
  close(confirmed[0]);
  for (pid_t child : children)
    waitpid(child, nullptr, 0);

  RecordSet set = read();
  std::set<int> found;
  for (const Record &record : set.records)
    EXPECT_TRUE(found.insert(record.trial).second) << record.trial << " is there twice";
  for (int promise : promised)
    EXPECT_TRUE(found.contains(promise)) << promise << " is lost";
  EXPECT_LE(set.broken.size(), static_cast<size_t>(killed));
  EXPECT_GE(found.size(), static_cast<size_t>(writers / 2 * each));
}

// Bytes changed at random, as a bad disk or a careless editor does: never a crash, and what is
// accepted is a record that survives the way through a line.
TEST(RecordMutations, NeverCrashAndAreEitherRefusedOrSound) {
  std::string line = toLine(sampleRecord());
  std::mt19937_64 random(20261127);
  constexpr std::string_view spice = "0123456789-+.eE[]{}\",:nult\\\xff ";
  size_t accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string mutated = line;
    for (size_t edits = 1 + random() % 3; edits > 0; --edits) {
      size_t at = random() % mutated.size();
      switch (random() % 4) {
      case 0:
        mutated[at] = spice[random() % spice.size()];
        break;
      case 1:
        mutated.erase(at, 1 + random() % 8);
        break;
      case 2:
        mutated.insert(at, 1, spice[random() % spice.size()]);
        break;
      default:
        mutated.insert(at, mutated.substr(random() % mutated.size(), random() % 30));
      }
      if (mutated.empty())
        mutated = " ";
    }
    auto record = recordFromLine(mutated);
    if (!record)
      continue;
    ++accepted;
    std::string rewritten = toLine(*record);
    auto again = recordFromLine(rewritten);
    ASSERT_TRUE(again) << again.error().message << "\n" << mutated;
    EXPECT_EQ(toLine(*again), rewritten);
  }
  EXPECT_GT(accepted, 0u);
}

} // namespace
