//===- ConvShape.h - all shape arithmetic and its constraints --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place where extents are computed and checked. Plain C++: the rules of each operation
// (IR/Ops) are made of these. Everything is checked for overflow in 64 bits. SPEC.md numbers the
// constraints.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IR_CONVSHAPE_H
#define CONVWRIGHT_COMPILER_IR_CONVSHAPE_H

#include "schedules/kernel/Kernel.h"

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

/// A constraint that does not hold: its number in SPEC.md, a sentence with the values, and what a
/// diagnostic needs to know without knowing the operation.
struct Violation {
  int constraint = 0;
  std::string message; // without the number
  /// The operand (its name in the dialect, "parts 2" the second of several) or attribute (its name
  /// in the language) that it is about; empty: all of the operation.
  std::string about;
  /// The operands whose types explain it; "image": the input, as far as its spatial axes go.
  std::vector<std::string> shown;
  /// An attribute with the value that would mend it, where one is obvious.
  struct Mend {
    std::string attribute, value;
  };
  std::optional<Mend> mend;

  Violation &&at(std::string operand) && {
    about = std::move(operand);
    return std::move(*this);
  }
  Violation &&showing(std::string operand) && {
    shown.push_back(std::move(operand));
    return std::move(*this);
  }
  Violation &&mendedBy(std::string attribute, std::string value) && {
    mend = {std::move(attribute), std::move(value)};
    return std::move(*this);
  }
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
/// extent * factor; none on overflow, or where a division rounds differently from size to size.
std::optional<Extent> times(const Extent &extent, int64_t factor, Symbols symbols);
/// a + b; none on overflow, and where it does not follow from one symbol, or the divisions of both
/// round differently from size to size.
std::optional<Extent> plus(const Extent &a, const Extent &b, Symbols symbols);
/// The smallest and largest value over the symbol's range; none on overflow.
std::optional<int64_t> smallest(const Extent &extent, Symbols symbols);
std::optional<int64_t> largest(const Extent &extent, Symbols symbols);
/// "56", "H", "2 * H - 1", "(H + 1) floordiv 2".
std::string print(const Extent &extent, Symbols symbols);
/// "H" of the size H itself, otherwise "H = 2 * W", "C = 8".
std::string print(const std::string &dimension, const Extent &extent, Symbols symbols);
/// "1 channel", "2 channels".
std::string counted(int64_t count, const std::string &noun);
/// "is", or "can be" of a size that varies; "has" and "can have" likewise, of what has such sizes.
std::string isOrCanBe(const Extent &extent);
std::string hasOrCanHave(const Dims &dims);
/// "[1, 64, H, W]".
std::string print(const Dims &dims, Symbols symbols);
Dims constantDims(std::span<const int64_t> sizes);

//===----------------------------------------------------------------------===//
// Constraints that stand alone
//===----------------------------------------------------------------------===//

/// The largest value in range: where `like` is when it is not given.
int64_t lastOf(const Symbol &symbol);
/// The range is not empty, holds `like`, which is 1 or more, and starts at 0 or more (C5).
std::optional<Violation> checkSymbol(const Symbol &symbol);
/// Where an operand has no element, neither has the result (C108).
std::optional<Violation> checkEmptyOperand(const TensorSpec &operand, const Dims &result,
                                           Symbols symbols);
/// Rank, extents and number of elements, at every size in range (C2, C3, C4, C6, C42).
std::optional<Violation> checkTensor(const TensorSpec &tensor, Symbols symbols);
/// It is an image or one value per channel, not a kernel for each pixel (C70).
std::optional<Violation> checkNoPixelFilter(const TensorSpec &tensor);
/// The product of the largest extents, as text, when it is above maxElements.
std::optional<std::string> tooManyElements(const Dims &dims, Symbols symbols);

//===----------------------------------------------------------------------===//
// What operations ask of their operands
//===----------------------------------------------------------------------===//

/// An operand, for messages: "the filter of conv2d".
struct OperandName {
  std::string operand, operation;
};

/// C21.
std::optional<Violation> checkF32(const OperandName &name, const TensorSpec &tensor);
/// C24.
std::optional<Violation> checkWeight(const OperandName &name, const TensorSpec &tensor);
/// C66.
std::optional<Violation> checkActivation(const OperandName &name, const TensorSpec &tensor);
/// The input's channels are constant (C65).
std::optional<Violation> checkConstantChannels(const TensorSpec &input,
                                               const std::string &operation, Symbols symbols);
/// `groups` blocks of channels divide C and K (C11, C12, C13). `read`: the channels that a filter
/// reads, for a number of groups that mends it.
std::optional<Violation> checkGroups(int64_t groups, int64_t channels, int64_t outputs,
                                     std::optional<int64_t> read = std::nullopt);
/// One value for each output channel (C15).
std::optional<Violation> checkBias(const TensorSpec &bias, int64_t outputs, Symbols symbols);

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// How messages call a spatial axis, its size, and its two ends.
struct SpatialAxis {
  const char *name, *size, *before, *after;
};
/// w of one; h and w of two; d, h and w of three.
std::span<const SpatialAxis> spatialAxes(size_t count);
/// "has 5", or "can have as few as 5" where the size varies.
std::string hasAtLeast(const Extent &extent, Symbols symbols);
/// "[N, C, H, W]" for two spatial axes.
std::string imageText(size_t spatialAxisCount);

/// A window that slides over one to three spatial axes. Every list has one number for each axis,
/// the outermost first; padding is in elements.
struct Window {
  std::vector<int64_t> taps, stride, dilation, padBefore, padAfter;
  schedules::PaddingMode paddingMode = schedules::PaddingMode::Zeros;
  /// The attribute that says the mode.
  const char *modeAttribute = "padding_mode";

  /// Dense, one step at a time, without padding.
  static Window of(std::vector<int64_t> taps);
};

/// Padding before and after, along each axis.
struct Padding {
  std::vector<int64_t> before, after;
};

/// What `same` means. Dense: PyTorch's, for stride 1 alone. Upper, Lower: TensorFlow's and ONNX's,
/// so that there are as many places as strides in the input, rounded up.
enum class Same : uint8_t { Dense, Upper, Lower };

/// The padding of a window over `input`, [N, C, spatial …], so that it does: of Dense dilation ·
/// (taps − 1) in all. The odd element comes after, of Lower before (C9, C10, C17, C100).
Checked<Padding> samePadding(Same same, const Window &window, const Dims &input, Symbols symbols);

/// `same` where there is no window (C111).
Violation sameWithoutWindow(const std::string &operation);
/// The numbers are ones that a window can have (C9, C10, C16).
std::optional<Violation> checkWindow(const Window &window);
/// The number of places of the window along each spatial axis of `input`, [N, C, spatial …]
/// (C18, C19, C20, C26, C42). Requires a window that checkWindow passes.
Checked<Dims> placesOf(const Window &window, const TensorSpec &input, Symbols symbols);

//===----------------------------------------------------------------------===//
// Pointwise work
//===----------------------------------------------------------------------===//

/// The result of pointwise work on `operands` (C23, C28, C34). [C] stands for [1, C, 1, 1] beside
/// activations; when all operands are weight-side it runs along dimension 0.
Checked<Dims> mapShape(std::span<const TensorSpec> operands, Symbols symbols);

} // namespace convwright::ir

#endif // CONVWRIGHT_COMPILER_IR_CONVSHAPE_H
