//===- Constraints.cpp - messages of the numbered constraints --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvShape.h"

#include <cassert>
#include <iterator>
#include <sstream>
#include <string_view>

using namespace convwright::ir;

namespace {

struct Row {
  int number;
  std::string_view about, shown, message;
};

constexpr Row rows[] = {
#define CONSTRAINT(number, about, shown, message) {number, about, shown, message},
#include "compiler/IR/Constraints.def"
};

const Row &rowOf(int constraint) {
  for (const Row &row : rows)
    if (row.number == constraint)
      return row;
  assert(false && "no such constraint in Constraints.def");
  return rows[0];
}

std::vector<std::string> wordsOf(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

} // namespace

std::string Violation::text() const { return message + " [C" + std::to_string(constraint) + "]"; }

Violation convwright::ir::violate(int constraint, std::initializer_list<std::string> values) {
  std::string text;
  const Row &row = rowOf(constraint);
  std::string_view pattern = row.message;
  for (size_t i = 0; i < pattern.size(); ++i) {
    bool isHole = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}';
    if (!isHole) {
      text += pattern[i];
      continue;
    }
    size_t index = static_cast<size_t>(pattern[i + 1] - '0');
    assert(index < values.size() && "the message names a value that was not given");
    text += values.begin()[index];
    i += 2;
  }
  return {constraint, text, std::string(row.about), wordsOf(row.shown), std::nullopt};
}
