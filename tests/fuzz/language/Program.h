//===- Program.h - a random layer, and its text ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_FUZZ_LANGUAGE_PROGRAM_H
#define CONVWRIGHT_TESTS_FUZZ_LANGUAGE_PROGRAM_H

#include "compiler/Lowering/LayerForm.h"
#include "schedules/kernel/Kernel.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace convwright::fuzz {

using schedules::Dims;
using schedules::ElementType;
using schedules::Layout;

enum class Role : uint8_t { Activation, Weight, Constant, Computed };

/// What numbers an argument gets.
enum class Content : uint8_t { Any, Positive, Dyadic };

struct Value {
  std::string name;
  Role role = Role::Computed;
  ElementType type = ElementType::F32;
  Layout layout = Layout::ChannelsFirst;
  Dims dims;
  Content content = Content::Any;
  /// Known and evaluated before the runs: weights, constants and what is computed of them.
  bool weightSide = false;
  /// The same bits, however it is computed: arguments, and what only moves or picks elements.
  bool exact = true;
};

/// A value, or a number as the text has it.
struct Operand {
  int value = -1;
  std::string number;
};

/// How a statement is written. Through a `fn`, through a layer of its own, or in place.
enum class Wrapping : uint8_t { None, Function, Layer };

/// One operation. `operation` is a row's spelling, a type's name (a conversion), an operator,
/// or "neg".
struct Statement {
  std::string operation;
  std::vector<Operand> operands; // of where: the comparison's two first
  std::string comparison;        // of where
  std::vector<std::pair<std::string, std::string>> attributes;
  std::optional<int> mask; // the attribute's value
  int result = -1;
  Wrapping wrapping = Wrapping::None;
  bool inPlace = false; // inside of the only expression that uses it, if there is one
};

/// How the program is compiled.
struct Steering {
  compiler::LayerForm form;
  uint32_t planSeed = 0; // 0: the compiler's own choice
  uint32_t dataSeed = 0;
};

/// A tensor that a noisy program takes besides, of a value's shape.
struct Noise {
  std::string name;
  std::vector<int64_t> shape;
};

/// A program without symbols, whose every inexact value is moved a little by noise arguments.
struct NoisyText {
  std::string text;
  std::vector<Noise> noises;
  std::set<std::string> absolutes;      // arguments whose absolute values it takes besides
  std::vector<std::string> resultNames; // the program's results, then all other values
};

inline std::string absoluteName(const std::string &argument) { return argument + "_abs"; }

struct Program {
  std::string name;
  std::vector<schedules::Symbol> symbols;
  std::vector<Value> values;
  std::vector<Statement> statements;
  std::vector<int> results;
  std::optional<Layout> resultLayout; // declared; none: no types are declared
  Steering steering;
  std::vector<std::string> constantTexts; // by value: the numbers, of constants

  /// Which values the results need.
  std::vector<bool> needed() const;
  /// The whole file.
  std::string text() const;
  /// The file that has only the value `result` as result, without declared types.
  std::string textOf(int result) const;
  /// For the sound bound: see Oracle.h.
  NoisyText noisyText(const std::vector<int64_t> &sizes) const;
  /// Where in `statements` the value is computed; none for the others.
  const Statement *definitionOf(int value) const;
};

/// "f32[1, C, H] nwc" of a value whose extents are numbers or symbols alone; none otherwise.
std::optional<std::string> typeText(const Value &value,
                                    const std::vector<schedules::Symbol> &symbols);
std::string spellLayout(size_t rank, Layout layout);

} // namespace convwright::fuzz

#endif // CONVWRIGHT_TESTS_FUZZ_LANGUAGE_PROGRAM_H
