//===- ParserImpl.h - recursive descent, one function per rule ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to Parser*.cpp. Each function reads one rule of LANGUAGE.md's grammar. One that fails has
// reported why and returns nothing; its callers return nothing too, up to a declaration or
// statement, which skips to where the next one begins.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_PARSERIMPL_H
#define CONVWRIGHT_DSL_PARSERIMPL_H

#include "dsl/Ast.h"
#include "dsl/Parser.h"
#include "dsl/TokenStream.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace convwright::dsl {

class Parser {
public:
  Parser(DiagnosticEngine &engine, unsigned bufferId) : engine(engine), tokens(engine, bufferId) {}

  Module parseModule();

private:
  // ParserDecls.cpp
  void parseDeclaration(Module &module);
  void reportNoDeclaration();
  std::optional<ConstDecl> parseConst();
  bool parseConstValue(ConstDecl &decl);
  std::optional<Load> parseLoad();
  std::optional<FunctionDecl> parseFunction();
  std::optional<LayerDecl> parseLayer();
  bool parseLayerHeader(LayerDecl &layer);
  bool parseParameter(LayerDecl &layer);
  bool parseResults(LayerDecl &layer);
  bool parseSymbol(LayerDecl &layer);
  void skipDeclaration();

  // ParserConstants.cpp
  std::optional<Value> parseConstant();
  std::optional<NumberLiteral> parseNumberSum(llvm::StringRef where);
  std::optional<NumberLiteral> parseNumberProduct(llvm::StringRef where);
  std::optional<NumberLiteral> parseNumberUnary(llvm::StringRef where);
  std::optional<NumberLiteral> compute(const Token &op, const std::optional<NumberLiteral> &lhs,
                                       const std::optional<NumberLiteral> &rhs);
  bool expectListEnd(const Token &opening);

  // ParserStmts.cpp
  void parseBody(LayerDecl &layer);
  std::optional<Statement> parseStatement();
  void reportNoStatement();
  std::optional<Statement> parseAssignment();
  std::optional<Statement> parseReturn();
  void checkReturns(const LayerDecl &layer);
  void skipStatement();

  // ParserTypes.cpp
  std::optional<TensorType> parseType();
  bool parseElementType(TensorType &type);
  void reportTypeNotYet(const Name &name);
  bool parseDims(TensorType &type);
  bool parseDim(TensorType &type);
  bool parseTypeSuffix(TensorType &type);
  bool parseScale(TensorType &type);
  bool parseZeroPoint(TensorType &type);
  void reportUnknownLayout(const Token &token);
  void reportLayoutRank(const Token &token, size_t rank, size_t rankOfWord);

  // ParserExprs.cpp
  ExprPtr parseExpr(llvm::StringRef where);
  ExprPtr parseAdditive(llvm::StringRef where);
  ExprPtr parseMultiplicative(llvm::StringRef where);
  ExprPtr parseUnary(llvm::StringRef where);
  ExprPtr parsePrimary(llvm::StringRef where);
  ExprPtr parseParenthesised();
  ExprPtr parseCall();
  bool parseArgument(CallExpr &call);
  bool parseAttribute(CallExpr &call);
  bool checkCallee(const Name &callee);
  ExprPtr makeBinary(BinaryOp op, const Token &token, ExprPtr lhs, ExprPtr rhs);
  std::optional<Value> parseValue(llvm::StringRef what);
  std::optional<Value> parseList(llvm::function_ref<std::optional<Value>()> element);
  std::optional<Value> parseTuple();
  std::optional<Value> parseTuple(std::vector<FixIt> &brackets);
  bool reportPower(const Token &star);
  std::optional<NumberLiteral> parseNumber();
  std::optional<NumberLiteral> parseInteger(llvm::StringRef where);

  // Parser.cpp
  const Token &peek(size_t ahead = 0) { return tokens.peek(ahead); }
  bool at(TokenKind kind) { return peek().is(kind); }
  bool atDeclaration();
  bool accept(TokenKind kind);
  /// Passes a token of that kind or says "expected <kind> <where>"; `opening` is the bracket that
  /// it would close.
  bool expect(TokenKind kind, llvm::StringRef where, const Token *opening = nullptr);
  /// Reports that something else than the next token should stand here, unless the lexer has said
  /// so. The last argument of the text is what was found.
  template <typename... Args> void reportFound(DiagId id, Args &&...args) {
    if (!at(TokenKind::Invalid))
      (void)engine.report(id, peek().range(), std::forward<Args>(args)..., peek().describe());
  }
  bool atOperator() {
    return at(TokenKind::Plus) || at(TokenKind::Minus) || at(TokenKind::Star) ||
           at(TokenKind::Slash);
  }
  /// Whether the next token begins what stands behind a semicolon.
  bool atNextPart();
  /// Whether parsing can go on behind the place where a semicolon should be.
  bool expectSemicolon(llvm::StringRef where);
  void reportExpected(llvm::StringRef what, llvm::StringRef where, const Token *opening = nullptr);
  std::optional<Name> parseName(llvm::StringRef what);
  /// Elements separated by commas up to `close`, which is passed. `where` goes into the message.
  bool parseList(TokenKind close, const Token &opening, llvm::StringRef where,
                 llvm::function_ref<bool()> element);
  llvm::SMRange since(llvm::SMLoc start) const { return {start, tokens.previousEnd()}; }
  /// The source text of a range, in quotes, for "found ...".
  static std::string quote(llvm::SMRange range);
  llvm::SMLoc here() { return peek().range().Start; }

  /// Counts the levels of nesting that recursion is in; `ok` is false (and reported) beyond the
  /// limit.
  struct NestingScope {
    explicit NestingScope(Parser &parser);
    ~NestingScope() { --parser.depth; }
    Parser &parser;
    bool ok;
  };

  DiagnosticEngine &engine;
  TokenStream tokens;
  unsigned depth = 0;
};

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_PARSERIMPL_H
