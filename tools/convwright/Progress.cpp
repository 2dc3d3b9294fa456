//===- Progress.cpp - a line now and then while something takes long ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Progress.h"

#include <cmath>
#include <ostream>
#include <unistd.h>

namespace convwright::tools {
namespace {

constexpr std::chrono::seconds silence{2}, interval{1};

/// "about 1 min 20 s".
std::string spellDuration(double seconds) {
  long whole = std::lround(seconds);
  if (whole < 60)
    return "about " + std::to_string(whole) + " s";
  return "about " + std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

} // namespace

Progress::Mode Progress::chooseMode(bool asked) {
  if (isatty(STDERR_FILENO))
    return Mode::Terminal;
  return asked ? Mode::Lines : Mode::Off;
}

Progress::~Progress() { pause(); }

void Progress::pause() {
  std::lock_guard lock(mutex);
  if (lineOpen)
    out << "\r\033[K" << std::flush;
  lineOpen = false;
}

bool Progress::isDue(Clock::time_point now) {
  if (mode == Mode::Off || now - begin < silence || now - last < interval)
    return false;
  last = now;
  return true;
}

void Progress::print(const std::string &line) {
  if (mode == Mode::Terminal) {
    out << '\r' << line << "\033[K" << std::flush;
    lineOpen = true;
  } else {
    out << line << std::endl;
  }
}

void Progress::say(const std::string &text, Clock::time_point now) {
  std::lock_guard lock(mutex);
  if (isDue(now))
    print(activity + ": " + text);
}

void Progress::update(size_t done, size_t total, const std::string &what, Clock::time_point now) {
  std::lock_guard lock(mutex);
  if (!isDue(now))
    return;
  std::string line = activity + ": " + std::to_string(done) + " of " + std::to_string(total);
  if (!what.empty())
    line += " (" + what + ")";
  if (done > 0 && done < total) {
    double elapsed = std::chrono::duration<double>(now - begin).count();
    line += ", " + spellDuration(elapsed / done * (total - done)) + " to go";
  }
  print(line);
}

} // namespace convwright::tools
