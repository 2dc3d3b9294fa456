//===- BrowserTest.cpp - the page in a real browser, and what the command makes -===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/report/HandMade.h"
#include "tests/tools/report/SampleRun.h"
#include "tests/tools/support/Command.h"
#include "tools/report/Report.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

using namespace convwright::report;
using namespace convwright::report::testing;
using convwright::schedules::RecordSet;
using convwright::tests::Outcome;
using convwright::tests::Workplace;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr const char *hostile = "</script><script>window.owned = 1</script>"
                                "<img src=x onerror=window.owned=1>\"'&\xe2\x80\xa8";

SampleRun sample(const std::string &name, uint64_t seed) {
  SampleRun run;
  run.name = name;
  run.layer = {.C = 16 * static_cast<int64_t>(seed),
               .H = 14,
               .W = 14,
               .K = 32,
               .R = 3,
               .S = 3,
               .padH = 1,
               .padW = 1};
  run.seed = seed;
  return run;
}

void append(std::vector<Record> &records, const std::vector<Record> &more) {
  records.insert(records.end(), more.begin(), more.end());
}

/// A usual layer, one that failed altogether, one whose plan is nonsense, and names that attack.
RecordSet difficultSet() {
  RecordSet set;
  append(set.records, sampleRecords(sample("plain", 1)));
  append(set.records, sampleRecords(sample(hostile, 2)));
  append(set.records, smallRun()); // its plans do not exist
  Record failed = failedRecord(planA(1), Verdict::Crashed, hostile);
  failed.problem.threads = 3;
  failed.session = failed.strategy = hostile;
  failed.hardware = {{"cpu", hostile}, {hostile, hostile}};
  failed.plan.algorithm = hostile;
  set.records.push_back(failed);
  Record last = racedRecord(planA(5), 1.5, planA(1), 1.3); // a final measurement alone
  last.role = "final";
  last.problem.target = "armv8-a";
  set.records.push_back(last);
  set.broken.push_back({hostile, 7, hostile});
  return set;
}

std::string pageFrom(const RecordSet &set, const ReportOptions &options = {}) {
  auto page = renderReport(set, options);
  EXPECT_TRUE(page) << page.error().message;
  return page ? *page : "";
}

size_t count(const std::string &text, const std::string &part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

std::string readFile(const std::string &path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// What a headless browser says of the page: its document once it has loaded (the harness lets it
/// when it is through), then what it wrote to standard error.
std::string browse(const std::string &page, const std::string &windowSize = "1280,900") {
  Workplace place;
  place.write("page.html", page);
  std::string command = std::string(CONVWRIGHT_CHROMIUM) +
                        " --headless --no-sandbox --disable-gpu --enable-logging=stderr "
                        "--dump-dom --window-size=" +
                        windowSize + " --user-data-dir=" + place.path("profile") + " file://" +
                        place.path("page.html") + " 2>&1";
  std::string text;
  FILE *pipe = popen(command.c_str(), "r");
  std::array<char, 65536> buffer;
  while (size_t size = fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), size);
  EXPECT_EQ(pclose(pipe), 0);
  return text;
}

/// The page without its policy, with the harness in it: escaping alone has to do.
std::string harnessed(std::string page) {
  size_t policy = page.find("<meta http-equiv");
  page.replace(policy, page.find('\n', policy) - policy,
               "<script>window.errors = []; window.addEventListener('error', "
               "(event) => errors.push(event.message));</script>");
  page.insert(page.rfind("</body>"),
              "<script>" + readFile(CONVWRIGHT_SOURCE_DIR "/tests/tools/report/harness.js") +
                  "</script>");
  return page;
}

TEST(ReportPage, WorksInABrowserWhateverTheRecordsHold) {
  for (const char *size : {"1280,900", "390,900"}) {
    std::string document = browse(harnessed(pageFrom(difficultSet())), size);
    EXPECT_THAT(document, HasSubstr("ok: names are text"));
    EXPECT_GE(count(document, "ok: "), 18u);
    size_t result = document.find("data-result");
    ASSERT_NE(result, std::string::npos) << document.substr(0, 3000);
    std::string found = document.substr(result, document.find("\">", result) - result);
    EXPECT_THAT(found, Not(HasSubstr("failed: "))) << found;
    EXPECT_THAT(document, Not(HasSubstr("CONSOLE")));
  }
}

TEST(ReportPage, ItsOwnPolicyAllowsItsOwnScript) {
  std::string document = browse(pageFrom(difficultSet()));
  EXPECT_THAT(document, HasSubstr("<h1>Tuning report</h1>"));
  EXPECT_THAT(document, Not(HasSubstr("CONSOLE")));
}

TEST(ReportPage, NothingInRecordsCanEndTheDataBlock) {
  std::string page = pageFrom(difficultSet());
  EXPECT_EQ(count(page, "</script"), 2u);
  EXPECT_EQ(count(page, "<img"), 0u);
  EXPECT_EQ(count(page, "http://") + count(page, "https://"), 1u); // SVG's name space
}

TEST(ReportPage, TheSameRecordsGiveTheSameBytes) {
  EXPECT_EQ(pageFrom(difficultSet()), pageFrom(difficultSet()));
}

TEST(ReportPage, ShowsTheWinnersLoopsBesideTheDefaults) {
  RecordSet set;
  set.records = sampleRecords(sample("plain", 1));
  EXPECT_THAT(pageFrom(set), HasSubstr("vectorized"));
  ReportOptions without;
  without.loopNests = false;
  EXPECT_THAT(pageFrom(set, without), Not(HasSubstr("vectorized")));
}

TEST(ReportPage, SaysWhatThereIsWhenNothingFits) {
  ReportOptions options;
  options.layer = "absent";
  auto page = renderReport(difficultSet(), options);
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("of a layer like 'absent'"));
  EXPECT_THAT(page.error().message, HasSubstr("plain"));
  options = {};
  options.target = "x86-64-v9";
  EXPECT_THAT(renderReport(difficultSet(), options).error().message, HasSubstr("armv8-a"));
  EXPECT_THAT(renderReport({}, {}).error().message, HasSubstr("hold no records"));
  RecordSet broken;
  broken.broken.push_back({"r.jsonl", 3, "the line is not JSON"});
  EXPECT_THAT(renderReport(broken, {}).error().message, HasSubstr("r.jsonl:3: the line is not"));
}

std::string linesOf(const std::vector<Record> &records) {
  std::string text;
  for (const Record &record : records)
    text += toLine(record) + "\n";
  return text;
}

TEST(ReportCommand, WritesAPageOfSeveralFilesAndSaysWhatItSkipped) {
  Workplace place;
  place.write("a.jsonl", linesOf(sampleRecords(sample("plain", 1))));
  place.write("b.jsonl", "no record\n" + linesOf(sampleRecords(sample("other", 2))));
  Outcome outcome = place.run({"report", "a.jsonl", "b.jsonl", "-o", "page.html"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("b.jsonl:1: warning: skipped: the line is not JSON"));
  EXPECT_THAT(place.read("page.html"), HasSubstr("\"name\":\"other\""));
  outcome = place.run({"report", "a.jsonl", "b.jsonl", "--layer", "oth", "-o", "page.html"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(place.read("page.html"), Not(HasSubstr("\"name\":\"plain\"")));
}

TEST(ReportCommand, RefusesWhatIsNoInput) {
  Workplace place;
  place.write("empty.jsonl", "");
  Outcome outcome = place.run({"report", "empty.jsonl", "-o", "page.html"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("hold no records"));
  EXPECT_FALSE(place.has("page.html"));
  EXPECT_EQ(place.run({"report", "absent.jsonl", "-o", "page.html"}).code, 1);
  EXPECT_EQ(place.run({"report", "empty.jsonl"}).code, 2);
}

} // namespace
