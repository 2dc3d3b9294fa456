//===- NamesTest.cpp - names that C takes --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/Names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::schedules;
using ::testing::ElementsAre;

namespace convwright::compiler {
namespace {

TEST(LibraryName, IsTheFilesStemAsAnIdentifier) {
  EXPECT_EQ(libraryName("edges.conv"), "edges");
  EXPECT_EQ(libraryName("/a.b/edge-filters.v2.conv"), "edge_filters_v2");
  EXPECT_EQ(libraryName("3x3.conv"), "_3x3");
  EXPECT_EQ(libraryName("plain"), "plain");
}

TEST(LibraryName, MayBeAWordOfCButHasNoPunctuation) {
  for (const char *good : {"edges_2", "int", "class", "case"})
    EXPECT_TRUE(isLibraryName(good)) << good;
  for (const char *bad : {"", "a-b", "2a", "a b", "a/b"})
    EXPECT_FALSE(isLibraryName(bad)) << bad;
}

TEST(ParameterNames, KeywordsAndTakenNamesGetUnderscores) {
  EXPECT_THAT(parameterNames({"_Bool", "__restrict"}, {}), ElementsAre("_Bool_", "__restrict_"));
  EXPECT_THAT(parameterNames({"x", "int", "class", "options"}, {"packed", "options"}),
              ElementsAre("x", "int_", "class_", "options_"));
  EXPECT_THAT(parameterNames({"int_", "int"}, {}), ElementsAre("int_", "int__"));
}

TEST(PrintExtent, ReadsAsAFormula) {
  std::vector<Symbol> symbols = {{"H", 1, 9, 1, 4}};
  EXPECT_EQ(printExtent(Extent::constant(7), symbols), "7");
  EXPECT_EQ(printExtent(Extent::ofSymbol(0), symbols), "H");
  EXPECT_EQ(printExtent({0, 1, -2, 1}, symbols), "H - 2");
  EXPECT_EQ(printExtent({0, 1, 1, 2}, symbols), "(H + 1) / 2");
  EXPECT_EQ(printExtent({0, 1, 0, 2}, symbols), "H / 2");
  EXPECT_EQ(printExtent({0, 3, 0, 1}, symbols), "3 * H");
}

} // namespace
} // namespace convwright::compiler
