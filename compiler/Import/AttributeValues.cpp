//===- AttributeValues.cpp - reading the attributes of a call -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/AttributeValues.h"

#include "compiler/Import/LayerContext.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace convwright::compiler {

using dsl::AttributeKind;
using dsl::DiagId;

/// "one for h and one for w".
static std::string oneForEach(std::span<const ir::SpatialAxis> axes) {
  std::string text;
  for (size_t i = 0; i < axes.size(); ++i)
    text += (i == 0                 ? ""
             : i + 1 == axes.size() ? " and "
                                    : ", ") +
            std::string("one for ") + axes[i].name;
  return text;
}

/// "n, [h, w], [[top, bottom], [left, right]], same, same_upper, same_lower or valid".
static std::string paddingForms(std::span<const ir::SpatialAxis> axes) {
  std::string names, pairs;
  for (const ir::SpatialAxis &axis : axes) {
    names += (names.empty() ? "" : ", ") + std::string(axis.name);
    pairs += (pairs.empty() ? "[" : ", [") + std::string(axis.before) + ", " + axis.after + "]";
  }
  return "n, [" + names + "], [" + pairs + "], same, same_upper, same_lower or valid";
}

/// What values of that kind look like, for messages.
std::string AttributeValues::describe(const dsl::AttributeInfo &attribute) const {
  switch (attribute.kind) {
  case AttributeKind::Integer:
    return "an integer";
  case AttributeKind::Number:
    return "a number";
  case AttributeKind::PerDimension:
    return "an integer, or a list of " + oneForEach(ir::spatialAxes(spatialRank));
  case AttributeKind::Padding:
    return paddingForms(ir::spatialAxes(spatialRank));
  case AttributeKind::Algorithm:
    return "an algorithm's name";
  case AttributeKind::Choice:
    return "one of " + llvm::join(attribute.choices(), ", ");
  case AttributeKind::Tensor:
    return "the name of a tensor";
  default:
    return attribute.allowed.str();
  }
}

void AttributeValues::wrongKind(const dsl::Attribute &attribute) {
  const dsl::AttributeInfo *row = dsl::findAttribute(attribute.name.text);
  reporter.report(DiagId::AttributeKind, attribute.value.range, attribute.name.text, describe(*row),
                  sourceText(attribute.value.range));
  anyFailed = true;
}

llvm::SMRange AttributeValues::rangeOf(llvm::StringRef name) const {
  const dsl::Attribute *attribute = call.attribute(name);
  return attribute ? attribute->range : call.range;
}

int64_t AttributeValues::integer(llvm::StringRef name) {
  const dsl::Attribute &attribute = *call.attribute(name);
  const dsl::NumberLiteral *number = attribute.value.number();
  if (number && number->integer)
    return *number->integer;
  wrongKind(attribute);
  return 1;
}

double AttributeValues::number(llvm::StringRef name) {
  const dsl::Attribute &attribute = *call.attribute(name);
  if (const dsl::NumberLiteral *number = attribute.value.number())
    return number->value;
  wrongKind(attribute);
  return 1;
}

/// `count` integers; none for anything else.
static std::optional<std::vector<int64_t>> integersOf(const dsl::Value &value, size_t count) {
  const std::vector<dsl::Value> *list = value.list();
  if (!list || list->size() != count)
    return std::nullopt;
  std::vector<int64_t> numbers;
  for (const dsl::Value &element : *list) {
    if (!element.number() || !element.number()->integer)
      return std::nullopt;
    numbers.push_back(*element.number()->integer);
  }
  return numbers;
}

std::vector<int64_t> AttributeValues::perDimension(llvm::StringRef name) {
  const dsl::Attribute &attribute = *call.attribute(name);
  if (!attribute.value.list())
    return std::vector<int64_t>(spatialRank, integer(name));
  if (auto numbers = integersOf(attribute.value, spatialRank))
    return *numbers;
  wrongKind(attribute);
  return std::vector<int64_t>(spatialRank, 1);
}

bool AttributeValues::readPairs(const dsl::Value &value, ir::Padding &padding) {
  const std::vector<dsl::Value> *list = value.list();
  if (!list || list->size() != spatialRank)
    return false;
  for (size_t i = 0; i < spatialRank; ++i) {
    auto pair = integersOf((*list)[i], 2);
    if (!pair)
      return false;
    padding.before[i] = (*pair)[0];
    padding.after[i] = (*pair)[1];
  }
  return true;
}

PaddingValue AttributeValues::padding(llvm::StringRef name) {
  const dsl::Attribute &attribute = *call.attribute(name);
  const dsl::Value &value = attribute.value;
  auto everywhere = [&](int64_t number) {
    std::vector<int64_t> numbers(spatialRank, number);
    return ir::Padding{numbers, numbers};
  };
  if (const dsl::Name *word = value.word()) {
    if (word->text == "same")
      return ir::Same::Dense;
    if (word->text == "same_upper")
      return ir::Same::Upper;
    if (word->text == "same_lower")
      return ir::Same::Lower;
    if (word->text == "valid")
      return everywhere(0);
    reporter
        .report(DiagId::UnknownWord, word->range, name, word->text,
                describe(*dsl::findAttribute(name)))
        .didYouMean(word->range, word->text, {"same", "valid", "same_upper", "same_lower"});
    anyFailed = true;
    return everywhere(0);
  }
  if (value.number() && value.number()->integer)
    return everywhere(*value.number()->integer);
  if (auto numbers = integersOf(value, spatialRank))
    return ir::Padding{*numbers, *numbers};
  ir::Padding padding = everywhere(0);
  if (!readPairs(value, padding))
    wrongKind(attribute);
  return padding;
}

const dsl::Name *AttributeValues::name(llvm::StringRef attribute) {
  const dsl::Attribute &given = *call.attribute(attribute);
  if (!given.value.word())
    wrongKind(given);
  return given.value.word();
}

llvm::StringRef AttributeValues::word(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> words) {
  const dsl::Attribute &attribute = *call.attribute(name);
  const dsl::Name *word = attribute.value.word();
  if (!word) {
    wrongKind(attribute);
    return "";
  }
  if (llvm::is_contained(words, word->text))
    return word->text;
  reporter
      .report(DiagId::UnknownWord, word->range, name, word->text,
              "one of " + llvm::join(words, ", "))
      .didYouMean(word->range, word->text, words);
  anyFailed = true;
  return "";
}

llvm::StringRef AttributeValues::choice(llvm::StringRef name) {
  const dsl::AttributeInfo *row = dsl::findAttribute(name);
  return call.attribute(name) ? word(name, row->choices()) : row->fallback;
}

} // namespace convwright::compiler
