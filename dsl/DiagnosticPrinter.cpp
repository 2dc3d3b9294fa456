//===- DiagnosticPrinter.cpp - a message with its source line -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <algorithm>

namespace convwright::dsl {

static constexpr size_t WindowWidth = 120;      // columns shown of a longer line
static constexpr size_t WindowBeforeCaret = 40; // of these, before the caret
static constexpr size_t TabWidth = 8;

namespace {

/// A source line as a terminal shows it: tabs expanded, unprintable bytes replaced, one cell a code
/// point. `column[i]` is the cell of byte i.
struct ShownLine {
  const char *begin, *end;
  std::vector<std::string> cells;
  std::vector<size_t> column;

  size_t columnOf(const char *at) const {
    return column[std::clamp<ptrdiff_t>(at - begin, 0, end - begin)];
  }
  bool contains(const char *at) const { return begin <= at && at <= end; }
};

} // namespace

static size_t codePointLength(const char *at, const char *end) {
  auto *bytes = reinterpret_cast<const llvm::UTF8 *>(at);
  size_t length = llvm::getNumBytesForUTF8(*bytes);
  bool legal =
      length <= static_cast<size_t>(end - at) && llvm::isLegalUTF8Sequence(bytes, bytes + length);
  return legal ? length : 0;
}

static ShownLine showLine(llvm::StringRef buffer, const char *location) {
  ShownLine line{location, location, {}, {}};
  while (line.begin != buffer.begin() && line.begin[-1] != '\n')
    --line.begin;
  while (line.end != buffer.end() && *line.end != '\n' && *line.end != '\r')
    ++line.end;
  for (const char *at = line.begin; at != line.end;) {
    size_t length = codePointLength(at, line.end);
    line.column.insert(line.column.end(), std::max<size_t>(length, 1), line.cells.size());
    if (*at == '\t')
      line.cells.insert(line.cells.end(), TabWidth - line.cells.size() % TabWidth, " ");
    else if (length == 0 || (length == 1 && !llvm::isPrint(*at)))
      line.cells.push_back("?");
    else
      line.cells.push_back(std::string(at, length));
    at += std::max<size_t>(length, 1);
  }
  line.column.push_back(line.cells.size());
  return line;
}

static void underline(std::string &marks, const ShownLine &line, llvm::SMRange range) {
  if (!range.isValid() || range.End.getPointer() < line.begin ||
      range.Start.getPointer() > line.end)
    return;
  size_t first = line.columnOf(range.Start.getPointer());
  size_t last = line.columnOf(range.End.getPointer());
  if (marks.size() < last)
    marks.resize(last, ' ');
  std::fill(marks.begin() + first, marks.begin() + std::max(first, last), '~');
}

/// The caret under the place, ~ under the rest of the range and under the spans.
static std::string makeMarks(const ShownLine &line, const Message &message) {
  std::string marks;
  for (llvm::SMRange span : message.spans)
    underline(marks, line, span);
  underline(marks, line, message.range);
  size_t caret = line.columnOf(message.range.Start.getPointer());
  if (marks.size() <= caret)
    marks.resize(caret + 1, ' ');
  marks[caret] = '^';
  return marks;
}

/// The texts of the fixes under the places that they replace or are put before.
static std::string makeFixes(const ShownLine &line, const Message &message) {
  std::string fixes;
  for (const FixIt &fix : message.fixIts) {
    bool shown = line.contains(fix.range.Start.getPointer()) && !fix.text.empty() &&
                 !llvm::StringRef(fix.text).contains('\n');
    if (!shown)
      continue;
    size_t column = line.columnOf(fix.range.Start.getPointer());
    if (!fixes.empty())
      column = std::max(column, fixes.size() + 1);
    fixes.resize(column, ' ');
    fixes += fix.text;
  }
  return fixes;
}

static void printRow(llvm::raw_ostream &out, llvm::StringRef row) {
  if (!row.trim().empty())
    out << row.rtrim() << '\n';
}

static std::string cut(const std::string &row, size_t from, size_t width) {
  return row.size() <= from ? "" : row.substr(from, width);
}

static void printSource(llvm::raw_ostream &out, llvm::StringRef buffer, const Message &message) {
  ShownLine line = showLine(buffer, message.range.Start.getPointer());
  std::string marks = makeMarks(line, message);
  size_t from = 0, width = std::max(line.cells.size(), marks.size());
  size_t caret = line.columnOf(message.range.Start.getPointer());
  if (line.cells.size() > WindowWidth) {
    from = caret > WindowBeforeCaret ? caret - WindowBeforeCaret : 0;
    width = WindowWidth;
  }
  std::string shown;
  for (size_t i = from; i < std::min(line.cells.size(), from + width); ++i)
    shown += line.cells[i];
  printRow(out, shown);
  printRow(out, cut(marks, from, width));
  printRow(out, cut(makeFixes(line, message), from, std::string::npos));
}

static llvm::StringRef spell(Severity severity) {
  switch (severity) {
  case Severity::Error:
    return "error: ";
  case Severity::Warning:
    return "warning: ";
  case Severity::Note:
    return "note: ";
  }
  llvm_unreachable("all severities are listed");
}

static llvm::raw_ostream::Colors colorOf(Severity severity) {
  switch (severity) {
  case Severity::Error:
    return llvm::raw_ostream::RED;
  case Severity::Warning:
    return llvm::raw_ostream::MAGENTA;
  case Severity::Note:
    return llvm::raw_ostream::CYAN;
  }
  llvm_unreachable("all severities are listed");
}

static void printHead(llvm::raw_ostream &out, const Message &message, llvm::StringRef place) {
  bool colors = out.has_colors();
  if (colors)
    out.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  out << place;
  if (colors)
    out.changeColor(colorOf(message.severity), /*Bold=*/true);
  out << spell(message.severity);
  if (colors)
    out.resetColor();
  out << message.text << '\n';
}

void printMessage(llvm::raw_ostream &out, const llvm::SourceMgr &sources, const Message &message) {
  unsigned bufferId =
      message.range.isValid() ? sources.FindBufferContainingLoc(message.range.Start) : 0;
  if (bufferId == 0)
    return printHead(out, message, "");
  const llvm::MemoryBuffer &buffer = *sources.getMemoryBuffer(bufferId);
  auto [line, column] = sources.getLineAndColumn(message.range.Start, bufferId);
  std::string place =
      (buffer.getBufferIdentifier() + ":" + llvm::Twine(line) + ":" + llvm::Twine(column) + ": ")
          .str();
  printHead(out, message, place);
  printSource(out, buffer.getBuffer(), message);
}

} // namespace convwright::dsl
