//===- LanguageTest.cpp - LANGUAGE.md says what is so ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Format.h"
#include "dsl/Operations.h"
#include "dsl/Parser.h"
#include "dsl/Types.h"
#include "tests/dsl/Examples.h"
#include "tests/dsl/Goldens.h"

#include "llvm/ADT/StringExtras.h"

#include <gtest/gtest.h>

using namespace convwright::dsl;
using namespace convwright::dsl::testing;

static const std::string document = "dsl/LANGUAGE.md";

TEST(Language, EveryExampleParsesAndStandsInItsCanonicalForm) {
  unsigned valid = 0;
  for (const Example &example : readExamples(document)) {
    if (!example.valid)
      continue;
    ++valid;
    Source source(example.text, "example.conv");
    EXPECT_EQ(format(source.engine, source.buffer), example.text) << example.place;
    EXPECT_EQ(source.messages, "") << example.place;
  }
  EXPECT_GT(valid, 10u);
}

/// Those that only compiler/Import refuses are tested where that is linked.
TEST(Language, SyntaxErrorsAreReportedAsTheDocumentSays) {
  unsigned refused = 0;
  for (const Example &example : readExamples(document)) {
    Parsed parsed(example.text, "example.conv");
    if (!parsed.engine.hasErrors())
      continue;
    ++refused;
    checkMessages(example, parsed.messages);
  }
  EXPECT_GT(refused, 1u);
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// Compares the text between "<!-- name -->" and "<!-- end -->" with the table, or writes it there.
static void checkTable(const std::string &name, const std::string &table) {
  std::string text = readFile(document);
  std::string mark = "<!-- " + name + " -->\n";
  size_t start = text.find(mark);
  ASSERT_NE(start, std::string::npos) << name;
  start += mark.size();
  size_t length = text.find("<!-- end -->", start) - start;
  if (updatingGoldens())
    writeGolden(document, text.replace(start, length, table));
  else
    EXPECT_EQ(text.substr(start, length), table);
}

static std::string code(llvm::StringRef text) {
  return text.empty() ? "" : ("`" + text + "`").str();
}

/// "conv2d(x, w [, b])"
static std::string signature(const OperationInfo &row) {
  std::string text;
  llvm::SmallVector<llvm::StringRef> parameters = row.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    llvm::StringRef separator = i == 0 ? "" : ", ";
    text += i < row.required ? (separator + parameters[i]).str()
                             : (" [" + separator + parameters[i] + "]").str();
  }
  if (row.takesMore)
    text += ", ...";
  return (row.spelling + "(" + text + ")").str();
}

TEST(Language, TableOfOperationsHasEveryRow) {
  std::string table = "| call | attributes | |\n|---|---|---|\n";
  for (const OperationInfo &row : allOperations())
    table += "| " + code(signature(row)) + " | " + row.attributeText.str() + " | " +
             (row.available ? "" : "*Not yet.* ") + row.doc.str() + " |\n";
  checkTable("operations", table);
}

TEST(Language, TableOfAttributesHasEveryRow) {
  std::string table = "| attribute | default | values | |\n|---|---|---|---|\n";
  for (const AttributeInfo &row : allAttributes())
    table += "| " + code(row.spelling) + " | " + code(row.fallback) + " | " + row.allowed.str() +
             " | " + row.doc.str() + " |\n";
  checkTable("attributes", table);
}

TEST(Language, TableOfElementTypesHasEveryRow) {
  std::string table = "| type | bits | |\n|---|---|---|\n";
  for (const ElementTypeInfo &row : allElementTypes())
    table += "| " + code(row.spelling) + " | " + std::to_string(row.bits) + " | " +
             (row.available ? "" : "*Not yet.* ") + row.doc.str() + " |\n";
  checkTable("types", table);
}

TEST(Language, EveryAttributeOfAnOperationHasARow) {
  for (const OperationInfo &row : allOperations())
    for (llvm::StringRef attribute : row.attributes())
      EXPECT_NE(findAttribute(attribute), nullptr) << row.spelling.str() << " " << attribute.str();
}

TEST(Language, EveryAttributeBelongsToAnOperation) {
  std::set<llvm::StringRef> used;
  for (const OperationInfo &row : allOperations())
    for (llvm::StringRef attribute : row.attributes())
      used.insert(attribute);
  for (const AttributeInfo &row : allAttributes())
    EXPECT_TRUE(used.count(row.spelling)) << row.spelling.str();
}

TEST(Language, DefaultOfAChoiceIsOneOfItsWords) {
  for (const AttributeInfo &row : allAttributes()) {
    if (row.kind == AttributeKind::Choice && !row.fallback.empty()) // operations may have their own
      EXPECT_TRUE(llvm::is_contained(row.choices(), row.fallback)) << row.spelling.str();
  }
}
