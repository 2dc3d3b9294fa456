//===- SafetensorElements.cpp - element types and their conversions --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace convwright::compiler {

using schedules::ElementType;

static_assert(std::endian::native == std::endian::little, "the format is little endian");

namespace {

struct TypeRow {
  SafetensorType type;
  std::string_view name;
  size_t bytes;
};

constexpr std::array<TypeRow, 9> typeRows{{
    {SafetensorType::F64, "F64", 8},
    {SafetensorType::F32, "F32", 4},
    {SafetensorType::F16, "F16", 2},
    {SafetensorType::BF16, "BF16", 2},
    {SafetensorType::I64, "I64", 8},
    {SafetensorType::I32, "I32", 4},
    {SafetensorType::I8, "I8", 1},
    {SafetensorType::U8, "U8", 1},
    {SafetensorType::Bool, "BOOL", 1},
}};

const TypeRow &rowOf(SafetensorType type) {
  return *std::find_if(typeRows.begin(), typeRows.end(),
                       [&](const TypeRow &row) { return row.type == type; });
}

} // namespace

std::span<const SafetensorType> allSafetensorTypes() {
  static const auto types = [] {
    std::array<SafetensorType, typeRows.size()> list{};
    std::transform(typeRows.begin(), typeRows.end(), list.begin(),
                   [](const TypeRow &row) { return row.type; });
    return list;
  }();
  return types;
}

std::string_view spell(SafetensorType type) { return rowOf(type).name; }
size_t byteWidth(SafetensorType type) { return rowOf(type).bytes; }

std::optional<ElementType> elementType(SafetensorType type) {
  switch (type) {
#define ELEMENT_TYPE(Name, spelling, code, C)                                                      \
  case SafetensorType::Name:                                                                       \
    return ElementType::Name;
#include "convwright/ElementTypes.def"
  default:
    return std::nullopt;
  }
}

SafetensorType safetensorType(ElementType type) {
  switch (type) {
#define ELEMENT_TYPE(Name, spelling, code, C)                                                      \
  case ElementType::Name:                                                                          \
    return SafetensorType::Name;
#include "convwright/ElementTypes.def"
  }
  return SafetensorType::F32;
}

int64_t TensorView::elementCount() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static double halfToDouble(uint16_t half) {
  double sign = half & 0x8000 ? -1.0 : 1.0;
  int exponent = (half >> 10) & 0x1f;
  int fraction = half & 0x3ff;
  if (exponent == 0x1f)
    return fraction ? std::numeric_limits<double>::quiet_NaN()
                    : sign * std::numeric_limits<double>::infinity();
  if (exponent == 0)
    return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(fraction + 0x400, exponent - 25);
}

static double bfloatToDouble(uint16_t value) {
  return std::bit_cast<float>(static_cast<uint32_t>(value) << 16);
}

/// Reads `T`s, which need not be aligned, and converts each.
template <typename T, typename Convert>
static std::vector<double> readElements(const TensorView &tensor, Convert convert) {
  std::vector<double> values(static_cast<size_t>(tensor.elementCount()));
  for (size_t i = 0; i < values.size(); ++i) {
    T element;
    std::memcpy(&element, tensor.bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = convert(element);
  }
  return values;
}

std::vector<double> toDoubles(const TensorView &tensor) {
  auto plain = [](auto element) { return static_cast<double>(element); };
  switch (tensor.type) {
  case SafetensorType::F64:
    return readElements<double>(tensor, plain);
  case SafetensorType::F32:
    return readElements<float>(tensor, plain);
  case SafetensorType::F16:
    return readElements<uint16_t>(tensor, halfToDouble);
  case SafetensorType::BF16:
    return readElements<uint16_t>(tensor, bfloatToDouble);
  case SafetensorType::I64:
    return readElements<int64_t>(tensor, plain);
  case SafetensorType::I32:
    return readElements<int32_t>(tensor, plain);
  case SafetensorType::I8:
    return readElements<int8_t>(tensor, plain);
  case SafetensorType::U8:
  case SafetensorType::Bool:
    return readElements<uint8_t>(tensor, plain);
  }
  return {};
}

std::vector<std::byte> toBytes(std::span<const double> values, ElementType type) {
  size_t width = schedules::byteWidth(type);
  std::vector<std::byte> bytes(values.size() * width);
  for (size_t i = 0; i < values.size(); ++i)
    schedules::writeElement(type, bytes.data() + i * width, values[i]);
  return bytes;
}

} // namespace convwright::compiler
