//===- Format.cpp - one way to write a .conv file -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works on the tokens, not on the tree: what it writes is what it read. The text has been parsed,
// so that each function can rely on the grammar.
//
//===----------------------------------------------------------------------===//

#include "dsl/Format.h"

#include "dsl/Lexer.h"
#include "dsl/Parser.h"
#include "dsl/PrettyPrinter.h"

#include <cassert>

namespace convwright::dsl {

using Doc = PrettyPrinter::Doc;

namespace {

constexpr unsigned Step = 2;         // columns of a block or bracket
constexpr unsigned Continuation = 4; // columns of a header's second line

/// A token with the comments that belong to it: those on lines of their own before it, and one
/// behind it on its line.
struct Item {
  Token token;
  std::vector<Token> before;
  std::optional<Token> behind;
};

class Formatter {
public:
  explicit Formatter(std::vector<Item> items) : items(std::move(items)) {}
  std::string run();

private:
  // Blocks.
  void formatDeclaration(bool first, bool blank);
  void formatLayer();
  void formatStatement(bool first);
  void leadIn(unsigned indent, bool first, bool blank);
  void emit(Doc doc, unsigned indent);

  // Parts of declarations.
  Doc constDeclaration();
  Doc functionDeclaration();
  Doc layerHeader();
  Doc results();
  Doc symbols();
  Doc symbol();
  Doc typed();
  Doc type();

  // Expressions and values. `rows` is the extent of a constant's last dimension, 0 if unknown.
  Doc expression();
  Doc additive();
  Doc multiplicative();
  Doc unary();
  Doc primary();
  Doc call();
  Doc argument();
  Doc value(size_t rows = 0);
  Doc list(size_t rows);
  Doc listContent(const std::vector<Doc> &elements, bool nested, size_t rows);

  // Tokens.
  const Token &peek(size_t ahead = 0) const {
    return items[std::min(position + ahead, items.size() - 1)].token;
  }
  bool at(TokenKind kind) const { return peek().is(kind); }
  Doc take();
  Doc commentsBefore();
  Doc bracketed(TokenKind close, llvm::function_ref<Doc()> element);
  Doc bracket(Doc open, Doc content);
  std::vector<Doc> elements(TokenKind close, llvm::function_ref<Doc()> element);

  std::vector<Item> items; // ends with EndOfFile
  size_t position = 0;
  bool commentsWritten = false; // those before the next token
  PrettyPrinter printer;
  std::string out;
};

} // namespace

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

Doc Formatter::commentsBefore() {
  std::vector<Doc> parts;
  if (!commentsWritten)
    for (const Token &comment : items[position].before)
      parts.push_back(printer.comment(comment.text, /*ownLine=*/true));
  commentsWritten = true;
  return printer.concat(std::move(parts));
}

/// The next token with its comments; those before it only if nobody has written them yet.
Doc Formatter::take() {
  const Item &item = items[position];
  std::vector<Doc> parts{commentsBefore(), printer.text(item.token.text)};
  if (item.behind)
    parts.push_back(printer.comment(item.behind->text, /*ownLine=*/false));
  ++position;
  commentsWritten = false;
  return printer.concat(std::move(parts));
}

/// Elements up to `close`, each with its comma.
std::vector<Doc> Formatter::elements(TokenKind close, llvm::function_ref<Doc()> element) {
  std::vector<Doc> result;
  while (!at(close)) {
    Doc doc = element();
    result.push_back(at(TokenKind::Comma) ? printer.concat({doc, take()}) : doc);
  }
  return result;
}

/// On one line; or the content on a line of its own; or a line for each element.
Doc Formatter::bracketed(TokenKind close, llvm::function_ref<Doc()> element) {
  Doc open = take();
  std::vector<Doc> parts = elements(close, element);
  if (parts.empty() && items[position].before.empty())
    return printer.concat({open, take()});
  return bracket(open, printer.group(printer.join(parts, printer.line())));
}

Doc Formatter::bracket(Doc open, Doc content) {
  // Comments before the closing bracket are indented like what it closes.
  Doc inner = printer.concat({printer.line(""), content, commentsBefore()});
  return printer.group(
      printer.concat({open, printer.indent(Step, inner), printer.line(""), take()}));
}

//===----------------------------------------------------------------------===//
// Expressions and values
//===----------------------------------------------------------------------===//

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

Doc Formatter::value(size_t rows) {
  if (at(TokenKind::LeftBracket))
    return list(rows);
  if (!at(TokenKind::Minus))
    return take();
  Doc minus = take();
  return printer.concat({minus, take()});
}

Doc Formatter::list(size_t rows) {
  Doc open = take();
  bool nested = false;
  std::vector<Doc> parts = elements(TokenKind::RightBracket, [&] {
    nested |= at(TokenKind::LeftBracket);
    return value();
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

//===----------------------------------------------------------------------===//
// Parts of declarations
//===----------------------------------------------------------------------===//

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
static size_t lastExtent(const std::vector<Item> &items, size_t from) {
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
    parts.push_back(value(rows));
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

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void Formatter::emit(Doc doc, unsigned indent) {
  out += printer.render(doc, indent, FormatWidth) + "\n";
}

/// The comments before the next token, and one empty line where the author left some, or where
/// `blank` asks for it. `first`: nothing stands before it in its block.
void Formatter::leadIn(unsigned indent, bool first, bool blank) {
  auto separate = [&](const Token &token) {
    if (!first && (blank || token.newlinesBefore > 1))
      out += '\n';
    first = blank = false;
  };
  const Item &item = items[position];
  for (const Token &comment : item.before) {
    separate(comment);
    out.append(indent, ' ');
    out += comment.text.str() + "\n";
  }
  bool ends = item.token.is(TokenKind::EndOfFile) || item.token.is(TokenKind::RightBrace);
  if (!ends)
    separate(item.token);
  commentsWritten = true;
}

void Formatter::formatStatement(bool first) {
  leadIn(Step, first, /*blank=*/false);
  Doc head = take(); // `return`, or the name
  std::vector<Doc> tail{printer.space()};
  if (at(TokenKind::Equals))
    tail.insert(tail.end(), {take(), printer.space()});
  std::vector<Doc> values = elements(TokenKind::Semicolon, [this] { return expression(); });
  tail.push_back(printer.group(printer.join(values, printer.line())));
  tail.push_back(take());
  emit(printer.concat({head, printer.indent(Step, printer.concat(std::move(tail)))}), Step);
}

void Formatter::formatLayer() {
  emit(layerHeader(), 0);
  for (bool first = true; !at(TokenKind::RightBrace); first = false)
    formatStatement(first);
  leadIn(Step, /*first=*/items[position - 1].token.is(TokenKind::LeftBrace), /*blank=*/false);
  emit(take(), 0);
}

void Formatter::formatDeclaration(bool first, bool blank) {
  leadIn(0, first, blank);
  if (at(TokenKind::Layer))
    return formatLayer();
  emit(at(TokenKind::Const) ? constDeclaration() : functionDeclaration(), 0);
}

/// A layer is set off by empty lines.
std::string Formatter::run() {
  bool first = true, afterLayer = false;
  while (!at(TokenKind::EndOfFile)) {
    bool isLayer = at(TokenKind::Layer);
    formatDeclaration(first, isLayer || afterLayer);
    first = false;
    afterLayer = isLayer;
  }
  leadIn(0, first, afterLayer);
  return std::move(out);
}

static std::vector<Item> readItems(DiagnosticEngine &engine, unsigned bufferId) {
  Lexer lexer(engine, bufferId);
  std::vector<Item> items;
  std::vector<Token> before;
  do {
    Token token = lexer.next();
    if (!token.is(TokenKind::Comment) && !token.is(TokenKind::Documentation)) {
      items.push_back({token, std::move(before), std::nullopt});
      before.clear();
    } else if (token.newlinesBefore == 0 && !items.empty()) {
      items.back().behind = token;
    } else {
      before.push_back(token);
    }
  } while (items.empty() || !items.back().token.is(TokenKind::EndOfFile));
  return items;
}

std::optional<std::string> format(DiagnosticEngine &engine, unsigned bufferId) {
  unsigned errorsBefore = engine.errorCount();
  (void)parse(engine, bufferId);
  if (engine.errorCount() != errorsBefore)
    return std::nullopt;
  return Formatter(readItems(engine, bufferId)).run();
}

} // namespace convwright::dsl
