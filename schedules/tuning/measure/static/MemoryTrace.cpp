//===- MemoryTrace.cpp - a loop nest's accesses, through simulated caches ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/MemoryTrace.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace convwright::schedules {

namespace {

using Kind = NestNode::Kind;

/// The nest in the form that is interpreted: accesses of one place in the loops that differ by
/// constants only share their variable part, and what is accessed twice in a row of straight-line
/// code is accessed once.
struct Step {
  struct Piece {
    size_t base;      // index into `bases`
    int64_t constant; // bytes
    int64_t bytes, pieces, stride;
    uint32_t last = ~0U; // the line touched last, here
  };

  Kind kind = Kind::Touch;
  const NestNode *node = nullptr;
  double work = 0; // accesses in one iteration of a loop
  std::vector<Step> body, otherwise;
  std::vector<Affine> bases; // Touch
  std::vector<Piece> pieces; // Touch
};

class StepBuilder {
public:
  StepBuilder(const std::vector<double> &trips) : trips(trips) {}

  std::vector<Step> steps(const std::vector<NestNode> &nodes) {
    std::vector<Step> result;
    for (const NestNode &node : nodes) {
      if (node.kind == Kind::Touch) {
        if (result.empty() || result.back().kind != Kind::Touch)
          result.emplace_back();
        add(result.back(), node);
        continue;
      }
      // Definitions of straight-line code go before its accesses: their operands are ready.
      Step step;
      step.kind = node.kind;
      step.node = &node;
      step.body = steps(node.body);
      step.otherwise = steps(node.otherwise);
      bool hoist =
          node.kind == Kind::Define && !result.empty() && result.back().kind == Kind::Touch;
      result.insert(hoist ? result.end() - 1 : result.end(), std::move(step));
    }
    return result;
  }

  /// Accesses in one call; fills in each loop's work.
  double weigh(std::vector<Step> &steps, double times) const {
    double total = 0;
    for (Step &step : steps) {
      if (step.kind == Kind::Touch) {
        for (const Step::Piece &piece : step.pieces)
          total += times * static_cast<double>(piece.pieces);
      } else if (step.kind == Kind::Loop) {
        double bodies = trips[static_cast<size_t>(step.node->ordinal)];
        double inside = weigh(step.body, bodies);
        step.work = bodies > 0 ? inside / bodies : 0;
        total += inside;
      } else {
        total += weigh(step.body, times) + weigh(step.otherwise, times);
      }
    }
    return total;
  }

private:
  static void add(Step &step, const NestNode &node) {
    Affine variable = node.a;
    variable.constant = 0;
    auto found = std::find(step.bases.begin(), step.bases.end(), variable);
    auto base = static_cast<size_t>(found - step.bases.begin());
    if (found == step.bases.end())
      step.bases.push_back(variable);
    for (const Step::Piece &piece : step.pieces)
      if (piece.base == base && piece.constant == node.a.constant && piece.bytes == node.bytes &&
          piece.pieces == node.pieces)
        return;
    step.pieces.push_back({base, node.a.constant, node.bytes, node.pieces, node.stride});
  }

  const std::vector<double> &trips;
};

class Tracer {
public:
  Tracer(const LoopNest &nest, CacheSimulator &caches)
      : slots(static_cast<size_t>(nest.slots)), caches(caches) {}

  /// `budget`: accesses that these steps may interpret.
  void run(std::vector<Step> &steps, double weight, double budget) {
    double total = 0;
    for (const Step &step : steps)
      total += step.kind == Kind::Loop ? workOf(step) : 0;
    for (Step &step : steps) {
      switch (step.kind) {
      case Kind::Define:
        define(*step.node);
        break;
      case Kind::Touch:
        touch(step, weight);
        break;
      case Kind::If:
        run(step.node->a.at(slots) ? step.body : step.otherwise, weight, budget);
        break;
      case Kind::Loop:
        loop(step, weight, total > budget ? budget * workOf(step) / total : budget);
        break;
      }
    }
  }

private:
  int64_t extentOf(const Step &step) const { return std::max<int64_t>(0, step.node->b.at(slots)); }
  double workOf(const Step &step) const { return step.work * static_cast<double>(extentOf(step)); }

  void define(const NestNode &node) {
    slots[static_cast<size_t>(node.slot)] =
        apply(node.op, node.a.at(slots), node.b.at(slots), node.c.at(slots));
  }

  /// All iterations if the budget lasts; otherwise the first ones, of which the later half stands
  /// for all that are left out.
  void loop(Step &step, double weight, double budget) {
    int64_t extent = extentOf(step), min = step.node->a.at(slots), ran = extent;
    double work = std::max(step.work, 1.0);
    if (work * static_cast<double>(extent) > budget)
      ran = std::clamp<int64_t>(static_cast<int64_t>(budget / work), std::min<int64_t>(extent, 2),
                                extent);
    int64_t warm = ran == extent ? ran : (ran + 1) / 2;
    double rest =
        ran == extent ? 1 : static_cast<double>(extent - warm) / static_cast<double>(ran - warm);
    double each = ran > 0 ? budget / static_cast<double>(ran) : 0;
    for (int64_t i = 0; i < ran; ++i) {
      slots[static_cast<size_t>(step.node->slot)] = min + i;
      run(step.body, i < warm ? weight : weight * rest, std::max(each, work * 0.01));
    }
  }

  void touch(Step &step, double weight) {
    values.resize(step.bases.size());
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = step.bases[i].at(slots);
    for (Step::Piece &piece : step.pieces)
      for (int64_t i = 0; i < piece.pieces; ++i) {
        int64_t first = values[piece.base] + piece.constant + i * piece.stride;
        auto line = static_cast<uint32_t>(first / CacheSimulator::lineBytes);
        auto end = static_cast<uint32_t>((first + piece.bytes - 1) / CacheSimulator::lineBytes);
        if (line == piece.last && line == end)
          continue;
        for (; line <= end; ++line)
          caches.access(line, weight);
        piece.last = end;
      }
  }

  std::vector<int64_t> slots, values;
  CacheSimulator &caches;
};

} // namespace

MissCounts simulateMisses(const LoopNest &nest, const std::vector<double> &trips,
                          const CacheGeometry &l1, const CacheGeometry &l2, double budget) {
  StepBuilder builder(trips);
  std::vector<Step> steps = builder.steps(nest.body);
  double total = builder.weigh(steps, 1);
  CacheSimulator caches(l1, l2);
  Tracer tracer(nest, caches);
  if (total <= budget / 2) { // a call before this one
    tracer.run(steps, 1, budget);
    caches.resetCounts();
  }
  tracer.run(steps, 1, budget);
  return caches.counts();
}

} // namespace convwright::schedules
