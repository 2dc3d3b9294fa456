//===- Require.h - what a fuzz target holds an input to ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_REQUIRE_H
#define CONVWRIGHT_TESTS_FUZZ_REQUIRE_H

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Otherwise prints `what` went wrong and the input, and aborts, which is a finding.
inline void require(bool holds, const char *what, std::string_view input) {
  if (holds)
    return;
  std::fprintf(stderr, "%s\n---\n%.*s\n---\n", what, static_cast<int>(input.size()), input.data());
  std::abort();
}

#endif // CONVWRIGHT_TESTS_FUZZ_REQUIRE_H
