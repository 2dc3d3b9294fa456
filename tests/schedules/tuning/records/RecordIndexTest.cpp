//===- RecordIndexTest.cpp - which plan is chosen from records ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Advisor.h"
#include "tests/schedules/tuning/records/SampleRecords.h"

#include <gmock/gmock.h>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;
using ::testing::HasSubstr;

namespace {

Record withRole(const char *role, int64_t tileX, double ms) {
  Record record = sampleRecord(samplePlan(tileX), ms);
  record.role = role;
  return record;
}

Record better(int64_t tileX, double ms) {
  Record record = withRole("candidate", tileX, ms);
  record.outcome.better = true;
  return record;
}

RecordIndex indexOf(std::vector<Record> records) {
  return RecordIndex({std::move(records), {}, {}});
}

/// The width of the tile that is chosen; 0: nothing is.
int64_t chosen(std::vector<Record> records) {
  RecordIndex index = indexOf(std::move(records));
  auto found = index.best(sampleProblem(), sampleTarget());
  return found ? found->plan.get("tile_x", -1) : 0;
}

//===----------------------------------------------------------------------===//
// One session
//===----------------------------------------------------------------------===//

TEST(RecordIndex, TheFinalPlanOfASessionIsChosen) {
  EXPECT_EQ(chosen({withRole("default", 5, 2), better(3, 1), withRole("final", 4, 1.5)}), 4);
}

TEST(RecordIndex, TheSmallestNumberIsNotChosenWhenItWasNotProvenBetter) {
  EXPECT_EQ(chosen({withRole("default", 5, 2), better(3, 1.5), withRole("candidate", 4, 0.1)}), 3);
}

TEST(RecordIndex, AStoppedSessionEndsWithItsLastIncumbent) {
  EXPECT_EQ(chosen({withRole("default", 5, 2), better(3, 1.5), better(4, 1.6)}), 4);
}

TEST(RecordIndex, WithoutACandidateThatIsBetterTheDefaultIsChosen) {
  EXPECT_EQ(chosen({withRole("default", 5, 2), withRole("candidate", 3, 1.9)}), 5);
}

TEST(RecordIndex, AFinalPlanThatProvedSlowerThanTheDefaultIsNotChosen) {
  Record final = withRole("final", 4, 2.5);
  final.outcome.ratio = 0.8;
  final.outcome.ratioLow = 0.75;
  final.outcome.ratioHigh = 0.85;
  EXPECT_EQ(chosen({withRole("default", 5, 2), better(4, 1.5), final}), 5);
}

TEST(RecordIndex, MostOfAWinnersComparisonsDecideAndTheMiddleOneIsReported) {
  auto final = [](double ratio, double low, double high) {
    Record record = withRole("final", 4, 2 / ratio);
    record.outcome.ratio = ratio;
    record.outcome.ratioLow = low;
    record.outcome.ratioHigh = high;
    return record;
  };
  Record standard = withRole("default", 5, 2), lucky = final(1.2, 1.1, 1.3);
  Record doubtful = final(1.04, 0.99, 1.09), sure = final(1.06, 1.02, 1.1);
  EXPECT_EQ(chosen({standard, better(4, 1.5), lucky, doubtful}), 5);
  EXPECT_EQ(chosen({standard, better(4, 1.5), lucky, doubtful, sure}), 4);
  EXPECT_EQ(chosen({standard, better(4, 1.5), lucky, sure, final(0.95, 0.92, 0.98)}), 5);
  RecordIndex index = indexOf({standard, better(4, 1.5), lucky, doubtful, sure});
  auto found = index.best(sampleProblem(), sampleTarget());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->note, HasSubstr("1.06 x the default"));
}

TEST(RecordIndex, WhatWasMeasuredIsNotOverruledByAnEstimate) {
  Record guess = withRole("final", 3, 4);
  guess.outcome.verdict = Verdict::Slower; // as tuners wrote it that asked the model at the end
  guess.outcome.reason = "not timed: about 4 ms by the static model, 2 x its estimate";
  EXPECT_EQ(chosen({withRole("default", 5, 2), better(3, 1), guess}), 3);
  Record slower = guess;
  slower.outcome.ratio = 0.9;
  slower.outcome.ratioHigh = 0.95;
  EXPECT_EQ(chosen({withRole("default", 5, 2), better(3, 1), guess, slower}), 5);
}

TEST(RecordIndex, ComparisonsOfAnEarlierWinnerSayNothingOfALaterOne) {
  Record earlier = withRole("final", 3, 2);
  earlier.outcome.ratio = 0.8;
  earlier.outcome.ratioLow = 0.75;
  earlier.outcome.ratioHigh = 0.85;
  EXPECT_EQ(chosen({withRole("default", 5, 2), earlier, withRole("final", 4, 1.5)}), 4);
}

TEST(RecordIndex, OnlyRightPlansAreEverChosen) {
  for (Verdict verdict : {Verdict::Slower, Verdict::Wrong, Verdict::Crashed, Verdict::TimedOut,
                          Verdict::OutOfMemory, Verdict::Refused}) {
    Record record = withRole("final", 4, 0.1);
    record.outcome.verdict = verdict;
    EXPECT_EQ(chosen({record}), 0) << spell(verdict);
  }
}

//===----------------------------------------------------------------------===//
// Between sessions
//===----------------------------------------------------------------------===//

Record inSession(const char *session, const char *date, int64_t tileX) {
  Record record = withRole("final", tileX, 1);
  record.session = session;
  record.date = date;
  return record;
}

TEST(RecordIndex, OfSessionsThatContradictEachOtherTheNewerCounts) {
  Record older = inSession("a", "2026-11-26T00:00:00Z", 3);
  Record newer = inSession("b", "2026-11-27T00:00:00Z", 4);
  older.outcome.ms = 0.1;
  EXPECT_EQ(chosen({older, newer}), 4);
  EXPECT_EQ(chosen({newer, older}), 4);
}

TEST(RecordIndex, WhatWasMeasuredHereWithTheseVersionsComesFirst) {
  auto check = [](const char *what, auto change) {
    Record here = inSession("a", "2026-11-26T00:00:00Z", 3);
    Record other = inSession("b", "2026-11-27T00:00:00Z", 4);
    change(other);
    EXPECT_EQ(chosen({here, other}), 3) << what;
    RecordIndex index = indexOf({other});
    auto found = index.best(sampleProblem(), sampleTarget());
    ASSERT_TRUE(found) << what;
    EXPECT_EQ(found->trust, Trust::Hint) << what;
    EXPECT_EQ(found->plan.get("tile_x", -1), 4) << what;
  };
  check("hardware", [](Record &record) { record.hardware["cpu"] = "Another CPU"; });
  check("convwright", [](Record &record) { record.convwrightVersion = "0.0.1"; });
  check("halide", [](Record &record) { record.halideVersion = "20.0.0"; });
  check("template", [](Record &record) { record.templateVersion += 1; });
  check("threads", [](Record &record) { record.problem.threads = 2; });
  check("static model", [](Record &record) { record.measure = "static"; });
}

TEST(RecordIndex, TheDefaultOfAnotherVersionDoesNotReplaceTodays) {
  Record standard = inSession("a", "2026-11-26T00:00:00Z", 3);
  standard.role = "default";
  standard.templateVersion += 1;
  Record winner = inSession("a", "2026-11-26T00:00:00Z", 4);
  winner.role = "candidate";
  winner.outcome.better = true;
  winner.templateVersion = standard.templateVersion;
  RecordIndex index = indexOf({standard});
  Lookup lookup = index.look(sampleProblem(), sampleTarget());
  EXPECT_FALSE(lookup.found);
  EXPECT_THAT(lookup.passedOver,
              ::testing::ElementsAre(HasSubstr("nothing was better than the default of then")));
  EXPECT_EQ(chosen({standard, winner}), 4);
}

TEST(RecordIndex, OtherThreadsAreNearerThanOtherHardwareAndAnythingMeasuredThanAnEstimate) {
  Record threads = inSession("a", "2026-11-24T00:00:00Z", 2);
  threads.problem.threads = 2;
  Record hardware = inSession("b", "2026-11-25T00:00:00Z", 3);
  hardware.hardware["cpu"] = "Another CPU";
  Record estimate = inSession("c", "2026-11-26T00:00:00Z", 4);
  estimate.measure = "static";
  EXPECT_EQ(chosen({estimate, hardware, threads}), 2);
  EXPECT_EQ(chosen({estimate, hardware}), 3);
}

TEST(RecordIndex, OtherTargetsSayNothing) {
  Record other = inSession("a", "2026-11-26T00:00:00Z", 3);
  other.problem.target = "x86-64-v4";
  EXPECT_EQ(chosen({other}), 0);
}

TEST(RecordIndex, SimilarProblemsComeLastAndAreMarked) {
  Record similar = inSession("a", "2026-11-27T00:00:00Z", 3);
  similar.problem = sampleProblem(/*relu=*/false);
  RecordIndex index = indexOf({similar});
  auto found = index.best(sampleProblem(), sampleTarget());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->trust, Trust::Similar);
  EXPECT_THAT(found->note, HasSubstr("other work around the same convolutions"));
  Record hint = inSession("b", "2026-11-20T00:00:00Z", 4);
  hint.hardware["cpu"] = "Another CPU";
  EXPECT_EQ(chosen({similar, hint}), 4);
}

TEST(RecordIndex, PlansThatAreNotValidArePassedOverAndReported) {
  Record bad = inSession("b", "2026-11-27T00:00:00Z", 12345);
  Record good = inSession("a", "2026-11-26T00:00:00Z", 3);
  EXPECT_EQ(chosen({bad, good}), 3);
  RecordIndex index = indexOf({bad, good});
  Lookup lookup = index.look(sampleProblem(), sampleTarget());
  ASSERT_EQ(lookup.passedOver.size(), 1u);
  EXPECT_THAT(lookup.passedOver[0], HasSubstr("cannot take tile_x = 12345"));
}

TEST(RecordIndex, SourcesSayWhetherAnythingRan) {
  Record measured = inSession("a", "2026-11-26T00:00:00Z", 3), estimate = measured;
  estimate.measure = "static";
  auto sourceOf = [](const Record &record) {
    return indexOf({record}).best(sampleProblem(), sampleTarget())->plan.source;
  };
  EXPECT_EQ(sourceOf(measured), PlanSource::Record);
  EXPECT_EQ(sourceOf(estimate), PlanSource::Model);
}

TEST(RecordIndex, NotesSayWhatPeopleAskFor) {
  Record final = inSession("a", "2026-11-27T02:00:00Z", 3);
  final.outcome.ms = 1.25;
  final.outcome.ratio = 1.08;
  final.hardware = {{"cpu", "AMD\033[31m EPYC"}};
  RecordIndex index = indexOf({final});
  EXPECT_EQ(index.best(sampleProblem(), sampleTarget())->note,
            "measured 1.25 ms, 1.08 x the default, 2026-11-27, AMD [31m EPYC, on other hardware");
}

TEST(RecordIndex, OfGivesEveryRecordOfTheProblem) {
  Record other = withRole("candidate", 3, 1);
  other.problem = sampleProblem(/*relu=*/false);
  RecordIndex index = indexOf({withRole("default", 5, 2), other, better(4, 1)});
  EXPECT_EQ(index.of(sampleProblem()).size(), 2u);
  EXPECT_EQ(index.all().records.size(), 3u);
}

//===----------------------------------------------------------------------===//
// The compiler's advisor
//===----------------------------------------------------------------------===//

std::shared_ptr<const RecordIndex> shared(std::vector<Record> records) {
  return std::make_shared<RecordIndex>(RecordSet{std::move(records), {}, {}});
}

TEST(Advisor, TheUsersRecordsComeBeforeShippedOnes) {
  auto own = shared({inSession("a", "2026-11-20T00:00:00Z", 3)});
  auto shipped = shared({inSession("b", "2026-11-27T00:00:00Z", 4)});
  Kernel kernel = sampleProblem().kernel;
  auto adviceOf = [&](const Advisor &advisor) { return advisor(kernel, sampleTarget(), {}); };
  EXPECT_EQ(adviceOf(adviseFrom(own, shipped, 1)).plan->get("tile_x", 0), 3);
  Advice advice = adviceOf(adviseFrom(nullptr, shipped, 1));
  EXPECT_EQ(advice.plan->get("tile_x", 0), 4);
  EXPECT_THAT(advice.notes, ::testing::ElementsAre(HasSubstr("shipped record: measured 1 ms")));
  EXPECT_FALSE(adviceOf(adviseFrom(nullptr, nullptr, 1)).plan);
}

TEST(Advisor, ShippedRecordsOfThisProblemComeBeforeTheUsersOfSimilarOnes) {
  Record similar = inSession("a", "2026-11-27T00:00:00Z", 3);
  similar.problem = sampleProblem(/*relu=*/false);
  auto advisor = adviseFrom(shared({similar}), shared({inSession("b", "", 4)}), 1);
  EXPECT_EQ(advisor(sampleProblem().kernel, sampleTarget(), {}).plan->get("tile_x", 0), 4);
}

TEST(Advisor, WhatTheUserAskedForStands) {
  auto advisor = adviseFrom(shared({inSession("a", "", 3)}), nullptr, 1);
  Kernel kernel = sampleProblem().kernel;
  EXPECT_TRUE(advisor(kernel, sampleTarget(), {"direct", {}, 0}).plan);
  EXPECT_FALSE(advisor(kernel, sampleTarget(), {"direct", {{"tile_x", 5}}, 0}).plan);
  Advice other = advisor(kernel, sampleTarget(), {"loops", {}, 0});
  EXPECT_FALSE(other.plan);
  EXPECT_THAT(other.notes, ::testing::ElementsAre(HasSubstr("'loops' was asked for")));
  Advice strict = advisor(kernel, sampleTarget(), {"", {}, 1e-9});
  EXPECT_FALSE(strict.plan);
  EXPECT_THAT(strict.notes, ::testing::ElementsAre(HasSubstr("more than the tolerance")));
}

TEST(Advisor, HintsAreSaidToBeHints) {
  Record other = inSession("a", "", 3);
  other.hardware["cpu"] = "Another CPU";
  auto advisor = adviseFrom(shared({other}), nullptr, 1);
  Advice advice = advisor(sampleProblem().kernel, sampleTarget(), {});
  EXPECT_THAT(advice.notes, ::testing::ElementsAre(HasSubstr("record, used as a hint: measured")));
}

} // namespace
