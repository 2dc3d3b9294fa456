//===- ParserTypes.cpp - types of tensors ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/ParserImpl.h"
#include "dsl/Suggest.h"

#include "llvm/ADT/StringExtras.h"

namespace convwright::dsl {

static llvm::SmallVector<llvm::StringRef> elementTypeNames(bool availableOnly) {
  llvm::SmallVector<llvm::StringRef> names;
  for (const ElementTypeInfo &row : allElementTypes())
    if (row.available || !availableOnly)
      names.push_back(row.spelling);
  return names;
}

namespace {
struct LayoutWord {
  llvm::StringRef spelling;
  size_t rank;
};
constexpr LayoutWord layoutWords[] = {
#define LAYOUT(spelling, rank, doc) {spelling, rank},
#include "dsl/Layouts.def"
};
} // namespace

/// type = element-type ["[" dim {"," dim} "]"] {layout | "scale" "=" s | "zero_point" "=" z}
/// Without dimensions it is the type of one number.
std::optional<TensorType> Parser::parseType() {
  TensorType type;
  llvm::SMLoc start = here();
  if (!parseElementType(type))
    return std::nullopt;
  if (at(TokenKind::LeftBracket) && !parseDims(type))
    return std::nullopt;
  while (at(TokenKind::Identifier))
    if (!parseTypeSuffix(type))
      return std::nullopt;
  type.range = since(start);
  return type;
}

bool Parser::parseElementType(TensorType &type) {
  std::optional<Name> name = parseName("an element type");
  if (!name)
    return false;
  type.elementRange = name->range;
  const ElementTypeInfo *row = findElementType(name->text);
  if (row && !row->available)
    reportTypeNotYet(*name);
  if (row) {
    type.element = row->type;
    return true;
  }
  llvm::SmallVector<llvm::StringRef> names = elementTypeNames(/*availableOnly=*/false);
  DiagnosticBuilder diagnostic =
      engine.report(DiagId::UnknownElementType, name->range, name->text, llvm::join(names, " "));
  if (std::optional<llvm::StringRef> meant = suggest(name->text, names))
    diagnostic.note(DiagId::NoteDidYouMean, llvm::SMRange(), *meant).fixIt(name->range, *meant);
  return true; // as f32, to find what else is wrong
}

void Parser::reportTypeNotYet(const Name &name) {
  (void)engine.report(DiagId::ElementTypeNotYet, name.range, name.text,
                      llvm::join(elementTypeNames(/*availableOnly=*/true), " "));
}

bool Parser::parseDims(TensorType &type) {
  Token opening = tokens.take();
  if (!at(TokenKind::RightBracket))
    return parseList(TokenKind::RightBracket, opening, "in the dimensions",
                     [&] { return parseDim(type); });
  Token closing = tokens.take();
  llvm::SMRange range(opening.range().Start, closing.range().End);
  (void)engine.report(DiagId::EmptyDims, range);
  return true;
}

/// dim = integer | name
bool Parser::parseDim(TensorType &type) {
  if (at(TokenKind::Identifier)) {
    Token token = tokens.take();
    type.dims.push_back({token.text, token.range()});
    return true;
  }
  if (!at(TokenKind::Number) && !at(TokenKind::Minus)) {
    reportFound(DiagId::ExpectedDim);
    return false;
  }
  std::optional<NumberLiteral> number = parseNumber();
  if (!number)
    return false;
  if (!number->integer) {
    (void)engine.report(DiagId::ExpectedDim, number->range, quote(number->range));
    return false;
  }
  type.dims.push_back({*number->integer, number->range});
  return true;
}

bool Parser::parseTypeSuffix(TensorType &type) {
  const Token &token = peek();
  if (token.text == "scale" && peek(1).is(TokenKind::Equals))
    return parseScale(type);
  if (token.text == "zero_point" && peek(1).is(TokenKind::Equals))
    return parseZeroPoint(type);
  const LayoutWord *known = llvm::find_if(
      layoutWords, [&](const LayoutWord &word) { return word.spelling == token.text; });
  if (known == std::end(layoutWords)) {
    reportUnknownLayout(token);
    return false;
  }
  Token layout = tokens.take();
  if (type.dims.size() > 2 && type.dims.size() != known->rank)
    reportLayoutRank(layout, type.dims.size(), known->rank);
  if (type.layout)
    engine.report(DiagId::DuplicateTypePart, layout.range(), "layout").span(type.layoutRange);
  type.layout = known->spelling;
  type.layoutRange = layout.range();
  return true;
}

/// The word of this rank that stands where the given one does in its own: first or last channels.
void Parser::reportLayoutRank(const Token &token, size_t rank, size_t rankOfWord) {
  DiagnosticBuilder diagnostic =
      engine.report(DiagId::LayoutRank, token.range(), token.text, static_cast<int64_t>(rankOfWord),
                    static_cast<int64_t>(rank));
  for (const LayoutWord &word : layoutWords)
    if (word.rank == rank && word.spelling.ends_with("c") == token.text.ends_with("c"))
      diagnostic.fixIt(token.range(), word.spelling);
}

void Parser::reportUnknownLayout(const Token &token) {
  DiagnosticBuilder diagnostic = engine.report(DiagId::UnknownLayout, token.range(), token.text);
  llvm::SmallVector<llvm::StringRef> words;
  for (const LayoutWord &word : layoutWords)
    words.push_back(word.spelling);
  if (std::optional<llvm::StringRef> meant = suggest(token.text, words))
    diagnostic.note(DiagId::NoteDidYouMean, llvm::SMRange(), *meant).fixIt(token.range(), *meant);
}

bool Parser::parseScale(TensorType &type) {
  llvm::SMLoc start = tokens.take().range().Start;
  (void)tokens.take(); // the equals sign
  std::optional<ScaleValue> scale;
  if (at(TokenKind::Identifier)) {
    Token name = tokens.take();
    scale = Name{name.text, name.range()};
  } else if (std::optional<NumberLiteral> number = parseNumber()) {
    scale = *number;
  } else {
    return false;
  }
  if (type.scale)
    engine.report(DiagId::DuplicateTypePart, since(start), "scale").span(type.scaleRange);
  type.scale = scale;
  type.scaleRange = since(start);
  return true;
}

bool Parser::parseZeroPoint(TensorType &type) {
  llvm::SMLoc start = tokens.take().range().Start;
  (void)tokens.take(); // the equals sign
  std::optional<NumberLiteral> number = parseInteger("after 'zero_point ='");
  if (!number)
    return false;
  if (type.zeroPoint)
    engine.report(DiagId::DuplicateTypePart, since(start), "zero_point").span(type.zeroPointRange);
  type.zeroPoint = number;
  type.zeroPointRange = since(start);
  return true;
}

} // namespace convwright::dsl
