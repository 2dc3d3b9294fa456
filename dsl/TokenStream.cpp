//===- TokenStream.cpp - tokens with a look ahead -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/TokenStream.h"

#include <utility>

namespace convwright::dsl {

TokenStream::Entry TokenStream::read() {
  Entry entry;
  while (true) {
    Token token = lexer.next();
    if (token.is(TokenKind::Documentation)) {
      entry.documentation.push_back(token);
    } else if (!token.is(TokenKind::Comment)) {
      entry.token = token;
      return entry;
    }
  }
}

const Token &TokenStream::peek(size_t distance) {
  while (ahead.size() <= distance)
    ahead.push_back(read());
  return ahead[distance].token;
}

Token TokenStream::take() {
  peek();
  Entry entry = std::move(ahead.front());
  ahead.pop_front();
  if (!entry.documentation.empty())
    (void)engine.report(DiagId::DanglingDocumentation, entry.documentation.front().range());
  lastEnd = entry.token.range().End;
  return entry.token;
}

std::string TokenStream::takeDocumentation() {
  peek();
  std::string text;
  for (const Token &line : std::exchange(ahead.front().documentation, {})) {
    llvm::StringRef content = line.text.drop_front(3);
    content.consume_front(" ");
    text += (text.empty() ? "" : "\n") + content.str();
  }
  return text;
}

} // namespace convwright::dsl
