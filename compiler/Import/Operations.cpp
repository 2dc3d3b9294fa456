//===- Operations.cpp - calls of the language's operations -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Operations.h"

#include "compiler/IR/ConvDialect.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace convwright::compiler {

using dsl::AttributeKind;
using dsl::DiagId;
using ir::Violation;

const ir::LanguageOp::Concept *OperationImporter::rulesOf(llvm::StringRef callee) const {
  return ir::findLanguageOp(context.builder.opBuilder().getContext(), callee);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

bool OperationImporter::checkTensor(const dsl::CallExpr &call, const Value &operand) const {
  if (operand.tensor())
    return true;
  context.reporter.report(DiagId::OperandNotTensor, operand.range, call.callee.text);
  return false;
}

/// All are tensors, and the first one is given when the layer runs.
bool OperationImporter::checkArguments(const dsl::CallExpr &call,
                                       llvm::ArrayRef<Value> arguments) const {
  bool sound = true;
  for (const Value &argument : arguments)
    sound &= checkTensor(call, argument);
  if (!sound || !arguments.front().tensor()->spec.weightSide)
    return sound;
  Report report = context.reporter.report(DiagId::ActivationExpected, arguments.front().range,
                                          call.callee.text);
  context.noteOrigin(report, arguments.front());
  return false;
}

/// Operands that the language gives as attributes, `mask = m`, stand behind the others.
bool OperationImporter::addNamedOperands(Request &request, ValueOf valueOf) const {
  auto names = request.rules.operandNames();
  if (request.operands.size() < names.size())
    request.operands.resize(names.size());
  AttributeValues values(request.call, context.reporter);
  for (const dsl::Attribute &attribute : request.call.attributes) {
    if (dsl::findAttribute(attribute.name.text)->kind != AttributeKind::Tensor)
      continue;
    const dsl::Name *name = values.name(attribute.name.text);
    std::optional<Value> value = name ? valueOf(*name) : std::nullopt;
    if (!value || !checkTensor(request.call, *value))
      return false;
    request.operands[llvm::find(names, attribute.name.text) - names.begin()] = std::move(value);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// How many numbers a list for each spatial axis has.
size_t OperationImporter::spatialRankOf(const Request &request) {
  size_t rank = request.rules.spatialRank();
  return rank ? rank : std::clamp<size_t>(request.shape.operand(0)->dims.size(), 3, 5) - 2;
}

/// A word as the dialect has it.
static mlir::Attribute wordAttribute(mlir::Builder &builder, llvm::StringRef name,
                                     llvm::StringRef word) {
  if (name == "padding_mode")
    if (auto mode = ir::symbolizePaddingMode(word))
      return ir::PaddingModeAttr::get(builder.getContext(), *mode);
  if (word == "true" || word == "false")
    return builder.getBoolAttr(word == "true");
  return builder.getStringAttr(word);
}

mlir::Attribute OperationImporter::readAttribute(const dsl::AttributeInfo &row,
                                                 AttributeValues &values) const {
  mlir::Builder &builder = context.builder.opBuilder();
  switch (row.kind) {
  case AttributeKind::Integer:
    return builder.getI64IntegerAttr(values.integer(row.spelling));
  case AttributeKind::Number:
    return builder.getF64FloatAttr(values.number(row.spelling));
  case AttributeKind::PerDimension:
    return builder.getDenseI64ArrayAttr(values.perDimension(row.spelling));
  case AttributeKind::Choice:
  case AttributeKind::ElementType:
    return wordAttribute(builder, row.spelling, values.word(row.spelling, row.choices()));
  case AttributeKind::Algorithm:
    return builder.getStringAttr(values.word(row.spelling, algorithms));
  case AttributeKind::Padding: // two attributes of the dialect
  case AttributeKind::Tensor:  // an operand
    return {};
  }
  return {};
}

/// Where `same` finds no window: inferShape says what is wrong with it, unless there is none.
bool OperationImporter::explainNoWindow(Request &request, mlir::NamedAttrList attributes) const {
  mlir::Builder &builder = context.builder.opBuilder();
  std::vector<int64_t> none(spatialRankOf(request), 0);
  attributes.set("pad_before", builder.getDenseI64ArrayAttr(none));
  attributes.set("pad_after", builder.getDenseI64ArrayAttr(none));
  request.shape.attributes = attributes.getDictionary(builder.getContext());
  if (!ir::inferResult(request.rules, request.shape))
    return true;
  explain(request, ir::sameWithoutWindow(request.shape.name.str()));
  return false;
}

/// Padding that `same` stands for needs the window and its strides.
bool OperationImporter::setPadding(Request &request, mlir::NamedAttrList &attributes,
                                   const PaddingValue &value) const {
  const auto *padding = std::get_if<ir::Padding>(&value);
  std::optional<ir::Checked<ir::Padding>> same;
  if (!padding) {
    std::vector<int64_t> taps = request.rules.windowTaps(request.shape);
    if (taps.empty())
      return explainNoWindow(request, attributes);
    ir::Window window = ir::windowOf(request.shape.attributes, taps);
    same = ir::samePadding(std::get<ir::Same>(value), window, request.shape.operand(0)->dims,
                           request.shape.symbols);
    if (!*same) {
      explain(request, same->violation());
      return false;
    }
    padding = &**same;
  }
  mlir::Builder &builder = context.builder.opBuilder();
  attributes.set("pad_before", builder.getDenseI64ArrayAttr(padding->before));
  attributes.set("pad_after", builder.getDenseI64ArrayAttr(padding->after));
  request.shape.attributes = attributes.getDictionary(builder.getContext());
  return true;
}

/// Only what the call gives: the operation knows its defaults.
bool OperationImporter::readAttributes(Request &request) const {
  AttributeValues values(request.call, context.reporter, spatialRankOf(request));
  mlir::NamedAttrList attributes;
  std::optional<PaddingValue> padding;
  for (const dsl::Attribute &attribute : request.call.attributes) {
    const dsl::AttributeInfo &row = *dsl::findAttribute(attribute.name.text);
    if (row.kind == AttributeKind::Padding)
      padding = values.padding(row.spelling);
    else if (mlir::Attribute value = readAttribute(row, values))
      attributes.set(row.spelling, value);
  }
  if (values.failed())
    return false;
  request.shape.attributes = attributes.getDictionary(context.builder.opBuilder().getContext());
  return !padding || setPadding(request, attributes, *padding);
}

//===----------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------===//

std::optional<Value> OperationImporter::apply(const dsl::CallExpr &call,
                                              llvm::ArrayRef<Value> arguments, ValueOf valueOf) {
  if (!checkArguments(call, arguments))
    return std::nullopt;
  Request request{call, *rulesOf(call.callee.text), {}, {}};
  request.operands.assign(arguments.begin(), arguments.end());
  if (!addNamedOperands(request, valueOf))
    return std::nullopt;
  request.shape.name = call.callee.text;
  request.shape.symbols = context.sizes.symbols;
  llvm::SmallVector<const Tensor *> tensors;
  for (const std::optional<Value> &operand : request.operands) {
    tensors.push_back(operand ? operand->tensor() : nullptr);
    request.shape.operands.push_back(operand ? std::optional(operand->tensor()->spec)
                                             : std::nullopt);
  }
  if (!readAttributes(request))
    return std::nullopt;
  auto result = ir::inferResult(request.rules, request.shape);
  if (!result) {
    explain(request, result.violation());
    return std::nullopt;
  }
  return Value{context.builder.operation(context.location(call.range), call.callee.text, tensors,
                                         request.shape.attributes, *result),
               call.range, call.range, ""};
}

//===----------------------------------------------------------------------===//
// What is wrong with a call
//===----------------------------------------------------------------------===//

/// Constraints on one operand that the importer says in the words of the source.
static std::optional<DiagId> ownWords(int constraint) {
  switch (constraint) {
  case 21:
  case 39:
    return DiagId::FloatOnly;
  case 24:
    return DiagId::WeightExpected;
  case 66:
    return DiagId::ActivationExpected;
  default:
    return std::nullopt;
  }
}

static void explainOperand(const LayerContext &context, llvm::StringRef callee, DiagId words,
                           const Violation &violation, const Value &operand) {
  std::string type(schedules::spell(operand.tensor()->spec.type));
  Report report = context.reporter.report(words, operand.range, callee, type);
  report.constraint("C" + std::to_string(violation.constraint));
  if (words == DiagId::FloatOnly)
    report.fixIt(operand.range, ("f32(" + sourceText(operand.range) + ")").str());
  context.noteOrigin(report, operand);
}

/// The one filter with a certain answer: it reads one channel, and is not called depthwise.
static void proposeDepthwise(Report &report, const ir::OpShape &shape) {
  const ir::Dims &input = shape.operand(0)->dims, &filter = shape.operand(1)->dims;
  if (ir::integerOf(shape.attributes, "groups", 1) == 1 && filter[1].add == 1)
    report.note(DiagId::NoteDepthwise, llvm::SMRange(), input[1].add);
}

void OperationImporter::explain(const Request &request, const Violation &violation) const {
  auto operandNamed = [&](llvm::StringRef text) -> const Value * {
    auto names = request.rules.operandNames();
    auto [name, number] = text.split(' ');
    size_t index = static_cast<size_t>(llvm::find(names, name) - names.begin()), further = 1;
    if (index == names.size() || (!number.empty() && number.getAsInteger(10, further)))
      return nullptr;
    index += further - 1;
    return request.operands[index] ? &*request.operands[index] : nullptr;
  };
  AttributeValues values(request.call, context.reporter);
  const Value *operand = operandNamed(violation.about);
  std::optional<DiagId> words = ownWords(violation.constraint);
  if (operand && words)
    return explainOperand(context, request.call.callee.text, *words, violation, *operand);

  Report report = reportViolation(context.reporter, violation,
                                  operand ? operand->range : values.rangeOf(violation.about));
  if (const auto &mend = violation.mend; mend && values.isGiven(mend->attribute))
    report.fixIt(values.rangeOf(mend->attribute), mend->attribute + " = " + mend->value);
  if (violation.constraint == 14)
    proposeDepthwise(report, request.shape);
  ir::Dims sizes;
  for (llvm::StringRef name : violation.shown) {
    bool isImage = name == "image";
    const Value *shown = isImage ? &*request.operands.front() : operandNamed(name);
    if (!shown)
      continue;
    context.noteOrigin(report, *shown);
    const ir::Dims &dims = shown->tensor()->spec.dims;
    sizes.insert(sizes.end(), dims.begin() + (isImage ? 2 : 0), dims.end());
  }
  noteSizes(report, sizes, context.sizes);
}

} // namespace convwright::compiler
