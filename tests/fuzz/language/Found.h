//===- Found.h - what was found once stays right ------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_FOUND_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_FOUND_H

#include <string>

namespace convwright::fuzz {

/// Compiles a .conv file for a target, runs every layer at its smallest, likely and largest sizes
/// on random inputs, and compares with the reference by relative L2 error. Empty: all is right;
/// else what is not.
std::string checkFile(const std::string &path, const std::string &target,
                      const std::string &executable);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_FOUND_H
