//===- Format.h - one way to write a .conv file ---------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_FORMAT_H
#define CONVWRIGHT_DSL_FORMAT_H

#include "dsl/Diagnostics.h"

#include <optional>
#include <string>

namespace convwright::dsl {

/// The longest line that the formatter writes where it has a choice.
inline constexpr unsigned FormatWidth = 120;

/// The buffer's text in the one canonical form: the same tokens and comments, in the same order,
/// with new space between them. Formatting the result again changes nothing.
///   Errors    nothing when the text does not parse; the engine has been told why
std::optional<std::string> format(DiagnosticEngine &engine, unsigned bufferId);

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_FORMAT_H
