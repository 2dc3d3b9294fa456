//===- Result.h - a value or the reason there is none ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_RESULT_H
#define CONVWRIGHT_SCHEDULES_KERNEL_RESULT_H

#include <string>
#include <utility>
#include <variant>

namespace convwright::schedules {

/// Why something could not be done, in a sentence that a user can act on.
struct Error {
  std::string message;
};

/// Either a `T` or an `Error`. The room's only error channel: nothing in schedules/ throws across
/// its public interface (Halide's exceptions are caught in one place, Compile.cpp).
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }
  T &operator*() { return std::get<0>(state); }
  const T &operator*() const { return std::get<0>(state); }
  T *operator->() { return &std::get<0>(state); }
  const T *operator->() const { return &std::get<0>(state); }
  const Error &error() const { return std::get<1>(state); }

private:
  std::variant<T, Error> state;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_RESULT_H
