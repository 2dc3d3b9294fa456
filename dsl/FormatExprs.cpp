//===- FormatExprs.cpp - the form of expressions and values ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/FormatterImpl.h"

namespace convwright::dsl {

using Doc = PrettyPrinter::Doc;

static bool isComparison(TokenKind kind) {
  return kind == TokenKind::Less || kind == TokenKind::LessEqual || kind == TokenKind::Greater ||
         kind == TokenKind::GreaterEqual || kind == TokenKind::EqualEqual ||
         kind == TokenKind::NotEqual;
}

Doc Formatter::expression() {
  Doc lhs = additive();
  if (!isComparison(peek().kind))
    return lhs;
  std::vector<Doc> rest{printer.line(), take(), printer.space(), additive()};
  return printer.group(printer.concat({lhs, printer.indent(Step, printer.concat(rest))}));
}

Doc Formatter::additive() {
  Doc first = multiplicative();
  std::vector<Doc> rest;
  while (at(TokenKind::Plus) || at(TokenKind::Minus)) {
    rest.insert(rest.end(), {printer.line(), take(), printer.space()});
    rest.push_back(multiplicative());
  }
  if (rest.empty())
    return first;
  return printer.group(printer.concat({first, printer.indent(Step, printer.concat(rest))}));
}

Doc Formatter::multiplicative() {
  Doc first = unary();
  std::vector<Doc> rest;
  while (at(TokenKind::Star) || at(TokenKind::Slash)) {
    rest.insert(rest.end(), {printer.line(), take(), printer.space()});
    rest.push_back(unary());
  }
  if (rest.empty())
    return first;
  return printer.group(printer.concat({first, printer.indent(Step, printer.concat(rest))}));
}

Doc Formatter::unary() {
  if (!at(TokenKind::Minus))
    return primary();
  Doc minus = take();
  return printer.concat({minus, unary()});
}

Doc Formatter::primary() {
  if (at(TokenKind::LeftParen)) {
    Doc open = take();
    Doc content = expression();
    return bracket(open, content);
  }
  if (at(TokenKind::Identifier) && peek(1).is(TokenKind::LeftParen))
    return call();
  return take();
}

Doc Formatter::call() {
  Doc callee = take();
  return printer.concat({callee, bracketed(TokenKind::RightParen, [this] { return argument(); })});
}

Doc Formatter::argument() {
  if (!at(TokenKind::Identifier) || !peek(1).is(TokenKind::Equals))
    return expression();
  std::vector<Doc> parts{take(), printer.space(), take(), printer.space()};
  parts.push_back(value());
  return printer.concat(std::move(parts));
}

/// Numbers are computed as expressions are.
Doc Formatter::constant(size_t rows) {
  if (at(TokenKind::LeftBracket))
    return list(rows, [this] { return constant(); });
  return additive();
}

Doc Formatter::value() {
  if (at(TokenKind::LeftBracket))
    return list(/*rows=*/0, [this] { return value(); });
  if (!at(TokenKind::Minus))
    return take();
  Doc minus = take();
  return printer.concat({minus, take()});
}

Doc Formatter::list(size_t rows, llvm::function_ref<Doc()> element) {
  Doc open = take();
  bool nested = false;
  std::vector<Doc> parts = elements(TokenKind::RightBracket, [&] {
    nested |= at(TokenKind::LeftBracket);
    return element();
  });
  return bracket(open, listContent(parts, nested, rows));
}

/// Lists of lists have a line for each; numbers of a tensor a line (or a wider gap) for each row of
/// its last dimension; other numbers fill the lines.
Doc Formatter::listContent(const std::vector<Doc> &parts, bool nested, size_t rows) {
  if (nested)
    return printer.join(parts, printer.line());
  if (rows < 2 || parts.size() == rows || parts.size() % rows != 0)
    return printer.fill(parts);
  std::vector<Doc> filled;
  for (size_t i = 0; i < parts.size(); i += rows)
    filled.push_back(printer.fill({parts.begin() + i, parts.begin() + i + rows}));
  return printer.join(filled, printer.line("  "));
}

} // namespace convwright::dsl
