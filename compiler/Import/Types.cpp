//===- Types.cpp - the types that a .conv file writes ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Types.h"

#include "llvm/ADT/STLExtras.h"

namespace convwright::compiler {

using dsl::DiagId;
using schedules::ElementType;
using schedules::Extent;

std::optional<ElementType> elementType(dsl::ElementType type) {
  switch (type) {
#define ELEMENT_TYPE(Name, spelling, code, C)                                                      \
  case dsl::ElementType::Name:                                                                     \
    return ElementType::Name;
#include "convwright/ElementTypes.def"
  default:
    return std::nullopt;
  }
}

std::string typeText(const ir::TensorSpec &spec, ir::Symbols symbols) {
  std::string dims = spec.dims.empty() ? "" : ir::print(spec.dims, symbols);
  return std::string(schedules::spell(spec.type)) + dims;
}

Report reportViolation(Reporter &reporter, const ir::Violation &violation, llvm::SMRange range) {
  Report report = reporter.report(DiagId::ConstraintBroken, range, violation.message);
  report.constraint("C" + std::to_string(violation.constraint));
  return report;
}

void noteSizes(Report &report, const ir::Dims &dims, const Sizes &sizes) {
  llvm::SmallVector<bool> noted(sizes.symbols.size());
  for (const Extent &extent : dims) {
    if (extent.isConstant() || noted[static_cast<size_t>(extent.symbol)])
      continue;
    auto index = static_cast<size_t>(extent.symbol);
    noted[index] = true;
    const schedules::Symbol &symbol = sizes.symbols[index];
    report.note(DiagId::NoteSizeRange, sizes.ranges[index], symbol.name, symbol.lo, symbol.hi);
  }
}

/// Scales and layouts that this version, or this role, has no place for.
static bool checkTypeWords(const dsl::TensorType &type, TypeRole role, Reporter &reporter) {
  bool sound = true;
  auto reject = [&](DiagId id, llvm::SMRange range) {
    reporter.report(id, range);
    sound = false;
  };
  if (type.scale)
    reject(DiagId::QuantizedNotYet, type.scaleRange);
  else if (type.zeroPoint)
    reject(DiagId::QuantizedNotYet, type.zeroPointRange);
  if (!type.layout)
    return sound;
  if (role == TypeRole::Weight || role == TypeRole::Constant)
    reject(DiagId::LayoutOfWeight, type.layoutRange);
  else if (type.dims.size() < 3)
    reject(DiagId::LayoutNeedsAxes, type.layoutRange);
  return sound;
}

static std::optional<Extent> importDim(const dsl::Dim &dim, const Sizes &sizes,
                                       Reporter &reporter) {
  if (!dim.isSymbol())
    return Extent::constant(dim.integer());
  auto found = sizes.extents.find(dim.symbol());
  if (found != sizes.extents.end())
    return found->second;
  llvm::SmallVector<llvm::StringRef> known;
  for (const schedules::Symbol &symbol : sizes.symbols)
    known.push_back(symbol.name);
  reporter.report(DiagId::UnknownSize, dim.range, dim.symbol())
      .didYouMean(dim.range, dim.symbol(), known);
  return std::nullopt;
}

/// The range that a violation of a type is about: the dimension that it names, when there is one.
static llvm::SMRange rangeOf(const ir::TensorSpec &spec, const dsl::TensorType &type) {
  for (auto [extent, dim] : llvm::zip(spec.dims, type.dims))
    if (extent.isConstant() ? extent.add < 1 : spec.weightSide)
      return dim.range;
  return type.range;
}

std::optional<ir::TensorSpec> importType(const dsl::TensorType &type, TypeRole role,
                                         const Sizes &sizes, Reporter &reporter) {
  bool sound = checkTypeWords(type, role, reporter);
  ir::TensorSpec spec;
  std::optional<ElementType> element = elementType(type.element);
  sound &= element.has_value(); // the parser has said "not yet"
  spec.type = element.value_or(ElementType::F32);
  spec.weightSide = role == TypeRole::Weight || role == TypeRole::Constant;
  for (const dsl::Dim &dim : type.dims) {
    std::optional<Extent> extent = importDim(dim, sizes, reporter);
    sound &= extent.has_value();
    spec.dims.push_back(extent.value_or(Extent::constant(1)));
  }
  if (!sound)
    return std::nullopt;
  if (auto violation = ir::checkTensor(spec, sizes.symbols)) {
    Report report = reportViolation(reporter, *violation, rangeOf(spec, type));
    noteSizes(report, spec.dims, sizes);
    return std::nullopt;
  }
  return spec;
}

Sizes importSizes(const dsl::LayerDecl &layer, Reporter &reporter, bool &failed) {
  Sizes sizes;
  for (const dsl::SymbolDecl &decl : layer.symbols) {
    schedules::Symbol symbol;
    symbol.name = decl.name.text.str();
    symbol.lo = decl.lo.integer.value_or(0);
    symbol.hi = decl.hi.integer.value_or(0);
    symbol.step = decl.step ? decl.step->integer.value_or(0) : 1;
    symbol.like = decl.like ? decl.like->integer.value_or(0) : ir::lastOf(symbol);
    if (auto violation = ir::checkSymbol(symbol)) {
      reportViolation(reporter, *violation, decl.range);
      failed = true;
      symbol.lo = symbol.hi = symbol.like = symbol.step = 1;
    }
    sizes.extents[symbol.name] = Extent::ofSymbol(static_cast<int32_t>(sizes.symbols.size()));
    sizes.symbols.push_back(std::move(symbol));
    sizes.ranges.push_back(decl.range);
  }
  return sizes;
}

} // namespace convwright::compiler
