//===- KernelSpelling.h - how kernels' enumerations are spelled in JSON ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_KERNELSPELLING_H
#define CONVWRIGHT_SCHEDULES_KERNEL_KERNELSPELLING_H

#include "schedules/kernel/Kernel.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace convwright::schedules {

inline constexpr std::array<std::pair<PaddingMode, std::string_view>, 4> paddingModeSpellings{
    {{PaddingMode::Zeros, "zeros"},
     {PaddingMode::Reflect, "reflect"},
     {PaddingMode::Replicate, "replicate"},
     {PaddingMode::Circular, "circular"}}};
inline constexpr std::array<std::pair<Reduction, std::string_view>, 3> reductionSpellings{
    {{Reduction::Sum, "sum"}, {Reduction::Max, "max"}, {Reduction::Mean, "mean"}}};
inline constexpr std::array<std::pair<FilterKind, std::string_view>, 5> filterKindSpellings{
    {{FilterKind::Shared, "shared"},
     {FilterKind::None, "none"},
     {FilterKind::PerPosition, "per_position"},
     {FilterKind::PerPixel, "per_pixel"},
     {FilterKind::Regions, "regions"}}};
inline constexpr std::array<std::pair<Operand::Role, std::string_view>, 3> roleSpellings{
    {{Operand::Role::Activation, "activation"},
     {Operand::Role::Weight, "weight"},
     {Operand::Role::Constant, "constant"}}};
inline constexpr auto elementTypeSpellings =
    std::to_array<std::pair<ElementType, std::string_view>>({
#define ELEMENT_TYPE(Name, spelling, code, C) {ElementType::Name, spelling},
#include "convwright/ElementTypes.def"
    });
inline constexpr std::array<std::pair<Border, std::string_view>, 5> borderSpellings{
    {{Border::Inside, "inside"},
     {Border::Constant, "constant"},
     {Border::Clamp, "clamp"},
     {Border::Reflect, "reflect"},
     {Border::Wrap, "wrap"}}};
inline constexpr std::array<std::pair<Sampling::Grid, std::string_view>, 3> gridSpellings{
    {{Sampling::Grid::Floor, "floor"},
     {Sampling::Grid::Halves, "halves"},
     {Sampling::Grid::Corners, "corners"}}};
inline constexpr std::array<std::pair<Reduction, std::string_view>, 2> foldSpellings{
    {{Reduction::Sum, "sum"}, {Reduction::Max, "max"}}};
inline constexpr std::array<std::pair<Axis, std::string_view>, 5> axisSpellings{
    {{Axis::N, "N"}, {Axis::C, "C"}, {Axis::D, "D"}, {Axis::H, "H"}, {Axis::W, "W"}}};

template <typename Table, typename Value>
std::string_view spellingIn(const Table &table, Value value) {
  for (const auto &[known, text] : table)
    if (known == value)
      return text;
  return {};
}

/// What a kernel's parts are called when nobody gave them another name; left out of JSON.
inline std::string positionalName(char kind, size_t index) { return kind + std::to_string(index); }
inline char positionalKind(Operand::Role role) {
  return role == Operand::Role::Activation ? 'i' : role == Operand::Role::Weight ? 'w' : 'c';
}

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_KERNELSPELLING_H
