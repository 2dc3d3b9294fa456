//===- Bounds.cpp - durations and percentages as people type them -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/Bounds.h"

#include <charconv>
#include <cmath>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

/// A number at the beginning of `rest`, which then begins behind it.
bool takeNumber(std::string_view &rest, double &number) {
  auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number))
    return false;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  return true;
}

double secondsOf(char unit) {
  switch (unit) {
  case 's':
    return 1;
  case 'm':
    return 60;
  case 'h':
    return 3600;
  case 'd':
    return 86400;
  default:
    return 0;
  }
}

} // namespace

Result<double> parseDuration(const std::string &text) {
  Error wrong{"'" + text + "' is not a duration; write for example 90s, 10m, 1.5h or 1h30m"};
  std::string_view rest = text;
  double total = 0, number = 0;
  do {
    if (!takeNumber(rest, number) || number < 0)
      return wrong;
    double unit = rest.empty() ? 1 : secondsOf(rest.front());
    if (unit == 0 || (rest.empty() && total > 0))
      return wrong;
    rest.remove_prefix(std::min<size_t>(1, rest.size()));
    total += number * unit;
  } while (!rest.empty());
  return total > 0 ? Result<double>(total) : wrong;
}

Result<double> parseShare(const std::string &text) {
  std::string_view rest = text;
  double number = 0;
  if (takeNumber(rest, number) && (rest.empty() || rest == "%")) {
    number /= rest.empty() ? 1 : 100;
    if (number > 0 && number < 1)
      return number;
  }
  return Error{"'" + text + "' is not a share between 0 and 1; write for example 1% or 0.01"};
}

std::string spellSeconds(double seconds) {
  long whole = std::lround(seconds);
  auto text = [](long number, const char *unit) { return std::to_string(number) + unit; };
  if (whole < 60)
    return text(whole, " s");
  if (whole < 3600)
    return text(whole / 60, " min ") + text(whole % 60, " s");
  return text(whole / 3600, " h ") + text(whole % 3600 / 60, " min");
}

} // namespace convwright::tools
