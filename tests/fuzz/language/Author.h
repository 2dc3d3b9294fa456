//===- Author.h - writes random layers --------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draws operations from the language's own tables. What a call's result is, and whether it is
// allowed, the author asks the compiler: no shape rule is written here.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_AUTHOR_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_AUTHOR_H

#include "tests/fuzz/language/Choices.h"
#include "tests/fuzz/language/Program.h"

#include "dsl/Operations.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace convwright::fuzz {

/// What the compiler says of a text's only layer; `wrong`: a complaint that is no diagnostic.
struct Answer {
  bool good = false;
  std::string messages, wrong;
  ElementType type = ElementType::F32;
  Layout layout = Layout::ChannelsFirst;
  Dims dims; // of its only result, in the layer's own symbols
  std::vector<std::string> symbols;
};
Answer askCompiler(const std::string &text);

/// What is wrong with a refusal's text: it has to be errors, with a place. Empty: nothing.
std::string whatIsWrongWith(const std::string &messages);

/// A program, and what happened on the way.
struct Draft {
  Program program;   // without results: nothing could be drawn
  std::string wrong; // the compiler misbehaved while it was asked
  std::string wrongText;
  std::vector<std::string> operations; // that the program's results need
  int refused = 0;                     // calls that the compiler refused
};

/// What is available in the language's tables and unknown to the author: operations, attributes,
/// types. Empty when it knows all.
std::vector<std::string> unknownToAuthor();

class Author {
public:
  /// `asking` hears of every text before the compiler does.
  Author(Choices &choices, std::function<void(const std::string &)> asking)
      : choices(choices), asking(std::move(asking)) {}
  Draft write(const std::string &name);

private:
  friend std::vector<std::string> unknownToAuthor();
  /// A window's numbers, for each spatial axis.
  struct Window {
    std::vector<int64_t> kernel, stride, dilation, before, after, outputPadding;
    std::string padding; // as the text has it; empty: the default
    std::string mode = "zeros";
    int64_t groups = 1;
    bool has(const dsl::OperationInfo &row, const char *attribute) const;
  };
  using Drawer = std::optional<Statement> (Author::*)(const dsl::OperationInfo &);
  static const std::map<std::string, Drawer> &drawers();
  /// Attributes that a drawer asks for, and how it draws them.
  static const std::vector<std::string> &knownAttributes();

  // Author.cpp
  void drawHead();
  void drawTail();
  void drawStep();
  bool add(Statement statement);
  int addArgument(Role role, ElementType type, const Dims &dims, Content content = Content::Any);
  Dims drawDims(size_t rank);
  int activation(const std::function<bool(const Value &)> &fits, size_t rank,
                 std::vector<ElementType> types = {ElementType::F32});
  int image(size_t rank); // f32
  int weight(const std::vector<int64_t> &sizes, Content content = Content::Any);
  int convert(int value, ElementType type);
  int64_t least(const schedules::Extent &extent) const;
  std::vector<int64_t> leastImage(int value) const;
  int64_t channels(int value) const;
  void steer(const dsl::OperationInfo &row, Statement &statement);
  const Value &at(int value) const { return program().values[static_cast<size_t>(value)]; }
  const Program &program() const { return draft.program; }

  // AuthorWindows.cpp
  Window drawWindow(const dsl::OperationInfo &row, int input, bool transposed = false);
  void drawPadding(const dsl::OperationInfo &row, Window &window,
                   const std::vector<int64_t> &sizes);
  void addWindow(const dsl::OperationInfo &row, const Window &window, Statement &statement);
  std::optional<Dims> positions(const Window &window, int input) const;
  std::optional<Statement> convolution(const dsl::OperationInfo &row);
  std::optional<Statement> transposed(const dsl::OperationInfo &row);
  std::optional<Statement> localConvolution(const dsl::OperationInfo &row);
  std::optional<Statement> dynamicConvolution(const dsl::OperationInfo &row);
  std::optional<Statement> regionConvolution(const dsl::OperationInfo &row);
  std::optional<Statement> deformConvolution(const dsl::OperationInfo &row);
  std::optional<Statement> linear(const dsl::OperationInfo &row);
  std::optional<Statement> pool(const dsl::OperationInfo &row);
  std::optional<Statement> globalPool(const dsl::OperationInfo &row);
  int filter(const std::vector<int64_t> &sizes);
  void addBias(Statement &statement, int64_t count);

  // AuthorElements.cpp
  std::optional<Statement> flatten(const dsl::OperationInfo &row);
  std::optional<Statement> interpolate(const dsl::OperationInfo &row);
  std::optional<Statement> concat(const dsl::OperationInfo &row);
  std::optional<Statement> slice(const dsl::OperationInfo &row);
  std::optional<Statement> pad(const dsl::OperationInfo &row);
  std::optional<Statement> shuffle(const dsl::OperationInfo &row);
  std::optional<Statement> softmax(const dsl::OperationInfo &row);
  std::optional<Statement> batchNorm(const dsl::OperationInfo &row);
  std::optional<Statement> pointwise(const dsl::OperationInfo &row);
  std::optional<Statement> arithmetic();
  std::optional<Statement> conversion();
  Operand partner(int value);
  Operand number(ElementType type);

  Choices &choices;
  std::function<void(const std::string &)> asking;
  Draft draft;
  Layout layout = Layout::ChannelsFirst;
  std::vector<schedules::Extent> sizes; // the image sizes that arguments mostly have: D, H, W
  schedules::Extent batch;
};

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_AUTHOR_H
