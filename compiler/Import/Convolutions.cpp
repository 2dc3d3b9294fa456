//===- Convolutions.cpp - convolutions and batch norms of the language ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Convolutions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <numeric>

namespace convwright::compiler {

using dsl::DiagId;
using ir::Subject;
using ir::Violation;
using schedules::ElementType;
using schedules::PaddingMode;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

bool ConvolutionImporter::checkFloat(llvm::StringRef callee, const Value &operand) {
  ElementType type = operand.tensor()->spec.type;
  if (type == ElementType::F32)
    return true;
  Report report = context.reporter.report(DiagId::FloatOnly, operand.range, callee,
                                          std::string(schedules::spell(type)));
  report.constraint(callee == "conv2d" ? "C21" : "C39")
      .fixIt(operand.range, ("f32(" + sourceText(operand.range) + ")").str());
  context.noteOrigin(report, operand);
  return false;
}

/// All tensors and f32; all but the first known before the layer runs.
bool ConvolutionImporter::checkOperands(const dsl::CallExpr &call, llvm::ArrayRef<Value> operands) {
  bool sound = true;
  for (const Value &operand : operands) {
    if (operand.tensor()) {
      sound &= checkFloat(call.callee.text, operand);
      continue;
    }
    context.reporter.report(DiagId::OperandNotTensor, operand.range, call.callee.text);
    sound = false;
  }
  if (!sound)
    return false;
  if (operands.front().tensor()->spec.weightSide) {
    Report report = context.reporter.report(DiagId::ActivationExpected, operands.front().range,
                                            call.callee.text);
    context.noteOrigin(report, operands.front());
    sound = false;
  }
  return sound;
}

//===----------------------------------------------------------------------===//
// conv2d
//===----------------------------------------------------------------------===//

static PaddingMode paddingMode(llvm::StringRef word) {
  return llvm::StringSwitch<PaddingMode>(word)
      .Case("reflect", PaddingMode::Reflect)
      .Case("replicate", PaddingMode::Replicate)
      .Case("circular", PaddingMode::Circular)
      .Default(PaddingMode::Zeros);
}

/// Padding that `same` stands for needs the filter's size, so that comes last.
std::optional<ir::ConvAttributes> ConvolutionImporter::readAttributes(AttributeValues &values,
                                                                      const Value &filter) {
  ir::ConvAttributes attributes;
  attributes.stride = values.perDimension("stride");
  attributes.dilation = values.perDimension("dilation");
  attributes.groups = values.integer("groups");
  attributes.paddingMode = paddingMode(values.choice("padding_mode"));
  PaddingValue padding = values.padding("padding");
  if (values.failed())
    return std::nullopt;
  if (const auto *given = std::get_if<ExplicitPadding>(&padding)) {
    attributes.padBefore = given->before;
    attributes.padAfter = given->after;
    return attributes;
  }
  const ir::TensorSpec &spec = filter.tensor()->spec;
  if (spec.dims.size() != 4 || !spec.weightSide)
    return attributes; // convShape refuses the filter
  auto same =
      ir::samePadding({spec.dims[2].add, spec.dims[3].add}, attributes.stride, attributes.dilation);
  if (!same) {
    explain(same.violation(), values, {filter, filter}, attributes);
    return std::nullopt;
  }
  attributes.padBefore = same->before;
  attributes.padAfter = same->after;
  return attributes;
}

std::optional<double> ConvolutionImporter::readTolerance(AttributeValues &values) {
  if (!values.isGiven("tolerance"))
    return 0.0;
  double tolerance = values.number("tolerance");
  if (values.failed())
    return std::nullopt;
  if (tolerance > 0)
    return tolerance;
  reportViolation(context.reporter, ir::violate(27, {dsl::DiagArg(tolerance).str().str()}),
                  values.rangeOf("tolerance"));
  return std::nullopt;
}

std::optional<Value> ConvolutionImporter::conv2d(const dsl::CallExpr &call,
                                                 llvm::ArrayRef<Value> operands) {
  AttributeValues values(call, context.reporter);
  llvm::StringRef algorithm = values.word("algorithm", algorithms);
  std::optional<double> tolerance = readTolerance(values);
  if (!checkOperands(call, operands))
    return std::nullopt;
  std::optional<ir::ConvAttributes> attributes = readAttributes(values, operands[1]);
  if (!attributes || !tolerance || values.failed())
    return std::nullopt;
  for (const Value &operand : operands.drop_front())
    if (!operand.tensor()->spec.weightSide) {
      Report report = context.reporter.report(DiagId::WeightExpected, operand.range, "conv2d");
      report.constraint("C24");
      context.noteOrigin(report, operand);
      return std::nullopt;
    }

  const Tensor &input = *operands[0].tensor(), &filter = *operands[1].tensor();
  const Tensor *bias = operands.size() > 2 ? operands[2].tensor() : nullptr;
  auto dims = ir::convShape(input.spec, filter.spec, bias ? &bias->spec : nullptr, *attributes,
                            context.sizes.symbols);
  if (!dims) {
    explain(dims.violation(), values, operands, *attributes);
    return std::nullopt;
  }
  return Value{context.builder.conv2d(context.location(call.range), input, filter, bias,
                                      *attributes, algorithm, *tolerance, *dims),
               call.range, call.range, ""};
}

//===----------------------------------------------------------------------===//
// What is wrong with a convolution
//===----------------------------------------------------------------------===//

namespace {

llvm::SMRange subjectRange(Subject subject, const AttributeValues &values,
                           llvm::ArrayRef<Value> operands) {
  switch (subject) {
  case Subject::Input:
    return operands[0].range;
  case Subject::Filter:
    return operands[1].range;
  case Subject::Bias:
    return operands.back().range;
  case Subject::Stride:
    return values.rangeOf("stride");
  case Subject::Dilation:
    return values.rangeOf("dilation");
  case Subject::Groups:
    return values.rangeOf("groups");
  case Subject::Padding:
    return values.rangeOf("padding");
  default:
    return values.rangeOf(""); // the call
  }
}

/// The largest number of groups, at most `groups`, that divides C and K.
int64_t nearestGroups(int64_t groups, int64_t channels, int64_t outputs) {
  int64_t common = std::gcd(channels, outputs), nearest = 1;
  for (int64_t divisor = 1; divisor <= common / divisor; ++divisor)
    if (common % divisor == 0)
      for (int64_t candidate : {divisor, common / divisor})
        if (candidate <= groups)
          nearest = std::max(nearest, candidate);
  return nearest;
}

} // namespace

/// A change to one attribute that mends the violation, where there is an obvious one.
void ConvolutionImporter::proposeFix(Report &report, const Violation &violation,
                                     const AttributeValues &values, llvm::ArrayRef<Value> operands,
                                     const ir::ConvAttributes &attributes) {
  auto propose = [&](llvm::StringRef attribute, const std::string &value) {
    if (values.isGiven(attribute))
      report.fixIt(values.rangeOf(attribute), (attribute + " = " + value).str());
  };
  const ir::Dims &input = operands[0].tensor()->spec.dims;
  const ir::Dims &filter = operands[1].tensor()->spec.dims;
  switch (violation.constraint) {
  case 9:
    return propose("stride", "1");
  case 10:
    return propose("dilation", "1");
  case 11:
  case 12:
  case 13:
    return propose("groups",
                   std::to_string(nearestGroups(attributes.groups, input[1].add, filter[0].add)));
  case 14:
    // The one case with a certain answer: every filter reads one channel.
    if (attributes.groups == 1 && filter[1].add == 1)
      report.note(DiagId::NoteDepthwise, llvm::SMRange(), input[1].add);
    return;
  case 16:
    return propose("padding", "0");
  case 17: {
    ir::ConvAttributes dense = attributes;
    auto same = ir::samePadding({filter[2].add, filter[3].add}, {1, 1}, dense.dilation);
    if (same && same->before == same->after && same->before[0] == same->before[1])
      propose("padding", std::to_string(same->before[0]));
    return;
  }
  default:
    return;
  }
}

void ConvolutionImporter::explain(const Violation &violation, const AttributeValues &values,
                                  llvm::ArrayRef<Value> operands,
                                  const ir::ConvAttributes &attributes) {
  Subject subject = violation.subject();
  Report report =
      reportViolation(context.reporter, violation, subjectRange(subject, values, operands));
  proposeFix(report, violation, values, operands, attributes);
  bool aboutAttribute = subject == Subject::Stride || subject == Subject::Dilation ||
                        violation.constraint == 12 || violation.constraint == 16;
  if (aboutAttribute)
    return;
  bool aboutFilter =
      subject == Subject::Filter || subject == Subject::Bias || violation.constraint == 13;
  if (subject != Subject::Bias)
    context.noteOrigin(report, operands[0]);
  if (aboutFilter)
    context.noteOrigin(report, operands[1]);
  if (subject == Subject::Bias)
    context.noteOrigin(report, operands.back());
  // Constraints on the channels are not about the image's size.
  const ir::Dims &dims = operands[0].tensor()->spec.dims;
  bool aboutImage = dims.size() == 4 && (subject == Subject::Padding || violation.constraint == 18);
  noteSizes(report, aboutImage ? ir::Dims{dims[2], dims[3]} : dims, context.sizes);
}

//===----------------------------------------------------------------------===//
// batch_norm
//===----------------------------------------------------------------------===//

std::optional<Value> ConvolutionImporter::batchNorm(const dsl::CallExpr &call,
                                                    llvm::ArrayRef<Value> operands) {
  AttributeValues values(call, context.reporter);
  double eps = values.number("eps");
  if (!checkOperands(call, operands) || values.failed())
    return std::nullopt;
  std::array<Tensor, 4> parameters;
  std::array<ir::TensorSpec, 4> specs;
  for (size_t i = 0; i < 4; ++i) {
    parameters[i] = *operands[i + 1].tensor();
    specs[i] = parameters[i].spec;
  }
  const Tensor &input = *operands.front().tensor();
  if (auto violation = ir::checkBatchNorm(input.spec, specs, eps, context.sizes.symbols)) {
    bool aboutEps = violation->subject() == Subject::Eps;
    Report report = reportViolation(context.reporter, *violation,
                                    aboutEps ? values.rangeOf("eps") : call.range);
    if (aboutEps)
      return std::nullopt;
    context.noteOrigin(report, operands.front());
    for (const Value &operand : operands.drop_front())
      if (input.spec.dims.size() == 4 &&
          operand.tensor()->spec.dims != ir::Dims{input.spec.dims[1]})
        context.noteOrigin(report, operand);
    return std::nullopt;
  }
  return Value{context.builder.batchNorm(context.location(call.range), input, parameters, eps),
               call.range, call.range, ""};
}

} // namespace convwright::compiler
