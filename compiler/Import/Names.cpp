//===- Names.cpp - which name means what, and which declarations are sound ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Names.h"

#include "compiler/Import/CallGraph.h"
#include "dsl/Operations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace convwright::compiler {

using dsl::DiagId;

namespace {

std::string joined(llvm::ArrayRef<llvm::StringRef> words) { return llvm::join(words, ", "); }

std::string countText(unsigned least, unsigned most, bool orMore = false) {
  std::string text = std::to_string(least);
  if (orMore)
    return text + " arguments or more";
  if (least != most)
    text += " to " + std::to_string(most);
  return text + (most == 1 ? " argument" : " arguments");
}

/// Functions of other languages that are an expression here: what to write, and for what.
std::pair<llvm::StringRef, llvm::StringRef> inOtherWords(llvm::StringRef name) {
  struct Row {
    llvm::StringRef name, write, meaning;
  };
  static const Row rows[] = {
      {"pow", "v * v, or exp(p * log(v)) where v > 0,", "a power"},
      {"power", "v * v, or exp(p * log(v)) where v > 0,", "a power"},
      {"square", "v * v", "a square"},
      {"rsqrt", "1 / sqrt(v)", "a reciprocal root"},
      {"reciprocal", "1 / v", "a reciprocal"},
      {"log2", "log(v) / 0.6931472", "a logarithm to base 2"},
      {"exp2", "exp(v * 0.6931472)", "a power of 2"},
      {"dense", "linear(x, w) with w of [K, C]", "a dense layer"},
      {"matmul", "linear(x, w) with w of [K, C]", "a product with a matrix"},
      {"cat", "concat(a, b, dim = 1)", "tensors one after another"},
      {"stack", "concat(a, b, dim = 1)", "tensors one after another"},
      {"adaptive_avg_pool1d", "global_avg_pool(x)", "the mean of each channel's image"},
      {"adaptive_avg_pool2d", "global_avg_pool(x)", "the mean of each channel's image"},
      {"adaptive_avg_pool3d", "global_avg_pool(x)", "the mean of each channel's image"},
      {"adaptive_max_pool1d", "global_max_pool(x)", "the largest of each channel's image"},
      {"adaptive_max_pool2d", "global_max_pool(x)", "the largest of each channel's image"},
      {"adaptive_max_pool3d", "global_max_pool(x)", "the largest of each channel's image"},
      {"upsample", "interpolate(x, scale_factor = 2)", "a larger image"},
      {"resize", "interpolate(x, size = [h, w])", "another image size"},
      {"depth_to_space", "pixel_shuffle(x, factor = r)", "channels to pixels"},
      {"space_to_depth", "pixel_unshuffle(x, factor = r)", "pixels to channels"},
      {"dropout", "x itself", "dropout, which does nothing once a network is trained,"},
      {"depthwise_conv2d", "conv2d(x, w, groups = C)", "a depthwise convolution"}};
  for (const Row &row : rows)
    if (row.name == name)
      return {row.write, row.meaning};
  return {};
}

} // namespace

/// Walks the tree once. `current` is the declaration that is being walked.
class NameResolver {
public:
  NameResolver(const dsl::Module &module, Reporter &reporter)
      : module(module), reporter(reporter) {}

  Names run() {
    declareAll();
    for (const dsl::FunctionDecl &function : module.functions)
      resolve(function);
    for (const dsl::LayerDecl &layer : module.layers)
      resolve(layer);
    for (const void *decl : calls.reportRecursion(reporter))
      names.unsound.insert(decl);
    for (const void *decl : calls.callersOf(names.unsound))
      names.unsound.insert(decl);
    return std::move(names);
  }

private:
  /// A local value: where it was named, and whether anything reads it.
  struct Local {
    llvm::SMRange range;
    bool used = false;
  };
  using Locals = llvm::StringMap<Local>;

  void declareAll();
  bool isFree(const dsl::Name &name);
  bool declare(const dsl::Name &name);
  void declareLocal(const dsl::Name &name, Locals &locals);

  void resolve(const dsl::FunctionDecl &function);
  void resolve(const dsl::LayerDecl &layer);
  void checkResultNames(const dsl::LayerDecl &layer);
  void checkSymbolNames(const dsl::LayerDecl &layer);
  void resolve(const dsl::Statement &statement, Locals &locals);

  void resolve(const dsl::Expr &expr, Locals &locals);
  void resolve(const dsl::Name &value, Locals &locals);
  void resolve(const dsl::CallExpr &call, Locals &locals);
  void checkOperation(const dsl::CallExpr &call, const dsl::OperationInfo &operation);
  void checkPlainCall(const dsl::CallExpr &call, size_t parameters, llvm::SMRange declaration);
  void reportUnknownCallee(const dsl::CallExpr &call, const Locals &locals);
  void warnUnused(const Locals &locals);

  template <typename... Args> Report error(DiagId id, llvm::SMRange range, Args &&...args) {
    names.unsound.insert(current);
    return reporter.report(id, range, std::forward<Args>(args)...);
  }

  const dsl::Module &module;
  Reporter &reporter;
  Names names;
  CallGraph calls;
  llvm::StringMap<llvm::SMRange> declared;
  const void *current = nullptr;
  const dsl::LayerDecl *currentLayer = nullptr;
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// A name of the language's own cannot be given to anything.
bool NameResolver::isFree(const dsl::Name &name) {
  if (!dsl::findOperation(name.text) && !dsl::findElementType(name.text))
    return true;
  error(DiagId::NameOfOperation, name.range, name.text);
  return false;
}

bool NameResolver::declare(const dsl::Name &name) {
  if (!isFree(name))
    return false;
  auto [place, isNew] = declared.try_emplace(name.text, name.range);
  if (!isNew)
    error(DiagId::NameTaken, name.range, name.text)
        .note(DiagId::NotePreviousHere, place->second, name.text);
  return isNew;
}

/// Arguments and values: within a layer or fn each name is given once.
void NameResolver::declareLocal(const dsl::Name &name, Locals &locals) {
  if (!isFree(name))
    return;
  auto [place, isNew] = locals.try_emplace(name.text, Local{name.range});
  if (!isNew)
    error(DiagId::NameTaken, name.range, name.text)
        .note(DiagId::NotePreviousHere, place->second.range, name.text);
}

void NameResolver::declareAll() {
  for (const dsl::ConstDecl &constant : module.constants)
    if (declare(constant.name))
      names.constants[constant.name.text] = &constant;
  for (const dsl::FunctionDecl &function : module.functions) {
    current = &function;
    calls.add(&function, function.name);
    if (declare(function.name))
      names.functions[function.name.text] = &function;
  }
  for (const dsl::LayerDecl &layer : module.layers) {
    current = &layer;
    calls.add(&layer, layer.name);
    if (declare(layer.name))
      names.layers[layer.name.text] = &layer;
  }
}

void NameResolver::resolve(const dsl::FunctionDecl &function) {
  current = &function;
  currentLayer = nullptr;
  Locals locals;
  for (const dsl::Name &parameter : function.parameters)
    declareLocal(parameter, locals);
  resolve(*function.body, locals);
  warnUnused(locals);
}

void NameResolver::resolve(const dsl::LayerDecl &layer) {
  current = &layer;
  currentLayer = &layer;
  Locals locals;
  for (const dsl::Parameter &parameter : layer.parameters)
    declareLocal(parameter.name, locals);
  checkResultNames(layer);
  checkSymbolNames(layer);
  for (const dsl::Statement &statement : layer.body)
    resolve(statement, locals);
  warnUnused(locals);
}

/// Parameters and results become the parameters of one C function.
void NameResolver::checkResultNames(const dsl::LayerDecl &layer) {
  llvm::StringMap<llvm::SMRange> taken;
  for (const dsl::Parameter &parameter : layer.parameters)
    taken.try_emplace(parameter.name.text, parameter.name.range);
  for (const dsl::ResultDecl &result : layer.results) {
    if (!result.name)
      continue;
    auto [place, isNew] = taken.try_emplace(result.name->text, result.name->range);
    if (!isNew)
      error(DiagId::NameTaken, result.name->range, result.name->text)
          .note(DiagId::NotePreviousHere, place->second, result.name->text);
  }
}

void NameResolver::checkSymbolNames(const dsl::LayerDecl &layer) {
  llvm::StringMap<llvm::SMRange> taken;
  for (const dsl::SymbolDecl &symbol : layer.symbols) {
    auto [place, isNew] = taken.try_emplace(symbol.name.text, symbol.name.range);
    if (!isNew)
      error(DiagId::NameTaken, symbol.name.range, symbol.name.text)
          .note(DiagId::NotePreviousHere, place->second, symbol.name.text);
  }
}

//===----------------------------------------------------------------------===//
// Statements and expressions
//===----------------------------------------------------------------------===//

void NameResolver::resolve(const dsl::Statement &statement, Locals &locals) {
  if (const auto *returned = std::get_if<dsl::Return>(&statement)) {
    for (const dsl::ExprPtr &value : returned->values)
      resolve(*value, locals);
    return;
  }
  const auto &assignment = std::get<dsl::Assignment>(statement);
  resolve(*assignment.value, locals);
  declareLocal(assignment.name, locals);
}

void NameResolver::resolve(const dsl::Expr &expr, Locals &locals) {
  switch (expr.kind) {
  case dsl::Expr::Kind::Number:
    return;
  case dsl::Expr::Kind::Reference:
    return resolve(llvm::cast<dsl::ReferenceExpr>(expr).name, locals);
  case dsl::Expr::Kind::Call:
    return resolve(llvm::cast<dsl::CallExpr>(expr), locals);
  case dsl::Expr::Kind::Unary:
    return resolve(*llvm::cast<dsl::UnaryExpr>(expr).operand, locals);
  case dsl::Expr::Kind::Binary:
    resolve(*llvm::cast<dsl::BinaryExpr>(expr).lhs, locals);
    return resolve(*llvm::cast<dsl::BinaryExpr>(expr).rhs, locals);
  }
}

void NameResolver::resolve(const dsl::Name &value, Locals &locals) {
  llvm::StringRef name = value.text;
  if (auto local = locals.find(name); local != locals.end()) {
    local->second.used = true;
    return;
  }
  if (names.constant(name))
    return;
  bool isSize = currentLayer && llvm::any_of(currentLayer->symbols, [&](const auto &symbol) {
                  return symbol.name.text == name;
                });
  if (isSize) {
    error(DiagId::SizeInExpression, value.range, name);
    return;
  }
  if (names.function(name) || names.layer(name) || dsl::findOperation(name)) {
    error(DiagId::CallableAsValue, value.range, name);
    return;
  }
  llvm::SmallVector<llvm::StringRef> candidates;
  for (const auto &local : locals)
    candidates.push_back(local.first());
  llvm::sort(candidates);
  for (const dsl::ConstDecl &constant : module.constants)
    candidates.push_back(constant.name.text);
  error(DiagId::UnknownName, value.range, name).didYouMean(value.range, name, candidates);
}

void NameResolver::resolve(const dsl::CallExpr &call, Locals &locals) {
  llvm::StringRef name = call.callee.text;
  if (const dsl::FunctionDecl *function = names.function(name)) {
    calls.addCall(current, function, call.callee.range);
    checkPlainCall(call, function->parameters.size(), function->name.range);
  } else if (const dsl::LayerDecl *layer = names.layer(name)) {
    calls.addCall(current, layer, call.callee.range);
    checkPlainCall(call, layer->parameters.size(), layer->name.range);
  } else if (dsl::findElementType(name)) {
    checkPlainCall(call, 1, llvm::SMRange());
  } else if (const dsl::OperationInfo *operation = dsl::findOperation(name)) {
    checkOperation(call, *operation);
  } else {
    reportUnknownCallee(call, locals);
  }
  for (const dsl::ExprPtr &argument : call.arguments)
    resolve(*argument, locals);
  for (const dsl::Attribute &attribute : call.attributes) {
    const dsl::AttributeInfo *row = dsl::findAttribute(attribute.name.text);
    if (row && row->kind == dsl::AttributeKind::Tensor && attribute.value.word())
      resolve(*attribute.value.word(), locals);
  }
}

/// Calls of functions, layers and conversions: a fixed number of arguments, no attributes.
void NameResolver::checkPlainCall(const dsl::CallExpr &call, size_t parameters,
                                  llvm::SMRange declaration) {
  auto count = static_cast<unsigned>(parameters);
  if (call.arguments.size() != parameters) {
    Report report = error(DiagId::WrongArgumentCount, call.range, call.callee.text,
                          countText(count, count), call.arguments.size());
    if (declaration.isValid())
      report.note(DiagId::NoteDeclaredHere, declaration, call.callee.text);
  }
  if (!call.attributes.empty())
    error(DiagId::NoAttributes, call.attributes.front().name.range, call.callee.text,
          call.attributes.front().name.text);
}

void NameResolver::checkOperation(const dsl::CallExpr &call, const dsl::OperationInfo &operation) {
  auto parameters = operation.parameters();
  size_t count = call.arguments.size();
  bool byName = llvm::any_of(call.attributes, [&](const dsl::Attribute &attribute) {
    return llvm::is_contained(parameters, attribute.name.text);
  });
  bool tooMany = count > parameters.size() && !operation.takesMore;
  auto attributes = operation.attributes();
  if (!byName && (count < operation.required || tooMany)) {
    Report report = error(DiagId::WrongOperandCount, call.range, call.callee.text,
                          countText(operation.required, static_cast<unsigned>(parameters.size()),
                                    operation.takesMore),
                          joined(parameters), count);
    if (tooMany && !attributes.empty())
      report.note(DiagId::NoteAttributesByName, llvm::SMRange(), attributes.front(),
                  joined(attributes));
  }
  for (const dsl::Attribute &attribute : call.attributes) {
    if (llvm::is_contained(attributes, attribute.name.text))
      continue;
    if (llvm::is_contained(parameters, attribute.name.text))
      error(DiagId::ArgumentByName, attribute.name.range, attribute.name.text, call.callee.text,
            joined(parameters));
    else if (attributes.empty())
      error(DiagId::NoAttributes, attribute.name.range, call.callee.text, attribute.name.text);
    else
      error(DiagId::UnknownAttribute, attribute.name.range, call.callee.text, attribute.name.text,
            joined(attributes))
          .didYouMean(attribute.name.range, attribute.name.text, attributes);
  }
}

void NameResolver::reportUnknownCallee(const dsl::CallExpr &call, const Locals &locals) {
  llvm::StringRef name = call.callee.text;
  if (locals.contains(name) || names.constant(name)) {
    error(DiagId::ValueAsCallable, call.callee.range, name);
    return;
  }
  if (auto [write, meaning] = inOtherWords(name); !write.empty()) {
    error(DiagId::UnknownCallee, call.callee.range, name)
        .note(DiagId::NoteInstead, llvm::SMRange(), write, meaning);
    return;
  }
  llvm::SmallVector<llvm::StringRef> candidates;
  for (const dsl::FunctionDecl &function : module.functions)
    candidates.push_back(function.name.text);
  for (const dsl::LayerDecl &layer : module.layers)
    candidates.push_back(layer.name.text);
  for (const dsl::OperationInfo &operation : dsl::allOperations())
    candidates.push_back(operation.spelling);
  for (const dsl::ElementTypeInfo &type : dsl::allElementTypes())
    candidates.push_back(type.spelling);
  error(DiagId::UnknownCallee, call.callee.range, name)
      .didYouMean(call.callee.range, name, candidates);
}

void NameResolver::warnUnused(const Locals &locals) {
  llvm::SmallVector<std::pair<llvm::SMRange, llvm::StringRef>> unused;
  for (const auto &local : locals)
    if (!local.second.used)
      unused.push_back({local.second.range, local.first()});
  llvm::sort(unused, [](const auto &a, const auto &b) {
    return a.first.Start.getPointer() < b.first.Start.getPointer();
  });
  for (const auto &[range, name] : unused)
    reporter.report(DiagId::UnusedValue, range, name);
}

Names resolveNames(const dsl::Module &module, Reporter &reporter) {
  return NameResolver(module, reporter).run();
}

} // namespace convwright::compiler
