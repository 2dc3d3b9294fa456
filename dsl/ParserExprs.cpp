//===- ParserExprs.cpp - expressions and the values of attributes ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Operations.h"
#include "dsl/ParserImpl.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace convwright::dsl {

llvm::StringRef spell(BinaryOp op) {
  static const llvm::StringRef spellings[] = {"+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="};
  return spellings[static_cast<size_t>(op)];
}

static std::optional<BinaryOp> comparisonOf(TokenKind kind) {
  switch (kind) {
  case TokenKind::Less:
    return BinaryOp::Less;
  case TokenKind::LessEqual:
    return BinaryOp::LessEqual;
  case TokenKind::Greater:
    return BinaryOp::Greater;
  case TokenKind::GreaterEqual:
    return BinaryOp::GreaterEqual;
  case TokenKind::EqualEqual:
    return BinaryOp::Equal;
  case TokenKind::NotEqual:
    return BinaryOp::NotEqual;
  default:
    return std::nullopt;
  }
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// expr = additive [("<" | "<=" | ">" | ">=" | "==" | "!=") additive]
/// `where` says for messages what the expression would be: "after 'return'".
ExprPtr Parser::parseExpr(llvm::StringRef where) {
  NestingScope scope(*this);
  if (!scope.ok)
    return nullptr;
  ExprPtr lhs = parseAdditive(where);
  std::optional<BinaryOp> op = comparisonOf(peek().kind);
  if (!lhs || !op)
    return lhs;
  Token token = tokens.take();
  ExprPtr rhs = parseAdditive(("after '" + token.text + "'").str());
  if (!rhs)
    return nullptr;
  if (comparisonOf(peek().kind)) {
    engine.report(DiagId::ChainedComparison, peek().range()).span(token.range());
    return nullptr;
  }
  return makeBinary(*op, token, std::move(lhs), std::move(rhs));
}

/// additive = multiplicative {("+" | "-") multiplicative}
ExprPtr Parser::parseAdditive(llvm::StringRef where) {
  ExprPtr lhs = parseMultiplicative(where);
  while (lhs && (at(TokenKind::Plus) || at(TokenKind::Minus))) {
    Token token = tokens.take();
    BinaryOp op = token.is(TokenKind::Plus) ? BinaryOp::Add : BinaryOp::Sub;
    ExprPtr rhs = parseMultiplicative(("after '" + token.text + "'").str());
    lhs = makeBinary(op, token, std::move(lhs), std::move(rhs));
  }
  return lhs;
}

/// multiplicative = unary {("*" | "/") unary}
ExprPtr Parser::parseMultiplicative(llvm::StringRef where) {
  ExprPtr lhs = parseUnary(where);
  while (lhs && (at(TokenKind::Star) || at(TokenKind::Slash))) {
    Token token = tokens.take();
    if (reportPower(token))
      return nullptr;
    BinaryOp op = token.is(TokenKind::Star) ? BinaryOp::Mul : BinaryOp::Div;
    ExprPtr rhs = parseUnary(("after '" + token.text + "'").str());
    lhs = makeBinary(op, token, std::move(lhs), std::move(rhs));
  }
  return lhs;
}

/// `**` is Python's. True when that was reported.
bool Parser::reportPower(const Token &star) {
  if (!star.is(TokenKind::Star) || !at(TokenKind::Star))
    return false;
  engine.report(DiagId::ExpectedExpression, peek().range(), "after '*'", "'*'")
      .note(DiagId::NoteInstead, llvm::SMRange(), "v * v", "a power");
  return true;
}

/// Null when an operand is, or when the tree would become too high.
ExprPtr Parser::makeBinary(BinaryOp op, const Token &token, ExprPtr lhs, ExprPtr rhs) {
  if (!lhs || !rhs)
    return nullptr;
  unsigned height = std::max(lhs->height, rhs->height) + 1;
  if (height > MaxNesting) {
    (void)engine.report(DiagId::NestedTooDeep, token.range(), MaxNesting);
    return nullptr;
  }
  ExprPtr expr = std::make_unique<BinaryExpr>(op, token.range(), std::move(lhs), std::move(rhs));
  expr->height = height;
  return expr;
}

/// unary = "-" unary | primary
ExprPtr Parser::parseUnary(llvm::StringRef where) {
  if (!at(TokenKind::Minus))
    return parsePrimary(where);
  NestingScope scope(*this);
  if (!scope.ok)
    return nullptr;
  Token minus = tokens.take();
  ExprPtr operand = parseUnary("after '-'");
  if (!operand)
    return nullptr;
  if (operand->height == MaxNesting) {
    (void)engine.report(DiagId::NestedTooDeep, minus.range(), MaxNesting);
    return nullptr;
  }
  unsigned height = operand->height + 1;
  ExprPtr expr = std::make_unique<UnaryExpr>(std::move(operand), since(minus.range().Start));
  expr->height = height;
  return expr;
}

/// primary = number | name | call | "(" expr ")"
ExprPtr Parser::parsePrimary(llvm::StringRef where) {
  const Token &token = peek();
  if (token.is(TokenKind::Number)) {
    Token number = tokens.take();
    return std::make_unique<NumberExpr>(
        NumberLiteral{number.text, number.integer, number.number, number.range()});
  }
  if (token.is(TokenKind::LeftParen))
    return parseParenthesised();
  if (!token.is(TokenKind::Identifier)) {
    if (token.is(TokenKind::LeftBracket))
      engine.report(DiagId::ExpectedExpression, token.range(), where, token.describe())
          .note(DiagId::NoteNoListOfTensors, llvm::SMRange());
    else
      reportFound(DiagId::ExpectedExpression, where);
    return nullptr;
  }
  if (peek(1).is(TokenKind::LeftParen))
    return parseCall();
  Token name = tokens.take();
  return std::make_unique<ReferenceExpr>(Name{name.text, name.range()});
}

ExprPtr Parser::parseParenthesised() {
  Token opening = tokens.take();
  ExprPtr expr = parseExpr("after '('");
  if (!expr || !expect(TokenKind::RightParen, "after the expression", &opening))
    return nullptr;
  expr->range = since(opening.range().Start);
  return expr;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// call = name "(" [argument {"," argument}] ")"
ExprPtr Parser::parseCall() {
  Token name = tokens.take();
  auto call = std::make_unique<CallExpr>(Name{name.text, name.range()}, name.range());
  if (!checkCallee(call->callee))
    return nullptr;
  Token opening = tokens.take();
  if (!accept(TokenKind::RightParen) &&
      !parseList(TokenKind::RightParen, opening, ("in the call of '" + name.text + "'").str(),
                 [&] { return parseArgument(*call); }))
    return nullptr;
  call->range = since(name.range().Start);
  for (const ExprPtr &argument : call->arguments)
    call->height = std::max(call->height, argument->height + 1);
  if (call->height > MaxNesting) {
    (void)engine.report(DiagId::NestedTooDeep, name.range(), MaxNesting);
    return nullptr;
  }
  return call;
}

/// Says "not yet" where the name is known. False when there is no use in reading the arguments.
bool Parser::checkCallee(const Name &callee) {
  if (callee.text == "load") {
    (void)engine.report(DiagId::LoadOutsideConst, callee.range);
    return false;
  }
  const OperationInfo *operation = findOperation(callee.text);
  if (operation && !operation->available)
    (void)engine.report(DiagId::OperationNotYet, callee.range, callee.text);
  const ElementTypeInfo *type = findElementType(callee.text);
  if (type && !type->available)
    reportTypeNotYet(callee);
  return true;
}

/// argument = expr | name "=" value
bool Parser::parseArgument(CallExpr &call) {
  if (at(TokenKind::Identifier) && peek(1).is(TokenKind::Equals))
    return parseAttribute(call);
  llvm::SMLoc start = here();
  ExprPtr argument = parseExpr(("in the call of '" + call.callee.text + "'").str());
  if (!argument)
    return false;
  if (!call.attributes.empty())
    (void)engine.report(DiagId::PositionalAfterAttribute, since(start));
  call.arguments.push_back(std::move(argument));
  return true;
}

bool Parser::parseAttribute(CallExpr &call) {
  Token name = tokens.take();
  (void)tokens.take(); // the equals sign
  std::optional<Value> value = parseValue(("a value for '" + name.text + "'").str());
  if (!value)
    return false;
  if (value->number() && atOperator()) {
    engine
        .report(DiagId::ExpectedToken, peek().range(), "',' or ')'",
                ("after the value of '" + name.text + "'").str(), peek().describe())
        .note(DiagId::NoteOneNumber, llvm::SMRange());
    return false;
  }
  if (const Attribute *first = call.attribute(name.text)) {
    engine.report(DiagId::DuplicateAttribute, name.range(), name.text)
        .note(DiagId::NotePreviousHere, first->name.range, name.text);
    return true;
  }
  call.attributes.push_back(
      {{name.text, name.range()}, std::move(*value), since(name.range().Start)});
  return true;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// value = ["-"] number | name | string | "[" value {"," value} "]"
/// `what` says for messages what is wanted: "a value for 'stride'".
std::optional<Value> Parser::parseValue(llvm::StringRef what) {
  const Token &token = peek();
  switch (token.kind) {
  case TokenKind::Number:
  case TokenKind::Minus: {
    std::optional<NumberLiteral> number = parseNumber();
    if (!number)
      return std::nullopt;
    return Value{*number, number->range};
  }
  case TokenKind::Identifier: {
    Token word = tokens.take();
    return Value{Name{word.text, word.range()}, word.range()};
  }
  case TokenKind::String: {
    Token string = tokens.take();
    return Value{unescape(string.text), string.range()};
  }
  case TokenKind::LeftBracket:
    return parseList([this] { return parseValue("a value in the list"); });
  case TokenKind::LeftParen:
    return parseTuple();
  default:
    reportFound(DiagId::ExpectedValue, what);
    return std::nullopt;
  }
}

/// Python's (1, 1), and ((1, 1), (2, 2)): reported once, and read as the list that it stands for.
std::optional<Value> Parser::parseTuple() {
  llvm::SMLoc start = here();
  std::vector<FixIt> brackets;
  std::optional<Value> list = parseTuple(brackets);
  if (!list)
    return std::nullopt;
  DiagnosticBuilder diagnostic = engine.report(DiagId::TupleAsList, since(start));
  for (const FixIt &bracket : brackets)
    diagnostic.fixIt(bracket.range, bracket.text);
  return list;
}

/// `brackets`: what its parentheses, and those inside, should be.
std::optional<Value> Parser::parseTuple(std::vector<FixIt> &brackets) {
  NestingScope scope(*this);
  if (!scope.ok)
    return std::nullopt;
  Token opening = tokens.take();
  brackets.push_back({opening.range(), "["});
  std::vector<Value> elements;
  auto element = [&] {
    std::optional<Value> value =
        at(TokenKind::LeftParen) ? parseTuple(brackets) : parseValue("a value in the list");
    if (value)
      elements.push_back(std::move(*value));
    return value.has_value();
  };
  if (!parseList(TokenKind::RightParen, opening, "in the list", element))
    return std::nullopt;
  llvm::SMRange range = since(opening.range().Start);
  llvm::SMLoc last = llvm::SMLoc::getFromPointer(range.End.getPointer() - 1);
  brackets.push_back({{last, range.End}, "]"});
  return Value{std::move(elements), range};
}

std::optional<Value> Parser::parseList(llvm::function_ref<std::optional<Value>()> parseElement) {
  NestingScope scope(*this);
  if (!scope.ok)
    return std::nullopt;
  Token opening = tokens.take();
  if (at(TokenKind::RightBracket)) {
    Token closing = tokens.take();
    llvm::SMRange range(opening.range().Start, closing.range().End);
    (void)engine.report(DiagId::EmptyList, range);
    return Value{std::vector<Value>(), range};
  }
  std::vector<Value> elements;
  bool ok = parseList(TokenKind::RightBracket, opening, "in the list", [&] {
    std::optional<Value> element = parseElement();
    if (element)
      elements.push_back(std::move(*element));
    return element.has_value();
  });
  if (!ok)
    return std::nullopt;
  return Value{std::move(elements), since(opening.range().Start)};
}

/// ["-"] number
std::optional<NumberLiteral> Parser::parseNumber() {
  llvm::SMLoc start = here();
  bool negative = accept(TokenKind::Minus);
  if (!at(TokenKind::Number)) {
    reportFound(DiagId::ExpectedValue, "a number");
    return std::nullopt;
  }
  Token token = tokens.take();
  NumberLiteral literal{token.text, token.integer, token.number, since(start)};
  if (negative) {
    literal.value = -literal.value;
    if (literal.integer)
      literal.integer = -*literal.integer;
  }
  return literal;
}

/// ["-"] integer; `where` goes into the message.
std::optional<NumberLiteral> Parser::parseInteger(llvm::StringRef where) {
  if (!at(TokenKind::Number) && !at(TokenKind::Minus)) {
    reportFound(DiagId::ExpectedInteger, where);
    return std::nullopt;
  }
  std::optional<NumberLiteral> number = parseNumber();
  if (!number || number->integer)
    return number;
  (void)engine.report(DiagId::ExpectedInteger, number->range, where, quote(number->range));
  return std::nullopt;
}

} // namespace convwright::dsl
