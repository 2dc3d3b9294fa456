//===- Examples.h - the examples in LANGUAGE.md ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_DSL_EXAMPLES_H
#define CONVWRIGHT_TESTS_DSL_EXAMPLES_H

#include <string>
#include <vector>

namespace convwright::dsl::testing {

/// A fenced text of a Markdown file.
///   ```conv        a valid program
///   ```conv-error  a program with an error; the fence after it, ```text, says what is reported
struct Example {
  std::string path;  // "dsl/LANGUAGE.md"
  std::string place; // "dsl/LANGUAGE.md:12", the fence's first line
  std::string text;
  bool valid = true;
  std::string expected; // of an invalid one: the messages, the file being called "example.conv"
};

/// The examples of a file of the source tree, in order. A ```conv-error fence without its ```text
/// fence, and a fence that is never closed, are test failures.
std::vector<Example> readExamples(const std::string &path);

/// Compares what is said about an invalid example with what the document says, or writes it there
/// (updatingGoldens).
void checkMessages(const Example &example, const std::string &messages);

} // namespace convwright::dsl::testing

#endif // CONVWRIGHT_TESTS_DSL_EXAMPLES_H
