//===- ConvAttrs.cpp - text of the dialect's attributes --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/IR/ConvTypes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace convwright::ir;
using namespace mlir;

#include "compiler/IR/ConvEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/IR/ConvAttrs.cpp.inc"

void ConvDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/IR/ConvAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Extents: 56, H, H + 2, 2 * H - 1, H floordiv 2, (H - 3) floordiv 2
//===----------------------------------------------------------------------===//

static void printLinear(AsmPrinter &printer, ExtentAttr extent) {
  if (extent.getMul() != 1)
    printer << extent.getMul() << " * ";
  printer << extent.getSymbol().getValue();
  if (extent.getAdd() > 0)
    printer << " + " << extent.getAdd();
  if (extent.getAdd() < 0)
    printer << " - " << -static_cast<uint64_t>(extent.getAdd());
}

static void printExtent(AsmPrinter &printer, ExtentAttr extent) {
  if (extent.isConstant()) {
    printer << extent.getAdd();
    return;
  }
  if (extent.getDiv() == 1)
    return printLinear(printer, extent);
  bool isBare = extent.getMul() == 1 && extent.getAdd() == 0;
  printer << (isBare ? "" : "(");
  printLinear(printer, extent);
  printer << (isBare ? "" : ")") << " floordiv " << extent.getDiv();
}

namespace {
struct Linear {
  StringAttr symbol;
  int64_t mul = 1, add = 0;
};
} // namespace

/// `[integer *] symbol [(+|-) integer]`, or an integer alone: then the symbol is empty.
static FailureOr<Linear> parseLinear(AsmParser &parser) {
  Linear linear;
  int64_t number;
  OptionalParseResult leading = parser.parseOptionalInteger(number);
  if (leading.has_value()) {
    if (failed(*leading))
      return failure();
    if (failed(parser.parseOptionalStar())) {
      linear.symbol = StringAttr::get(parser.getContext());
      linear.add = number;
      return linear;
    }
    linear.mul = number;
  }
  StringRef name;
  if (parser.parseKeyword(&name))
    return failure();
  linear.symbol = StringAttr::get(parser.getContext(), name);
  if (succeeded(parser.parseOptionalPlus()))
    return parser.parseInteger(linear.add) ? FailureOr<Linear>(failure()) : linear;
  if (succeeded(parser.parseOptionalMinus())) {
    if (parser.parseInteger(number))
      return failure();
    linear.add = -number;
  }
  return linear;
}

static FailureOr<ExtentAttr> parseExtent(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  int64_t div = 1;
  FailureOr<Linear> linear;
  if (succeeded(parser.parseOptionalLParen())) {
    linear = parseLinear(parser);
    if (failed(linear) || parser.parseRParen() || parser.parseKeyword("floordiv") ||
        parser.parseInteger(div))
      return failure();
  } else {
    linear = parseLinear(parser);
    if (failed(linear))
      return failure();
    if (succeeded(parser.parseOptionalKeyword("floordiv")) && parser.parseInteger(div))
      return failure();
  }
  if (linear->symbol.empty())
    return ExtentAttr::get(parser.getContext(), linear->add);
  if (linear->mul < 1 || div < 1)
    return parser.emitError(loc, "an extent's factor and divisor are at least 1");
  Extent normal = normalised({0, linear->mul, linear->add, div});
  return ExtentAttr::get(parser.getContext(), linear->symbol, normal.mul, normal.add, normal.div);
}

void ExtentAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printExtent(printer, *this);
  printer << ">";
}

Attribute ExtentAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  FailureOr<ExtentAttr> extent = parseExtent(parser);
  if (failed(extent) || parser.parseGreater())
    return {};
  return *extent;
}

//===----------------------------------------------------------------------===//
// #conv.tensor<layout = nhwc, dims = [1, 3, H, W]>
//===----------------------------------------------------------------------===//

void TensorAttr::print(AsmPrinter &printer) const {
  printer << "<layout = " << StringRef(schedules::spell(getLayout(), getDims().size()))
          << ", dims = [";
  llvm::interleaveComma(getDims(), printer.getStream(),
                        [&](ExtentAttr extent) { printExtent(printer, extent); });
  printer << "]>";
}

Attribute TensorAttr::parse(AsmParser &parser, Type) {
  StringRef word;
  if (parser.parseLess() || parser.parseKeyword("layout") || parser.parseEqual())
    return {};
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return {};
  SmallVector<ExtentAttr> dims;
  auto parseOne = [&]() -> ParseResult {
    FailureOr<ExtentAttr> extent = parseExtent(parser);
    if (failed(extent))
      return failure();
    dims.push_back(*extent);
    return success();
  };
  if (parser.parseComma() || parser.parseKeyword("dims") || parser.parseEqual() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOne) ||
      parser.parseGreater())
    return {};
  std::optional<schedules::Layout> layout = schedules::layoutFrom(word, dims.size());
  if (!layout) {
    parser.emitError(loc, "the layouts of rank ")
        << dims.size() << " are " << schedules::layoutNames(dims.size());
    return {};
  }
  return TensorAttr::get(parser.getContext(), *layout, dims);
}

//===----------------------------------------------------------------------===//
// #conv.symbol<H in [3, 4320] step 1 like 1080>
//===----------------------------------------------------------------------===//

void SymbolAttr::print(AsmPrinter &printer) const {
  printer << "<" << getName().getValue() << " in [" << getLo() << ", " << getHi() << "] step "
          << getStep() << " like " << getLike() << ">";
}

Attribute SymbolAttr::parse(AsmParser &parser, Type) {
  StringRef name;
  int64_t lo, hi, step, like;
  if (parser.parseLess() || parser.parseKeyword(&name) || parser.parseKeyword("in") ||
      parser.parseLSquare() || parser.parseInteger(lo) || parser.parseComma() ||
      parser.parseInteger(hi) || parser.parseRSquare() || parser.parseKeyword("step") ||
      parser.parseInteger(step) || parser.parseKeyword("like") || parser.parseInteger(like) ||
      parser.parseGreater())
    return {};
  return SymbolAttr::get(parser.getContext(), StringAttr::get(parser.getContext(), name), lo, hi,
                         step, like);
}

//===----------------------------------------------------------------------===//
// #conv.plan<algorithm = direct, tile_x = 14, source = default>
//===----------------------------------------------------------------------===//

void PlanAttr::print(AsmPrinter &printer) const {
  printer << "<algorithm = " << getAlgorithm().getValue();
  for (NamedAttribute parameter : getParameters())
    printer << ", " << parameter.getName().getValue() << " = "
            << cast<IntegerAttr>(parameter.getValue()).getInt();
  printer << ", source = " << getSource().getValue() << ">";
}

Attribute PlanAttr::parse(AsmParser &parser, Type) {
  StringRef algorithm, source = "user";
  if (parser.parseLess() || parser.parseKeyword("algorithm") || parser.parseEqual() ||
      parser.parseKeyword(&algorithm))
    return {};
  Builder builder(parser.getContext());
  NamedAttrList parameters;
  while (succeeded(parser.parseOptionalComma())) {
    StringRef name;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name) || parser.parseEqual())
      return {};
    if (name == "source") {
      if (parser.parseKeyword(&source))
        return {};
      continue;
    }
    int64_t value;
    if (parser.parseInteger(value))
      return {};
    if (parameters.get(name)) {
      parser.emitError(loc, "plan parameter '") << name << "' is given twice";
      return {};
    }
    parameters.set(name, builder.getI64IntegerAttr(value));
  }
  if (parser.parseGreater())
    return {};
  auto error = [&] { return parser.emitError(parser.getNameLoc()); };
  return PlanAttr::getChecked(error, parser.getContext(), builder.getStringAttr(algorithm),
                              parameters.getDictionary(parser.getContext()),
                              builder.getStringAttr(source));
}

LogicalResult PlanAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, StringAttr,
                               DictionaryAttr parameters, StringAttr source) {
  if (!llvm::is_contained({"default", "model", "record", "user"}, source.getValue())) // C51
    return emitError() << violate(51, {source.getValue().str()}).text();
  for (NamedAttribute parameter : parameters)
    if (!isa<IntegerAttr>(parameter.getValue())) // C52
      return emitError() << violate(52, {parameter.getName().str()}).text();
  return success();
}
