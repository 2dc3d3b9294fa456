//===- ParserConstants.cpp - what constants hold --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The numbers of a constant are computed while they are read, in double precision: the tree holds
// the outcomes. A chain of operators costs no height here.
//
//===----------------------------------------------------------------------===//

#include "dsl/ParserImpl.h"

#include <cmath>

namespace convwright::dsl {

/// constant = number-sum | "[" constant {"," constant} "]"
std::optional<Value> Parser::parseConstant() {
  if (at(TokenKind::LeftBracket))
    return parseList([this] { return parseConstant(); });
  std::optional<NumberLiteral> number = parseNumberSum("in the list");
  if (!number)
    return std::nullopt;
  return Value{*number, number->range};
}

/// number-sum = number-product {("+" | "-") number-product}
std::optional<NumberLiteral> Parser::parseNumberSum(llvm::StringRef where) {
  std::optional<NumberLiteral> lhs = parseNumberProduct(where);
  while (lhs && (at(TokenKind::Plus) || at(TokenKind::Minus))) {
    Token op = tokens.take();
    std::optional<NumberLiteral> rhs = parseNumberProduct(("after '" + op.text + "'").str());
    lhs = compute(op, lhs, rhs);
  }
  return lhs;
}

/// number-product = number-unary {("*" | "/") number-unary}
std::optional<NumberLiteral> Parser::parseNumberProduct(llvm::StringRef where) {
  std::optional<NumberLiteral> lhs = parseNumberUnary(where);
  while (lhs && (at(TokenKind::Star) || at(TokenKind::Slash))) {
    Token op = tokens.take();
    if (reportPower(op))
      return std::nullopt;
    std::optional<NumberLiteral> rhs = parseNumberUnary(("after '" + op.text + "'").str());
    lhs = compute(op, lhs, rhs);
  }
  return lhs;
}

/// number-unary = "-" number-unary | number | "(" number-sum ")"
std::optional<NumberLiteral> Parser::parseNumberUnary(llvm::StringRef where) {
  if (at(TokenKind::Number)) {
    Token token = tokens.take();
    return NumberLiteral{token.text, token.integer, token.number, token.range()};
  }
  bool negative = at(TokenKind::Minus);
  if (!negative && !at(TokenKind::LeftParen)) {
    reportFound(DiagId::ExpectedNumber, where);
    return std::nullopt;
  }
  NestingScope scope(*this);
  if (!scope.ok)
    return std::nullopt;
  Token first = tokens.take();
  std::optional<NumberLiteral> number =
      negative ? parseNumberUnary("after '-'") : parseNumberSum("after '('");
  if (!number || (!negative && !expectListEnd(first)))
    return std::nullopt;
  number->range = since(first.range().Start);
  if (!negative)
    return number;
  number->value = -number->value;
  if (number->integer)
    number->integer = -*number->integer;
  return number;
}

/// The ')' of `opening`. A comma there means a list, which stands in brackets.
bool Parser::expectListEnd(const Token &opening) {
  if (!at(TokenKind::Comma))
    return expect(TokenKind::RightParen, "after the number", &opening);
  engine.report(DiagId::ExpectedToken, peek().range(), "')'", "after the number", "','")
      .note(DiagId::NoteListInBrackets, opening.range());
  return false;
}

/// `lhs op rhs`. What has no value is reported, and goes on as `lhs`.
std::optional<NumberLiteral> Parser::compute(const Token &op,
                                             const std::optional<NumberLiteral> &lhs,
                                             const std::optional<NumberLiteral> &rhs) {
  if (!lhs || !rhs)
    return std::nullopt;
  NumberLiteral result{{}, std::nullopt, lhs->value, {lhs->range.Start, rhs->range.End}};
  switch (op.kind) {
  case TokenKind::Plus:
    result.value += rhs->value;
    break;
  case TokenKind::Minus:
    result.value -= rhs->value;
    break;
  case TokenKind::Star:
    result.value *= rhs->value;
    break;
  default:
    if (rhs->value == 0) {
      engine.report(DiagId::DivisionByZero, rhs->range).span(op.range());
      return result;
    }
    result.value /= rhs->value;
  }
  if (std::isfinite(result.value))
    return result;
  (void)engine.report(DiagId::NumberTooLarge, result.range, quote(result.range));
  result.value = lhs->value;
  return result;
}

} // namespace convwright::dsl
