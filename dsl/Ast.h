//===- Ast.h - what a .conv file says, as plain data -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every node knows its place in the source. Texts are views into the SourceMgr's buffer: the tree
// must not outlive it. Nothing here is checked beyond the syntax: names may be unknown, counts
// wrong.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_AST_H
#define CONVWRIGHT_DSL_AST_H

#include "dsl/Types.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SMLoc.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace convwright::dsl {

/// An identifier where it stands.
struct Name {
  llvm::StringRef text;
  llvm::SMRange range;
};

/// A number as written. `spelling` has no sign; `value` and `integer` have the literal's sign where
/// one belongs to it (attribute values and constants), never in expressions (there it is a Unary).
/// Of a constant that is computed (`1 / 9`), `value` is the outcome, `range` the whole, `spelling`
/// empty.
struct NumberLiteral {
  llvm::StringRef spelling;
  /// Set when the spelling is an integer: no point, no exponent.
  std::optional<int64_t> integer;
  double value = 0;
  llvm::SMRange range; // with the sign
};

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// A dimension: an integer, or the name of a symbol.
struct Dim {
  std::variant<int64_t, llvm::StringRef> extent;
  llvm::SMRange range;

  bool isSymbol() const { return extent.index() == 1; }
  int64_t integer() const { return std::get<0>(extent); }
  llvm::StringRef symbol() const { return std::get<1>(extent); }
};

/// How a tensor's type says that it lies in memory.

/// `scale = 0.5`, or `scale = s` with s one number per output channel.
using ScaleValue = std::variant<NumberLiteral, Name>;

/// `f32[N, 3, 224, 224] nhwc scale = 0.5 zero_point = 12`.
struct TensorType {
  ElementType element = ElementType::F32;
  llvm::SMRange elementRange;
  std::vector<Dim> dims;
  std::optional<llvm::StringRef> layout; // a word of Layouts.def
  llvm::SMRange layoutRange;
  std::optional<ScaleValue> scale;
  llvm::SMRange scaleRange; // `scale = ...`
  std::optional<NumberLiteral> zeroPoint;
  llvm::SMRange zeroPointRange; // `zero_point = ...`
  llvm::SMRange range;
};

//===----------------------------------------------------------------------===//
// Values of attributes and constants
//===----------------------------------------------------------------------===//

/// A number, a word (`same`, `winograd`, `u8`), a string or a list of values.
struct Value {
  std::variant<NumberLiteral, Name, std::string, std::vector<Value>> content;
  llvm::SMRange range;

  const NumberLiteral *number() const { return std::get_if<NumberLiteral>(&content); }
  const Name *word() const { return std::get_if<Name>(&content); }
  const std::string *string() const { return std::get_if<std::string>(&content); }
  const std::vector<Value> *list() const { return std::get_if<std::vector<Value>>(&content); }
};

/// `stride = 2` in a call.
struct Attribute {
  Name name;
  Value value;
  llvm::SMRange range;
};

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// Base of the expressions; use llvm::isa, cast and dyn_cast.
class Expr {
public:
  enum class Kind : uint8_t { Number, Reference, Call, Unary, Binary };

  const Kind kind;
  llvm::SMRange range; // with the parentheses around it, if there are any
  /// Levels of expressions from here down, at most Parser's nesting limit: recursion over a tree is
  /// safe.
  unsigned height = 1;

  virtual ~Expr() = default;

protected:
  Expr(Kind kind, llvm::SMRange range) : kind(kind), range(range) {}
};

using ExprPtr = std::unique_ptr<Expr>;

/// `0.5`.
struct NumberExpr : Expr {
  NumberLiteral literal;

  explicit NumberExpr(NumberLiteral literal)
      : Expr(Kind::Number, literal.range), literal(literal) {}
  static bool classof(const Expr *expr) { return expr->kind == Kind::Number; }
};

/// The name of a parameter, a value or a constant.
struct ReferenceExpr : Expr {
  Name name;

  explicit ReferenceExpr(Name name) : Expr(Kind::Reference, name.range), name(name) {}
  static bool classof(const Expr *expr) { return expr->kind == Kind::Reference; }
};

/// `conv2d(x, w, stride = 2)`, `u8(y)`, `swish(y)`, `block(x, w)`.
struct CallExpr : Expr {
  Name callee;
  std::vector<ExprPtr> arguments;
  std::vector<Attribute> attributes; // names are distinct

  CallExpr(Name callee, llvm::SMRange range) : Expr(Kind::Call, range), callee(callee) {}
  static bool classof(const Expr *expr) { return expr->kind == Kind::Call; }

  /// The attribute of that name, or null.
  const Attribute *attribute(llvm::StringRef name) const {
    for (const Attribute &attribute : attributes)
      if (attribute.name.text == name)
        return &attribute;
    return nullptr;
  }
};

/// `-x`.
struct UnaryExpr : Expr {
  ExprPtr operand;

  UnaryExpr(ExprPtr operand, llvm::SMRange range)
      : Expr(Kind::Unary, range), operand(std::move(operand)) {}
  static bool classof(const Expr *expr) { return expr->kind == Kind::Unary; }
};

enum class BinaryOp : uint8_t {
  Add,
  Sub,
  Mul,
  Div,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual
};

/// "+", "<=", ...
llvm::StringRef spell(BinaryOp op);
inline bool isComparison(BinaryOp op) { return op >= BinaryOp::Less; }

/// `a + b`.
struct BinaryExpr : Expr {
  BinaryOp op;
  llvm::SMRange opRange;
  ExprPtr lhs, rhs;

  BinaryExpr(BinaryOp op, llvm::SMRange opRange, ExprPtr lhs, ExprPtr rhs)
      : Expr(Kind::Binary, {lhs->range.Start, rhs->range.End}), op(op), opRange(opRange),
        lhs(std::move(lhs)), rhs(std::move(rhs)) {}
  static bool classof(const Expr *expr) { return expr->kind == Kind::Binary; }
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// `load("block.safetensors", "conv1.weight")`.
struct Load {
  std::string path; // as written: relative to the .conv file
  llvm::SMRange pathRange;
  std::string tensor;
  llvm::SMRange tensorRange;
  llvm::SMRange range;
};

/// `const sobel_x: f32[1, 1, 3, 3] = [-1, 0, 1, ...];`
struct ConstDecl {
  Name name;
  std::optional<TensorType> type;
  std::variant<Value, Load> value; // a Value here is a number or a list
  std::string documentation;
  llvm::SMRange range;
};

/// `fn swish(v) = v * sigmoid(v);`
struct FunctionDecl {
  Name name;
  std::vector<Name> parameters;
  ExprPtr body;
  std::string documentation;
  llvm::SMRange range;
};

/// `x: f32[1, 3, 224, 224] nhwc` or `weight w: f32[64, 3, 7, 7]`.
struct Parameter {
  Name name;
  bool isWeight = false;
  std::optional<TensorType> type;
  llvm::SMRange range;
};

/// What follows `->`: a type, or one of several `name: type`.
struct ResultDecl {
  std::optional<Name> name;
  TensorType type;
  llvm::SMRange range;
};

/// `H in 3..4320 like 1080 step 2`.
struct SymbolDecl {
  Name name;
  NumberLiteral lo, hi; // integers
  std::optional<NumberLiteral> like, step;
  llvm::SMRange range;
};

/// `gx = conv2d(x, w);`
struct Assignment {
  Name name;
  ExprPtr value;
  llvm::SMRange range;
};

/// `return a, b;`
struct Return {
  std::vector<ExprPtr> values;
  llvm::SMRange range;
};

using Statement = std::variant<Assignment, Return>;

/// `layer name(...) -> ... for ... { ... }`
struct LayerDecl {
  Name name;
  std::vector<Parameter> parameters;
  std::vector<ResultDecl> results; // empty: not declared
  std::vector<SymbolDecl> symbols;
  std::vector<Statement> body;
  std::string documentation; // the /// lines, without the slashes, joined by '\n'
  llvm::SMRange range;       // from `layer` to `}`
};

/// A file's declarations, each kind in the order of the source.
struct Module {
  std::vector<ConstDecl> constants;
  std::vector<FunctionDecl> functions;
  std::vector<LayerDecl> layers;
};

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_AST_H
