//===- RandomLayer.cpp - layers that nobody would write --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/support/RandomLayer.h"

#include "compiler/IR/ConvScalars.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/Transforms/MapUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <random>

using namespace convwright;
using namespace convwright::compiler;
using namespace convwright::compiler::testing;
using namespace convwright::ir;
using schedules::ScalarOp;

namespace {

class Author {
public:
  Author(mlir::MLIRContext &context, unsigned seed)
      : context(context), random(seed), builder(&context), loc(builder.getUnknownLoc()) {}

  RandomLayer write();

private:
  int64_t draw(int64_t lo, int64_t hi) {
    return std::uniform_int_distribution<int64_t>(lo, hi)(random);
  }
  bool chance(int percent) { return draw(1, 100) <= percent; }
  template <typename List> auto pick(const List &list) {
    return list[draw(0, std::size(list) - 1)];
  }

  Dims dimsOf(mlir::Value value) { return specOf(value.getType(), symbols).dims; }
  bool isF32(mlir::Value value) {
    return specOf(value.getType(), symbols).type == ElementType::F32;
  }
  mlir::Type activation(const Dims &dims, ElementType type = ElementType::F32) {
    return activationType(&context, type, dims, layout, symbols);
  }

  mlir::Value addArgument(mlir::Type type, const std::string &name);
  mlir::Value weight(const std::vector<int64_t> &sizes);
  void fill(const std::string &name, const TensorSpec &spec);
  mlir::Value scalarWork(mlir::OpBuilder &inner, llvm::SmallVector<mlir::Value> values);
  mlir::Value f32Activation();
  mlir::Value mapOver(llvm::ArrayRef<mlir::Value> inputs, mlir::Type type);

  void addConvolution();
  void addBatchNorm();
  void addMap();
  void addConversion();
  void addTwins();
  void addAccess();
  void addConcat();
  void addStep();

  mlir::MLIRContext &context;
  std::mt19937 random;
  mlir::OpBuilder builder;
  mlir::Location loc;
  std::vector<Symbol> symbols = {{"N", 1, 2, 1, 1}, {"H", 5, 9, 1, 7}};
  schedules::Layout layout = schedules::Layout::ChannelsLast;
  mlir::func::FuncOp layer;
  std::vector<mlir::Value> values; // activations so far
  mlir::Value number;              // an argument without dimensions
  RandomLayer result;
};

mlir::Value Author::addArgument(mlir::Type type, const std::string &name) {
  unsigned index = layer.getNumArguments();
  mlir::NamedAttrList attributes;
  attributes.set(nameAttrName, builder.getStringAttr(name));
  attributes.set(roleAttrName,
                 builder.getStringAttr(encodingOf(type) ? activationRole : weightRole));
  (void)layer.insertArgument(index, type, attributes.getDictionary(&context), loc);
  fill(name, specOf(type, symbols));
  return layer.getArgument(index);
}

void Author::fill(const std::string &name, const TensorSpec &spec) {
  ExactTensor tensor{spec.type, {}, {}};
  for (const Extent &extent : spec.dims)
    tensor.shape.push_back(extent.at(result.sizes));
  for (int64_t i = 0; i < tensor.elementCount(); ++i) // multiples of 1/8: sums stay exact
    tensor.values.push_back(spec.type == ElementType::F32 ? draw(-8, 8) / 8.0 : draw(0, 255));
  result.inputs[name] = tensor;
}

mlir::Value Author::weight(const std::vector<int64_t> &sizes) {
  mlir::RankedTensorType type = weightType(&context, ElementType::F32, constantDims(sizes));
  std::string name = "w" + std::to_string(result.inputs.size());
  if (chance(50))
    return addArgument(type, name);
  std::vector<float> numbers;
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    numbers.push_back(static_cast<float>(draw(-8, 8)) / 8);
  auto value = mlir::DenseElementsAttr::get(type, llvm::ArrayRef<float>(numbers));
  auto constant = ConstantOp::create(builder, loc, type, builder.getStringAttr(name), value);
  if (chance(50))
    return constant;
  llvm::SmallVector<mlir::Value> inputs = {constant};
  if (chance(50))
    inputs.push_back(addArgument(
        weightType(&context, ElementType::F32, constantDims({&sizes[0], 1})), name + "s"));
  return mapOver(inputs, type);
}

/// A few operations that keep values of moderate size.
mlir::Value Author::scalarWork(mlir::OpBuilder &inner, llvm::SmallVector<mlir::Value> values) {
  constexpr ScalarOp unary[] = {ScalarOp::Neg, ScalarOp::Abs, ScalarOp::Tanh};
  constexpr ScalarOp binary[] = {ScalarOp::Add, ScalarOp::Sub, ScalarOp::Min, ScalarOp::Max};
  for (int64_t i = draw(0, 3); i > 0; --i) {
    if (chance(40)) {
      values.push_back(buildScalar(inner, loc, pick(unary), {pick(values)}));
    } else if (chance(20)) {
      mlir::Value half = buildLiteral(inner, loc, 0.5, inner.getF32Type());
      mlir::Value less = buildScalar(inner, loc, ScalarOp::Less, {pick(values), half});
      values.push_back(buildScalar(inner, loc, ScalarOp::Select, {less, pick(values), half}));
    } else {
      values.push_back(buildScalar(inner, loc, pick(binary), {pick(values), pick(values)}));
    }
  }
  mlir::Value sum = values.back(); // every operand counts
  for (mlir::Value value : values)
    sum = buildScalar(inner, loc, ScalarOp::Add, {sum, value});
  return buildScalar(inner, loc, ScalarOp::Mul,
                     {sum, buildLiteral(inner, loc, 0.25, inner.getF32Type())});
}

mlir::Value Author::mapOver(llvm::ArrayRef<mlir::Value> inputs, mlir::Type type) {
  return buildMap(builder, loc, type, inputs,
                  [&](mlir::OpBuilder &inner, mlir::ValueRange elements) {
                    return scalarWork(inner, llvm::SmallVector<mlir::Value>(elements));
                  });
}

mlir::Value Author::f32Activation() {
  mlir::Value value = chance(60) ? values.back() : pick(values); // deep rather than wide
  if (isF32(value))
    return value;
  auto convert = [&](mlir::OpBuilder &inner, mlir::ValueRange e) -> mlir::Value {
    mlir::Value real = buildConvert(inner, loc, e[0], inner.getF32Type());
    mlir::Value scale = buildLiteral(inner, loc, 1 / 64.0, inner.getF32Type());
    return buildScalar(inner, loc, ScalarOp::Mul, {real, scale});
  };
  return buildMap(builder, loc, activation(dimsOf(value)), value, convert);
}

void Author::addConvolution() {
  mlir::Value input = f32Activation();
  int64_t channels = dimsOf(input)[1].add;
  int64_t groups = channels % 2 == 0 && chance(30) ? 2 : chance(30) ? channels : 1;
  auto mode = static_cast<PaddingMode>(draw(0, 3));
  Window window = Window::of({0, 0});
  for (int i = 0; i < 2; ++i) {
    window.stride[i] = chance(80) ? 1 : 2;
    window.dilation[i] = chance(80) ? 1 : 2;
    window.padBefore[i] = draw(0, 2);
    window.padAfter[i] = draw(0, 2);
  }
  bool oneForAll = groups == channels && chance(30);
  std::vector<int64_t> sizes = {oneForAll ? 1 : groups * draw(1, 2), channels / groups, draw(1, 3),
                                draw(1, 3)};
  mlir::NamedAttrList attributes;
  attributes.set("stride", builder.getDenseI64ArrayAttr(window.stride));
  attributes.set("dilation", builder.getDenseI64ArrayAttr(window.dilation));
  attributes.set("pad_before", builder.getDenseI64ArrayAttr(window.padBefore));
  attributes.set("pad_after", builder.getDenseI64ArrayAttr(window.padAfter));
  attributes.set("padding_mode", PaddingModeAttr::get(&context, mode));
  attributes.set("groups", builder.getI64IntegerAttr(groups));
  TensorSpec filterSpec{ElementType::F32, constantDims(sizes), true};
  OpShape shape{"conv2d",
                {specOf(input.getType(), symbols), filterSpec},
                attributes.getDictionary(&context),
                symbols};
  auto result = inferResult(*findLanguageOp(&context, "conv2d"), shape);
  if (!result)
    return; // drawn in vain
  mlir::Value filter = weight(sizes);
  mlir::Value bias = chance(50) ? weight({result->dims[1].add}) : mlir::Value();
  auto conv = createOperation(builder, loc, "conv2d", {input, filter, bias}, shape.attributes,
                              activation(result->dims));
  values.push_back(conv->getResult(0));
}

void Author::addBatchNorm() {
  mlir::Value input = f32Activation();
  int64_t channels = dimsOf(input)[1].add;
  // |variance| ≤ 1, so eps = 2 keeps the root real.
  mlir::Value norm =
      BatchNormOp::create(builder, loc, input.getType(),
                          mlir::ValueRange{input, weight({channels}), weight({channels}),
                                           weight({channels}), weight({channels})},
                          builder.getNamedAttr("eps", builder.getF64FloatAttr(2)));
  values.push_back(norm);
}

/// Over one to three values that broadcast.
void Author::addMap() {
  llvm::SmallVector<mlir::Value> inputs = {f32Activation()};
  for (int64_t i = draw(0, 2); i > 0; --i)
    inputs.push_back(chance(60)   ? f32Activation()
                     : chance(25) ? number
                                  : weight({dimsOf(inputs[0])[1].add}));
  std::vector<TensorSpec> specs;
  for (mlir::Value input : inputs)
    specs.push_back(specOf(input.getType(), symbols));
  auto dims = mapShape(specs, symbols);
  if (!dims)
    return;
  auto other = layout == schedules::Layout::ChannelsLast ? schedules::Layout::ChannelsFirst
                                                         : schedules::Layout::ChannelsLast;
  auto result =
      activationType(&context, ElementType::F32, *dims, chance(20) ? other : layout, symbols);
  values.push_back(mapOver(inputs, result));
}

void Author::addConversion() {
  mlir::Value input = f32Activation();
  auto body = [&](mlir::OpBuilder &inner, mlir::ValueRange e) -> mlir::Value {
    mlir::Value scale = buildLiteral(inner, loc, 64, inner.getF32Type());
    mlir::Value scaled = buildScalar(inner, loc, ScalarOp::Mul, {e[0], scale});
    return buildConvert(inner, loc, scaled, toMlir(&context, ElementType::U8));
  };
  values.push_back(buildMap(builder, loc, activation(dimsOf(input), ElementType::U8), input, body));
}

/// Two depthwise convolutions of one value that meet in a map.
void Author::addTwins() {
  mlir::Value input = f32Activation();
  int64_t channels = dimsOf(input)[1].add;
  auto same = [&] {
    auto conv = Conv2dOp::create(builder, loc, input.getType(),
                                 mlir::ValueRange{input, weight({channels, 1, 3, 3})});
    conv.setGroups(channels);
    conv.setPadBefore({1, 1});
    conv.setPadAfter({1, 1});
    return conv.getResult();
  };
  mlir::Value first = same(), second = same();
  values.push_back(mapOver({first, second}, input.getType()));
  if (chance(30))
    values.push_back(second);
}

/// An operation that moves elements.
void Author::addAccess() {
  mlir::Value input = chance(70) ? values.back() : pick(values);
  mlir::NamedAttrList attributes;
  auto number = [&](const char *name, int64_t value) {
    attributes.set(name, builder.getI64IntegerAttr(value));
  };
  constexpr const char *names[] = {"slice",           "pad",         "pixel_shuffle",
                                   "channel_shuffle", "interpolate", "interpolate"};
  std::string name = pick(names);
  if (name == "slice") {
    number("dim", draw(0, 3));
    number("start", draw(-2, 1));
    number("step", draw(1, 2));
  } else if (name == "pad") {
    constexpr const char *modes[] = {"constant", "reflect", "replicate", "circular"};
    attributes.set("mode", builder.getStringAttr(pick(modes)));
    attributes.set("pad_before", builder.getDenseI64ArrayAttr({draw(0, 2), draw(0, 2)}));
    attributes.set("pad_after", builder.getDenseI64ArrayAttr({draw(0, 2), draw(0, 2)}));
  } else if (name == "interpolate") {
    constexpr const char *modes[] = {"nearest", "bilinear", "bicubic"};
    attributes.set("mode", builder.getStringAttr(pick(modes)));
    if (chance(50))
      attributes.set("size", builder.getDenseI64ArrayAttr({draw(2, 7), draw(2, 7)}));
    else
      attributes.set("scale_factor", builder.getF64FloatAttr(chance(50) ? 1.5 : 0.5));
  } else {
    number(name == "pixel_shuffle" ? "factor" : "groups", 2);
  }
  OpShape shape{
      name, {specOf(input.getType(), symbols)}, attributes.getDictionary(&context), symbols};
  auto result = inferResult(*findLanguageOp(&context, name), shape);
  if (!result || result->dims[2].isConstant() || result->dims[3].add > 24)
    return; // drawn in vain, or of no use to the others
  auto access = createOperation(builder, loc, name, {input}, shape.attributes,
                                activation(result->dims, result->type));
  values.push_back(access->getResult(0));
}

/// Two to four values that fit together; a few of them twice.
void Author::addConcat() {
  mlir::Value first = chance(70) ? values.back() : pick(values);
  llvm::SmallVector<mlir::Value> parts = {first};
  for (int64_t i = draw(1, 3); i > 0; --i)
    parts.push_back(chance(20) ? first : pick(values));
  mlir::NamedAttrList attributes;
  attributes.set("dim", builder.getI64IntegerAttr(chance(80) ? 1 : draw(-2, 3)));
  OpShape shape{"concat", {}, attributes.getDictionary(&context), symbols};
  llvm::SmallVector<mlir::Value> fitting;
  std::optional<TensorSpec> result;
  for (mlir::Value part : parts) {
    shape.operands.push_back(specOf(part.getType(), symbols));
    fitting.push_back(part);
    auto inferred = inferResult(*findLanguageOp(&context, "concat"), shape);
    if (inferred) {
      result = *inferred;
    } else if (fitting.size() > 1) {
      shape.operands.pop_back();
      fitting.pop_back();
    }
  }
  if (!result || result->dims[1].add > 12 || result->dims[2].isConstant())
    return; // drawn in vain, or of no use to the others
  auto concat = createOperation(builder, loc, "concat", fitting, shape.attributes,
                                activation(result->dims, result->type));
  values.push_back(concat->getResult(0));
}

void Author::addStep() {
  int64_t kind = draw(1, 15);
  if (kind <= 4)
    addConvolution();
  else if (kind <= 8)
    addMap();
  else if (kind == 9)
    addBatchNorm();
  else if (kind == 10)
    addConversion();
  else if (kind == 11)
    addTwins();
  else if (kind <= 13)
    addAccess();
  else
    addConcat();
}

RandomLayer Author::write() {
  context.loadDialect<ConvDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  layout = chance(50) ? schedules::Layout::ChannelsLast : schedules::Layout::ChannelsFirst;
  for (const Symbol &symbol : symbols)
    result.sizes.push_back(draw(symbol.lo, symbol.hi));
  result.module = mlir::ModuleOp::create(loc);
  builder.setInsertionPointToStart(result.module->getBody());
  layer = mlir::func::FuncOp::create(builder, loc, "layer", builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(layer.addEntryBlock());
  llvm::SmallVector<mlir::Attribute> list;
  for (const Symbol &symbol : symbols)
    list.push_back(toMlir(&context, symbol));
  layer->setAttr(symbolsAttrName, builder.getArrayAttr(list));

  auto c = [](int64_t value) { return Extent::constant(value); };
  values.push_back(
      addArgument(activation({Extent::ofSymbol(0), c(2), Extent::ofSymbol(1), c(6)}), "x"));
  values.push_back(addArgument(
      activation({Extent::ofSymbol(0), c(2), Extent::ofSymbol(1), c(6)}, ElementType::U8), "u"));
  values.push_back(addArgument(activation({c(1), c(1), Extent::ofSymbol(1), c(6)}), "g"));
  number = addArgument(activation({}), "n");
  for (int64_t i = draw(3, 14); i > 0; --i)
    addStep();

  llvm::SmallVector<mlir::Value> returned = {values.back()};
  for (int64_t i = draw(0, 2); i > 0; --i)
    returned.push_back(pick(values));
  llvm::SmallVector<mlir::Attribute> names;
  for (size_t i = 0; i < returned.size(); ++i)
    names.push_back(builder.getStringAttr("y" + std::to_string(i)));
  layer->setAttr(resultsAttrName, builder.getArrayAttr(names));
  mlir::func::ReturnOp::create(builder, loc, returned);
  layer.setFunctionType(
      builder.getFunctionType(layer.getArgumentTypes(), mlir::ValueRange(returned).getTypes()));
  return std::move(result);
}

} // namespace

RandomLayer compiler::testing::drawLayer(mlir::MLIRContext &context, unsigned seed) {
  return Author(context, seed).write();
}
