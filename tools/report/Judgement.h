//===- Judgement.h - whether a result is to be believed, in words -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_JUDGEMENT_H
#define CONVWRIGHT_TOOLS_REPORT_JUDGEMENT_H

#include "tools/report/Noise.h"

namespace convwright::report {

enum class Trust : uint8_t {
  Clear,       // the gain's interval is above 1, and was confirmed in a fresh process
  Unconfirmed, // above 1, but no final measurement
  Doubtful,    // the interval holds 1, or is unknown, or the machine was not steady
  Kept,        // nothing better than the default was found
  Estimated,   // a model's numbers, nothing was timed
  Nothing,     // no default or no candidate was timed
};
std::string_view spell(Trust trust); // "clear", "unconfirmed" ...

struct Judgement {
  Trust trust = Trust::Nothing;
  std::string why; // a sentence with the numbers
};
Judgement judge(const LayerRun &run, const Noise &noise);

/// Why a trial is not the winner, in a sentence with the numbers: "4.2 % slower (at least 1.9 %)".
std::string whyLost(const LayerRun &run, const Trial &trial);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_JUDGEMENT_H
