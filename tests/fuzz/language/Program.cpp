//===- Program.cpp - a random layer's text ---------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Program.h"

#include "tests/fuzz/language/Expressions.h"

#include <algorithm>

namespace convwright::fuzz {

std::string spellLayout(size_t rank, Layout layout) {
  std::string name(schedules::spell(layout, rank));
  return rank < 3 || rank > 5 || layout == Layout::ChannelsFirst ? "" : " " + name;
}

std::optional<std::string> typeText(const Value &value,
                                    const std::vector<schedules::Symbol> &symbols) {
  std::string text(schedules::spell(value.type));
  for (size_t i = 0; i < value.dims.size(); ++i) {
    const schedules::Extent &extent = value.dims[i];
    text += i ? ", " : "[";
    if (extent.isConstant())
      text += std::to_string(extent.add);
    else if (extent == schedules::Extent::ofSymbol(extent.symbol))
      text += symbols[static_cast<size_t>(extent.symbol)].name;
    else
      return std::nullopt;
  }
  text += value.dims.empty() ? "" : "]";
  return value.weightSide ? text : text + spellLayout(value.dims.size(), value.layout);
}

const Statement *Program::definitionOf(int value) const {
  auto found = std::ranges::find_if(
      statements, [&](const Statement &statement) { return statement.result == value; });
  return found == statements.end() ? nullptr : &*found;
}

namespace {

std::vector<bool> neededFor(const Program &program, const std::vector<int> &results) {
  std::vector<bool> needed(program.values.size());
  for (int result : results)
    needed[static_cast<size_t>(result)] = true;
  for (size_t i = program.statements.size(); i-- > 0;) {
    const Statement &statement = program.statements[i];
    if (!needed[static_cast<size_t>(statement.result)])
      continue;
    for (const Operand &operand : statement.operands)
      if (operand.value >= 0)
        needed[static_cast<size_t>(operand.value)] = true;
    if (statement.mask)
      needed[static_cast<size_t>(*statement.mask)] = true;
  }
  return needed;
}

/// Writes a program for some of its results.
class Writer {
public:
  Writer(const Program &program, const std::vector<int> &results, bool declared)
      : program(program), results(results), declared(declared), needed(neededFor(program, results)),
        uses(program.values.size()) {
    for (const Statement &statement : program.statements) {
      if (!isNeeded(statement.result))
        continue;
      for (const Operand &operand : statement.operands)
        if (operand.value >= 0)
          ++uses[static_cast<size_t>(operand.value)];
      if (statement.mask) // an attribute's tensor is a name
        uses[static_cast<size_t>(*statement.mask)] += 2;
    }
  }

  std::string write() {
    std::string body;
    for (const Statement &statement : program.statements)
      if (isNeeded(statement.result) && !standsInPlace(statement))
        body += "  " + nameOf(statement.result) + " = " + expression(statement) + ";\n";
    body += "  return ";
    for (size_t i = 0; i < results.size(); ++i)
      body += (i ? ", " : "") + nameOf(results[i]);
    std::string layer = "layer " + program.name + "(" + parameters() + ")" + resultTypes() +
                        sizes(program) + " {\n" + body + ";\n}\n";
    return constants() + helpers + layer;
  }

private:
  bool isNeeded(int value) const { return needed[static_cast<size_t>(value)]; }
  const std::string &nameOf(int value) const {
    return program.values[static_cast<size_t>(value)].name;
  }
  bool standsInPlace(const Statement &statement) const {
    return statement.inPlace && uses[static_cast<size_t>(statement.result)] == 1 &&
           std::ranges::find(results, statement.result) == results.end();
  }

  std::string operandText(const Operand &operand) {
    if (operand.value < 0)
      return operand.number;
    const Statement *definition = program.definitionOf(operand.value);
    return definition && standsInPlace(*definition) ? "(" + expression(*definition) + ")"
                                                    : nameOf(operand.value);
  }

  std::string expression(const Statement &statement) {
    std::vector<std::string> texts;
    for (const Operand &operand : statement.operands)
      texts.push_back(operandText(operand));
    std::string mask = statement.mask ? nameOf(*statement.mask) : "";
    if (statement.wrapping == Wrapping::None)
      return formExpression(statement, texts, mask);
    return throughHelper(statement, texts, mask);
  }

  /// A call of a `fn` or layer that does the operation; its text goes into `helpers`.
  std::string throughHelper(const Statement &statement, const std::vector<std::string> &texts,
                            const std::string &mask) {
    std::string name = program.name + "_h" + std::to_string(statement.result);
    std::vector<std::string> inner;
    std::string parameters, arguments;
    bool whole = !statement.mask; // a helper takes what it needs by position
    for (size_t i = 0; i < texts.size(); ++i) {
      int value = statement.operands[i].value;
      if (value < 0) {
        inner.push_back(texts[i]);
        continue;
      }
      std::string parameter = "p" + std::to_string(i);
      inner.push_back(parameter);
      arguments += (arguments.empty() ? "" : ", ") + texts[i];
      parameters += parameters.empty() ? "" : ", ";
      if (statement.wrapping == Wrapping::Layer) {
        const Value &operand = program.values[static_cast<size_t>(value)];
        std::optional<std::string> type = typeText(operand, program.symbols);
        whole = whole && type;
        parameters += (operand.weightSide ? "weight " : "") + parameter + ": " + type.value_or("");
      } else {
        parameters += parameter;
      }
    }
    if (!whole)
      return formExpression(statement, texts, mask);
    std::string body = formExpression(statement, inner, mask);
    if (statement.wrapping == Wrapping::Function)
      helpers += "fn " + name + "(" + parameters + ") = " + body + ";\n";
    else
      helpers += "layer " + name + "(" + parameters + ")" + sizesIn(parameters) + " {\n  return " +
                 body + ";\n}\n";
    return name + "(" + arguments + ")";
  }

  /// The declarations of the symbols whose names stand in a list of parameters.
  std::string sizesIn(const std::string &parameters) const {
    Program part;
    for (const schedules::Symbol &symbol : program.symbols)
      if (parameters.find("[" + symbol.name) != std::string::npos ||
          parameters.find(", " + symbol.name + ",") != std::string::npos ||
          parameters.find(", " + symbol.name + "]") != std::string::npos)
        part.symbols.push_back(symbol);
    return sizes(part);
  }

  static std::string sizes(const Program &of) {
    std::string text;
    for (const schedules::Symbol &symbol : of.symbols) {
      text += (text.empty() ? " for " : ", ") + symbol.name + " in " + std::to_string(symbol.lo) +
              ".." + std::to_string(symbol.hi);
      if (symbol.like != symbol.hi)
        text += " like " + std::to_string(symbol.like);
      if (symbol.step != 1)
        text += " step " + std::to_string(symbol.step);
    }
    return text;
  }

  std::string parameters() const {
    std::string text;
    for (size_t i = 0; i < program.values.size(); ++i) {
      const Value &value = program.values[i];
      if (!needed[i] || (value.role != Role::Activation && value.role != Role::Weight))
        continue;
      text += (text.empty() ? "" : ", ");
      text += (value.role == Role::Weight ? "weight " : "") + value.name + ": " +
              typeText(value, program.symbols).value();
    }
    return text;
  }

  std::string constants() const {
    std::string text;
    for (size_t i = 0; i < program.values.size(); ++i)
      if (needed[i] && program.values[i].role == Role::Constant)
        text += "const " + program.values[i].name + ": " + typeText(program.values[i], {}).value() +
                " = [" + program.constantTexts[i] + "];\n";
    return text;
  }

  std::string resultTypes() const {
    if (!declared || !program.resultLayout)
      return "";
    std::string text;
    for (int result : results) {
      Value value = program.values[static_cast<size_t>(result)];
      value.layout = *program.resultLayout;
      std::optional<std::string> type = typeText(value, program.symbols);
      if (!type)
        return "";
      // Channels first is written out: without, the layout follows the first argument.
      if (value.dims.size() > 2 && value.dims.size() < 6 && value.layout == Layout::ChannelsFirst)
        *type += " " + std::string(schedules::spell(value.layout, value.dims.size()));
      text += (text.empty() ? "" : ", ") + value.name + ": " + *type;
    }
    return " -> (" + text + ")";
  }

  const Program &program;
  const std::vector<int> &results;
  bool declared;
  std::vector<bool> needed;
  std::vector<int> uses;
  std::string helpers;
};

} // namespace

std::vector<bool> Program::needed() const { return neededFor(*this, results); }

std::string Program::text() const {
  Program used = *this; // without the sizes that nothing needs
  std::vector<bool> counts = needed();
  std::vector<bool> occurs(symbols.size());
  for (size_t i = 0; i < values.size(); ++i)
    if (counts[i] && values[i].role == Role::Activation)
      for (const schedules::Extent &extent : values[i].dims)
        if (!extent.isConstant())
          occurs[static_cast<size_t>(extent.symbol)] = true;
  // Extents refer to symbols by number: the others keep theirs, unnamed ones are not printed.
  std::vector<schedules::Symbol> kept;
  std::vector<int32_t> number(symbols.size());
  for (size_t s = 0; s < symbols.size(); ++s) {
    number[s] = static_cast<int32_t>(kept.size());
    if (occurs[s])
      kept.push_back(symbols[s]);
  }
  used.symbols = kept;
  for (Value &value : used.values)
    for (schedules::Extent &extent : value.dims)
      if (!extent.isConstant())
        extent.symbol = number[static_cast<size_t>(extent.symbol)];
  return Writer(used, used.results, true).write();
}

std::string Program::textOf(int result) const {
  Program part = *this;
  part.results = {result};
  part.resultLayout.reset();
  return part.text();
}

} // namespace convwright::fuzz
