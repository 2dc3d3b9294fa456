//===- Diagnostics.h - what is said about a .conv file ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   engine.report(DiagId::GroupsDoNotDivide, groups.range, 3, 64)
//       .constraint("C11")
//       .note(DiagId::NoteChannelsComeFrom, x.range, "x")
//       .fixIt(groups.value.range, "2");
//
// prints, when the statement ends,
//
//   net.conv:4:30: error: groups = 3 does not divide C = 64 [C11]
//     y = conv2d(x, w, groups = 3);
//                      ^~~~~~~~~~
//                               2
//   net.conv:2:14: note: ...
//
// All texts are rows of Diagnostics.def. After MaxErrors errors one more line is printed, then
// nothing.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_DIAGNOSTICS_H
#define CONVWRIGHT_DSL_DIAGNOSTICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/SMLoc.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace convwright::dsl {

enum class DiagId : uint16_t {
#define DIAGNOSTIC(Id, owner, severity, text, hint) Id,
#include "dsl/Diagnostics.def"
};

enum class Severity : uint8_t { Error, Warning, Note };

/// Whose tests hold the golden text: tests/dsl or tests/compiler.
enum class DiagOwner : uint8_t { Parser, Import };

/// A row of Diagnostics.def.
struct DiagInfo {
  DiagId id;
  llvm::StringRef name; // "ExpectedToken"
  DiagOwner owner;
  Severity severity;
  llvm::StringRef text; // with {0}, {1} for the arguments
  llvm::StringRef hint; // printed as a last note; may use the arguments; may be empty
};

/// Every row, in the order of the file.
llvm::ArrayRef<DiagInfo> allDiagnostics();
const DiagInfo &info(DiagId id);

/// An argument of a diagnostic's text.
class DiagArg {
public:
  DiagArg(llvm::StringRef text) : text(text.str()) {}
  DiagArg(const char *text) : text(text) {}
  DiagArg(std::string text) : text(std::move(text)) {}
  DiagArg(double value);
  template <typename Int, std::enable_if_t<std::is_integral_v<Int>, int> = 0>
  DiagArg(Int value) : text(std::to_string(value)) {}

  llvm::StringRef str() const { return text; }

private:
  std::string text;
};

/// A change to the source that would mend an error: the text of `range` becomes `text`.
struct FixIt {
  llvm::SMRange range;
  std::string text;
};

/// One message, as it is about to be printed.
struct Message {
  DiagId id;
  Severity severity;
  std::string text;
  llvm::SMRange range;                       // the caret stands at its start
  llvm::SmallVector<llvm::SMRange, 2> spans; // further underlined parts of the same line
  llvm::SmallVector<FixIt, 1> fixIts;
};

class DiagnosticEngine;

/// Collects the notes and fixes of one diagnostic; prints when destroyed.
class [[nodiscard]] DiagnosticBuilder {
public:
  DiagnosticBuilder(DiagnosticBuilder &&other) noexcept;
  DiagnosticBuilder(const DiagnosticBuilder &) = delete;
  DiagnosticBuilder &operator=(DiagnosticBuilder &&) = delete;
  ~DiagnosticBuilder();

  /// A note that points elsewhere; an invalid range makes it a note without a place.
  template <typename... Args>
  DiagnosticBuilder &note(DiagId id, llvm::SMRange range, Args &&...args) {
    return addNote(id, range, {DiagArg(std::forward<Args>(args))...});
  }
  /// Underlines another part of the line. This and what follows belong to the error itself,
  /// wherever in the chain they stand.
  DiagnosticBuilder &span(llvm::SMRange range);
  /// Proposes a change. The text is shown under the line.
  DiagnosticBuilder &fixIt(llvm::SMRange range, llvm::StringRef text);
  /// Names the numbered constraint of compiler/IR/SPEC.md: " [C11]" after the message.
  DiagnosticBuilder &constraint(llvm::StringRef label);

private:
  friend class DiagnosticEngine;
  DiagnosticBuilder(DiagnosticEngine &engine, Message message, std::string hint);
  DiagnosticBuilder &addNote(DiagId id, llvm::SMRange range, llvm::ArrayRef<DiagArg> args);

  DiagnosticEngine *engine; // null once moved from
  std::vector<Message> messages;
  std::string hint;
};

/// Prints diagnostics about the buffers of a SourceMgr, in the order in which they are reported.
class DiagnosticEngine {
public:
  /// Errors printed before the engine gives up.
  static constexpr unsigned MaxErrors = 20;

  /// Colours are used when `out` is a terminal that has them.
  DiagnosticEngine(const llvm::SourceMgr &sources, llvm::raw_ostream &out)
      : sources(sources), out(out) {}
  DiagnosticEngine(const DiagnosticEngine &) = delete;
  DiagnosticEngine &operator=(const DiagnosticEngine &) = delete;

  /// An invalid range (`llvm::SMRange()`) makes a message without a place.
  template <typename... Args>
  DiagnosticBuilder report(DiagId id, llvm::SMRange range, Args &&...args) {
    return make(id, range, {DiagArg(std::forward<Args>(args))...});
  }

  /// Errors reported so far, those that were not printed included.
  unsigned errorCount() const { return errors; }
  bool hasErrors() const { return errors != 0; }
  /// Whether further errors will not be printed: a caller may stop looking for them.
  bool limitReached() const { return errors > MaxErrors; }
  /// Every diagnostic printed so far.
  llvm::ArrayRef<DiagId> printed() const { return printedIds; }
  const llvm::SourceMgr &sourceMgr() const { return sources; }

private:
  friend class DiagnosticBuilder;
  DiagnosticBuilder make(DiagId id, llvm::SMRange range, llvm::ArrayRef<DiagArg> args);
  void emit(llvm::ArrayRef<Message> messages, llvm::StringRef hint);
  void print(const Message &message);

  const llvm::SourceMgr &sources;
  llvm::raw_ostream &out;
  unsigned errors = 0;
  std::vector<DiagId> printedIds;
  llvm::StringSet<> hints; // given so far
};

/// Prints one message as clang does: place, severity, text, source line, underline, fix. Long lines
/// are cut to the part around the caret.
void printMessage(llvm::raw_ostream &out, const llvm::SourceMgr &sources, const Message &message);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_DIAGNOSTICS_H
