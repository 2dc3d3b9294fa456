//===- Maps.cpp - pointwise work on values of the language ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Maps.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

namespace convwright::compiler {

using dsl::DiagId;
using schedules::ElementType;
using schedules::ScalarExpr;
using schedules::ScalarNode;
using schedules::ScalarOp;

namespace {

/// An expression under construction, and the values that are its operands.
struct Draft {
  ScalarExpr expr;
  std::vector<Value> operands;

  Term leaf(const Value &value) {
    const Tensor &tensor = *value.tensor();
    auto same = llvm::find_if(
        operands, [&](const Value &other) { return other.tensor()->value == tensor.value; });
    auto index = static_cast<int32_t>(same - operands.begin());
    if (same == operands.end())
      operands.push_back(value);
    return {expr, expr.push(ScalarExpr::operand(index, tensor.spec.type).root())};
  }
  Term number(double value, ElementType type) {
    return {expr, expr.push(ScalarExpr::constant(value, type).root())};
  }
};

bool fits(double value, ElementType type) {
  if (type == ElementType::F32) // infinities and NaN of folded expressions are f32 values too
    return !std::isfinite(value) || std::isfinite(static_cast<float>(value));
  return schedules::convertValue(value, type) == value;
}

ScalarOp comparisonOp(dsl::BinaryOp op) {
  switch (op) {
  case dsl::BinaryOp::Less:
  case dsl::BinaryOp::Greater:
    return ScalarOp::Less;
  case dsl::BinaryOp::LessEqual:
  case dsl::BinaryOp::GreaterEqual:
    return ScalarOp::LessEqual;
  case dsl::BinaryOp::Equal:
    return ScalarOp::Equal;
  default:
    return ScalarOp::NotEqual;
  }
}

} // namespace

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

bool MapImporter::checkComputable(const Operation &operation, const Value &value) {
  ElementType type = value.tensor()->spec.type;
  std::string spelling(schedules::spell(type));
  std::string conversion = ("f32(" + sourceText(value.range) + ")").str();
  if (type != ElementType::F32 && type != ElementType::I32) {
    Report report =
        context.reporter.report(DiagId::StorageType, value.range, operation.name, spelling);
    report.constraint("C29").fixIt(value.range, conversion);
    context.noteOrigin(report, value);
    return false;
  }
  if (operation.floatOnly && type != ElementType::F32) {
    Report report =
        context.reporter.report(DiagId::FloatOnly, value.range, operation.name, spelling);
    report.constraint("C30").fixIt(value.range, conversion);
    context.noteOrigin(report, value);
    return false;
  }
  return true;
}

std::optional<ElementType> MapImporter::commonType(const Operation &operation,
                                                   llvm::ArrayRef<Value> arguments,
                                                   llvm::SMRange range) {
  const Value *first = nullptr;
  for (const Value &argument : arguments) {
    if (!argument.tensor())
      continue;
    if (!checkComputable(operation, argument))
      return std::nullopt;
    if (!first) {
      first = &argument;
    } else if (first->tensor()->spec.type != argument.tensor()->spec.type) {
      Report report =
          context.reporter.report(DiagId::MixedTypes, range, operation.name,
                                  std::string(schedules::spell(first->tensor()->spec.type)),
                                  std::string(schedules::spell(argument.tensor()->spec.type)));
      context.noteOrigin(report, *first);
      context.noteOrigin(report, argument);
      return std::nullopt;
    }
  }
  return first ? first->tensor()->spec.type : ElementType::F32;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

namespace {

/// Adds a number or a tensor to the draft; reports a number that the type cannot hold.
std::optional<Term> addLeaf(const LayerContext &context, Draft &draft, const Value &value,
                            ElementType type) {
  if (value.tensor())
    return draft.leaf(value);
  double number = value.scalar()->value;
  if (fits(number, type))
    return draft.number(number, type);
  context.reporter.report(DiagId::NumberDoesNotFit, value.range, dsl::DiagArg(number).str(),
                          std::string(schedules::spell(type)));
  return std::nullopt;
}

} // namespace

std::optional<Value> MapImporter::apply(const Operation &operation, llvm::ArrayRef<Value> arguments,
                                        llvm::SMRange range, Define define) {
  for (const Value &argument : arguments.drop_front(operation.name == "where" ? 1 : 0))
    if (argument.condition()) {
      context.reporter.report(DiagId::ComparisonAsValue, argument.range);
      return std::nullopt;
    }
  std::optional<ElementType> type = commonType(operation, arguments, range);
  if (!type)
    return std::nullopt;

  Draft draft;
  llvm::SmallVector<Term, 3> terms;
  for (const Value &argument : arguments) {
    std::optional<Term> term;
    if (const Condition *condition = argument.condition()) {
      std::optional<ElementType> compared =
          commonType({"a comparison"}, {*condition->lhs, *condition->rhs}, argument.range);
      if (!compared)
        return std::nullopt;
      auto lhs = addLeaf(context, draft, *condition->lhs, *compared);
      auto rhs = addLeaf(context, draft, *condition->rhs, *compared);
      if (!lhs || !rhs)
        return std::nullopt;
      term = Term::apply(condition->op, {*lhs, *rhs});
      if (llvm::none_of(arguments, [](const Value &value) { return value.tensor(); }))
        type = compared;
    } else {
      term = addLeaf(context, draft, argument, *type);
    }
    if (!term)
      return std::nullopt;
    terms.push_back(*term);
  }
  define(terms);
  return emit(draft.expr, draft.operands, range);
}

std::optional<Value> MapImporter::emit(const ScalarExpr &expr, llvm::ArrayRef<Value> operands,
                                       llvm::SMRange range) {
  if (operands.empty()) {
    double number = schedules::evaluate(expr, [](const ScalarNode &) { return 0.0; });
    return Value{Scalar{number}, range, range, ""};
  }
  llvm::SmallVector<ir::TensorSpec> specs;
  llvm::SmallVector<Tensor> tensors;
  for (const Value &operand : operands) {
    tensors.push_back(*operand.tensor());
    specs.push_back(operand.tensor()->spec);
  }
  auto dims = ir::mapShape(specs, context.sizes.symbols);
  if (!dims) {
    Report report = reportViolation(context.reporter, dims.violation(), range);
    for (const Value &operand : operands)
      context.noteOrigin(report, operand);
    return std::nullopt;
  }
  Tensor result = context.builder.map(context.location(range), expr, tensors, *dims);
  for (const Value &operand : operands)
    if (!checkBroadcast(operand, result))
      return std::nullopt;
  return Value{result, range, range, ""};
}

/// On the weight side [K] runs along the output channels, beside activations along the channels.
/// What has done the first cannot do the second.
bool MapImporter::checkBroadcast(const Value &operand, Tensor &result) {
  const Tensor &tensor = *operand.tensor();
  const ir::Dims &dims = tensor.spec.dims;
  if (!result.spec.weightSide && tensor.alongOutputs) {
    Report report = reportViolation(
        context.reporter, ir::violate(36, {std::to_string(tensor.alongOutputs)}), operand.range);
    context.noteOrigin(report, operand);
    return false;
  }
  bool stretches = dims.size() == 1 && result.spec.dims.size() > 1 && dims[0].add != 1;
  if (result.spec.weightSide)
    result.alongOutputs =
        std::max(result.alongOutputs, stretches ? dims[0].add : tensor.alongOutputs);
  return true;
}

std::optional<Value> MapImporter::function(llvm::StringRef name, llvm::ArrayRef<Value> arguments,
                                           llvm::SMRange range) {
  const PointwiseFunction *function = findPointwise(name);
  assert(function && "Operations.def and Pointwise.def have the same functions");
  if (name == "where" && !arguments.front().condition()) {
    context.reporter.report(DiagId::WhereNeedsComparison, arguments.front().range);
    return std::nullopt;
  }
  llvm::SmallVector<Value, 3> operands(arguments);
  if (operands.size() < function->operands && function->fallback)
    operands.push_back(Value{Scalar{*function->fallback}, range, range, ""});
  assert(operands.size() == function->operands);
  auto define = [&](llvm::ArrayRef<Term> terms) {
    Term none(0);
    return function->define(terms[0], terms.size() > 1 ? terms[1] : none,
                            terms.size() > 2 ? terms[2] : none);
  };
  return apply({name.str(), function->floatOnly}, operands, range, define);
}

std::optional<Value> MapImporter::binary(dsl::BinaryOp op, const Value &lhs, const Value &rhs,
                                         llvm::SMRange range) {
  if (dsl::isComparison(op))
    return compare(op, lhs, rhs, range);
  auto define = [op](llvm::ArrayRef<Term> terms) {
    switch (op) {
    case dsl::BinaryOp::Add:
      return terms[0] + terms[1];
    case dsl::BinaryOp::Sub:
      return terms[0] - terms[1];
    case dsl::BinaryOp::Mul:
      return terms[0] * terms[1];
    default:
      return terms[0] / terms[1];
    }
  };
  return apply({dsl::spell(op).str(), op == dsl::BinaryOp::Div}, {lhs, rhs}, range, define);
}

std::optional<Value> MapImporter::compare(dsl::BinaryOp op, const Value &lhs, const Value &rhs,
                                          llvm::SMRange range) {
  for (const Value *value : {&lhs, &rhs})
    if (value->condition()) {
      context.reporter.report(DiagId::ComparisonAsValue, value->range);
      return std::nullopt;
    }
  if (!commonType({dsl::spell(op).str()}, {lhs, rhs}, range))
    return std::nullopt;
  bool swap = op == dsl::BinaryOp::Greater || op == dsl::BinaryOp::GreaterEqual;
  Condition condition{comparisonOp(op), std::make_shared<const Value>(swap ? rhs : lhs),
                      std::make_shared<const Value>(swap ? lhs : rhs)};
  return Value{condition, range, range, ""};
}

std::optional<Value> MapImporter::negate(const Value &operand, llvm::SMRange range) {
  return apply({"-"}, operand, range, [](llvm::ArrayRef<Term> terms) { return -terms[0]; });
}

std::optional<Value> MapImporter::convert(const Value &operand, ElementType type,
                                          llvm::SMRange range) {
  if (operand.condition()) {
    context.reporter.report(DiagId::ComparisonAsValue, operand.range);
    return std::nullopt;
  }
  if (const Scalar *scalar = operand.scalar())
    return Value{Scalar{schedules::convertValue(scalar->value, type)}, range, range, ""};
  if (operand.tensor()->spec.type == type)
    return operand;
  ScalarExpr expr = ScalarExpr::operand(0, operand.tensor()->spec.type);
  ScalarNode node;
  node.op = ScalarOp::Convert;
  node.type = type;
  node.args[0] = 0;
  expr.push(node);
  return emit(expr, operand, range);
}

} // namespace convwright::compiler
