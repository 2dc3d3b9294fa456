//===- Layout.h - axes by what they mean, and how they lie in memory ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_LAYOUT_H
#define CONVWRIGHT_SCHEDULES_KERNEL_LAYOUT_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

/// An activation's axes. Its dimensions in logical order are N, C and then the spatial ones, of
/// which one has W, two have H and W, three D, H and W.
enum class Axis : uint8_t { N, C, D, H, W };

/// Where the axis stands among `rank` dimensions; none when they have no such axis.
std::optional<size_t> positionOf(Axis axis, size_t rank);
/// The axis at a position: the inverse.
Axis axisAt(size_t position, size_t rank);
/// "N", "C", "D", "H", "W".
std::string_view spell(Axis axis);
/// The spatial axes of tensors of that rank, outermost first.
std::vector<Axis> spatialAxes(size_t rank);

/// How a tensor of logical shape [N, C, …] lies in memory, densely: its axes in logical order
/// (PyTorch's contiguous), or with the channels behind the spatial ones.
enum class Layout : uint8_t { ChannelsFirst, ChannelsLast };

/// "ncw nchw ncdhw" or "nwc nhwc ndhwc", by the rank; ranks without spatial axes spell as rank 4.
std::string_view spell(Layout layout, size_t rank);
/// The layout of that name at that rank.
std::optional<Layout> layoutFrom(std::string_view name, size_t rank);
/// "nchw, nhwc".
std::string layoutNames(size_t rank);

/// The position of each dimension of memory, innermost first, in logical order.
std::vector<size_t> memoryOrder(Layout layout, size_t rank);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_LAYOUT_H
