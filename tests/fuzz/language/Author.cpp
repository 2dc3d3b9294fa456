//===- Author.cpp - writes random layers ------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Author.h"

#include "compiler/Driver/Driver.h"
#include "dsl/Types.h"
#include "tests/fuzz/language/Expressions.h"

#include <algorithm>
#include <set>
#include <sstream>

using convwright::schedules::Extent;
using convwright::schedules::Symbol;

namespace convwright::fuzz {

namespace {

/// No tensor of a program has more elements.
constexpr int64_t mostElements = 6000;

constexpr ElementType allTypes[] = {ElementType::F32, ElementType::U8, ElementType::I8,
                                    ElementType::I32};

int64_t largest(const Extent &extent, const std::vector<Symbol> &symbols) {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : symbols)
    sizes.push_back(symbol.hi);
  return extent.at(sizes);
}

} // namespace

std::string whatIsWrongWith(const std::string &messages) {
  std::istringstream lines(messages);
  std::string line;
  bool said = false;
  while (std::getline(lines, line)) {
    if (line.find("internal") != std::string::npos ||
        line.find("please report") != std::string::npos ||
        line.find("LLVM ERROR") != std::string::npos)
      return "a refusal speaks of the compiler's own error";
    // "program.conv:2:8: error: …"
    said |= line.find("program.conv:") == 0 && line.find(": error: ") != std::string::npos;
  }
  return said ? "" : "a refusal without an error that has a place";
}

Answer askCompiler(const std::string &text) {
  std::ostringstream messages;
  compiler::Driver driver(messages);
  Answer answer;
  answer.good = driver.openText(text, "program.conv", ".");
  answer.messages = messages.str();
  if (!answer.good) {
    answer.wrong = driver.blame() == compiler::Blame::User
                       ? whatIsWrongWith(answer.messages)
                       : "the compiler says that it is to blame for a refusal";
    return answer;
  }
  const compiler::LayerInterface &layer = driver.layers().back();
  answer.type = layer.results.front().type;
  answer.layout = layer.results.front().layout;
  answer.dims = layer.results.front().dims;
  for (const Symbol &symbol : layer.symbols)
    answer.symbols.push_back(symbol.name);
  return answer;
}

int64_t Author::least(const Extent &extent) const {
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : program().symbols)
    sizes.push_back(symbol.lo);
  return extent.at(sizes);
}

std::vector<int64_t> Author::leastImage(int value) const {
  std::vector<int64_t> image;
  for (size_t i = 2; i < at(value).dims.size(); ++i)
    image.push_back(least(at(value).dims[i]));
  return image;
}

int64_t Author::channels(int value) const { return at(value).dims[1].add; }

void Author::drawHead() {
  layout = choices.pick({Layout::ChannelsFirst, Layout::ChannelsLast});
  bool symbolic = choices.once(3);
  auto symbol = [&](const std::string &name, int64_t lo, int64_t reach) {
    int64_t step = choices.pick<int64_t>({1, 1, 1, 2});
    int64_t hi = lo + step * choices.between(1, reach);
    int64_t like = lo + step * choices.between(0, (hi - lo) / step);
    draft.program.symbols.push_back({name, lo, hi, step, like});
    return Extent::ofSymbol(static_cast<int32_t>(program().symbols.size() - 1));
  };
  int64_t N = choices.pick<int64_t>({1, 1, 2, 3});
  batch = symbolic && choices.once(2) ? symbol("N", 1, 2) : Extent::constant(N);
  for (const char *name : {"D", "H", "W"}) {
    int64_t size = name[0] == 'D' ? choices.pick<int64_t>({3, 4, 2, 5, 1})
                                  : choices.pick<int64_t>({4, 5, 6, 7, 8, 3, 9, 2, 11, 13, 17, 1});
    sizes.push_back(symbolic && choices.once(2) ? symbol(name, size, 6) : Extent::constant(size));
  }
}

Dims Author::drawDims(size_t rank) {
  Dims dims = {batch, Extent::constant(choices.pick<int64_t>({2, 1, 3, 4, 6, 8, 12, 16, 17}))};
  for (size_t i = 2; i < rank; ++i)
    dims.push_back(choices.once(8) ? Extent::constant(choices.pick<int64_t>({4, 1, 7, 10}))
                                   : sizes[sizes.size() - rank + i]);
  return dims;
}

int Author::addArgument(Role role, ElementType type, const Dims &dims, Content content) {
  constexpr const char *prefixes[] = {"x", "w", "c", "v"};
  Program &to = draft.program;
  Value value;
  value.name = prefixes[static_cast<int>(role)] + std::to_string(to.values.size());
  value.role = role;
  value.type = type;
  value.layout = layout;
  value.dims = dims;
  value.content = content;
  value.weightSide = role != Role::Activation;
  to.values.push_back(value);
  to.constantTexts.emplace_back();
  if (role == Role::Constant) {
    int64_t count = 1;
    for (const Extent &extent : dims)
      count *= extent.add;
    for (int64_t i = 0; i < count; ++i) {
      int64_t eighths = choices.between(0, 16); // 0 … 8, then the negative ones
      double number = static_cast<double>(eighths > 8 ? 8 - eighths : eighths) / 8;
      if (content == Content::Positive)
        number = number < 0 ? 0.25 - number : number + 0.25;
      std::ostringstream text;
      text << number;
      to.constantTexts.back() += (i ? ", " : "") + text.str();
    }
  }
  return static_cast<int>(to.values.size() - 1);
}

int Author::activation(const std::function<bool(const Value &)> &fits, size_t rank,
                       std::vector<ElementType> types) {
  std::vector<int> candidates; // the newest first
  for (size_t i = program().values.size(); i-- > 0;) {
    const Value &value = program().values[i];
    if (!value.weightSide && value.dims.size() >= 2 && value.dims.size() <= 5 &&
        (!rank || value.dims.size() == rank) &&
        std::ranges::find(types, value.type) != types.end() && fits(value))
      candidates.push_back(static_cast<int>(i));
  }
  size_t chosen = choices.below(static_cast<uint32_t>(candidates.size()) + 1);
  if (chosen < candidates.size())
    return candidates[chosen];
  Dims dims = drawDims(rank ? rank : choices.pick<size_t>({4, 4, 4, 3, 5, 2}));
  ElementType type = choices.pick(types);
  Value value;
  value.type = type;
  value.dims = dims;
  value.layout = layout;
  if (!fits(value)) // what divides most often is asked for
    dims[1] = Extent::constant(choices.pick<int64_t>({4, 12, 16}));
  if (dims.size() < 3)
    value.layout = Layout::ChannelsFirst;
  return addArgument(Role::Activation, type, dims);
}

int Author::image(size_t rank) {
  std::vector<ElementType> types = {ElementType::F32};
  if (choices.once(6))
    types = {std::begin(allTypes), std::end(allTypes)};
  int value = activation([](const Value &) { return true; }, rank, types);
  return convert(value, ElementType::F32);
}

int Author::convert(int value, ElementType type) {
  if (at(value).type == type)
    return value;
  Statement statement;
  statement.operation = std::string(schedules::spell(type));
  statement.operands = {{value, ""}};
  statement.inPlace = choices.once(2);
  return add(statement) ? draft.program.statements.back().result : value;
}

int Author::weight(const std::vector<int64_t> &extents, Content content) {
  Dims dims;
  int64_t count = 1;
  for (int64_t extent : extents) {
    dims.push_back(Extent::constant(extent));
    count *= extent;
  }
  bool constant = count <= 100 && choices.once(3);
  return addArgument(constant ? Role::Constant : Role::Weight, ElementType::F32, dims, content);
}

bool Author::add(Statement statement) {
  Program &to = draft.program;
  Program before = to;
  Value value;
  value.name = "v" + std::to_string(to.values.size());
  statement.result = static_cast<int>(to.values.size());
  value.exact = isExact(statement.operation, statement);
  for (const Operand &operand : statement.operands)
    value.exact &= operand.value < 0 || at(operand.value).exact;
  value.exact &= !statement.mask || at(*statement.mask).exact;
  to.values.push_back(value);
  to.constantTexts.emplace_back();
  to.statements.push_back(statement);
  std::string text = to.textOf(statement.result);
  asking(text);
  Answer answer = askCompiler(text);
  if (!answer.wrong.empty()) {
    draft.wrong = answer.wrong + ":\n" + answer.messages;
    draft.wrongText = text;
  }
  if (!answer.good) {
    to = before;
    ++draft.refused;
    return false;
  }
  Value &result = to.values.back();
  result.type = answer.type;
  result.layout = answer.layout;
  result.dims = answer.dims;
  int64_t elements = 1;
  for (Extent &extent : result.dims) {
    if (!extent.isConstant()) { // by name: the text declares only the symbols that it needs
      const std::string &name = answer.symbols[static_cast<size_t>(extent.symbol)];
      for (size_t s = 0; s < to.symbols.size(); ++s)
        if (to.symbols[s].name == name)
          extent.symbol = static_cast<int32_t>(s);
    }
    elements *= largest(extent, to.symbols);
  }
  if (elements > mostElements)
    to = before;
  return elements <= mostElements;
}

void Author::steer(const dsl::OperationInfo &row, Statement &statement) {
  auto names = row.attributes();
  if (std::ranges::find(names, "algorithm") != names.end() && choices.once(12))
    statement.attributes.emplace_back("algorithm", choices.pick(schedules::algorithmNames()));
  if (std::ranges::find(names, "tolerance") != names.end() && choices.once(16))
    statement.attributes.emplace_back("tolerance", choices.pick({"0.001", "1e-5"}));
}

void Author::drawStep() {
  static const std::vector<const dsl::OperationInfo *> rows = [] {
    std::vector<const dsl::OperationInfo *> available;
    for (const dsl::OperationInfo &row : dsl::allOperations())
      if (row.available)
        available.push_back(&row);
    return available;
  }();
  // Pointwise rows are many, and cheap: a third of the steps are one of them.
  uint32_t kind = choices.below(8);
  std::optional<Statement> statement;
  if (kind == 6) {
    statement = arithmetic();
  } else if (kind == 7) {
    statement = conversion();
  } else {
    bool wanted = kind == 5;
    std::vector<const dsl::OperationInfo *> list;
    for (const dsl::OperationInfo *row : rows)
      if ((row->kind == dsl::OperationKind::Pointwise) == wanted)
        list.push_back(row);
    const dsl::OperationInfo &row = *choices.pick(list);
    auto drawer = drawers().find(row.spelling.str());
    statement = wanted                      ? pointwise(row)
                : drawer == drawers().end() ? std::nullopt
                                            : (this->*drawer->second)(row);
    if (statement) {
      statement->operation = row.spelling.str();
      steer(row, *statement);
    }
  }
  if (!statement || !draft.wrong.empty())
    return;
  statement->wrapping =
      choices.pick({Wrapping::None, Wrapping::None, Wrapping::None, Wrapping::None, Wrapping::None,
                    Wrapping::None, Wrapping::Function, Wrapping::Layer});
  statement->inPlace = choices.once(3);
  add(*statement);
}

void Author::drawTail() {
  Program &to = draft.program;
  std::vector<int> computed;
  for (const Statement &statement : to.statements)
    if (!at(statement.result).weightSide)
      computed.push_back(statement.result);
  if (computed.empty())
    return;
  to.results = {computed.back()};
  for (uint32_t more = choices.pick({0, 0, 0, 1, 2}); more > 0; --more) {
    int other = choices.pick(computed);
    if (std::ranges::find(to.results, other) == to.results.end())
      to.results.push_back(other);
  }
  if (choices.once(5))
    to.resultLayout = choices.pick({Layout::ChannelsFirst, Layout::ChannelsLast});
  std::vector<compiler::LayerForm> forms = compiler::allLayerForms();
  if (choices.once(3))
    to.steering.form = choices.pick(forms);
  if (choices.once(3))
    to.steering.planSeed = 1 + choices.below(1000);
  to.steering.dataSeed = choices.below(1000);
  std::vector<bool> needed = to.needed();
  for (const Statement &statement : to.statements)
    if (needed[static_cast<size_t>(statement.result)])
      draft.operations.push_back(statement.operation);
}

Draft Author::write(const std::string &name) {
  draft = {};
  draft.program.name = name;
  choices.nextPart();
  drawHead();
  for (size_t step = 0; step < choices.steps() && draft.wrong.empty(); ++step) {
    choices.nextPart();
    drawStep();
  }
  choices.nextPart();
  if (draft.wrong.empty())
    drawTail();
  return std::move(draft);
}

std::vector<std::string> unknownToAuthor() {
  std::vector<std::string> unknown;
  const auto &attributes = Author::knownAttributes();
  std::set<std::string> parameters = {"a", "b", "c", "v", "lo", "hi", "slope", "alpha"};
  for (const dsl::OperationInfo &row : dsl::allOperations()) {
    if (!row.available)
      continue;
    if (row.kind != dsl::OperationKind::Pointwise &&
        !Author::drawers().contains(row.spelling.str()))
      unknown.push_back("operation " + row.spelling.str());
    if (row.kind == dsl::OperationKind::Pointwise)
      for (llvm::StringRef parameter : row.parameters())
        if (!parameters.contains(parameter.str()))
          unknown.push_back("parameter " + parameter.str() + " of " + row.spelling.str());
    for (llvm::StringRef attribute : row.attributes())
      if (std::ranges::find(attributes, attribute.str()) == attributes.end())
        unknown.push_back("attribute " + attribute.str() + " of " + row.spelling.str());
  }
  for (const dsl::ElementTypeInfo &type : dsl::allElementTypes())
    if (type.available && std::ranges::none_of(allTypes, [&](ElementType known) {
          return schedules::spell(known) == std::string_view(type.spelling);
        }))
      unknown.push_back("type " + type.spelling.str());
  return unknown;
}

} // namespace convwright::fuzz
