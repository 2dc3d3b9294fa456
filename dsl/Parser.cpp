//===- Parser.cpp - tokens to a tree: what all rules share ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Parser.h"

#include "dsl/ParserImpl.h"

namespace convwright::dsl {

Module parse(DiagnosticEngine &engine, unsigned bufferId) {
  return Parser(engine, bufferId).parseModule();
}

Module Parser::parseModule() {
  Module module;
  while (!at(TokenKind::EndOfFile) && !engine.limitReached())
    parseDeclaration(module);
  if (at(TokenKind::EndOfFile))
    (void)tokens.take(); // so that documentation at the end is noticed
  return module;
}

bool Parser::atDeclaration() {
  return at(TokenKind::Const) || at(TokenKind::Fn) || at(TokenKind::Layer);
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind))
    return false;
  (void)tokens.take();
  return true;
}

bool Parser::expect(TokenKind kind, llvm::StringRef where, const Token *opening) {
  if (accept(kind))
    return true;
  reportExpected(describe(kind), where, opening);
  return false;
}

/// Points behind the token before when the one found stands on a later line, or when a semicolon
/// there is all that is missing.
void Parser::reportExpected(llvm::StringRef what, llvm::StringRef where, const Token *opening) {
  const Token &found = peek();
  if (found.is(TokenKind::Invalid))
    return;
  bool afterValue = what == describe(TokenKind::Semicolon) || what.starts_with("',' or");
  bool semicolon = what == describe(TokenKind::Semicolon) && atNextPart();
  bool behind = tokens.previousEnd().isValid() &&
                (semicolon || found.newlinesBefore > 0 || found.is(TokenKind::EndOfFile));
  llvm::SMRange place = found.range();
  if (behind)
    place = {tokens.previousEnd(), tokens.previousEnd()};
  DiagnosticBuilder diagnostic =
      engine.report(DiagId::ExpectedToken, place, what, where, found.describe());
  if (opening)
    diagnostic.note(DiagId::NoteToMatch, opening->range(), opening->text);
  if (semicolon)
    diagnostic.fixIt(place, ";");
  else if (afterValue && found.is(TokenKind::LeftBracket))
    diagnostic.note(DiagId::NoteNoIndexing, llvm::SMRange());
}

bool Parser::atNextPart() {
  return peek().newlinesBefore > 0 || at(TokenKind::EndOfFile) || at(TokenKind::RightBrace) ||
         at(TokenKind::Return) || atDeclaration() ||
         (at(TokenKind::Identifier) && peek(1).is(TokenKind::Equals));
}

/// A missing semicolon is no reason to skip anything when a new line or the end of the block
/// follows.
bool Parser::expectSemicolon(llvm::StringRef where) {
  return expect(TokenKind::Semicolon, where) || peek().newlinesBefore > 0 ||
         at(TokenKind::RightBrace) || at(TokenKind::EndOfFile);
}

std::optional<Name> Parser::parseName(llvm::StringRef what) {
  const Token &token = peek();
  if (token.is(TokenKind::Identifier)) {
    Token taken = tokens.take();
    return Name{taken.text, taken.range()};
  }
  if (atDeclaration() || at(TokenKind::For) || at(TokenKind::Return))
    (void)engine.report(DiagId::KeywordAsName, token.range(), token.text, what);
  else
    reportFound(DiagId::ExpectedName, what);
  return std::nullopt;
}

bool Parser::parseList(TokenKind close, const Token &opening, llvm::StringRef where,
                       llvm::function_ref<bool()> element) {
  do {
    if (!element())
      return false;
  } while (accept(TokenKind::Comma));
  if (accept(close))
    return true;
  reportExpected("',' or " + describe(close), where, &opening);
  return false;
}

std::string Parser::quote(llvm::SMRange range) {
  return "'" + std::string(range.Start.getPointer(), range.End.getPointer()) + "'";
}

Parser::NestingScope::NestingScope(Parser &parser)
    : parser(parser), ok(++parser.depth <= MaxNesting) {
  if (!ok)
    (void)parser.engine.report(DiagId::NestedTooDeep, parser.peek().range(), MaxNesting);
}

} // namespace convwright::dsl
