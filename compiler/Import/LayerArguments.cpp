//===- LayerArguments.cpp - what a call of a layer gives it ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/LayerArguments.h"

#include "llvm/ADT/STLExtras.h"

namespace convwright::compiler {

using dsl::DiagId;
using schedules::Extent;

namespace {

/// Matches the arguments of one call with the types of the parameters.
class ArgumentMatcher {
public:
  ArgumentMatcher(const LayerContext &context, const dsl::LayerDecl &layer)
      : context(context), layer(layer) {}

  bool match(const dsl::Parameter &parameter, const Value &argument);

private:
  bool matchRole(const dsl::Parameter &parameter, const Value &argument);
  bool matchType(const dsl::Parameter &parameter, const Value &argument);
  bool matchDim(const dsl::Dim &dim, const Extent &extent);
  bool isInRange(const dsl::SymbolDecl &symbol, const Extent &extent);
  void mismatch(DiagId id, const dsl::Parameter &parameter, const Value &argument,
                llvm::SMRange declared);

  const LayerContext &context;
  const dsl::LayerDecl &layer;
  llvm::StringMap<Extent> bound; // the layer's sizes, in the caller's
};

void ArgumentMatcher::mismatch(DiagId id, const dsl::Parameter &parameter, const Value &argument,
                               llvm::SMRange declared) {
  Report report = context.reporter.report(id, argument.range, parameter.name.text, layer.name.text,
                                          context.typeText(*argument.tensor()));
  report.note(DiagId::NoteDeclaredHere, declared, parameter.name.text);
  context.noteOrigin(report, argument);
}

bool ArgumentMatcher::matchRole(const dsl::Parameter &parameter, const Value &argument) {
  if (!argument.tensor()) {
    context.reporter.report(DiagId::OperandNotTensor, argument.range, layer.name.text);
    return false;
  }
  bool weightSide = argument.tensor()->spec.weightSide;
  if (weightSide == parameter.isWeight)
    return true;
  Report report =
      context.reporter.report(weightSide ? DiagId::ActivationExpected : DiagId::WeightExpected,
                              argument.range, layer.name.text);
  report.note(DiagId::NoteDeclaredHere, parameter.range, parameter.name.text);
  context.noteOrigin(report, argument);
  return false;
}

/// Every value that the extent can have is one that the size may have.
bool ArgumentMatcher::isInRange(const dsl::SymbolDecl &symbol, const Extent &extent) {
  int64_t lo = symbol.lo.integer.value_or(0), hi = symbol.hi.integer.value_or(0);
  int64_t step = symbol.step ? symbol.step->integer.value_or(0) : 1;
  auto least = ir::smallest(extent, context.sizes.symbols);
  auto most = ir::largest(extent, context.sizes.symbols);
  if (!least || !most || step < 1 || *least < lo || *most > hi || (*least - lo) % step != 0)
    return false;
  if (extent.isConstant() || step == 1)
    return true;
  // From one value of the caller's size to the next the extent must move by whole steps.
  const schedules::Symbol &own = context.sizes.symbols[static_cast<size_t>(extent.symbol)];
  int64_t stride;
  return extent.div == 1 && !__builtin_mul_overflow(extent.mul, own.step, &stride) &&
         stride % step == 0;
}

bool ArgumentMatcher::matchDim(const dsl::Dim &dim, const Extent &extent) {
  if (!dim.isSymbol())
    return extent == Extent::constant(dim.integer());
  auto [place, isNew] = bound.try_emplace(dim.symbol(), extent);
  if (!isNew)
    return place->second == extent;
  auto symbol = llvm::find_if(layer.symbols, [&](const dsl::SymbolDecl &candidate) {
    return candidate.name.text == dim.symbol();
  });
  return symbol != layer.symbols.end() && isInRange(*symbol, extent);
}

bool ArgumentMatcher::matchType(const dsl::Parameter &parameter, const Value &argument) {
  if (!parameter.type)
    return false; // reported where the layer is declared
  const ir::TensorSpec &spec = argument.tensor()->spec;
  const dsl::TensorType &type = *parameter.type;
  if (elementType(type.element) != spec.type || type.dims.size() != spec.dims.size()) {
    mismatch(DiagId::ArgumentType, parameter, argument, type.range);
    return false;
  }
  for (auto [dim, extent] : llvm::zip_equal(type.dims, spec.dims))
    if (!matchDim(dim, extent)) {
      mismatch(DiagId::ArgumentShape, parameter, argument, dim.range);
      return false;
    }
  return true;
}

bool ArgumentMatcher::match(const dsl::Parameter &parameter, const Value &argument) {
  if (argument.scalar() && parameter.type && parameter.type->dims.empty())
    return true; // a number, which becomes what it is used with
  return matchRole(parameter, argument) && matchType(parameter, argument);
}

} // namespace

bool bindLayerArguments(const LayerContext &context, const dsl::LayerDecl &layer,
                        const dsl::CallExpr &call, llvm::ArrayRef<Value> arguments,
                        llvm::StringMap<std::optional<Value>> &values) {
  ArgumentMatcher matcher(context, layer);
  bool sound = true;
  for (auto [parameter, argument] : llvm::zip_equal(layer.parameters, arguments)) {
    sound &= matcher.match(parameter, argument);
    values[parameter.name.text] = argument;
  }
  return sound;
}

} // namespace convwright::compiler
