//===- FormatterImpl.h - tokens to a document -----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to Format*.cpp. Works on the tokens, not on the tree: what it writes is what it read. The
// text has been parsed, so that each function can rely on the grammar.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_FORMATTERIMPL_H
#define CONVWRIGHT_DSL_FORMATTERIMPL_H

#include "dsl/Lexer.h"
#include "dsl/PrettyPrinter.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace convwright::dsl {

/// A token with the comments that belong to it: those on lines of their own before it, and one
/// behind it on its line.
struct FormatItem {
  Token token;
  std::vector<Token> before;
  std::optional<Token> behind;
};

class Formatter {
public:
  explicit Formatter(std::vector<FormatItem> items) : items(std::move(items)) {}
  std::string run();

private:
  using Doc = PrettyPrinter::Doc;
  static constexpr unsigned Step = 2;         // columns of a block or bracket
  static constexpr unsigned Continuation = 4; // columns of a header's second line

  // Blocks: Format.cpp.
  void formatDeclaration(bool first, bool blank);
  void formatLayer();
  void formatStatement(bool first);
  void leadIn(unsigned indent, bool first, bool blank);
  void emit(Doc doc, unsigned indent);

  // Parts of declarations: FormatDecls.cpp.
  Doc constDeclaration();
  Doc functionDeclaration();
  Doc layerHeader();
  Doc results();
  Doc symbols();
  Doc symbol();
  Doc typed();
  Doc type();

  // Expressions and values: FormatExprs.cpp. `rows` is the extent of a constant's last dimension, 0
  // if unknown.
  Doc expression();
  Doc additive();
  Doc multiplicative();
  Doc unary();
  Doc primary();
  Doc call();
  Doc argument();
  Doc value();
  Doc constant(size_t rows = 0);
  Doc list(size_t rows, llvm::function_ref<Doc()> element);
  Doc listContent(const std::vector<Doc> &elements, bool nested, size_t rows);

  // Tokens: Format.cpp.
  const Token &peek(size_t ahead = 0) const {
    return items[std::min(position + ahead, items.size() - 1)].token;
  }
  bool at(TokenKind kind) const { return peek().is(kind); }
  Doc take();
  Doc commentsBefore();
  Doc bracketed(TokenKind close, llvm::function_ref<Doc()> element);
  Doc bracket(Doc open, Doc content);
  std::vector<Doc> elements(TokenKind close, llvm::function_ref<Doc()> element);

  std::vector<FormatItem> items; // ends with EndOfFile
  size_t position = 0;
  bool commentsWritten = false; // those before the next token
  PrettyPrinter printer;
  std::string out;
};

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_FORMATTERIMPL_H
