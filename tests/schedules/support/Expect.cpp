//===- Expect.cpp - the checks that every algorithm's tests make -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/Expect.h"

#include <gtest/gtest.h>

#include <sstream>

namespace convwright::schedules::testing {

std::string describe(const Layer &l) {
  std::ostringstream text;
  text << "N" << l.N << " C" << l.C << " H" << l.H << " W" << l.W << " K" << l.K << " filter "
       << l.R << "x" << l.S << " stride " << l.strideH << "," << l.strideW << " pad " << l.padH
       << "," << l.padW << " dilation " << l.dilationH << "," << l.dilationW << " groups "
       << l.groups << " mode " << static_cast<int>(l.mode)
       << (l.in == Layout::ChannelsLast ? " nhwc" : " nchw")
       << (l.out == Layout::ChannelsLast ? "->nhwc" : "->nchw") << (l.symbolic ? " symbolic" : "");
  return text.str();
}

static bool allOutputsAreIntegers(const Kernel &kernel) {
  for (const Output &output : kernel.outputs)
    if (output.type == ElementType::F32)
      return false;
  return true;
}

void expectRight(const Kernel &kernel, const Ask &ask) {
  Result<Target> target = findTarget(ask.target);
  ASSERT_TRUE(target) << target.error().message;
  PlanRequest request;
  request.algorithm = ask.algorithm;
  request.parameters = ask.parameters;
  Result<Choice> choice = choosePlan(kernel, *target, request);
  ASSERT_TRUE(choice) << choice.error().message;
  SCOPED_TRACE(print(choice->plan) + " on " + target->name);
  KernelRunner runner(kernel, choice->plan, *target);
  ASSERT_EQ(runner.error(), "");
  for (const std::vector<int64_t> &sizes : ask.sizes) {
    SCOPED_TRACE(sizes.empty() ? "constant sizes" : "first size " + std::to_string(sizes[0]));
    runner.prepare(sizes);
    RunStatistics run = runner.run(ask.threads);
    EXPECT_EQ(run.status, 0);
    double bound = allOutputsAreIntegers(kernel) ? 0 : errorBound(kernel, choice->plan);
    EXPECT_LE(runner.relativeError(), bound);
    EXPECT_LE(run.peakBytes, runner.declaredScratch(ask.threads));
    EXPECT_FALSE(run.foreignContext)
        << "a parallel body allocated through another worker's context";
    for (size_t i = 0; i < kernel.outputs.size(); ++i)
      EXPECT_TRUE(runner.output(i).isIntact()) << "wrote outside of output " << i;
  }
}

} // namespace convwright::schedules::testing
