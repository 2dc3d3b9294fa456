//===- ElementTypesTest.cpp - one list of element types --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Safetensors.h"
#include "compiler/Import/Types.h"
#include "dsl/Types.h"

#include <algorithm>
#include <cctype>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright;
using compiler::elementType;
using schedules::allElementTypes;
using schedules::ElementType;

TEST(ElementTypes, AreThoseThatTheLanguageHasAvailable) {
  for (const dsl::ElementTypeInfo &row : dsl::allElementTypes()) {
    std::optional<ElementType> type = elementType(row.type);
    EXPECT_EQ(type.has_value(), row.available) << row.spelling.str();
    if (!type)
      continue;
    EXPECT_EQ(std::string(schedules::spell(*type)), row.spelling.str());
    EXPECT_EQ(8 * schedules::byteWidth(*type), row.bits) << row.spelling.str();
  }
}

TEST(ElementTypes, HaveSafetensorsNamesAndWidths) {
  for (ElementType type : allElementTypes) {
    compiler::SafetensorType stored = compiler::safetensorType(type);
    EXPECT_EQ(elementType(stored), type);
    EXPECT_EQ(compiler::byteWidth(stored), schedules::byteWidth(type));
    std::string capitals(schedules::spell(type));
    std::ranges::transform(capitals, capitals.begin(), [](char c) { return std::toupper(c); });
    EXPECT_EQ(compiler::spell(stored), capitals);
  }
}

TEST(ElementTypes, AreAllNamedByTheConstraint) {
  std::vector<std::string> texts;
#define CONSTRAINT(number, at, mended, text) texts.push_back(text);
#include "compiler/IR/Constraints.def"
  std::string names;
  for (ElementType type : allElementTypes)
    names += (names.empty() ? "" : ", ") + std::string(schedules::spell(type));
  EXPECT_THAT(texts.front(), testing::EndsWith("is not one of " + names)); // C1
}
