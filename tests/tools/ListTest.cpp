//===- ListTest.cpp - convwright list -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/Schedules.h"
#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>

using namespace convwright::tests;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr const char *layers = "layer dense(x: f32[1, 16, 12, 12] nhwc, weight w: f32[16, 16, 3, "
                               "3]) { return conv2d(x, w); }\n"
                               "layer other(x: f32[1, 16, 12, 12]) { return relu(x); }\n";

} // namespace

TEST(ListCommand, NamesEveryTargetAndEveryAlgorithm) {
  Workplace here;
  Outcome all = here.run({"list"});
  EXPECT_EQ(all.code, 0) << all.err;
  Outcome targets = here.run({"list", "targets"}), algorithms = here.run({"list", "algorithms"});
  EXPECT_EQ(all.out, targets.out + "\n" + algorithms.out);
  for (const auto &target : convwright::schedules::allTargets())
    EXPECT_THAT(targets.out, HasSubstr(target.name + " "));
  EXPECT_THAT(targets.out, HasSubstr("; 'host' on this machine\n"));
  for (const std::string &name : convwright::schedules::algorithmNames()) {
    EXPECT_THAT(algorithms.out, HasSubstr(name + " "));
    EXPECT_THAT(algorithms.out, HasSubstr(convwright::schedules::algorithmSummary(name)));
  }
}

TEST(ListCommand, TargetsUnderOthersNamesGetOurs) {
  Workplace here;
  here.write("a.conv", layers);
  for (const auto &[theirs, ours] :
       std::vector<std::pair<std::string, std::string>>{{"native", "host"},
                                                        {"aarch64", "armv8-a"},
                                                        {"avx2", "x86-64-v3"},
                                                        {"znver3", "x86-64-v3"}}) {
    Outcome outcome = here.run({"compile", "a.conv", "--target", theirs});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("unknown target '" + theirs + "'; did you mean '" + ours +
                                       "'? known targets: host, "));
    EXPECT_EQ(here.run({"list", "algorithms", "a.conv", "--target", ours}).code, 0) << ours;
  }
}

TEST(ListCommand, SaysWhatALayerCanBeComputedWith) {
  Workplace here;
  here.write("a.conv", layers);
  Outcome outcome =
      here.run({"list", "algorithms", "a.conv", "--layer", "dense", "--target", "x86-64-v3"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("layer dense on x86-64-v3\n  kernel "));
  EXPECT_THAT(outcome.out, Not(HasSubstr("layer other")));
  EXPECT_THAT(outcome.out, HasSubstr("    pointwise: cannot: "));
  EXPECT_THAT(outcome.out, HasSubstr("    direct: "));
  EXPECT_THAT(outcome.out, HasSubstr("      tile_x "));
  EXPECT_THAT(here.run({"list", "algorithms", "a.conv"}).out, HasSubstr("layer other"));
}

TEST(ListCommand, ItsParametersAreThoseThatCompileTakes) {
  Workplace here;
  here.write("a.conv", layers);
  std::vector<std::string> command{"compile",   "a.conv",      "--explain", "--target",
                                   "x86-64-v3", "--algorithm", "direct",    "--tune-params"};
  auto with = [&](const std::string &parameters) {
    std::vector<std::string> all = command;
    all.push_back(parameters);
    return here.run(all);
  };
  here.write("a.conv", std::string(layers).substr(0, std::string(layers).find('\n') + 1));
  Outcome fine = with("tile_x=1");
  EXPECT_EQ(fine.code, 0) << fine.err;
  EXPECT_THAT(fine.out, HasSubstr("tile_x = 1"));
  Outcome unknown = with("tile_q=1");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("tile_q"));
  for (const char *bad : {"tile_x", "tile_x=", "=1", "tile_x=1x", "tile_x=99999999999999999999"}) {
    Outcome outcome = with(bad);
    EXPECT_EQ(outcome.code, 2) << bad;
    EXPECT_THAT(outcome.err, HasSubstr("in --tune-params is not NAME=INTEGER")) << bad;
  }
  EXPECT_THAT(with("tile_x=1,tile_x=2").err, HasSubstr("'tile_x' is given twice"));
}

TEST(ListCommand, RefusesWhatItCannotList) {
  Workplace here;
  here.write("a.conv", layers);
  EXPECT_EQ(here.run({"list", "layers"}).code, 2);
  EXPECT_EQ(here.run({"list", "targets", "a.conv"}).code, 2);
  EXPECT_EQ(here.run({"list", "--layer", "dense"}).code, 2);
  EXPECT_EQ(here.run({"list", "algorithms", "nowhere.conv"}).code, 1);
  EXPECT_EQ(here.run({"list", "algorithms", "a.conv", "--target", "znver5"}).code, 2);
  Outcome layer = here.run({"list", "algorithms", "a.conv", "--layer", "dence"});
  EXPECT_EQ(layer.code, 1);
  EXPECT_THAT(layer.err, HasSubstr("did you mean 'dense'?"));
}
