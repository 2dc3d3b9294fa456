//===- ParserDecls.cpp - declarations and statements ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/ParserImpl.h"
#include "dsl/Suggest.h"

namespace convwright::dsl {

/// module = {{"///"} (const | fn | layer)}
void Parser::parseDeclaration(Module &module) {
  std::string documentation;
  if (atDeclaration())
    documentation = tokens.takeDocumentation();
  auto keep = [&](auto decl, auto &list) {
    if (!decl)
      return skipDeclaration();
    decl->documentation = std::move(documentation);
    list.push_back(std::move(*decl));
  };
  switch (peek().kind) {
  case TokenKind::Const:
    return keep(parseConst(), module.constants);
  case TokenKind::Fn:
    return keep(parseFunction(), module.functions);
  case TokenKind::Layer:
    return keep(parseLayer(), module.layers);
  default:
    reportNoDeclaration();
    skipDeclaration();
  }
}

void Parser::reportNoDeclaration() {
  const Token &token = peek();
  if (token.is(TokenKind::Invalid))
    return;
  DiagnosticBuilder diagnostic =
      engine.report(DiagId::ExpectedDeclaration, token.range(), token.describe());
  if (!token.is(TokenKind::Identifier))
    return;
  if (std::optional<llvm::StringRef> meant = suggest(token.text, {"layer", "fn", "const"}))
    diagnostic.note(DiagId::NoteDidYouMean, llvm::SMRange(), *meant).fixIt(token.range(), *meant);
}

/// After an error: to behind the semicolon or closing brace that ends the declaration, or to what
/// begins another.
void Parser::skipDeclaration() {
  int braces = 0;
  while (!atDeclaration() && !at(TokenKind::EndOfFile)) {
    Token token = tokens.take();
    braces += token.is(TokenKind::LeftBrace) - token.is(TokenKind::RightBrace);
    bool ends = token.is(TokenKind::Semicolon) || token.is(TokenKind::RightBrace);
    if (ends && braces <= 0)
      return;
  }
}

//===----------------------------------------------------------------------===//
// const and fn
//===----------------------------------------------------------------------===//

/// const = "const" name [":" type] "=" (constant | load) ";"
std::optional<ConstDecl> Parser::parseConst() {
  ConstDecl decl;
  llvm::SMLoc start = tokens.take().range().Start;
  std::optional<Name> name = parseName("the name of the const");
  if (!name)
    return std::nullopt;
  decl.name = *name;
  if (accept(TokenKind::Colon)) {
    decl.type = parseType();
    if (!decl.type)
      return std::nullopt;
  }
  if (!expect(TokenKind::Equals, "in the const '" + name->text.str() + "'") ||
      !parseConstValue(decl))
    return std::nullopt;
  decl.range = since(start);
  if (!expectSemicolon("after the value of '" + name->text.str() + "'"))
    return std::nullopt;
  return decl;
}

bool Parser::parseConstValue(ConstDecl &decl) {
  if (peek().isWord("load") && peek(1).is(TokenKind::LeftParen)) {
    std::optional<Load> load = parseLoad();
    if (load)
      decl.value = std::move(*load);
    return load.has_value();
  }
  if (!at(TokenKind::Number) && !at(TokenKind::Minus) && !at(TokenKind::LeftBracket) &&
      !at(TokenKind::LeftParen)) {
    reportFound(DiagId::ExpectedConstantValue);
    return false;
  }
  std::optional<Value> value = parseConstant();
  if (value)
    decl.value = std::move(*value);
  return value.has_value();
}

/// load = "load" "(" string "," string ")"
std::optional<Load> Parser::parseLoad() {
  Load load;
  llvm::SMLoc start = tokens.take().range().Start;
  Token opening = tokens.take();
  auto string = [&](std::string &text, llvm::SMRange &range, llvm::StringRef what) {
    if (!at(TokenKind::String)) {
      reportExpected(what, "in 'load'");
      return false;
    }
    Token token = tokens.take();
    text = unescape(token.text);
    range = token.range();
    return true;
  };
  if (!string(load.path, load.pathRange, "the file's name as a string") ||
      !expect(TokenKind::Comma, "between the file and the tensor") ||
      !string(load.tensor, load.tensorRange, "the tensor's name as a string") ||
      !expect(TokenKind::RightParen, "after the tensor's name", &opening))
    return std::nullopt;
  load.range = since(start);
  return load;
}

/// fn = "fn" name "(" [name {"," name}] ")" "=" expr ";"
std::optional<FunctionDecl> Parser::parseFunction() {
  FunctionDecl decl;
  llvm::SMLoc start = tokens.take().range().Start;
  std::optional<Name> name = parseName("the name of the fn");
  if (!name)
    return std::nullopt;
  decl.name = *name;
  std::string where = "in the parameters of '" + name->text.str() + "'";
  Token opening = peek();
  if (!expect(TokenKind::LeftParen, "after 'fn " + name->text.str() + "'"))
    return std::nullopt;
  auto parameter = [&] {
    std::optional<Name> parameter = parseName("a parameter");
    if (parameter)
      decl.parameters.push_back(*parameter);
    return parameter.has_value();
  };
  if (!accept(TokenKind::RightParen) &&
      !parseList(TokenKind::RightParen, opening, where, parameter))
    return std::nullopt;
  if (!expect(TokenKind::Equals, "before the body of '" + name->text.str() + "'"))
    return std::nullopt;
  decl.body = parseExpr("after '='");
  if (!decl.body)
    return std::nullopt;
  decl.range = since(start);
  if (!expectSemicolon("after the body of '" + name->text.str() + "'"))
    return std::nullopt;
  return decl;
}

//===----------------------------------------------------------------------===//
// layer
//===----------------------------------------------------------------------===//

/// layer = "layer" name "(" [parameter {"," parameter}] ")" ["->" results]
///         ["for" symbol {"," symbol}] "{" {statement} "}"
std::optional<LayerDecl> Parser::parseLayer() {
  LayerDecl layer;
  llvm::SMLoc start = tokens.take().range().Start;
  // A broken header must not hide what is wrong in the body.
  unsigned errorsBefore = engine.errorCount();
  bool ok = parseLayerHeader(layer);
  while (!ok && !at(TokenKind::LeftBrace)) {
    if (atDeclaration() || at(TokenKind::EndOfFile))
      return std::nullopt;
    (void)tokens.take();
  }
  parseBody(layer);
  layer.range = since(start);
  if (engine.errorCount() == errorsBefore)
    checkReturns(layer);
  return layer;
}

bool Parser::parseLayerHeader(LayerDecl &layer) {
  std::optional<Name> name = parseName("the name of the layer");
  if (!name)
    return false;
  layer.name = *name;
  Token opening = peek();
  if (!expect(TokenKind::LeftParen, "after 'layer " + name->text.str() + "'"))
    return false;
  std::string where = "in the parameters of '" + name->text.str() + "'";
  if (!accept(TokenKind::RightParen) &&
      !parseList(TokenKind::RightParen, opening, where, [&] { return parseParameter(layer); }))
    return false;
  if (accept(TokenKind::Arrow) && !parseResults(layer))
    return false;
  if (accept(TokenKind::For)) {
    do {
      if (!parseSymbol(layer))
        return false;
    } while (accept(TokenKind::Comma));
  }
  if (at(TokenKind::LeftBrace))
    return true;
  reportExpected("'{'", "before the body of '" + name->text.str() + "'");
  return false;
}

/// parameter = ["weight"] name [":" type]
bool Parser::parseParameter(LayerDecl &layer) {
  Parameter parameter;
  llvm::SMLoc start = here();
  parameter.isWeight = peek().isWord("weight") && peek(1).is(TokenKind::Identifier);
  if (parameter.isWeight)
    (void)tokens.take();
  std::optional<Name> name = parseName("the name of a parameter");
  if (!name)
    return false;
  parameter.name = *name;
  if (accept(TokenKind::Colon)) {
    parameter.type = parseType();
    if (!parameter.type)
      return false;
  }
  parameter.range = since(start);
  layer.parameters.push_back(std::move(parameter));
  return true;
}

/// results = type | "(" name ":" type {"," name ":" type} ")"
bool Parser::parseResults(LayerDecl &layer) {
  auto parseResult = [&](std::optional<Name> name, llvm::SMLoc start) {
    std::optional<TensorType> type = parseType();
    if (type)
      layer.results.push_back({name, std::move(*type), since(start)});
    return type.has_value();
  };
  if (!at(TokenKind::LeftParen))
    return parseResult(std::nullopt, here());
  Token opening = tokens.take();
  return parseList(TokenKind::RightParen, opening, "in the results", [&] {
    llvm::SMLoc start = here();
    std::optional<Name> name = parseName("the name of a result");
    return name && expect(TokenKind::Colon, "after the result's name") && parseResult(name, start);
  });
}

/// symbol = name "in" integer ".." integer ["like" integer] ["step" integer]
bool Parser::parseSymbol(LayerDecl &layer) {
  SymbolDecl symbol;
  llvm::SMLoc start = here();
  std::optional<Name> name = parseName("the name of a size");
  if (!name)
    return false;
  symbol.name = *name;
  if (!peek().isWord("in")) {
    reportExpected("'in'", "after '" + name->text.str() + "'");
    return false;
  }
  (void)tokens.take();
  std::optional<NumberLiteral> lo = parseInteger("after 'in'");
  if (!lo || !expect(TokenKind::DotDot, "after the smallest size"))
    return false;
  std::optional<NumberLiteral> hi = parseInteger("after '..'");
  if (!hi)
    return false;
  symbol.lo = *lo;
  symbol.hi = *hi;
  auto clause = [&](llvm::StringRef word, std::optional<NumberLiteral> &value) {
    if (value || !peek().isWord(word))
      return true;
    (void)tokens.take();
    value = parseInteger(("after '" + word + "'").str());
    return value.has_value();
  };
  if (!clause("like", symbol.like) || !clause("step", symbol.step) || !clause("like", symbol.like))
    return false;
  symbol.range = since(start);
  layer.symbols.push_back(symbol);
  return true;
}

} // namespace convwright::dsl
