//===- Access.cpp - which element a read takes ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/Access.h"

namespace convwright::schedules {

AxisAccess sameIndex(Axis axis) { return {Extent::constant(0), {{.axis = axis}}, std::nullopt}; }

Access identityAccess(const Dims &dims) {
  Access access{dims, {}};
  for (size_t i = 0; i < dims.size(); ++i)
    access.axes.push_back(sameIndex(axisAt(i, dims.size())));
  return access;
}

const Dims &dimsBehind(const Operand &operand, size_t index) {
  return index + 1 < operand.accesses.size() ? operand.accesses[index + 1].dims : operand.dims;
}

bool keepsPixels(const Operand &operand, size_t index) {
  const Access &access = operand.accesses[index];
  if (access.border != Border::Inside)
    return false;
  size_t rank = access.dims.size();
  for (size_t i = 2; i < rank; ++i)
    if (access.axes[i] != sameIndex(axisAt(i, rank)) ||
        access.dims[i] != dimsBehind(operand, index)[i])
      return false;
  // Nor may channels be made of pixels.
  for (size_t i = 0; i < 2; ++i)
    for (const AccessTerm &term : access.axes[i].terms)
      if (*positionOf(term.axis, rank) >= 2)
        return false;
  return true;
}

} // namespace convwright::schedules
