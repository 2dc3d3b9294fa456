//===- ParserStmts.cpp - layers' bodies -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/ParserImpl.h"
#include "dsl/Suggest.h"

namespace convwright::dsl {

void Parser::parseBody(LayerDecl &layer) {
  Token opening = tokens.take();
  while (!at(TokenKind::RightBrace) && !at(TokenKind::EndOfFile) && !atDeclaration() &&
         !engine.limitReached()) {
    std::optional<Statement> statement = parseStatement();
    if (statement)
      layer.body.push_back(std::move(*statement));
    else
      skipStatement();
  }
  if (!engine.limitReached())
    (void)expect(TokenKind::RightBrace, "at the end of the layer", &opening);
}

/// After an error: to behind the semicolon, or to where something else clearly begins. Passes at
/// least one token when called from parseBody, whose loop excludes what would stop it at once.
void Parser::skipStatement() {
  while (!at(TokenKind::RightBrace) && !at(TokenKind::EndOfFile) && !atDeclaration()) {
    if (at(TokenKind::Return) && peek().newlinesBefore > 0)
      return;
    if (tokens.take().is(TokenKind::Semicolon))
      return;
  }
}

/// statement = name "=" expr ";" | "return" expr {"," expr} ";"
std::optional<Statement> Parser::parseStatement() {
  if (at(TokenKind::Return))
    return parseReturn();
  if (at(TokenKind::Identifier) && peek(1).is(TokenKind::Equals))
    return parseAssignment();
  reportNoStatement();
  return std::nullopt;
}

void Parser::reportNoStatement() {
  const Token &token = peek();
  if (token.is(TokenKind::Invalid))
    return;
  DiagnosticBuilder diagnostic =
      engine.report(DiagId::ExpectedStatement, token.range(), token.describe());
  if (!token.is(TokenKind::Identifier))
    return;
  if (suggest(token.text, {"return"}))
    diagnostic.note(DiagId::NoteDidYouMean, llvm::SMRange(), "return")
        .fixIt(token.range(), "return");
}

std::optional<Statement> Parser::parseAssignment() {
  Assignment assignment;
  llvm::SMLoc start = here();
  Token name = tokens.take();
  assignment.name = {name.text, name.range()};
  (void)tokens.take(); // the equals sign
  assignment.value = parseExpr("after '='");
  if (!assignment.value)
    return std::nullopt;
  assignment.range = since(start);
  if (!expectSemicolon("after the value of '" + assignment.name.text.str() + "'"))
    return std::nullopt;
  return assignment;
}

std::optional<Statement> Parser::parseReturn() {
  Return statement;
  llvm::SMLoc start = tokens.take().range().Start;
  llvm::StringRef where = "after 'return'";
  do {
    ExprPtr value = parseExpr(where);
    if (!value)
      return std::nullopt;
    statement.values.push_back(std::move(value));
    where = "after ','";
  } while (accept(TokenKind::Comma));
  statement.range = since(start);
  if (!expectSemicolon("after the result"))
    return std::nullopt;
  return statement;
}

/// Exactly one return, at the end.
void Parser::checkReturns(const LayerDecl &layer) {
  auto rangeOf = [](const Statement &statement) {
    return std::visit([](const auto &alternative) { return alternative.range; }, statement);
  };
  for (size_t i = 0; i < layer.body.size(); ++i) {
    if (!std::holds_alternative<Return>(layer.body[i]))
      continue;
    if (i + 1 < layer.body.size())
      (void)engine.report(DiagId::StatementAfterReturn, rangeOf(layer.body[i + 1]));
    return;
  }
  (void)engine.report(DiagId::MissingReturn, layer.name.range, layer.name.text);
}

} // namespace convwright::dsl
