//===- ConstantData.cpp - the elements of conv.constant --------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/ConstantData.h"

#include "compiler/IR/ConvTypes.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace convwright;
using namespace convwright::compiler;
using schedules::ElementType;

std::vector<std::byte> compiler::bytesOf(mlir::ElementsAttr value) {
  llvm::ArrayRef<char> raw;
  int64_t repeat = 1;
  if (auto resource = llvm::dyn_cast<mlir::DenseResourceElementsAttr>(value)) {
    raw = resource.getRawHandle().getBlob()->getData();
  } else {
    auto dense = llvm::cast<mlir::DenseElementsAttr>(value);
    raw = dense.getRawData();
    repeat = dense.isSplat() ? dense.getNumElements() : 1;
  }
  std::vector<std::byte> bytes;
  bytes.reserve(raw.size() * repeat);
  auto begin = reinterpret_cast<const std::byte *>(raw.data());
  for (int64_t i = 0; i < repeat; ++i)
    bytes.insert(bytes.end(), begin, begin + raw.size());
  return bytes;
}

std::vector<double> compiler::numbersOf(mlir::ElementsAttr value) {
  std::vector<std::byte> bytes = bytesOf(value);
  ElementType type = *ir::elementTypeOf(value.getElementType());
  size_t width = schedules::byteWidth(type);
  std::vector<double> numbers(bytes.size() / width);
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = schedules::readElement(type, &bytes[i * width]);
  return numbers;
}

mlir::ElementsAttr compiler::elementsOf(mlir::ShapedType type, const std::vector<double> &numbers) {
  ElementType element = *ir::elementTypeOf(type.getElementType());
  size_t width = schedules::byteWidth(element);
  std::vector<std::byte> bytes(numbers.size() * width);
  for (size_t i = 0; i < numbers.size(); ++i)
    schedules::writeElement(element, &bytes[i * width], numbers[i]);
  llvm::ArrayRef<char> raw(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  return mlir::DenseElementsAttr::getFromRawBuffer(type, raw);
}
