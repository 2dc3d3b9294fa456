//===- ParserFuzz.cpp - no text may crash, hang or confuse dsl/ ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any bytes: the parser ends, says at least something when it refuses, and what it accepts can be
// formatted; the formatted text holds the same tokens, is accepted and does not change again.
//
//===----------------------------------------------------------------------===//

#include "dsl/Format.h"
#include "dsl/Lexer.h"
#include "dsl/Parser.h"
#include "tests/fuzz/Require.h"

#include <optional>
#include <string>
#include <vector>

using namespace convwright::dsl;

namespace {

struct Source {
  explicit Source(llvm::StringRef text)
      : buffer(manager.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.conv"),
                                          llvm::SMLoc())) {}
  llvm::SourceMgr manager;
  unsigned buffer;
  std::string messages;
  llvm::raw_string_ostream stream{messages};
  DiagnosticEngine engine{manager, stream};
};

} // namespace

/// Asks the engine, not the text: that may echo "error:" from the source.
static bool printedAnError(const Source &source) {
  for (DiagId id : source.engine.printed())
    if (info(id).severity == Severity::Error)
      return !source.messages.empty();
  return false;
}

static std::vector<std::string> tokensOf(llvm::StringRef text) {
  Source source(text);
  Lexer lexer(source.engine, source.buffer);
  std::vector<std::string> texts;
  for (Token token = lexer.next(); !token.is(TokenKind::EndOfFile); token = lexer.next())
    texts.push_back(token.text.str());
  return texts;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  Source source(text);
  std::optional<std::string> once = format(source.engine, source.buffer);
  require(once.has_value() != source.engine.hasErrors(), "an error is not told", text);
  require(source.engine.hasErrors() == printedAnError(source), "an error has no text", text);
  if (!once)
    return 0;
  require(tokensOf(*once) == tokensOf(text), "formatting changed the tokens", text);
  Source again(*once);
  std::optional<std::string> twice = format(again.engine, again.buffer);
  require(twice.has_value(), "formatted text does not parse", text);
  require(twice == once, "formatting twice changes the text", text);
  return 0;
}
