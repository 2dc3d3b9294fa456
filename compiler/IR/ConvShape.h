//===- ConvShape.h - all shape arithmetic and its constraints --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place where extents are computed and checked. Plain C++: the importer asks before it
// builds operations, the verifiers ask the same questions of operations that exist. Everything is
// checked for overflow in 64 bits. SPEC.md numbers the constraints.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVSHAPE_H
#define CONVWRIGHT_COMPILER_IR_CONVSHAPE_H

#include "schedules/kernel/Kernel.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace convwright::ir {

using schedules::ElementType;
using schedules::Extent;
using schedules::Symbol;

/// What a diagnostic about a constraint points at.
enum class Subject : uint8_t {
  Type,
  Symbol,
  Input,
  Filter,
  Bias,
  Operand,
  Result,
  Stride,
  Padding,
  Dilation,
  Groups,
  Tolerance,
  Eps,
  Map,
  Layer,
  Kernel
};

/// A constraint that does not hold: its number in SPEC.md and a sentence with the values.
struct Violation {
  int constraint = 0;
  std::string message; // without the number
  Subject subject() const;
  /// "groups = 3 does not divide C = 64 [C11]".
  std::string text() const;
};

/// Fills the constraint's message of Constraints.def.
Violation violate(int constraint, std::initializer_list<std::string> values);

/// A value, or the constraint that forbids it.
template <typename T> class [[nodiscard]] Checked {
public:
  Checked(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Checked(Violation violation) : state(std::in_place_index<1>, std::move(violation)) {}

  explicit operator bool() const { return state.index() == 0; }
  T &operator*() { return std::get<0>(state); }
  const T &operator*() const { return std::get<0>(state); }
  T *operator->() { return &std::get<0>(state); }
  const T *operator->() const { return &std::get<0>(state); }
  const Violation &violation() const { return std::get<1>(state); }

private:
  std::variant<T, Violation> state;
};

using Dims = std::vector<Extent>;
using Symbols = std::span<const Symbol>;

/// The largest number of elements of any tensor: kernels index with 32 bits.
inline constexpr int64_t maxElements = 2147483647;

/// A tensor as shape rules see it. Weight-side: weights, constants, and pointwise work on those
/// alone.
struct TensorSpec {
  ElementType type = ElementType::F32;
  Dims dims; // logical order
  bool weightSide = false;
};

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

/// The same extent in normal form: gcd(mul, div) = 1, div ≥ 1, and equal extents compare equal.
/// Requires mul ≥ 0 and div ≥ 1.
Extent normalised(Extent extent);
/// floor((extent + add) / div), normalised; none on overflow. Requires div ≥ 1.
std::optional<Extent> addThenDivide(const Extent &extent, int64_t add, int64_t div);
/// The smallest and largest value over the symbol's range; none on overflow.
std::optional<int64_t> smallest(const Extent &extent, Symbols symbols);
std::optional<int64_t> largest(const Extent &extent, Symbols symbols);
/// "56", "H", "2 * H - 1", "(H + 1) floordiv 2".
std::string print(const Extent &extent, Symbols symbols);
/// "[1, 64, H, W]".
std::string print(const Dims &dims, Symbols symbols);
Dims constantDims(std::span<const int64_t> sizes);

//===----------------------------------------------------------------------===//
// Constraints that stand alone
//===----------------------------------------------------------------------===//

/// The range is not empty, holds `like`, and starts at 1 or more (C5).
std::optional<Violation> checkSymbol(const Symbol &symbol);
/// Rank, extents and number of elements, at every size in range (C2, C3, C4, C6, C42).
std::optional<Violation> checkTensor(const TensorSpec &tensor, Symbols symbols);
/// The product of the largest extents, as text, when it is above maxElements.
std::optional<std::string> tooManyElements(const Dims &dims, Symbols symbols);

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// A convolution's attributes, h before w; padding in elements.
struct ConvAttributes {
  std::array<int64_t, 2> stride{1, 1}, dilation{1, 1};
  std::array<int64_t, 2> padBefore{0, 0}, padAfter{0, 0};
  schedules::PaddingMode paddingMode = schedules::PaddingMode::Zeros;
  int64_t groups = 1;
};

/// Padding before and after in h and w.
struct Padding {
  std::array<int64_t, 2> before{0, 0}, after{0, 0};
};

/// PyTorch's padding = same: dilation · (size − 1) in all, the odd element after (C9, C10, C17).
Checked<Padding> samePadding(std::array<int64_t, 2> filterSize, std::array<int64_t, 2> stride,
                             std::array<int64_t, 2> dilation);

/// The result's [N, K, P, Q], with every constraint on a convolution checked. `bias` may be null.
Checked<Dims> convShape(const TensorSpec &input, const TensorSpec &filter, const TensorSpec *bias,
                        const ConvAttributes &attributes, Symbols symbols);

/// The result of pointwise work on `operands` (C23, C28, C34). [C] stands for [1, C, 1, 1] beside
/// activations; when all operands are weight-side it runs along dimension 0.
Checked<Dims> mapShape(std::span<const TensorSpec> operands, Symbols symbols);

/// The parameters of a batch norm fit its input (C37, C39). In the order mean, var, gamma, beta.
std::optional<Violation> checkBatchNorm(const TensorSpec &input,
                                        std::span<const TensorSpec, 4> parameters, double eps,
                                        Symbols symbols);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVSHAPE_H
