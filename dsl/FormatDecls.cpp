//===- FormatDecls.cpp - the form of declarations -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/FormatterImpl.h"

namespace convwright::dsl {

using Doc = PrettyPrinter::Doc;

/// Never broken, but by comments.
Doc Formatter::type() {
  std::vector<Doc> parts{take()};
  if (at(TokenKind::LeftBracket)) {
    parts.push_back(take());
    while (!at(TokenKind::RightBracket)) {
      bool comma = at(TokenKind::Comma);
      parts.push_back(take());
      if (comma)
        parts.push_back(printer.space());
    }
    parts.push_back(take());
  }
  while (at(TokenKind::Identifier)) { // a layout, `scale = s`, `zero_point = z`
    parts.insert(parts.end(), {printer.space(), take()});
    if (!at(TokenKind::Equals))
      continue;
    parts.insert(parts.end(), {printer.space(), take(), printer.space()});
    parts.push_back(value());
  }
  return printer.concat(std::move(parts));
}

/// ["weight"] name [":" type]
Doc Formatter::typed() {
  std::vector<Doc> parts{take()};
  if (at(TokenKind::Identifier))
    parts.insert(parts.end(), {printer.space(), take()});
  if (at(TokenKind::Colon)) {
    parts.insert(parts.end(), {take(), printer.space()});
    parts.push_back(type());
  }
  return printer.concat(std::move(parts));
}

/// The extent of the last dimension of the type that `: ` at `from` begins; 0 when there is none.
static size_t lastExtent(const std::vector<FormatItem> &items, size_t from) {
  size_t extent = 0;
  for (size_t i = from; !items[i].token.is(TokenKind::Equals); ++i) {
    if (items[i].token.is(TokenKind::RightBracket))
      return extent;
    extent = std::max<int64_t>(0, items[i].token.integer.value_or(0));
  }
  return 0;
}

Doc Formatter::constDeclaration() {
  std::vector<Doc> parts{take(), printer.space(), take()};
  size_t rows = lastExtent(items, position);
  if (at(TokenKind::Colon)) {
    parts.insert(parts.end(), {take(), printer.space()});
    parts.push_back(type());
  }
  parts.insert(parts.end(), {printer.space(), take(), printer.space()});
  if (at(TokenKind::Identifier)) // load, written like a call
    parts.push_back(call());
  else
    parts.push_back(constant(rows));
  parts.push_back(take());
  return printer.concat(std::move(parts));
}

Doc Formatter::functionDeclaration() {
  std::vector<Doc> parts{take(), printer.space(), take()};
  parts.push_back(bracketed(TokenKind::RightParen, [this] { return take(); }));
  parts.insert(parts.end(), {printer.space(), take(), printer.space()});
  parts.push_back(expression());
  parts.push_back(take());
  return printer.concat(std::move(parts));
}

/// From `layer` to `{`.
Doc Formatter::layerHeader() {
  std::vector<Doc> parts{take(), printer.space(), take()};
  parts.push_back(bracketed(TokenKind::RightParen, [this] { return typed(); }));
  if (at(TokenKind::Arrow)) {
    parts.insert(parts.end(), {printer.space(), take(), printer.space()});
    parts.push_back(results());
  }
  if (at(TokenKind::For))
    parts.push_back(symbols());
  parts.insert(parts.end(), {printer.space(), take()});
  return printer.concat(std::move(parts));
}

Doc Formatter::results() {
  if (!at(TokenKind::LeftParen))
    return type();
  return bracketed(TokenKind::RightParen, [this] { return typed(); });
}

/// "for" symbol {"," symbol}, on the header's line or on its own.
Doc Formatter::symbols() {
  std::vector<Doc> parts{printer.line(), take(), printer.space()};
  std::vector<Doc> declared = elements(TokenKind::LeftBrace, [this] { return symbol(); });
  parts.push_back(
      printer.group(printer.indent(Continuation, printer.join(declared, printer.line()))));
  return printer.group(printer.indent(Continuation, printer.concat(std::move(parts))));
}

Doc Formatter::symbol() {
  std::vector<Doc> parts{take()};
  while (!at(TokenKind::Comma) && !at(TokenKind::LeftBrace)) {
    bool range = at(TokenKind::DotDot); // else a word
    Doc space = range ? printer.text("") : printer.space();
    parts.insert(parts.end(), {space, take(), space});
    parts.push_back(value());
  }
  return printer.concat(std::move(parts));
}

} // namespace convwright::dsl
