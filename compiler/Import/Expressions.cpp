//===- Expressions.cpp - expressions of the language become operations ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Expressions.h"

#include "compiler/Import/LayerArguments.h"
#include "dsl/Operations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

namespace convwright::compiler {

using dsl::DiagId;

/// Calls within calls, and expressions within those: recursion here stays within the stack.
static constexpr unsigned maxDepth = 512;
/// Expressions of one layer, those of inlined calls counted at every call.
static constexpr unsigned maxExpressions = 100'000;

bool ExpressionImporter::spend(llvm::SMRange range) {
  if (exhausted)
    return false;
  bool tooDeep = depth >= maxDepth;
  if (!tooDeep && ++spent <= maxExpressions)
    return true;
  exhausted = true;
  if (tooDeep)
    context.reporter.report(DiagId::CallsTooDeep, range, maxDepth);
  else
    context.reporter.report(DiagId::LayerTooLarge, range, maxExpressions);
  return false;
}

std::optional<Value> ExpressionImporter::evaluate(const dsl::Expr &expr, const Scope &scope) {
  if (!spend(expr.range))
    return std::nullopt;
  ++depth;
  llvm::scope_exit leave([&] { --depth; });
  switch (expr.kind) {
  case dsl::Expr::Kind::Number:
    return Value{Scalar{llvm::cast<dsl::NumberExpr>(expr).literal.value}, expr.range, expr.range,
                 ""};
  case dsl::Expr::Kind::Reference:
    return evaluateName(llvm::cast<dsl::ReferenceExpr>(expr).name, scope);
  case dsl::Expr::Kind::Call:
    return evaluateCall(llvm::cast<dsl::CallExpr>(expr), scope);
  case dsl::Expr::Kind::Unary: {
    auto operand = evaluate(*llvm::cast<dsl::UnaryExpr>(expr).operand, scope);
    return operand ? maps.negate(*operand, expr.range) : std::nullopt;
  }
  case dsl::Expr::Kind::Binary:
    return evaluateBinary(llvm::cast<dsl::BinaryExpr>(expr), scope);
  }
  return std::nullopt;
}

std::optional<Value> ExpressionImporter::evaluateBinary(const dsl::BinaryExpr &binary,
                                                        const Scope &scope) {
  auto lhs = evaluate(*binary.lhs, scope);
  auto rhs = evaluate(*binary.rhs, scope);
  if (!lhs || !rhs)
    return std::nullopt;
  return maps.binary(binary.op, *lhs, *rhs, binary.range);
}

std::optional<Value> ExpressionImporter::evaluateName(const dsl::Name &name, const Scope &scope) {
  auto local = scope.values.find(name.text);
  if (local == scope.values.end())
    return evaluateConstant(name.text, name.range);
  std::optional<Value> value = local->second;
  if (value)
    value->range = name.range;
  return value;
}

std::optional<Value> ExpressionImporter::evaluateConstant(llvm::StringRef name,
                                                          llvm::SMRange range) {
  const Constant *constant = constants.find(name);
  if (!constant)
    return std::nullopt; // faulty, and reported when the table was made
  if (const auto *number = std::get_if<double>(&constant->value))
    return Value{Scalar{*number}, range, constant->origin, name.str()};
  auto found = materialized.find(name);
  if (found == materialized.end()) {
    const auto &tensor = std::get<ConstantTensor>(constant->value);
    Tensor value = context.builder.constant(context.location(constant->origin), name, tensor.spec,
                                            tensor.bytes);
    found = materialized.try_emplace(name, value).first;
  }
  return Value{found->second, range, constant->origin, name.str()};
}

void ExpressionImporter::execute(const dsl::Assignment &assignment, Scope &scope) {
  std::optional<Value> value = evaluate(*assignment.value, scope);
  // A new name for something that has one keeps pointing at where that came from.
  if (value && value->name.empty()) {
    value->name = assignment.name.text.str();
    value->origin = assignment.value->range;
  }
  scope.values[assignment.name.text] = std::move(value);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The type that a call of this name converts to; none when it is no conversion.
static std::optional<schedules::ElementType> conversionTo(llvm::StringRef callee) {
  const dsl::ElementTypeInfo *type = dsl::findElementType(callee);
  return type ? elementType(type->type) : std::nullopt;
}

std::optional<Value> ExpressionImporter::evaluateCall(const dsl::CallExpr &call,
                                                      const Scope &scope) {
  llvm::SmallVector<Value, 3> arguments;
  bool sound = true;
  for (const dsl::ExprPtr &argument : call.arguments) {
    std::optional<Value> value = evaluate(*argument, scope);
    sound &= value.has_value();
    if (value)
      arguments.push_back(std::move(*value));
  }
  if (!sound)
    return std::nullopt;
  if (const dsl::FunctionDecl *function = names.function(call.callee.text))
    return inlineFunction(*function, call, arguments);
  if (const dsl::LayerDecl *layer = names.layer(call.callee.text))
    return inlineLayer(*layer, call, arguments);
  if (std::optional<schedules::ElementType> type = conversionTo(call.callee.text))
    return maps.convert(arguments.front(), *type, call.range);
  return applyOperation(call, arguments, scope);
}

std::optional<Value> ExpressionImporter::applyOperation(const dsl::CallExpr &call,
                                                        llvm::ArrayRef<Value> arguments,
                                                        const Scope &scope) {
  llvm::StringRef name = call.callee.text;
  if (operations.isOperation(name))
    return operations.apply(call, arguments,
                            [&](const dsl::Name &tensor) { return evaluateName(tensor, scope); });
  if (name == "gelu") {
    AttributeValues values(call, context.reporter);
    llvm::StringRef form = values.choice("approximate");
    if (values.failed())
      return std::nullopt;
    return maps.function(form == "tanh" ? "gelu_tanh" : "gelu", arguments, call.range);
  }
  return maps.function(name, arguments, call.range);
}

std::optional<Value> ExpressionImporter::inlineFunction(const dsl::FunctionDecl &function,
                                                        const dsl::CallExpr &call,
                                                        llvm::ArrayRef<Value> arguments) {
  Reporter::Inside inside(context.reporter, function.name.text, call.range);
  Scope scope;
  for (auto [parameter, argument] : llvm::zip_equal(function.parameters, arguments))
    scope.values[parameter.text] = argument;
  std::optional<Value> value = evaluate(*function.body, scope);
  if (value)
    value->range = call.range;
  return value;
}

std::optional<Value> ExpressionImporter::inlineLayer(const dsl::LayerDecl &layer,
                                                     const dsl::CallExpr &call,
                                                     llvm::ArrayRef<Value> arguments) {
  const auto &returned = std::get<dsl::Return>(layer.body.back()); // the parser sees to it
  if (returned.values.size() != 1) {
    context.reporter
        .report(DiagId::SeveralResults, call.range, layer.name.text, returned.values.size())
        .note(DiagId::NoteDeclaredHere, layer.name.range, layer.name.text);
    return std::nullopt;
  }
  Scope scope;
  if (!bindLayerArguments(context, layer, call, arguments, scope.values))
    return std::nullopt;
  Reporter::Inside inside(context.reporter, layer.name.text, call.range);
  for (const dsl::Statement &statement : llvm::drop_end(layer.body))
    execute(std::get<dsl::Assignment>(statement), scope);
  std::optional<Value> value = evaluate(*returned.values.front(), scope);
  if (value)
    value->range = call.range;
  return value;
}

} // namespace convwright::compiler
