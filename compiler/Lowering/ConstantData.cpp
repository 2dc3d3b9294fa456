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

template <typename T> static std::vector<double> decode(const std::vector<std::byte> &bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(T));
  for (size_t i = 0; i < numbers.size(); ++i) {
    T element;
    std::memcpy(&element, &bytes[i * sizeof(T)], sizeof(T));
    numbers[i] = static_cast<double>(element);
  }
  return numbers;
}

std::vector<double> compiler::numbersOf(mlir::ElementsAttr value) {
  std::vector<std::byte> bytes = bytesOf(value);
  switch (*ir::elementTypeOf(value.getElementType())) {
  case ElementType::F32:
    return decode<float>(bytes);
  case ElementType::I32:
    return decode<int32_t>(bytes);
  case ElementType::U8:
    return decode<uint8_t>(bytes);
  case ElementType::I8:
    return decode<int8_t>(bytes);
  }
  llvm_unreachable("an element type is one of four");
}

template <typename T>
static mlir::ElementsAttr encode(mlir::ShapedType type, const std::vector<double> &numbers) {
  std::vector<T> elements(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    elements[i] = static_cast<T>(numbers[i]);
  llvm::ArrayRef<char> raw(reinterpret_cast<const char *>(elements.data()),
                           elements.size() * sizeof(T));
  return mlir::DenseElementsAttr::getFromRawBuffer(type, raw);
}

mlir::ElementsAttr compiler::elementsOf(mlir::ShapedType type, const std::vector<double> &numbers) {
  switch (*ir::elementTypeOf(type.getElementType())) {
  case ElementType::F32:
    return encode<float>(type, numbers);
  case ElementType::I32:
    return encode<int32_t>(type, numbers);
  case ElementType::U8:
    return encode<uint8_t>(type, numbers);
  case ElementType::I8:
    return encode<int8_t>(type, numbers);
  }
  llvm_unreachable("an element type is one of four");
}
