//===- Report.h - what a checking process leaves to its parent ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_REPORT_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_REPORT_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

namespace convwright::fuzz {

/// Text of limited length, in memory that processes share.
template <size_t size> struct SharedText {
  char text[size];

  void set(const std::string &from) {
    size_t count = std::min(from.size(), size - 1);
    std::memcpy(text, from.data(), count);
    text[count] = 0;
  }
  std::string get() const { return text; }
};

/// How far a program came. Nothing: nothing was drawn. Refused: by the compiler, rightly. Wild: it
/// ran, but doubles do not say what f32 gives. Wrong: a bug, says the message.
enum class State : uint8_t { Untried, Started, Nothing, Refused, Wild, Good, Wrong };

struct ProgramReport {
  State state;
  int32_t refusedCalls, runs;
  SharedText<64> stage;
  SharedText<1024> operations; // separated by spaces
  SharedText<8192> message;
  SharedText<65536> decisions;
  SharedText<32768> text;
  SharedText<1024> steering; // for people: the form, whether plans are drawn
};

constexpr size_t mostPrograms = 16;

struct Report {
  ProgramReport programs[mostPrograms];
};

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_REPORT_H
