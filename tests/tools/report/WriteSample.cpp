//===- WriteSample.cpp - records for trying out the report --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// usage: report_sample [LAYERS] >records.jsonl
//
//===----------------------------------------------------------------------===//

#include "tests/tools/report/SampleRun.h"

#include <cstdio>
#include <cstdlib>

using namespace convwright::report::testing;

int main(int count, char **arguments) {
  long layers = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 12;
  for (long i = 0; i < layers; ++i) {
    SampleRun run;
    int64_t size = 56 >> (i % 4), channels = 32LL << (i % 4);
    bool point = i % 3 == 1;
    run.layer = {.C = channels,
                 .H = size,
                 .W = size,
                 .K = channels * (1 + i % 2),
                 .R = point ? 1 : 3,
                 .S = point ? 1 : 3,
                 .padH = point ? 0 : 1,
                 .padW = point ? 0 : 1};
    if (i % 5 == 4)
      run.layer.groups = run.layer.K = run.layer.C;
    run.name = "net_" + std::to_string(run.layer.R) + "x" + std::to_string(run.layer.S) + "_" +
               std::to_string(run.layer.C) + "-" + std::to_string(run.layer.K) + "@" +
               std::to_string(size);
    run.seed = static_cast<uint64_t>(i) + 1;
    run.session = "2026-11-27T02:00:00Z-" + std::to_string(i / 8 + 1);
    run.trials = 40 + static_cast<int>(i * 37 % 120);
    run.noise = i % 7 == 3 ? 0.03 : 0.006;
    run.finished = i % 6 != 5;
    for (const auto &record : sampleRecords(run))
      std::puts(toLine(record).c_str());
  }
  return 0;
}
