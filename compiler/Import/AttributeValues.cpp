//===- AttributeValues.cpp - reading the attributes of a call -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/AttributeValues.h"

#include "compiler/Import/LayerContext.h"
#include "dsl/Operations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cassert>

namespace convwright::compiler {

using dsl::AttributeKind;
using dsl::DiagId;

/// What values of that kind look like, for messages.
static std::string describe(const dsl::AttributeInfo &attribute) {
  switch (attribute.kind) {
  case AttributeKind::Integer:
    return "an integer";
  case AttributeKind::Number:
    return "a number";
  case AttributeKind::PerDimension:
    return "an integer, or a list of one for h and one for w";
  case AttributeKind::Padding:
    return "n, [h, w], [[top, bottom], [left, right]], same or valid";
  case AttributeKind::Algorithm:
    return "an algorithm's name";
  case AttributeKind::Choice:
    return "one of " + llvm::join(attribute.choices(), ", ");
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

/// The default of an attribute that is a number.
template <typename T> static T fallback(llvm::StringRef name) {
  T value{};
  [[maybe_unused]] bool failed;
  if constexpr (std::is_floating_point_v<T>)
    failed = dsl::findAttribute(name)->fallback.getAsDouble(value);
  else
    failed = dsl::findAttribute(name)->fallback.getAsInteger(10, value);
  assert(!failed && "the row's default is not a number");
  return value;
}

int64_t AttributeValues::integer(llvm::StringRef name) {
  const dsl::Attribute *attribute = call.attribute(name);
  if (!attribute)
    return fallback<int64_t>(name);
  const dsl::NumberLiteral *number = attribute->value.number();
  if (number && number->integer)
    return *number->integer;
  wrongKind(*attribute);
  return 1;
}

double AttributeValues::number(llvm::StringRef name) {
  const dsl::Attribute *attribute = call.attribute(name);
  if (!attribute)
    return fallback<double>(name);
  if (const dsl::NumberLiteral *number = attribute->value.number())
    return number->value;
  wrongKind(*attribute);
  return 1;
}

bool AttributeValues::readList(const dsl::Value &value, std::array<int64_t, 2> &numbers) {
  const std::vector<dsl::Value> *list = value.list();
  if (!list || list->size() != 2)
    return false;
  for (auto [number, element] : llvm::zip_equal(numbers, *list)) {
    if (!element.number() || !element.number()->integer)
      return false;
    number = *element.number()->integer;
  }
  return true;
}

std::array<int64_t, 2> AttributeValues::perDimension(llvm::StringRef name) {
  const dsl::Attribute *attribute = call.attribute(name);
  if (!attribute || !attribute->value.list()) {
    int64_t both = integer(name);
    return {both, both};
  }
  std::array<int64_t, 2> numbers{1, 1};
  if (!readList(attribute->value, numbers))
    wrongKind(*attribute);
  return numbers;
}

bool AttributeValues::readPairs(const dsl::Value &value, ExplicitPadding &padding) {
  const std::vector<dsl::Value> *list = value.list();
  if (!list || list->size() != 2)
    return false;
  for (size_t i = 0; i < 2; ++i) {
    std::array<int64_t, 2> pair;
    if (!readList((*list)[i], pair))
      return false;
    padding.before[i] = pair[0];
    padding.after[i] = pair[1];
  }
  return true;
}

PaddingValue AttributeValues::padding(llvm::StringRef name) {
  const dsl::Attribute *attribute = call.attribute(name);
  ExplicitPadding padding;
  if (!attribute) {
    padding.before.fill(fallback<int64_t>(name));
    padding.after = padding.before;
    return padding;
  }
  const dsl::Value &value = attribute->value;
  if (const dsl::Name *word = value.word()) {
    if (word->text == "same")
      return SamePadding();
    if (word->text == "valid")
      return padding;
    reporter
        .report(DiagId::UnknownWord, word->range, name, word->text,
                describe(*dsl::findAttribute(name)))
        .didYouMean(word->range, word->text, {"same", "valid"});
    anyFailed = true;
  } else if (value.number() && value.number()->integer) {
    padding.before.fill(*value.number()->integer);
    padding.after = padding.before;
  } else if (readList(value, padding.before)) {
    padding.after = padding.before;
  } else if (!readPairs(value, padding)) {
    wrongKind(*attribute);
  }
  return padding;
}

llvm::StringRef AttributeValues::word(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> words) {
  const dsl::Attribute *attribute = call.attribute(name);
  if (!attribute)
    return "";
  const dsl::Name *word = attribute->value.word();
  if (!word) {
    wrongKind(*attribute);
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
