//===- AstText.cpp - the tree of a .conv file as text ---------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/AstText.h"

#include "dsl/Types.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Casting.h"
#include "llvm/Support/raw_ostream.h"

namespace convwright::compiler {

namespace {

/// Writes one tree. Lists are short and numbers keep their spelling.
class TreePrinter {
public:
  explicit TreePrinter(llvm::raw_ostream &out) : out(out) {}

  void print(const dsl::ConstDecl &decl);
  void print(const dsl::FunctionDecl &decl);
  void print(const dsl::LayerDecl &decl);

private:
  void print(const dsl::TensorType &type);
  void print(const dsl::NumberLiteral &number);
  void print(const dsl::Value &value);
  void print(const dsl::Parameter &parameter);
  void print(const dsl::ResultDecl &result);
  void print(const dsl::SymbolDecl &symbol);
  void print(const dsl::Statement &statement);
  void print(const dsl::Expr &expr);
  void print(const dsl::CallExpr &call);

  llvm::raw_ostream &out;
};

void TreePrinter::print(const dsl::NumberLiteral &number) {
  out << llvm::StringRef(
      number.range.Start.getPointer(),
      static_cast<size_t>(number.range.End.getPointer() - number.range.Start.getPointer()));
}

void TreePrinter::print(const dsl::TensorType &type) {
  out << dsl::spell(type.element) << "[";
  llvm::interleaveComma(type.dims, out, [&](const dsl::Dim &dim) {
    if (dim.isSymbol())
      out << dim.symbol();
    else
      out << dim.integer();
  });
  out << "]";
  if (type.layout)
    out << " " << *type.layout;
}

void TreePrinter::print(const dsl::Value &value) {
  if (const auto *number = value.number())
    print(*number);
  else if (const auto *word = value.word())
    out << word->text;
  else if (const auto *string = value.string())
    out << '"' << *string << '"';
  else if (const auto *list = value.list()) {
    out << "[";
    llvm::interleaveComma(*list, out, [&](const dsl::Value &element) { print(element); });
    out << "]";
  }
}

void TreePrinter::print(const dsl::ConstDecl &decl) {
  out << "const " << decl.name.text;
  if (decl.type) {
    out << ": ";
    print(*decl.type);
  }
  out << "\n  ";
  if (const auto *load = std::get_if<dsl::Load>(&decl.value))
    out << "load \"" << load->path << "\" \"" << load->tensor << "\"";
  else
    print(std::get<dsl::Value>(decl.value));
  out << "\n";
}

void TreePrinter::print(const dsl::FunctionDecl &decl) {
  out << "fn " << decl.name.text << "\n";
  for (const dsl::Name &parameter : decl.parameters)
    out << "  parameter " << parameter.text << "\n";
  out << "  ";
  print(*decl.body);
  out << "\n";
}

void TreePrinter::print(const dsl::Parameter &parameter) {
  out << (parameter.isWeight ? "  weight " : "  argument ") << parameter.name.text;
  if (parameter.type) {
    out << ": ";
    print(*parameter.type);
  }
  out << "\n";
}

void TreePrinter::print(const dsl::ResultDecl &result) {
  out << "  result ";
  if (result.name)
    out << result.name->text << ": ";
  print(result.type);
  out << "\n";
}

void TreePrinter::print(const dsl::SymbolDecl &symbol) {
  out << "  size " << symbol.name.text << " in ";
  print(symbol.lo);
  out << "..";
  print(symbol.hi);
  for (auto [word, number] : {std::pair(" like ", &symbol.like), {" step ", &symbol.step}})
    if (*number) {
      out << word;
      print(**number);
    }
  out << "\n";
}

void TreePrinter::print(const dsl::LayerDecl &decl) {
  out << "layer " << decl.name.text << "\n";
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(decl.documentation).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines)
    out << "  /// " << line << "\n";
  for (const dsl::Parameter &parameter : decl.parameters)
    print(parameter);
  for (const dsl::ResultDecl &result : decl.results)
    print(result);
  for (const dsl::SymbolDecl &symbol : decl.symbols)
    print(symbol);
  for (const dsl::Statement &statement : decl.body)
    print(statement);
}

void TreePrinter::print(const dsl::Statement &statement) {
  if (const auto *assignment = std::get_if<dsl::Assignment>(&statement)) {
    out << "  " << assignment->name.text << " = ";
    print(*assignment->value);
  } else {
    out << "  return ";
    llvm::interleaveComma(std::get<dsl::Return>(statement).values, out,
                          [&](const dsl::ExprPtr &value) { print(*value); });
  }
  out << "\n";
}

void TreePrinter::print(const dsl::CallExpr &call) {
  out << "(call " << call.callee.text;
  for (const dsl::ExprPtr &argument : call.arguments) {
    out << " ";
    print(*argument);
  }
  for (const dsl::Attribute &attribute : call.attributes) {
    out << " " << attribute.name.text << "=";
    print(attribute.value);
  }
  out << ")";
}

void TreePrinter::print(const dsl::Expr &expr) {
  switch (expr.kind) {
  case dsl::Expr::Kind::Number:
    return print(llvm::cast<dsl::NumberExpr>(expr).literal);
  case dsl::Expr::Kind::Reference:
    out << llvm::cast<dsl::ReferenceExpr>(expr).name.text;
    return;
  case dsl::Expr::Kind::Call:
    return print(llvm::cast<dsl::CallExpr>(expr));
  case dsl::Expr::Kind::Unary:
    out << "(- ";
    print(*llvm::cast<dsl::UnaryExpr>(expr).operand);
    out << ")";
    return;
  case dsl::Expr::Kind::Binary: {
    const auto &binary = llvm::cast<dsl::BinaryExpr>(expr);
    out << "(" << dsl::spell(binary.op) << " ";
    print(*binary.lhs);
    out << " ";
    print(*binary.rhs);
    out << ")";
    return;
  }
  }
}

} // namespace

std::string printTree(const dsl::Module &tree) {
  std::string text;
  llvm::raw_string_ostream out(text);
  TreePrinter printer(out);
  for (const dsl::ConstDecl &decl : tree.constants)
    printer.print(decl);
  for (const dsl::FunctionDecl &decl : tree.functions)
    printer.print(decl);
  for (const dsl::LayerDecl &decl : tree.layers)
    printer.print(decl);
  return text;
}

} // namespace convwright::compiler
