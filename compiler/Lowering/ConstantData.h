//===- ConstantData.h - the elements of conv.constant ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_LOWERING_CONSTANTDATA_H
#define CONVWRIGHT_COMPILER_LOWERING_CONSTANTDATA_H

#include "mlir/IR/BuiltinAttributeInterfaces.h"

#include <cstddef>
#include <vector>

namespace convwright::compiler {

/// All elements, row-major, native byte order.
std::vector<std::byte> bytesOf(mlir::ElementsAttr value);

/// All elements, row-major, as doubles. Requires f32, i32, u8 or i8.
std::vector<double> numbersOf(mlir::ElementsAttr value);

/// The elements as a constant of that type, rounded to f32 or exact. Requires one for each element.
mlir::ElementsAttr elementsOf(mlir::ShapedType type, const std::vector<double> &numbers);

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_LOWERING_CONSTANTDATA_H
