//===- Mapped.h - a list made of another, element by element ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_EMIT_MAPPED_H
#define CONVWRIGHT_COMPILER_EMIT_MAPPED_H

#include <type_traits>
#include <vector>

namespace convwright::compiler {

/// function(element) for every element, in order.
template <typename From, typename Function>
auto mapped(const std::vector<From> &list, Function function) {
  std::vector<std::remove_cvref_t<std::invoke_result_t<Function &, const From &>>> result;
  result.reserve(list.size());
  for (const From &element : list)
    result.push_back(function(element));
  return result;
}

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_EMIT_MAPPED_H
