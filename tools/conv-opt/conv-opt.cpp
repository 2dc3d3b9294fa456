//===- conv-opt.cpp - runs passes on conv dialect text ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvDialect.h"
#include "compiler/Transforms/Passes.h"
#include "schedules/tuning/records/Advisor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

using namespace convwright;

namespace {

struct RecordedPlanOptions : mlir::PassPipelineOptions<RecordedPlanOptions> {
  Option<std::string> target{*this, "target", llvm::cl::desc("The target's name")};
  Option<std::string> records{*this, "records", llvm::cl::desc("A file of tuning records")};
};

/// conv-select-plan, asking a file of records first.
void selectRecordedPlan(mlir::OpPassManager &manager, const RecordedPlanOptions &options) {
  auto set = schedules::readRecords({options.records});
  if (!set)
    llvm::report_fatal_error(llvm::StringRef(set.error().message), /*gen_crash_diag=*/false);
  ir::SelectPlanOptions select;
  select.target = options.target;
  auto index = std::make_shared<schedules::RecordIndex>(std::move(*set));
  manager.addPass(ir::createSelectPlan(select, schedules::adviseFrom(index, nullptr, 1)));
}

} // namespace

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry
      .insert<convwright::ir::ConvDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  convwright::ir::registerConvPasses();
  convwright::ir::registerConvPipelines();
  mlir::PassPipelineRegistration<RecordedPlanOptions>(
      "conv-select-recorded-plan", "conv-select-plan, asking a file of records first",
      selectRecordedPlan);
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Convwright's optimiser driver\n", registry));
}
