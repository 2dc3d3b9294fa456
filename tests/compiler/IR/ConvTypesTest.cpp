//===- ConvTypesTest.cpp - plain structs and MLIR's types ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include <gtest/gtest.h>

using namespace convwright;
using namespace convwright::ir;

namespace {

struct ConvTypes : testing::Test {
  ConvTypes() { context.loadDialect<ConvDialect, mlir::func::FuncDialect>(); }
  mlir::MLIRContext context;
};

TEST_F(ConvTypes, ActivationTypesComeBackAsTheyWent) {
  std::vector<Symbol> symbols = {{"N", 1, 4, 1, 1}, {"H", 3, 99, 2, 33}};
  Dims dims = {Extent::ofSymbol(0), Extent::constant(8), {1, 1, 3, 2}, Extent::constant(7)};
  for (ElementType element : schedules::allElementTypes) {
    auto type = activationType(&context, element, dims, schedules::Layout::ChannelsLast, symbols);
    TensorSpec spec = specOf(type, symbols);
    EXPECT_EQ(spec.type, element);
    EXPECT_EQ(spec.dims, dims);
    EXPECT_FALSE(spec.weightSide);
    EXPECT_EQ(layoutOf(type), schedules::Layout::ChannelsLast);
    EXPECT_TRUE(type.isDynamicDim(0));
    EXPECT_EQ(type.getDimSize(1), 8);
  }
}

TEST_F(ConvTypes, WeightTypesHaveNoEncoding) {
  int64_t sizes[] = {2, 3};
  auto type = weightType(&context, ElementType::I8, constantDims(sizes));
  EXPECT_FALSE(encodingOf(type));
  EXPECT_TRUE(specOf(type, {}).weightSide);
  EXPECT_EQ(specOf(type, {}).dims, constantDims(sizes));
}

TEST_F(ConvTypes, UndeclaredSymbolsAreNotAnExtent) {
  auto extent = ExtentAttr::get(&context, mlir::StringAttr::get(&context, "H"), 1, 0, 1);
  EXPECT_FALSE(fromMlir(extent, {}));
}

TEST_F(ConvTypes, PlanParametersAreIntegers) { // C52
  mlir::Builder builder(&context);
  std::string message;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  auto parameters = builder.getDictionaryAttr(builder.getNamedAttr("tile", builder.getUnitAttr()));
  auto plan = PlanAttr::getChecked([&] { return mlir::emitError(builder.getUnknownLoc()); },
                                   &context, builder.getStringAttr("direct"), parameters,
                                   builder.getStringAttr("user"));
  EXPECT_FALSE(plan);
  EXPECT_EQ(message, "plan parameter tile is not an integer [C52]");
}

} // namespace
