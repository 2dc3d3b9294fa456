//===- OperationsTest.cpp - what the language and the dialect agree on -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The importer builds operations from the language's tables without knowing them. That works as
// long as the dialect has each, with these operands and attributes; and it stays so as long as
// nothing but their own file names them.
//
//===----------------------------------------------------------------------===//

#include "dsl/Operations.h"
#include "compiler/IR/ConvDialect.h"

#include "llvm/ADT/StringExtras.h"
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

namespace convwright {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct Operations : testing::Test {
  Operations() { context.loadDialect<ir::ConvDialect>(); }
  mlir::MLIRContext context;
};

/// The names that the dialect has for an attribute of the language.
std::vector<std::string> namesInTheDialect(llvm::StringRef attribute) {
  if (dsl::findAttribute(attribute)->kind == dsl::AttributeKind::Padding)
    return {"pad_before", "pad_after"};
  return {attribute.str()};
}

TEST_F(Operations, OfTheLanguageAreInTheDialectWithTheirOperandsAndAttributes) {
  for (const dsl::OperationInfo &row : dsl::allOperations()) {
    if (!row.available || row.kind == dsl::OperationKind::Pointwise)
      continue;
    SCOPED_TRACE(row.spelling.str());
    const auto *rules = ir::findLanguageOp(&context, row.spelling);
    ASSERT_TRUE(rules);
    if (!row.takesMore) // otherwise one name stands for all
      EXPECT_GE(rules->operandNames().size(), row.parameters().size());
    mlir::OperationName name(("conv." + row.spelling).str(), &context);
    std::vector<std::string> known;
    for (mlir::StringAttr attribute : name.getAttributeNames())
      known.push_back(attribute.str());
    for (llvm::StringRef operand : rules->operandNames())
      known.push_back(operand.str());
    for (llvm::StringRef attribute : row.attributes())
      for (const std::string &expected : namesInTheDialect(attribute))
        EXPECT_THAT(known, Contains(expected));
  }
}

TEST_F(Operations, OfKernelsAreNamedInTheirOwnFilesAlone) {
  namespace fs = std::filesystem;
  const fs::path compiler = fs::path(CONVWRIGHT_SOURCE_DIR) / "compiler";
  for (mlir::RegisteredOperationName name : context.getRegisteredOperations()) {
    if (!name.hasInterface<ir::StageOp>())
      continue;
    std::string className = llvm::convertToCamelFromSnakeCase(name.stripDialect(), true) + "Op";
    for (const auto &entry : fs::recursive_directory_iterator(compiler)) {
      const fs::path &path = entry.path();
      bool isSource = path.extension() == ".cpp" || path.extension() == ".h";
      if (!isSource || path.parent_path() == compiler / "IR/Ops")
        continue;
      std::ifstream file(path);
      std::string text{std::istreambuf_iterator<char>(file), {}};
      EXPECT_THAT(text, Not(HasSubstr(className))) << path;
    }
  }
}

} // namespace
} // namespace convwright
