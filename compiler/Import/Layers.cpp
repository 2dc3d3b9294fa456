//===- Layers.cpp - a layer becomes a function ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Layers.h"

#include "compiler/IR/ConvTypes.h"

#include "llvm/ADT/STLExtras.h"

namespace convwright::compiler {

using dsl::DiagId;
using schedules::Layout;

static std::optional<Layout> declaredLayout(const dsl::TensorType &type) {
  if (!type.layout)
    return std::nullopt;
  return schedules::layoutFrom(*type.layout, type.dims.size());
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

std::optional<std::vector<LayerImporter::Argument>>
LayerImporter::importArguments(const dsl::LayerDecl &layer, const Sizes &sizes) {
  std::vector<Argument> arguments;
  bool sound = true;
  for (const dsl::Parameter &parameter : layer.parameters) {
    if (!parameter.type) {
      reporter.report(DiagId::ParameterNeedsType, parameter.name.range, parameter.name.text);
      sound = false;
      continue;
    }
    auto spec =
        importType(*parameter.type, parameter.isWeight ? TypeRole::Weight : TypeRole::Activation,
                   sizes, reporter);
    sound &= spec.has_value();
    if (spec)
      arguments.push_back({&parameter, parameter.type->range, *spec,
                           declaredLayout(*parameter.type).value_or(Layout::ChannelsFirst)});
  }
  if (!sound)
    return std::nullopt;
  if (llvm::all_of(layer.parameters, [](const auto &parameter) { return parameter.isWeight; })) {
    reporter.report(DiagId::NoActivation, layer.name.range, layer.name.text);
    return std::nullopt;
  }
  return arguments;
}

/// At run time the sizes are read off the activations' shapes.
bool LayerImporter::checkSizesUsed(const dsl::LayerDecl &layer) {
  bool sound = true;
  for (const dsl::SymbolDecl &symbol : layer.symbols) {
    bool used = llvm::any_of(layer.parameters, [&](const dsl::Parameter &parameter) {
      return parameter.type && llvm::any_of(parameter.type->dims, [&](const dsl::Dim &dim) {
               return dim.isSymbol() && dim.symbol() == symbol.name.text;
             });
    });
    if (used)
      continue;
    reporter.report(DiagId::SizeNotUsed, symbol.name.range, symbol.name.text);
    sound = false;
  }
  return sound;
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

mlir::func::FuncOp LayerImporter::createFunction(const dsl::LayerDecl &layer,
                                                 const LayerContext &context,
                                                 llvm::ArrayRef<Argument> arguments) {
  mlir::MLIRContext *mlirContext = builder.getContext();
  llvm::SmallVector<mlir::Type> types;
  for (const Argument &argument : arguments)
    types.push_back(argument.spec.weightSide
                        ? ir::weightType(mlirContext, argument.spec.type, argument.spec.dims)
                        : ir::activationType(mlirContext, argument.spec.type, argument.spec.dims,
                                             argument.layout, context.sizes.symbols));
  auto function = mlir::func::FuncOp::create(builder, context.location(layer.name.range),
                                             layer.name.text, builder.getFunctionType(types, {}));
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    auto position = static_cast<unsigned>(index);
    function.setArgAttr(position, ir::nameAttrName,
                        builder.getStringAttr(argument.decl->name.text));
    function.setArgAttr(
        position, ir::roleAttrName,
        builder.getStringAttr(argument.decl->isWeight ? ir::weightRole : ir::activationRole));
  }
  llvm::SmallVector<mlir::Attribute> symbols;
  for (const schedules::Symbol &symbol : context.sizes.symbols)
    symbols.push_back(ir::toMlir(mlirContext, symbol));
  if (!symbols.empty())
    function->setAttr(ir::symbolsAttrName, builder.getArrayAttr(symbols));
  if (!layer.documentation.empty())
    function->setAttr(ir::docAttrName, builder.getStringAttr(layer.documentation));
  return function;
}

void LayerImporter::import(const dsl::LayerDecl &layer) {
  bool failed = false;
  Sizes sizes = importSizes(layer, reporter, failed);
  failed |= !checkSizesUsed(layer);
  auto arguments = importArguments(layer, sizes);
  if (failed || !arguments)
    return;
  auto isActivation = [](const Argument &argument) { return !argument.spec.weightSide; };
  auto first = llvm::find_if(*arguments, [&](const Argument &argument) {
    return isActivation(argument) && !argument.spec.dims.empty();
  });
  if (first == arguments->end()) // numbers alone
    first = llvm::find_if(*arguments, isActivation);
  mlir::OpBuilder::InsertionGuard guard(builder);
  TensorBuilder tensors(builder, sizes.symbols, first->layout);
  LayerContext context{reporter, tensors, sizes};
  mlir::func::FuncOp function = createFunction(layer, context, *arguments);
  builder.setInsertionPointToStart(function.addEntryBlock());
  importBody(layer, context, *arguments, function);
}

void LayerImporter::importBody(const dsl::LayerDecl &layer, const LayerContext &context,
                               llvm::ArrayRef<Argument> arguments, mlir::func::FuncOp function) {
  ExpressionImporter expressions(context, names, constants, algorithms);
  Scope scope;
  for (auto [argument, value] : llvm::zip_equal(arguments, function.getArguments()))
    scope.values[argument.decl->name.text] =
        Value{Tensor{value, argument.spec}, argument.decl->name.range, argument.typeRange,
              argument.decl->name.text.str()};
  for (const dsl::Statement &statement : llvm::drop_end(layer.body))
    expressions.execute(std::get<dsl::Assignment>(statement), scope);
  const auto &returned = std::get<dsl::Return>(layer.body.back()); // the parser sees to it
  if (auto results = importResults(layer, returned, context, expressions, scope))
    finish(layer, returned, context, *results, function);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// Declared, or `result`, or (of several) what the returned values are called.
std::optional<std::string> LayerImporter::resultName(const dsl::LayerDecl &layer,
                                                     const dsl::Return &returned, size_t index) {
  if (index < layer.results.size())
    if (const std::optional<dsl::Name> &declared = layer.results[index].name)
      return declared->text.str();
  if (returned.values.size() == 1)
    return "result";
  const dsl::Expr &value = *returned.values[index];
  if (const auto *reference = llvm::dyn_cast<dsl::ReferenceExpr>(&value))
    return reference->name.text.str();
  reporter.report(DiagId::ResultNeedsName, value.range);
  return std::nullopt;
}

/// The declared type is what the layer gives.
bool LayerImporter::checkResult(const dsl::ResultDecl &declared, const Value &value,
                                const LayerContext &context) {
  auto spec = importType(declared.type, TypeRole::Result, context.sizes, reporter);
  if (!spec)
    return false;
  const ir::TensorSpec &found = value.tensor()->spec;
  if (spec->type == found.type && spec->dims == found.dims)
    return true;
  Report report =
      reporter.report(DiagId::ResultType, value.range, typeText(found, context.sizes.symbols),
                      typeText(*spec, context.sizes.symbols));
  report.constraint("C22").note(DiagId::NoteDeclaredHere, declared.type.range,
                                declared.name ? declared.name->text : "result");
  if (spec->dims == found.dims)
    report.fixIt(value.range, (llvm::StringRef(schedules::spell(spec->type)) + "(" +
                               sourceText(value.range) + ")")
                                  .str());
  return false;
}

std::optional<std::vector<LayerImporter::Result>>
LayerImporter::importResults(const dsl::LayerDecl &layer, const dsl::Return &returned,
                             const LayerContext &context, ExpressionImporter &expressions,
                             const Scope &scope) {
  std::vector<Result> results;
  bool sound = true;
  if (!layer.results.empty() && layer.results.size() != returned.values.size()) {
    reporter
        .report(DiagId::ResultCount, returned.range, returned.values.size(), layer.results.size())
        .note(DiagId::NoteDeclaredHere, layer.results.front().range, layer.name.text);
    sound = false;
  }
  for (auto [index, expr] : llvm::enumerate(returned.values)) {
    std::optional<Value> value = expressions.evaluate(*expr, scope);
    std::optional<std::string> name = resultName(layer, returned, index);
    if (!value || !name) {
      sound = false;
      continue;
    }
    value->range = expr->range;
    if (!value->tensor() || value->tensor()->spec.weightSide) {
      Report report = reporter.report(DiagId::ResultNotActivation, expr->range);
      report.constraint("C46");
      context.noteOrigin(report, *value);
      sound = false;
    } else if (auto violation = ir::checkNoPixelFilter(value->tensor()->spec)) {
      Report report = reportViolation(reporter, *violation, expr->range);
      context.noteOrigin(report, *value);
      sound = false;
    } else if (index < layer.results.size() &&
               !checkResult(layer.results[index], *value, context)) {
      sound = false;
    } else {
      results.push_back({*name, *value->tensor()});
    }
  }
  return sound ? std::optional(results) : std::nullopt;
}

/// Adds the return. A result that is an argument, another result, or lies differently is copied:
/// each result is a tensor that the layer itself writes.
void LayerImporter::finish(const dsl::LayerDecl &layer, const dsl::Return &returned,
                           const LayerContext &context, llvm::ArrayRef<Result> results,
                           mlir::func::FuncOp function) {
  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<llvm::StringRef> resultNames;
  for (auto [index, result] : llvm::enumerate(results)) {
    Layout layout = context.builder.activationLayout();
    if (index < layer.results.size())
      layout = declaredLayout(layer.results[index].type).value_or(layout);
    mlir::Value value = result.tensor.value;
    if (llvm::isa<mlir::BlockArgument>(value) || llvm::is_contained(values, value) ||
        ir::layoutOf(value.getType()) != layout)
      value = context.builder
                  .copy(context.location(returned.values[index]->range), result.tensor, layout)
                  .value;
    values.push_back(value);
    resultNames.push_back(result.name);
  }
  function->setAttr(ir::resultsAttrName, builder.getStrArrayAttr(resultNames));
  mlir::func::ReturnOp::create(builder, context.location(returned.range), values);
  function.setFunctionType(
      builder.getFunctionType(function.getArgumentTypes(), mlir::ValueRange(values).getTypes()));
}

} // namespace convwright::compiler
