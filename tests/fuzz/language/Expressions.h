//===- Expressions.h - how an operation is written --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_EXPRESSIONS_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_EXPRESSIONS_H

#include "tests/fuzz/language/Program.h"

namespace convwright::fuzz {

/// The statement's right side, with these texts for its operands and its mask.
std::string formExpression(const Statement &statement, const std::vector<std::string> &operands,
                           const std::string &mask);

/// Whether the operation gives the same bits however it is computed, when its operands do.
bool isExact(const std::string &operation, const Statement &statement);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_EXPRESSIONS_H
