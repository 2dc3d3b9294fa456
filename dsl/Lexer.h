//===- Lexer.h - characters to tokens -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_LEXER_H
#define CONVWRIGHT_DSL_LEXER_H

#include "dsl/Diagnostics.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace convwright::dsl {

enum class TokenKind : uint8_t {
  EndOfFile,
#define TOKEN(Name, spelling) Name,
#include "dsl/Tokens.def"
};

/// "';'", "'layer'", "a name" ... for messages.
std::string describe(TokenKind kind);

/// A token is a piece of the buffer; `text` is exactly that piece.
struct Token {
  TokenKind kind = TokenKind::EndOfFile;
  llvm::StringRef text;
  /// Line ends between the token before and this one.
  unsigned newlinesBefore = 0;
  /// Number: the value; an integer when it has neither point nor exponent. A literal that was
  /// reported as broken has the value 0.
  double number = 0;
  std::optional<int64_t> integer;

  bool is(TokenKind other) const { return kind == other; }
  /// Whether this is the contextual word `word` (`weight`, `like`, ...).
  bool isWord(llvm::StringRef word) const { return kind == TokenKind::Identifier && text == word; }
  llvm::SMRange range() const;
  /// "'relu'", "a string", "the end of the file": for "found ..." in messages.
  std::string describe() const;
};

/// Reads a buffer token by token. What is broken is reported and becomes the token that was meant,
/// where that is clear, or Invalid. The stream ends with EndOfFile, which is then returned for
/// ever.
class Lexer {
public:
  Lexer(DiagnosticEngine &engine, unsigned bufferId);

  /// The next token. Comments and documentation are tokens too.
  Token next();

private:
  bool atEnd() const { return position == end; }
  char peek(size_t ahead = 0) const {
    return static_cast<size_t>(end - position) > ahead ? position[ahead] : '\0';
  }
  llvm::SMRange rangeFrom(const char *start) const;
  Token make(TokenKind kind, const char *start) const;

  unsigned skipSpace();
  Token lexComment();
  Token lexWord();
  Token lexNumber();
  Token lexString();
  std::optional<Token> lexPunctuation();
  std::optional<Token> lexUnknown();
  std::optional<Token> lexLookalike(llvm::StringRef character, llvm::StringRef meant);
  void skipLine();
  void skipCodePoint();
  void readInteger(Token &token);
  void readFloat(Token &token);

  DiagnosticEngine &engine;
  const char *position;
  const char *end;
  bool sawNul = false; // reported once a file
};

/// The text that a String token stands for: without quotes, escapes resolved.
std::string unescape(llvm::StringRef quoted);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_LEXER_H
