//===- Assembly.cpp - functions, blocks and loops in a compiler's assembly text ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/Assembly.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>

namespace convwright::schedules {

namespace {

using std::string_view;

string_view trimmed(string_view text) {
  size_t first = text.find_first_not_of(" \t");
  if (first == string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// What follows `mark`, up to white space.
std::optional<string_view> wordAfter(string_view text, string_view mark) {
  size_t at = text.find(mark);
  if (at == string_view::npos)
    return std::nullopt;
  string_view rest = text.substr(at + mark.size());
  return rest.substr(0, rest.find_first_of(" \t:"));
}

/// A line as code and comment. "#" starts a comment on x86, but an immediate on AArch64, whose
/// comments start with "//".
struct Line {
  string_view code, comment;
};
Line split(string_view line, bool aarch64) {
  size_t at = aarch64 ? line.find("//") : line.find('#');
  if (at == string_view::npos)
    return {trimmed(line), {}};
  return {trimmed(line.substr(0, at)), trimmed(line.substr(at))};
}

class AssemblyParser {
public:
  explicit AssemblyParser(string_view text) : aarch64(text.find("// %bb.0:") != text.npos) {
    while (!text.empty()) {
      size_t end = text.find('\n');
      parse(split(text.substr(0, end), aarch64));
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
  }

  std::vector<AsmFunction> functions;

private:
  void parse(const Line &line) {
    string_view comment = line.comment;
    std::optional<string_view> unlabelled = wordAfter(comment, "%bb.");
    if (line.code.starts_with(".Lfunc_end")) {
      open = false;
    } else if (line.code.ends_with(':')) {
      string_view label = line.code.substr(0, line.code.size() - 1);
      // "k_task0:   // @k_task0"
      if (comment.find('@') != comment.npos && !label.starts_with('.'))
        startFunction(label);
      else if (open && label.starts_with(".LBB"))
        startBlock(label.substr(2), comment);
    } else if (open && line.code.empty() && unlabelled) {
      size_t second = comment.find(aarch64 ? "//" : "#", 2);
      startBlock({}, second == comment.npos ? string_view() : comment.substr(second));
    } else if (open && line.code.empty()) {
      note(comment);
    } else if (open && !line.code.starts_with('.') && !functions.back().blocks.empty()) {
      functions.back().blocks.back().text += std::string(line.code) + "\n";
    }
  }

  void startFunction(string_view name) {
    functions.emplace_back().name = name;
    loopOf.clear();
    open = true;
  }

  void startBlock(string_view label, string_view comment) {
    AsmBlock block;
    if (size_t at = comment.find('%'); at != comment.npos) {
      string_view name = trimmed(comment.substr(at + 1));
      if (name.starts_with('"'))
        name = name.substr(1, name.find('"', 1) - 1);
      block.name = name.substr(0, name.find_first_of(" \t"));
    }
    functions.back().blocks.push_back(std::move(block));
    blockLabel = label;
    note(comment);
  }

  /// "=>This Inner Loop Header: Depth=1", "Parent Loop BB0_1 Depth=1", "in Loop: Header=BB0_2 ...".
  void note(string_view comment) {
    AsmFunction &function = functions.back();
    if (function.blocks.empty())
      return;
    AsmBlock &block = function.blocks.back();
    if (auto parent = wordAfter(comment, "Parent Loop "); parent && loopOf.contains(*parent))
      parentLoop = loopOf.find(*parent)->second;
    if (auto header = wordAfter(comment, "Header="); header && loopOf.contains(*header))
      block.loop = loopOf.find(*header)->second;
    if (comment.find("=>") == comment.npos || comment.find("Loop Header") == comment.npos)
      return;
    AsmLoop loop;
    loop.header = block.name;
    loop.parent =
        comment.find("Depth=1") != comment.npos && !depthHasMoreDigits(comment) ? -1 : parentLoop;
    if (loop.parent >= 0)
      function.loops[static_cast<size_t>(loop.parent)].inner = false;
    block.loop = static_cast<int>(function.loops.size());
    loopOf[std::string(blockLabel)] = block.loop;
    function.loops.push_back(std::move(loop));
  }
  static bool depthHasMoreDigits(string_view comment) {
    size_t at = comment.find("Depth=1") + 7;
    return at < comment.size() && std::isdigit(static_cast<unsigned char>(comment[at]));
  }

  bool aarch64, open = false;
  std::string blockLabel;
  int parentLoop = -1;
  std::map<std::string, int, std::less<>> loopOf; // by label, "BB0_1"
};

/// Loops of one function matched with the nest's.
class LoopMatcher {
public:
  LoopMatcher(const AsmFunction &function, const LoopNest &nest, const std::vector<double> &trips)
      : function(function), nest(nest) {
    for (const AsmLoop &loop : function.loops)
      ordinals.push_back(ordinalOf(loop));
    for (size_t i = 0; i < function.loops.size(); ++i)
      shares.push_back(shareOf(i));
    for (size_t i = 0; i < function.loops.size(); ++i)
      counts.push_back(ordinals[i] < 0 ? -1 : shares[i] * trips[static_cast<size_t>(ordinals[i])]);
  }

  /// Iterations of a loop; of one that nothing matches, those of the loop around it.
  double iterations(int loop, double calls) const {
    while (loop >= 0 && counts[static_cast<size_t>(loop)] < 0)
      loop = function.loops[static_cast<size_t>(loop)].parent;
    return loop < 0 ? calls : counts[static_cast<size_t>(loop)];
  }

private:
  /// "3_for_x.us" is loop 3; "3_for_x.preheader" and "3_end_for_x" stand in the loop around it.
  int ordinalOf(const AsmLoop &loop) const {
    string_view header = loop.header;
    size_t number = 0;
    auto [rest, error] = std::from_chars(header.data(), header.data() + header.size(), number);
    if (error != std::errc() || number < 1 || number > nest.loops.size())
      return -1;
    const NestLoop &match = nest.loops[number - 1];
    if (header.starts_with(match.name) && !match.parallel) {
      string_view suffix = header.substr(match.name.size());
      return suffix.find("preheader") == suffix.npos ? static_cast<int>(number - 1) : match.parent;
    }
    return string_view(rest).starts_with("_end_for_") ? match.parent : -1;
  }

  int nestedLoops(size_t loop) const {
    int count = 0;
    for (const AsmLoop &other : function.loops)
      for (int at = other.parent; at >= 0; at = function.loops[static_cast<size_t>(at)].parent)
        count += at == static_cast<int>(loop);
    return count;
  }

  /// LLVM makes copies of a loop for both outcomes of a condition. Copies that lost loops inside
  /// are for extents of zero; the others share the trips.
  double shareOf(size_t loop) const {
    int most = nestedLoops(loop), mine = most, equals = 0;
    for (size_t other = 0; other < ordinals.size(); ++other)
      if (ordinals[other] == ordinals[loop])
        most = std::max(most, nestedLoops(other));
    for (size_t other = 0; other < ordinals.size(); ++other)
      equals += ordinals[other] == ordinals[loop] && nestedLoops(other) == most;
    return mine == most ? 1.0 / equals : 0.0;
  }

  const AsmFunction &function;
  const LoopNest &nest;
  std::vector<int> ordinals;
  std::vector<double> shares, counts;
};

double callsOf(const AsmFunction &function, const LoopNest &nest, const std::vector<double> &trips,
               string_view entry) {
  if (function.name == entry)
    return 1;
  double calls = 0;
  for (size_t i = 0; i < nest.loops.size(); ++i)
    if (nest.loops[i].parallel && nest.loops[i].name == function.name)
      calls += trips[i];
  return calls;
}

} // namespace

std::vector<AsmFunction> parseAssembly(std::string_view text) {
  return AssemblyParser(text).functions;
}

std::vector<std::vector<double>> blockTrips(const std::vector<AsmFunction> &functions,
                                            const LoopNest &nest, const std::vector<double> &trips,
                                            std::string_view entry) {
  std::vector<std::vector<double>> result;
  for (const AsmFunction &function : functions) {
    std::vector<double> &blocks = result.emplace_back();
    double calls = callsOf(function, nest, trips, entry);
    LoopMatcher matcher(function, nest, trips);
    for (const AsmBlock &block : function.blocks)
      blocks.push_back(calls > 0 ? matcher.iterations(block.loop, calls) : 0);
  }
  return result;
}

} // namespace convwright::schedules
