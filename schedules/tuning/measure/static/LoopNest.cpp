//===- LoopNest.cpp - affine arithmetic and trip counts -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/LoopNest.h"

#include <algorithm>
#include <set>

namespace convwright::schedules {

Affine operator+(const Affine &a, const Affine &b) {
  Affine sum{a.constant + b.constant, {}};
  auto left = a.terms.begin(), right = b.terms.begin();
  while (left != a.terms.end() || right != b.terms.end()) {
    if (right == b.terms.end() || (left != a.terms.end() && left->first < right->first)) {
      sum.terms.push_back(*left++);
    } else if (left == a.terms.end() || right->first < left->first) {
      sum.terms.push_back(*right++);
    } else {
      if (int64_t coefficient = left->second + right->second)
        sum.terms.emplace_back(left->first, coefficient);
      ++left;
      ++right;
    }
  }
  return sum;
}

Affine operator*(const Affine &a, int64_t factor) {
  if (factor == 0)
    return {};
  Affine product = a;
  product.constant *= factor;
  for (auto &term : product.terms)
    term.second *= factor;
  return product;
}

int64_t apply(IntOp op, int64_t a, int64_t b, int64_t c) {
  auto floored = [&] { return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0); };
  switch (op) {
  case IntOp::Multiply:
    return a * b;
  case IntOp::Divide:
    return b == 0 ? 0 : floored();
  case IntOp::Modulo:
    return b == 0 ? 0 : a - b * floored();
  case IntOp::Min:
    return std::min(a, b);
  case IntOp::Max:
    return std::max(a, b);
  case IntOp::Less:
    return a < b;
  case IntOp::LessEqual:
    return a <= b;
  case IntOp::Equal:
    return a == b;
  case IntOp::Select:
    return a ? b : c;
  }
  return 0;
}

namespace {

/// Counts trips. A loop whose variable decides nothing about control is not walked but multiplied.
class TripCounter {
public:
  explicit TripCounter(const LoopNest &nest)
      : slots(static_cast<size_t>(nest.slots)), trips(nest.loops.size()) {
    // Defines stand before their uses: one walk from the back closes the set.
    collect(nest.body);
  }

  std::vector<double> count(const LoopNest &nest) {
    walk(nest.body, 1);
    return trips;
  }

private:
  void need(const Affine &value) {
    for (auto [slot, coefficient] : value.terms)
      control.insert(slot);
  }
  void collect(const std::vector<NestNode> &nodes) {
    for (size_t i = nodes.size(); i-- > 0;) {
      const NestNode &node = nodes[i];
      collect(node.otherwise);
      collect(node.body);
      if (node.kind == NestNode::Kind::Loop) {
        need(node.b);
        if (control.contains(node.slot))
          need(node.a);
      } else if (node.kind == NestNode::Kind::If) {
        need(node.a);
      } else if (node.kind == NestNode::Kind::Define && control.contains(node.slot)) {
        need(node.a);
        need(node.b);
        need(node.c);
      }
    }
  }

  int64_t &slot(const NestNode &node) { return slots[static_cast<size_t>(node.slot)]; }

  void walk(const std::vector<NestNode> &nodes, double times) {
    for (const NestNode &node : nodes) {
      switch (node.kind) {
      case NestNode::Kind::Define:
        if (control.contains(node.slot))
          slot(node) = apply(node.op, node.a.at(slots), node.b.at(slots), node.c.at(slots));
        break;
      case NestNode::Kind::If:
        walk(node.a.at(slots) ? node.body : node.otherwise, times);
        break;
      case NestNode::Kind::Loop:
        walkLoop(node, times);
        break;
      case NestNode::Kind::Touch:
        break;
      }
    }
  }

  void walkLoop(const NestNode &node, double times) {
    int64_t extent = std::max<int64_t>(node.b.at(slots), 0), min = node.a.at(slots);
    trips[static_cast<size_t>(node.ordinal)] += times * static_cast<double>(extent);
    if (extent == 0)
      return;
    if (!control.contains(node.slot))
      return walk(node.body, times * static_cast<double>(extent));
    for (int64_t i = 0; i < extent; ++i) {
      slot(node) = min + i;
      walk(node.body, times);
    }
  }

  std::vector<int64_t> slots;
  std::set<int> control;
  std::vector<double> trips;
};

} // namespace

std::vector<double> tripCounts(const LoopNest &nest) { return TripCounter(nest).count(nest); }

} // namespace convwright::schedules
