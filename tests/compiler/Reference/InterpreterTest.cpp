//===- InterpreterTest.cpp - layers in the reference interpreter ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Interpreter.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/Import/Safetensors.h"
#include "compiler/Transforms/Passes.h"
#include "tests/compiler/Import/Imported.h"

#include "mlir/Pass/PassManager.h"

#include <cmath>
#include <gmock/gmock.h>
#include <random>

namespace convwright::compiler {
namespace {

using schedules::ElementType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Imported;

ExactTensor tensor(ElementType type, std::vector<int64_t> shape, std::vector<double> values) {
  return {type, std::move(shape), std::move(values)};
}

std::string errorOf(Imported &file, const ExactTensors &inputs) {
  auto results = interpret(*file.module->getOps<mlir::func::FuncOp>().begin(), inputs);
  return results ? "" : results.error().message;
}

std::vector<double> run(llvm::StringRef text, const ExactTensors &inputs) {
  Imported file(text);
  auto results = interpret(*file.module->getOps<mlir::func::FuncOp>().begin(), inputs);
  EXPECT_TRUE(results) << results.error().message;
  return results ? results->at("result").values : std::vector<double>();
}

TEST(Interpreter, ConversionsRoundHalfToEvenAndSaturate) {
  EXPECT_THAT(run("layer a(x: f32[6]) { return u8(x); }",
                  {{"x", tensor(ElementType::F32, {6}, {0.5, 1.5, 2.5, -3, 300, std::nan("")})}}),
              ElementsAre(0, 2, 2, 0, 255, 0));
  EXPECT_THAT(run("layer a(x: i32[3]) { return i8(x); }",
                  {{"x", tensor(ElementType::I32, {3}, {-200, 5, 200})}}),
              ElementsAre(-128, 5, 127));
}

TEST(Interpreter, IntegersWrap) {
  EXPECT_THAT(run("layer a(x: i32[2]) { return x * x + 1 - x; }",
                  {{"x", tensor(ElementType::I32, {2}, {2147483647, 65537})}}),
              ElementsAre(-2147483645, 131073 + 1 - 65537));
}

TEST(Interpreter, BatchNormIsPyTorchsFormulaForEachChannel) {
  auto f32 = [](std::vector<int64_t> shape, std::vector<double> values) {
    return tensor(ElementType::F32, std::move(shape), std::move(values));
  };
  EXPECT_THAT(run("layer a(x: f32[1, 2, 1, 2], m: f32[2], v: f32[2], g: f32[2], b: f32[2]) {\n"
                  "  return batch_norm(x, m, v, g, b, eps = 1);\n}\n",
                  {{"x", f32({1, 2, 1, 2}, {1, 2, 3, 4})},
                   {"m", f32({2}, {1, 0})},
                   {"v", f32({2}, {3, 0})},
                   {"g", f32({2}, {2, 1})},
                   {"b", f32({2}, {0, 10})}}),
              ElementsAre(0, 1, 13, 14));
}

TEST(Interpreter, F32IsNotRoundedBetweenOperations) {
  EXPECT_THAT(run("layer a(x: f32[1]) { return (x + 1) - x; }",
                  {{"x", tensor(ElementType::F32, {1}, {1e10})}}),
              ElementsAre(1));
}

TEST(Interpreter, I32BecomesTheNearestF32) {
  EXPECT_THAT(run("layer a(x: i32[1]) { return f32(x); }",
                  {{"x", tensor(ElementType::I32, {1}, {16777217})}}),
              ElementsAre(16777216));
}

TEST(Interpreter, ConstantsOfEveryTypeAreRead) {
  EXPECT_THAT(run("const a: u8[2] = [0, 255];\nconst b: i8[2] = [-128, 3];\n"
                  "const c: i32[2] = [7, 7];\nconst d: f32[2] = [0.5, 0.5];\n"
                  "layer l(x: f32[2]) { return f32(i32(a) + i32(b) + c) + d + x; }",
                  {{"x", tensor(ElementType::F32, {2}, {0, 1000})}}),
              ElementsAre(-120.5, 1265.5));
}

TEST(Interpreter, InputsThatDoNotFitAreNamed) {
  Imported file("layer a(x: f32[1, 2, H, W], y: u8[1, 1, H, 1]) for H in 2..9 step 2, W in 1..4 {\n"
                "  return x + f32(y);\n}\n");
  auto x = [](std::vector<int64_t> shape) {
    ExactTensor value{ElementType::F32, shape, {}};
    value.values.resize(static_cast<size_t>(value.elementCount()));
    return value;
  };
  ExactTensor y = tensor(ElementType::U8, {1, 1, 2, 1}, std::vector<double>(2));
  EXPECT_EQ(errorOf(file, {{"x", x({1, 2, 2, 4})}, {"y", y}}), "");
  EXPECT_EQ(errorOf(file, {{"x", x({1, 2, 2, 4})}}), "the layer's argument 'y' is missing");
  EXPECT_EQ(errorOf(file, {{"x", x({1, 2, 2, 4})}, {"y", y}, {"z", y}}),
            "the layer has no argument 'z'; it takes x, y");
  EXPECT_EQ(errorOf(file, {{"x", x({1, 3, 2, 4})}, {"y", y}}),
            "'x' is f32[1, 3, 2, 4], but the layer takes f32[1, 2, H, W]");
  EXPECT_EQ(errorOf(file, {{"x", y}, {"y", y}}),
            "'x' is u8[1, 1, 2, 1], but the layer takes f32[1, 2, H, W]");
  EXPECT_EQ(errorOf(file, {{"x", x({2, 4})}, {"y", y}}),
            "'x' is f32[2, 4], but the layer takes f32[1, 2, H, W]");
  EXPECT_EQ(errorOf(file, {{"x", x({1, 2, 4, 4})}, {"y", y}}), "'y': size H is 4 and 2");
  EXPECT_EQ(errorOf(file, {{"x", x({1, 2, 3, 4})}, {"y", y}}),
            "'x': size H = 3 is not in 2..9 in steps of 2");
  EXPECT_EQ(errorOf(file, {{"x", x({1, 2, 2, 5})}, {"y", y}}), "'x': size W = 5 is not in 1..4");
  ExactTensor shortened = x({1, 2, 2, 4});
  shortened.values.pop_back();
  EXPECT_THAT(errorOf(file, {{"x", shortened}, {"y", y}}), HasSubstr("has 15 elements"));
}

//===----------------------------------------------------------------------===//
// PyTorch's answers
//===----------------------------------------------------------------------===//

class Golden : public ::testing::TestWithParam<const char *> {};

/// The tensors of one case, without its answer.
ExactTensors inputsOf(const Safetensors &golden, const std::string &prefix) {
  ExactTensors inputs;
  for (const TensorView &tensor : golden.tensors())
    if (tensor.name.starts_with(prefix) && tensor.name != prefix + "y")
      inputs[tensor.name.substr(prefix.size())] = {*elementType(tensor.type), tensor.shape,
                                                   toDoubles(tensor)};
  return inputs;
}

double relativeError(const std::vector<double> &found, const std::vector<double> &expected) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    error += (found[i] - expected[i]) * (found[i] - expected[i]);
    norm += expected[i] * expected[i];
  }
  return std::sqrt(error / std::max(norm, 1e-300));
}

TEST_P(Golden, TheReferenceAgreesWithPyTorchBeforeAndAfterThePasses) {
  const std::string group = GetParam();
  auto golden =
      Safetensors::read(CONVWRIGHT_SOURCE_DIR "/tests/data/golden/" + group + ".safetensors");
  ASSERT_TRUE(golden) << golden.error().message;
  Imported file(dsl::testing::readFile("tests/parity/" + group + ".conv"));
  mlir::OwningOpRef<mlir::ModuleOp> kernels = file.module->clone();
  mlir::PassManager manager(&file.context);
  ir::buildKernelPipeline(manager);
  ASSERT_TRUE(mlir::succeeded(manager.run(*kernels)));

  int cases = 0;
  for (const TensorView &answer : golden->tensors()) {
    llvm::StringRef name = answer.name;
    if (!name.consume_back("/y") || name.contains('@'))
      continue;
    ExactTensors inputs = inputsOf(*golden, name.str() + "/");
    std::vector<double> expected = toDoubles(answer);
    for (mlir::ModuleOp module : {*file.module, *kernels}) {
      auto layer = module.lookupSymbol<mlir::func::FuncOp>(("case_" + name).str());
      ASSERT_TRUE(layer) << name.str();
      auto results = interpret(layer, inputs);
      ASSERT_TRUE(results) << name.str() << ": " << results.error().message;
      const ExactTensor &result = results->at("result");
      EXPECT_EQ(result.shape, answer.shape) << name.str();
      // PyTorch rounds to f32, except that in the exact group there is nothing to round.
      EXPECT_LE(relativeError(result.values, expected), group == "exact" ? 0 : 6e-7) << name.str();
    }
    ++cases;
  }
  EXPECT_GE(cases, 10);
}

INSTANTIATE_TEST_SUITE_P(Interpreter, Golden,
                         ::testing::Values("conv2d", "padding_modes", "depthwise", "epilogues",
                                           "exact"),
                         [](const auto &info) { return std::string(info.param); });

//===----------------------------------------------------------------------===//
// Passes keep the meaning
//===----------------------------------------------------------------------===//

ExactTensor randomTensor(mlir::Type type, ir::Symbols symbols, std::mt19937 &random) {
  ir::TensorSpec spec = ir::specOf(type, symbols);
  ExactTensor tensor{spec.type, {}, {}};
  const std::vector<int64_t> sizes{7, 9};
  for (const schedules::Extent &extent : spec.dims)
    tensor.shape.push_back(extent.at(sizes));
  std::uniform_real_distribution<double> distribution(-100, 100);
  for (int64_t i = 0; i < tensor.elementCount(); ++i) {
    double value = distribution(random);
    tensor.values.push_back(spec.type == ElementType::F32
                                ? static_cast<float>(value / 100)
                                : schedules::convertValue(value * 2, spec.type));
  }
  return tensor;
}

TEST(Interpreter, PassesKeepTheMeaningOfEveryLayer) {
  Imported file(dsl::testing::readFile("tests/compiler/Import/sound/passes.conv"));
  mlir::OwningOpRef<mlir::ModuleOp> kernels = file.module->clone();
  mlir::PassManager manager(&file.context);
  ir::buildKernelPipeline(manager);
  ASSERT_TRUE(mlir::succeeded(manager.run(*kernels)));
  std::mt19937 random(7);
  for (auto layer : file.module->getOps<mlir::func::FuncOp>()) {
    auto symbols = ir::symbolsOf(layer);
    ExactTensors inputs;
    for (mlir::BlockArgument argument : layer.getArguments())
      inputs[layer.getArgAttrOfType<mlir::StringAttr>(argument.getArgNumber(), ir::nameAttrName)
                 .str()] = randomTensor(argument.getType(), symbols, random);
    auto transformed = kernels->lookupSymbol<mlir::func::FuncOp>(layer.getName());
    EXPECT_FALSE(transformed.getOps<ir::KernelOp>().empty());
    auto before = interpret(layer, inputs), after = interpret(transformed, inputs);
    ASSERT_TRUE(before) << before.error().message;
    ASSERT_TRUE(after) << after.error().message;
    for (const auto &[name, expected] : *before) {
      const ExactTensor &found = after->at(name);
      EXPECT_EQ(found.shape, expected.shape);
      EXPECT_EQ(found.type, expected.type);
      EXPECT_LE(relativeError(found.values, expected.values), 1e-12)
          << layer.getName().str() << " " << name;
    }
  }
}

} // namespace
} // namespace convwright::compiler
