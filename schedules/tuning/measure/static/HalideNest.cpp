//===- HalideNest.cpp - a lowered Halide module as a LoopNest -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/HalideNest.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace convwright::schedules {

namespace {

using namespace Halide::Internal;
using Halide::Expr;

/// Allocations of a constant size up to this are taken to live in registers or on a hot stack.
constexpr int64_t registerBytes = 4096;

class CountLoops : public IRVisitor {
public:
  int loops = 0;

private:
  using IRVisitor::visit;
  void visit(const For *op) override {
    ++loops;
    IRVisitor::visit(op);
  }
};

class NestBuilder : public IRVisitor {
public:
  NestBuilder(const Halide::Module &module, const std::vector<std::vector<int64_t>> &shapes)
      : module(module), shapes(shapes) {
    // The assembly numbers loops through the whole module.
    for (const LoweredFunc &function : module.functions()) {
      CountLoops counter;
      function.body.accept(&counter);
      firstLoop[function.name] = totalLoops;
      totalLoops += counter.loops;
    }
    nest.loops.resize(static_cast<size_t>(totalLoops));
  }

  LoopNest build(const std::string &entry) {
    const LoweredFunc *function = find(entry);
    if (!function)
      return std::move(nest);
    for (const LoweredArgument &argument : function->args)
      if (argument.is_buffer())
        addArgument(argument);
    body = &nest.body;
    nextLoop = firstLoop[entry];
    function->body.accept(this);
    return std::move(nest);
  }

private:
  struct Buffer {
    int64_t base = 0;
    bool registers = false;
  };

  const LoweredFunc *find(const std::string &name) const {
    for (const LoweredFunc &function : module.functions())
      if (function.name == name)
        return &function;
    return nullptr;
  }

  void addArgument(const LoweredArgument &argument) {
    static const std::vector<int64_t> unknown;
    const std::vector<int64_t> &shape = arguments < shapes.size() ? shapes[arguments] : unknown;
    ++arguments;
    int64_t bytes = argument.type.bytes();
    for (int64_t extent : shape)
      bytes *= extent;
    shapeOf[argument.name + ".buffer"] = shape;
    buffers[argument.name] = {place(bytes), false};
  }

  /// Buffers lie apart, not at the same place of a page.
  int64_t place(int64_t bytes) {
    constexpr int64_t page = 4096, line = 64;
    int64_t base = nextBase + (++placed * 7 % 64) * line;
    nextBase += (bytes + 3 * page) / page * page;
    nest.footprint += static_cast<double>(bytes);
    return base;
  }

  //===--- integers ---------------------------------------------------------===//

  Affine define(IntOp op, const Affine &a, const Affine &b, const Affine &c = {}) {
    if (a.isConstant() && b.isConstant() && c.isConstant())
      return {apply(op, a.constant, b.constant, c.constant), {}};
    NestNode node;
    node.kind = NestNode::Kind::Define;
    node.slot = nest.slots++;
    node.op = op;
    node.a = a;
    node.b = b;
    node.c = c;
    body->push_back(node);
    return {0, {{node.slot, 1}}};
  }
  Affine negated(const Affine &condition) { return Affine{1, {}} + condition * -1; }

  template <typename T> Affine binary(IntOp op, const T *node) {
    return define(op, lower(node->a), lower(node->b));
  }

  /// The value of an integer expression; of a vector, its first lane.
  Affine lower(const Expr &expr) {
    if (auto value = as_const_int(expr))
      return {*value, {}};
    if (auto value = as_const_uint(expr))
      return {static_cast<int64_t>(*value), {}};
    if (const auto *op = expr.as<Variable>()) {
      auto found = scope.find(op->name);
      return found == scope.end() ? Affine{} : found->second;
    }
    if (const auto *op = expr.as<Cast>())
      return lower(op->value);
    if (const auto *op = expr.as<Reinterpret>())
      return lower(op->value);
    if (const auto *op = expr.as<Broadcast>())
      return lower(op->value);
    if (const auto *op = expr.as<Ramp>())
      return lower(op->base);
    if (const auto *op = expr.as<Add>())
      return lower(op->a) + lower(op->b);
    if (const auto *op = expr.as<Sub>())
      return lower(op->a) + lower(op->b) * -1;
    if (const auto *op = expr.as<Mul>())
      return multiply(lower(op->a), lower(op->b));
    if (const auto *op = expr.as<Halide::Internal::Let>())
      return lowerLet(op);
    if (const auto *op = expr.as<Call>())
      return lowerCall(op);
    return lowerNonlinear(expr);
  }

  Affine multiply(const Affine &a, const Affine &b) {
    if (b.isConstant())
      return a * b.constant;
    return a.isConstant() ? b * a.constant : define(IntOp::Multiply, a, b);
  }

  Affine lowerLet(const Halide::Internal::Let *op) {
    Affine value = lower(op->value);
    Bound bound(scope, op->name, value);
    return lower(op->body);
  }

  Affine lowerNonlinear(const Expr &expr) {
    if (const auto *op = expr.as<Div>())
      return binary(IntOp::Divide, op);
    if (const auto *op = expr.as<Mod>())
      return binary(IntOp::Modulo, op);
    if (const auto *op = expr.as<Min>())
      return binary(IntOp::Min, op);
    if (const auto *op = expr.as<Max>())
      return binary(IntOp::Max, op);
    if (const auto *op = expr.as<And>())
      return binary(IntOp::Min, op);
    if (const auto *op = expr.as<Or>())
      return binary(IntOp::Max, op);
    if (const auto *op = expr.as<LT>())
      return binary(IntOp::Less, op);
    if (const auto *op = expr.as<LE>())
      return binary(IntOp::LessEqual, op);
    if (const auto *op = expr.as<GT>())
      return define(IntOp::Less, lower(op->b), lower(op->a));
    if (const auto *op = expr.as<GE>())
      return define(IntOp::LessEqual, lower(op->b), lower(op->a));
    if (const auto *op = expr.as<EQ>())
      return binary(IntOp::Equal, op);
    if (const auto *op = expr.as<NE>())
      return negated(binary(IntOp::Equal, op));
    if (const auto *op = expr.as<Not>())
      return negated(lower(op->a));
    if (const auto *op = expr.as<Select>())
      return define(IntOp::Select, lower(op->condition), lower(op->true_value),
                    lower(op->false_value));
    return {}; // a value that no control depends on
  }

  Affine lowerCall(const Call *op) {
    if (op->is_tag() || op->is_intrinsic(Call::promise_clamped) ||
        op->is_intrinsic(Call::unsafe_promise_clamped))
      return lower(op->args[0]);
    if (op->is_intrinsic(Call::shift_left) || op->is_intrinsic(Call::shift_right))
      return lowerShift(op);
    if (op->name == Call::buffer_get_extent || op->name == Call::buffer_get_stride)
      return {sizeOf(op), {}};
    return {};
  }

  Affine lowerShift(const Call *op) {
    Affine value = lower(op->args[0]), amount = lower(op->args[1]);
    if (!amount.isConstant() || amount.constant < 0 || amount.constant > 62)
      return {};
    int64_t factor = int64_t{1} << amount.constant;
    return op->is_intrinsic(Call::shift_left) ? value * factor
                                              : define(IntOp::Divide, value, {factor, {}});
  }

  int64_t sizeOf(const Call *op) {
    const auto *buffer = op->args[0].as<Variable>();
    auto dimension = as_const_int(op->args[1]);
    auto found = buffer ? shapeOf.find(buffer->name) : shapeOf.end();
    if (found == shapeOf.end() || !dimension ||
        *dimension >= static_cast<int64_t>(found->second.size()))
      return 0;
    const std::vector<int64_t> &shape = found->second;
    if (op->name == Call::buffer_get_extent)
      return shape[static_cast<size_t>(*dimension)];
    int64_t stride = 1;
    for (int64_t i = 0; i < *dimension; ++i)
      stride *= shape[static_cast<size_t>(i)];
    return stride;
  }

  //===--- memory -----------------------------------------------------------===//

  void touch(const std::string &name, Halide::Type type, const Expr &index) {
    auto buffer = buffers.find(name);
    if (buffer == buffers.end() || buffer->second.registers)
      return;
    int64_t width = type.element_of().bytes(), stride = 1;
    NestNode node;
    node.pieces = type.lanes();
    Expr first = index;
    if (const auto *ramp = index.as<Ramp>()) {
      stride = lower(ramp->stride).constant;
      first = ramp->base;
      if (const auto *piece = first.as<Ramp>()) { // several vectors, their lanes side by side
        node.pieces = ramp->lanes;
        width *= piece->lanes;
        first = piece->base;
      }
    } else if (index.as<Broadcast>()) {
      node.pieces = 1;
    }
    int64_t element = type.element_of().bytes();
    node.bytes = width;
    node.stride = stride * element;
    if (node.stride == node.bytes) {
      node.bytes *= node.pieces;
      node.pieces = 1;
    }
    node.a = lower(first) * element + Affine{buffer->second.base, {}};
    body->push_back(node);
  }

  //===--- statements -------------------------------------------------------===//

  /// A name that means something until the end of a C++ scope.
  class Bound {
  public:
    Bound(std::map<std::string, Affine> &scope, const std::string &name, const Affine &value)
        : scope(scope), name(name) {
      auto found = scope.find(name);
      if (found != scope.end())
        hidden = found->second;
      scope[name] = value;
    }
    ~Bound() {
      if (hidden)
        scope[name] = *hidden;
      else
        scope.erase(name);
    }
    Bound(const Bound &) = delete;

  private:
    std::map<std::string, Affine> &scope;
    std::string name;
    std::optional<Affine> hidden;
  };

  using IRVisitor::visit;

  void visit(const Load *op) override {
    IRVisitor::visit(op);
    touch(op->name, op->type, op->index);
  }

  void visit(const Store *op) override {
    op->value.accept(this);
    touch(op->name, op->value.type(), op->index);
  }

  void visit(const Halide::Internal::Let *op) override {
    op->value.accept(this);
    Bound bound(scope, op->name, op->value.type().is_handle() ? Affine{} : lower(op->value));
    op->body.accept(this);
  }

  void visit(const LetStmt *op) override {
    const auto *call = op->value.as<Call>();
    if (call && call->name == "halide_do_par_for")
      parallelLoop(call);
    else
      op->value.accept(this);
    if (call && call->is_intrinsic(Call::load_typed_struct_member)) {
      // A function of a parallel loop opens its closure: numbers and buffers keep their names.
      op->body.accept(this);
      return;
    }
    bool number = op->value.type().is_int() || op->value.type().is_uint();
    if (!number) {
      op->body.accept(this);
      return;
    }
    Bound bound(scope, op->name, lower(op->value));
    op->body.accept(this);
  }

  void visit(const Evaluate *op) override {
    const auto *call = op->value.as<Call>();
    if (call && call->name == "halide_do_par_for")
      parallelLoop(call);
    else
      IRVisitor::visit(op);
  }

  void visit(const AssertStmt *) override {}

  void visit(const IfThenElse *op) override {
    NestNode node;
    node.kind = NestNode::Kind::If;
    node.a = lower(op->condition);
    inside(node.body, [&] { op->then_case.accept(this); });
    if (op->else_case.defined())
      inside(node.otherwise, [&] { op->else_case.accept(this); });
    body->push_back(std::move(node));
  }

  void visit(const Allocate *op) override {
    int64_t constant = op->constant_allocation_size(), elements = constant;
    if (elements == 0) {
      elements = 1;
      for (const Expr &extent : op->extents)
        elements *= std::max<int64_t>(1, likeValue(extent));
    }
    int64_t bytes = elements * op->type.bytes();
    bool registers =
        constant > 0 && bytes <= registerBytes && op->memory_type != Halide::MemoryType::Heap;
    if (!registers)
      nest.allocationsIn.push_back(around);
    buffers[op->name] = {registers ? 0 : place(bytes), registers};
    op->body.accept(this);
  }

  /// A size of an allocation with the loops' variables at their first values.
  int64_t likeValue(const Expr &extent) {
    std::vector<NestNode> defines;
    Affine value;
    inside(defines, [&] { value = lower(extent); });
    std::vector<int64_t> slots(static_cast<size_t>(nest.slots));
    for (const NestNode &node : defines)
      slots[static_cast<size_t>(node.slot)] =
          apply(node.op, node.a.at(slots), node.b.at(slots), node.c.at(slots));
    return value.at(slots);
  }

  void visit(const For *op) override {
    int ordinal = nextLoop++;
    loop(op->name, ordinal, std::to_string(ordinal + 1) + "_for_" + op->name, lower(op->min),
         lower(op->extent), [&] { op->body.accept(this); });
  }

  void parallelLoop(const Call *call) {
    const auto *task = call->args[0].as<Cast>();
    const auto *symbol = (task ? task->value : call->args[0]).as<Variable>();
    const LoweredFunc *function =
        symbol && symbol->name.starts_with("::") ? find(symbol->name.substr(2)) : nullptr;
    if (!function)
      return;
    int resume = nextLoop, ordinal = static_cast<int>(nest.loops.size());
    nest.loops.emplace_back().parallel = true;
    nextLoop = firstLoop[function->name];
    loop(function->args[1].name, ordinal, function->name, lower(call->args[1]),
         lower(call->args[2]), [&] { function->body.accept(this); });
    nextLoop = resume;
  }

  void loop(const std::string &variable, int ordinal, const std::string &label, const Affine &min,
            const Affine &extent, const std::function<void()> &content) {
    NestNode node;
    node.kind = NestNode::Kind::Loop;
    node.slot = nest.slots++;
    node.a = min;
    node.b = extent;
    node.ordinal = ordinal;
    nest.loops[static_cast<size_t>(ordinal)].name = label;
    nest.loops[static_cast<size_t>(ordinal)].parent = around;
    int outer = around;
    around = ordinal;
    Bound bound(scope, variable, Affine{0, {{node.slot, 1}}});
    inside(node.body, content);
    around = outer;
    body->push_back(std::move(node));
  }

  void inside(std::vector<NestNode> &nodes, const std::function<void()> &content) {
    std::vector<NestNode> *outer = body;
    body = &nodes;
    content();
    body = outer;
  }

  const Halide::Module &module;
  const std::vector<std::vector<int64_t>> &shapes;
  LoopNest nest;
  std::vector<NestNode> *body = nullptr;
  std::map<std::string, int> firstLoop;
  int totalLoops = 0, nextLoop = 0, around = -1;
  size_t arguments = 0;
  int64_t nextBase = int64_t{1} << 30, placed = 0;
  std::map<std::string, Affine> scope;
  std::map<std::string, Buffer> buffers;
  std::map<std::string, std::vector<int64_t>> shapeOf;
};

} // namespace

LoopNest nestOf(const Halide::Module &module, const std::string &entry,
                const std::vector<std::vector<int64_t>> &shapes) {
  return NestBuilder(module, shapes).build(entry);
}

} // namespace convwright::schedules
