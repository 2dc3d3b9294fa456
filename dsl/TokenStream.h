//===- TokenStream.h - tokens with a look ahead ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_TOKENSTREAM_H
#define CONVWRIGHT_DSL_TOKENSTREAM_H

#include "dsl/Lexer.h"

#include <deque>
#include <string>
#include <vector>

namespace convwright::dsl {

/// What the parser reads: tokens without comments. Documentation stays with the token that it
/// precedes until it is asked for.
class TokenStream {
public:
  TokenStream(DiagnosticEngine &engine, unsigned bufferId)
      : engine(engine), lexer(engine, bufferId) {}

  /// The token `ahead` places after the next one.
  const Token &peek(size_t ahead = 0);
  /// Passes the next token. Documentation before it that nobody took gets a warning.
  Token take();
  /// The documentation before the next token, without slashes, lines joined by '\n'.
  std::string takeDocumentation();
  /// The end of the token taken last.
  llvm::SMLoc previousEnd() const { return lastEnd; }

private:
  struct Entry {
    Token token;
    std::vector<Token> documentation;
  };
  Entry read();

  DiagnosticEngine &engine;
  Lexer lexer;
  std::deque<Entry> ahead;
  llvm::SMLoc lastEnd;
};

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_TOKENSTREAM_H
