//===- Format.cpp - one way to write a .conv file -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Format.h"

#include "dsl/FormatterImpl.h"
#include "dsl/Parser.h"

namespace convwright::dsl {

using Doc = PrettyPrinter::Doc;

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
  const FormatItem &item = items[position];
  Doc text = printer.text(item.token.text);
  if (!item.before.empty() && !commentsWritten)
    text = printer.concat({commentsBefore(), text});
  if (item.behind)
    text = printer.concat({text, printer.comment(item.behind->text, /*ownLine=*/false)});
  ++position;
  commentsWritten = false;
  return text;
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
  const FormatItem &item = items[position];
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

static std::vector<FormatItem> readItems(DiagnosticEngine &engine, unsigned bufferId) {
  Lexer lexer(engine, bufferId);
  std::vector<FormatItem> items;
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
