//===- Constraints.cpp - messages of the numbered constraints --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvShape.h"

#include <cassert>
#include <string_view>

using namespace convwright::ir;

namespace {

struct Row {
  int number;
  Subject subject;
  std::string_view message;
};

constexpr Row rows[] = {
#define CONSTRAINT(number, subject, message) {number, Subject::subject, message},
#include "compiler/IR/Constraints.def"
};

const Row &rowOf(int constraint) {
  for (const Row &row : rows)
    if (row.number == constraint)
      return row;
  assert(false && "no such constraint in Constraints.def");
  return rows[0];
}

} // namespace

Subject Violation::subject() const { return rowOf(constraint).subject; }

std::string Violation::text() const { return message + " [C" + std::to_string(constraint) + "]"; }

Violation convwright::ir::violate(int constraint, std::initializer_list<std::string> values) {
  std::string text;
  std::string_view pattern = rowOf(constraint).message;
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
  return {constraint, text};
}
