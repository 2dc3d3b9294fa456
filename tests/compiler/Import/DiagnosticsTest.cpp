//===- DiagnosticsTest.cpp - what the importer says about faulty files ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Import.h"
#include "dsl/Parser.h"
#include "tests/dsl/Goldens.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace convwright::compiler {
namespace {

using dsl::testing::Source;

const std::string folder = "tests/compiler/Import/diagnostics";

/// Parses and imports; what is said ends up in the source's messages.
void check(Source &source) {
  dsl::Module tree = dsl::parse(source.engine, source.buffer);
  if (source.engine.hasErrors())
    return;
  mlir::MLIRContext context;
  ImportResult result =
      importModule(context, tree, source.engine, {folder, {"direct", "pointwise", "loops"}});
  EXPECT_EQ(!result.module, source.engine.hasErrors());
}

class ImportDiagnostics : public testing::Test {
protected:
  // Paths in messages are relative to the source tree.
  void SetUp() override { std::filesystem::current_path(CONVWRIGHT_SOURCE_DIR); }
};

TEST_F(ImportDiagnostics, GoldenTextsHoldAndCoverEveryRowOfTheImporter) {
  std::set<dsl::DiagId> printed = dsl::testing::checkGoldens(folder, check);
  for (const dsl::DiagInfo &row : dsl::allDiagnostics()) {
    // The driver's goldens hold what the choice of plans refuses.
    if (row.owner == dsl::DiagOwner::Import && row.id != dsl::DiagId::PlanRefused)
      EXPECT_TRUE(printed.contains(row.id)) << "no golden text for " << row.name.str();
  }
}

TEST_F(ImportDiagnostics, EveryGoldenSaysSomething) {
  for (const std::string &path : dsl::testing::listGoldens(folder)) {
    Source source(dsl::testing::readFile(path));
    check(source);
    EXPECT_NE(source.messages, "") << path;
  }
}

} // namespace
} // namespace convwright::compiler
