//===- Lexer.cpp - characters to tokens -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace convwright::dsl {

static bool isWordStart(char c) { return llvm::isAlpha(c) || c == '_'; }
static bool isWordPart(char c) { return llvm::isAlnum(c) || c == '_'; }
static bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string describe(TokenKind kind) {
  switch (kind) {
  case TokenKind::EndOfFile:
    return "the end of the file";
#define PUNCTUATION(Name, spelling)                                                                \
  case TokenKind::Name:                                                                            \
    return "'" spelling "'";
#define KEYWORD(Name, spelling) PUNCTUATION(Name, spelling)
#define TOKEN(Name, spelling)                                                                      \
  case TokenKind::Name:                                                                            \
    return spelling;
#include "dsl/Tokens.def"
  }
  llvm_unreachable("every kind has a row");
}

llvm::SMRange Token::range() const {
  return {llvm::SMLoc::getFromPointer(text.begin()), llvm::SMLoc::getFromPointer(text.end())};
}

std::string Token::describe() const {
  if (is(TokenKind::Identifier) || is(TokenKind::Number))
    return ("'" + text + "'").str();
  return dsl::describe(kind);
}

Lexer::Lexer(DiagnosticEngine &engine, unsigned bufferId) : engine(engine) {
  llvm::StringRef buffer = engine.sourceMgr().getMemoryBuffer(bufferId)->getBuffer();
  position = buffer.begin();
  end = buffer.end();
  if (buffer.starts_with("\xEF\xBB\xBF")) // a byte order mark, as some editors write it
    position += 3;
}

llvm::SMRange Lexer::rangeFrom(const char *start) const {
  return {llvm::SMLoc::getFromPointer(start), llvm::SMLoc::getFromPointer(position)};
}

Token Lexer::make(TokenKind kind, const char *start) const {
  Token token;
  token.kind = kind;
  token.text = llvm::StringRef(start, position - start);
  return token;
}

/// Returns how many line ends were passed.
unsigned Lexer::skipSpace() {
  unsigned newlines = 0;
  for (; !atEnd() && isSpace(*position); ++position)
    newlines += *position == '\n';
  return newlines;
}

Token Lexer::next() {
  unsigned newlines = 0;
  auto finish = [&](Token token) {
    token.newlinesBefore = newlines;
    return token;
  };
  while (true) {
    newlines += skipSpace();
    if (atEnd())
      return finish(make(TokenKind::EndOfFile, position));
    if (peek() == '/' && peek(1) == '/')
      return finish(lexComment());
    if (isWordStart(peek()))
      return finish(lexWord());
    if (llvm::isDigit(peek()) || (peek() == '.' && llvm::isDigit(peek(1))))
      return finish(lexNumber());
    if (peek() == '"')
      return finish(lexString());
    std::optional<Token> token = lexPunctuation();
    if (!token)
      token = lexUnknown();
    if (token)
      return finish(*token);
  }
}

/// `//` to the end of the line. Exactly three slashes make documentation.
Token Lexer::lexComment() {
  const char *start = position;
  bool documentation = peek(2) == '/' && peek(3) != '/';
  skipLine();
  Token token = make(documentation ? TokenKind::Documentation : TokenKind::Comment, start);
  token.text = token.text.rtrim(" \t\r");
  return token;
}

Token Lexer::lexWord() {
  const char *start = position;
  while (!atEnd() && isWordPart(*position))
    ++position;
  Token token = make(TokenKind::Identifier, start);
#define KEYWORD(Name, spelling)                                                                    \
  if (token.text == (spelling))                                                                    \
    token.kind = TokenKind::Name;
#include "dsl/Tokens.def"
  return token;
}

std::optional<Token> Lexer::lexPunctuation() {
  const char *start = position;
  llvm::StringRef rest(position, end - position);
#define PUNCTUATION(Name, spelling)                                                                \
  if (rest.starts_with(spelling)) {                                                                \
    position += sizeof(spelling) - 1;                                                              \
    return make(TokenKind::Name, start);                                                           \
  }
#include "dsl/Tokens.def"
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Numbers and strings
//===----------------------------------------------------------------------===//

/// Digits [. digits] [e [+-] digits]. Two points are not part of it: `1..32` is a range.
Token Lexer::lexNumber() {
  const char *start = position;
  auto skipDigits = [&] {
    while (llvm::isDigit(peek()))
      ++position;
  };
  bool isInteger = true;
  skipDigits();
  if (peek() == '.' && peek(1) != '.') {
    isInteger = false;
    ++position;
    skipDigits();
  }
  if (peek() == 'e' || peek() == 'E') {
    size_t sign = peek(1) == '+' || peek(1) == '-';
    if (llvm::isDigit(peek(1 + sign))) {
      isInteger = false;
      position += 1 + sign;
      skipDigits();
    }
  }
  bool wellFormed = !isWordPart(peek());
  while (isWordPart(peek()))
    ++position;
  Token token = make(TokenKind::Number, start);
  if (!wellFormed)
    (void)engine.report(DiagId::MalformedNumber, token.range(), token.text);
  else if (isInteger)
    readInteger(token);
  else
    readFloat(token);
  return token;
}

void Lexer::readInteger(Token &token) {
  int64_t value = 0;
  if (token.text.getAsInteger(10, value)) {
    (void)engine.report(DiagId::IntegerTooLarge, token.range(), token.text);
    value = 0;
  }
  token.integer = value;
  token.number = static_cast<double>(value);
}

void Lexer::readFloat(Token &token) {
  auto [rest, error] = std::from_chars(token.text.begin(), token.text.end(), token.number);
  if (error == std::errc())
    return;
  // Out of range: far too large, or so small that it rounds to zero. strtod tells which.
  token.number = std::strtod(token.text.str().c_str(), nullptr);
  if (std::isfinite(token.number))
    return;
  (void)engine.report(DiagId::NumberTooLarge, token.range(), token.text);
  token.number = 0;
}

Token Lexer::lexString() {
  const char *start = position++;
  while (!atEnd() && *position != '"' && *position != '\n') {
    if (*position != '\\') {
      skipCodePoint();
      continue;
    }
    const char *escape = position++;
    if (peek() == '"' || peek() == '\\') {
      ++position;
    } else if (!atEnd() && *position != '\n') {
      skipCodePoint();
      (void)engine.report(DiagId::UnknownEscape, rangeFrom(escape),
                          llvm::StringRef(escape + 1, position - escape - 1));
    }
  }
  if (peek() == '"') {
    ++position;
    return make(TokenKind::String, start);
  }
  llvm::StringRef text = llvm::StringRef(start, position - start).rtrim(" \t\r");
  llvm::SMLoc close = llvm::SMLoc::getFromPointer(text.end());
  engine.report(DiagId::UnterminatedString, {llvm::SMLoc::getFromPointer(start), close})
      .fixIt({close, close}, "\"");
  return make(TokenKind::Invalid, start);
}

std::string unescape(llvm::StringRef quoted) {
  quoted.consume_front("\"");
  std::string text;
  for (size_t i = 0; i < quoted.size() && quoted[i] != '"'; ++i) {
    if (quoted[i] == '\\' && i + 1 < quoted.size())
      ++i;
    text += quoted[i];
  }
  return text;
}

//===----------------------------------------------------------------------===//
// Characters that do not belong
//===----------------------------------------------------------------------===//

/// Passes one code point anywhere but in code, reporting NUL bytes and broken UTF-8.
void Lexer::skipCodePoint() {
  const char *start = position;
  if (*position == '\0') {
    ++position;
    if (!sawNul)
      (void)engine.report(DiagId::NulByte, rangeFrom(start));
    sawNul = true;
    return;
  }
  auto *bytes = reinterpret_cast<const llvm::UTF8 *>(position);
  unsigned length = llvm::getNumBytesForUTF8(*bytes);
  if (length <= static_cast<size_t>(end - position) &&
      llvm::isLegalUTF8Sequence(bytes, bytes + length)) {
    position += length;
    return;
  }
  ++position; // and what is left of the same broken sequence
  while (!atEnd() && (static_cast<unsigned char>(*position) & 0xC0) == 0x80)
    ++position;
  (void)engine.report(DiagId::InvalidUtf8, rangeFrom(start),
                      "0x" + llvm::utohexstr(static_cast<unsigned char>(*start)));
}

void Lexer::skipLine() {
  while (!atEnd() && *position != '\n')
    skipCodePoint();
}

/// What was meant by a character that people paste, or know from Python.
static llvm::StringRef likelyMeaning(llvm::StringRef character) {
  struct Row {
    llvm::StringRef typed, meant;
  };
  static const Row rows[] = {{"#", "//"},      {"'", "\""},      {"\u201C", "\""}, {"\u201D", "\""},
                             {"\u2212", "-"},  {"\u2013", "-"},  {"\u00D7", "*"},  {"\u00B7", "*"},
                             {"\u00F7", "/"},  {"\u2264", "<="}, {"\u2265", ">="}, {"\u2260", "!="},
                             {"\u2192", "->"}, {"\u2026", ".."}};
  for (const Row &row : rows)
    if (row.typed == character)
      return row.meant;
  return "";
}

/// What to write for an operator of another language; empty: nothing in particular.
static std::pair<llvm::StringRef, llvm::StringRef> foreignOperator(llvm::StringRef character) {
  struct Row {
    llvm::StringRef typed, write, meaning;
  };
  static const Row rows[] = {{"?", "where(a < b, x, y)", "a choice"},
                             {"^", "v * v", "a power"},
                             {"&", "where(a < b, where(c < d, x, y), y)", "'and'"},
                             {"|", "where(a < b, x, where(c < d, x, y))", "'or'"}};
  for (const Row &row : rows)
    if (row.typed == character)
      return {row.write, row.meaning};
  return {};
}

/// Passes a run of characters that begin no token, with one message for the run. NUL bytes and
/// comments in Python's style leave no token behind.
std::optional<Token> Lexer::lexUnknown() {
  const char *start = position;
  unsigned errorsBefore = engine.errorCount();
  bool nul = *position == '\0';
  skipCodePoint();
  if (nul)
    return std::nullopt;
  if (engine.errorCount() != errorsBefore)
    return make(TokenKind::Invalid, start);
  llvm::StringRef character(start, position - start);
  llvm::StringRef meant = likelyMeaning(character);
  if (!meant.empty())
    return lexLookalike(character, meant);
  while (llvm::StringRef(position, end - position).starts_with(character))
    position += character.size();
  std::string shown = character.size() == 1 && !llvm::isPrint(character[0])
                          ? "\\x" + llvm::utohexstr(character[0], false, 2)
                          : character.str();
  DiagnosticBuilder diagnostic = engine.report(DiagId::InvalidCharacter, rangeFrom(start), shown);
  if (auto [write, meaning] = foreignOperator(character); !write.empty())
    diagnostic.note(DiagId::NoteInstead, llvm::SMRange(), write, meaning);
  return make(TokenKind::Invalid, start);
}

/// Reports a character that stands for `meant`, and goes on as if that had been written.
std::optional<Token> Lexer::lexLookalike(llvm::StringRef character, llvm::StringRef meant) {
  engine.report(DiagId::InvalidCharacter, rangeFrom(character.begin()), character)
      .note(DiagId::NoteDidYouMean, llvm::SMRange(), meant)
      .fixIt(rangeFrom(character.begin()), meant);
  if (meant == "//") {
    skipLine();
    return std::nullopt;
  }
#define PUNCTUATION(Name, spelling)                                                                \
  if (meant == (spelling))                                                                         \
    return make(TokenKind::Name, character.begin());
#include "dsl/Tokens.def"
  llvm::StringRef close = character == "'" ? "'" : "\u201D";
  while (!atEnd() && *position != '\n') {
    const char *last = position;
    skipCodePoint();
    if (llvm::StringRef(last, position - last) == close)
      return make(TokenKind::String, character.begin());
  }
  return make(TokenKind::Invalid, character.begin());
}

} // namespace convwright::dsl
