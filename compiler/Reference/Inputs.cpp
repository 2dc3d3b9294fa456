//===- Inputs.cpp - whether tensors fit a layer, and which sizes they have ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Reference/Inputs.h"

#include "compiler/IR/ConvTypes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <optional>

namespace convwright::compiler {

using schedules::Error;
using schedules::Result;
using schedules::Symbol;

std::string argumentName(mlir::func::FuncOp layer, unsigned argument) {
  return layer.getArgAttrOfType<mlir::StringAttr>(argument, ir::nameAttrName).str();
}

namespace {

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (int64_t extent : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

/// Matches tensors with the types of a layer's arguments, and learns the sizes on the way.
class SizeBinder {
public:
  explicit SizeBinder(std::span<const Symbol> symbols) : symbols(symbols), sizes(symbols.size()) {}

  std::optional<Error> match(const std::string &name, mlir::Type type, const ExactTensor &tensor);
  std::vector<int64_t> found() const {
    std::vector<int64_t> values;
    for (const std::optional<int64_t> &size : sizes)
      values.push_back(*size); // every symbol is some argument's dimension
    return values;
  }

private:
  std::optional<Error> bind(const Symbol &symbol, std::optional<int64_t> &size, int64_t extent);

  std::span<const Symbol> symbols;
  std::vector<std::optional<int64_t>> sizes;
};

std::optional<Error> SizeBinder::bind(const Symbol &symbol, std::optional<int64_t> &size,
                                      int64_t extent) {
  if (!size)
    size = extent;
  if (*size != extent)
    return Error{"size " + symbol.name + " is " + std::to_string(*size) + " and " +
                 std::to_string(extent)};
  if (extent >= symbol.lo && extent <= symbol.hi && (extent - symbol.lo) % symbol.step == 0)
    return std::nullopt;
  std::string step = symbol.step == 1 ? "" : " in steps of " + std::to_string(symbol.step);
  return Error{"size " + symbol.name + " = " + std::to_string(extent) + " is not in " +
               std::to_string(symbol.lo) + ".." + std::to_string(symbol.hi) + step};
}

std::optional<Error> SizeBinder::match(const std::string &name, mlir::Type type,
                                       const ExactTensor &tensor) {
  ir::TensorSpec spec = ir::specOf(type, symbols);
  std::string expected = std::string(schedules::spell(spec.type)) + ir::print(spec.dims, symbols);
  Error mismatch{"'" + name + "' is " + std::string(schedules::spell(tensor.type)) +
                 shapeText(tensor.shape) + ", but the layer takes " + expected};
  if (spec.type != tensor.type || spec.dims.size() != tensor.shape.size())
    return mismatch;
  for (size_t i = 0; i < spec.dims.size(); ++i) {
    const schedules::Extent &extent = spec.dims[i];
    if (extent.isConstant()) {
      if (extent.add != tensor.shape[i])
        return mismatch;
      continue;
    }
    auto index = static_cast<size_t>(extent.symbol);
    if (auto error = bind(symbols[index], sizes[index], tensor.shape[i]))
      return Error{"'" + name + "': " + error->message};
  }
  if (static_cast<int64_t>(tensor.values.size()) != tensor.elementCount())
    return Error{"'" + name + "' has " + std::to_string(tensor.values.size()) +
                 " elements, but its shape is " + shapeText(tensor.shape)};
  return std::nullopt;
}

} // namespace

Result<std::vector<int64_t>> bindSizes(mlir::func::FuncOp layer, std::span<const Symbol> symbols,
                                       const ExactTensors &inputs) {
  SizeBinder binder(symbols);
  std::vector<std::string> names;
  for (mlir::BlockArgument argument : layer.getArguments()) {
    names.push_back(argumentName(layer, argument.getArgNumber()));
    auto input = inputs.find(names.back());
    if (input == inputs.end())
      return Error{"the layer's argument '" + names.back() + "' is missing"};
    if (auto error = binder.match(names.back(), argument.getType(), input->second))
      return *error;
  }
  for (const auto &[name, tensor] : inputs)
    if (!llvm::is_contained(names, name))
      return Error{"the layer has no argument '" + name + "'; it takes " + llvm::join(names, ", ")};
  return binder.found();
}

} // namespace convwright::compiler
