//===- Progress.h - a line now and then while something takes long --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_PROGRESS_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_PROGRESS_H

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <mutex>
#include <string>

namespace convwright::tools {

/// Says how far a piece of work is and how long it will still take. Silent for the first two
/// seconds, and then at most one line a second (on a terminal the line is overwritten).
/// Threads  update() may be called from any.
class Progress {
public:
  enum class Mode { Off, Lines, Terminal };
  /// Terminal when standard error is one, Lines when `asked` for anyway, otherwise Off.
  static Mode chooseMode(bool asked);

  using Clock = std::chrono::steady_clock;
  Progress(std::ostream &out, Mode mode, std::string activity,
           Clock::time_point begin = Clock::now())
      : out(out), mode(mode), activity(std::move(activity)), begin(begin) {}
  /// Clears the line on a terminal.
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// done of total pieces; `what` is the one just finished or under way.
  void update(size_t done, size_t total, const std::string &what,
              Clock::time_point now = Clock::now());

  /// Takes an open line off the terminal, where something else is to be printed.
  void pause();

  /// "activity: text", for work that does not come in pieces.
  void say(const std::string &text, Clock::time_point now = Clock::now());

private:
  /// Whether it is time for a line.
  bool isDue(Clock::time_point now);
  void print(const std::string &line);

  std::ostream &out;
  Mode mode;
  std::string activity;
  Clock::time_point begin, last;
  std::mutex mutex;
  bool lineOpen = false;
};

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_PROGRESS_H
