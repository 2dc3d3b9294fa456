//===- DepthwisePlan.cpp - the default plan of a depthwise kernel ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/depthwise/DepthwisePlan.h"

#include "schedules/algorithms/depthwise/DepthwiseCost.h"

#include <algorithm>
#include <bit>

namespace convwright::schedules {

namespace {

/// Of positive numbers.
int64_t powerOfTwoUpTo(int64_t value) {
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(value)));
}
int64_t powerOfTwoFrom(int64_t value) {
  return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(value)));
}

/// The tile width up to `most` that computes the fewest columns in all, the widest among equals.
int64_t bestTile(int64_t columns, int64_t most) {
  int64_t best = 1, fewest = columns;
  for (int64_t tile = 1; tile <= std::min(most, columns); ++tile) {
    // Half a column a tile for what a tile costs besides.
    int64_t tiles = (columns + tile - 1) / tile, computed = 2 * tiles * tile + tiles;
    if (tile == 1 || computed <= fewest) {
      best = tile;
      fewest = computed;
    }
  }
  return best;
}

/// Rows of a strip whose staged input takes half of L1.
int64_t stagedRows(const DepthwiseShape &shape, int64_t lanes, const Target &target) {
  int64_t rowBytes = (shape.Q * shape.strideW + shape.maxS) * lanes * 4;
  int64_t rows = (target.l1 / 2 / rowBytes - shape.maxR) / shape.strideH + 1;
  return powerOfTwoFrom(std::clamp<int64_t>(rows, 8, 64));
}

bool isSmall(const DepthwiseShape &shape) { return shape.maxR <= 3 && shape.maxS <= 3; }

/// The plans to compare where a vector of `plan.lanes` channels fills a part of its cache lines,
/// with tiles of its width and of a line's.
class Orders {
public:
  Orders(const DepthwisePlan &plan, const DepthwiseShape &shape, const Target &target)
      : narrow(plan), whole(plan), shape(shape), target(target) {
    whole.lanes *= 2;
    whole.tileX = wholeTile();
  }

  std::vector<DepthwisePlan> all() const {
    std::vector<DepthwisePlan> orders;
    bool fillLines = isHalfALine(narrow.lanes) && shape.K % whole.lanes == 0 && shape.stages == 1;
    if (fillLines)
      addInside(orders, whole);
    // Where a line does not stay for the next vector, one that fills it is better.
    if (!fillLines || !evictsItself(shape, narrow.tileX, target))
      addInside(orders, narrow);
    // A small filter's taps are too few for what a walk along the row fetches.
    if (orders.empty() || !isSmall(shape)) {
      addWalk(orders, narrow);
      if (fillLines)
        addWalk(orders, whole);
    }
    addStaged(orders, isSmall(shape) && fillLines ? whole : narrow);
    // A filter as large as the image, in tiles so few that all taps in the padding vanish.
    DepthwisePlan wide = narrow;
    wide.tileX = bestTile(shape.Q, (target.vectorRegisters - 2) / shape.stages);
    if (shape.constantQ && shape.maxS >= shape.Q && unrollsTiles(shape, wide) &&
        !(fillLines && unrollsTiles(shape, whole)))
      addWalk(orders, wide);
    return orders;
  }

private:
  DepthwisePlan narrow, whole;
  const DepthwiseShape &shape;
  const Target &target;

  /// Eight sums of 16 registers, ten for larger filters, 14 where they are a row.
  int64_t wholeTile() const {
    int64_t quarter = target.vectorRegisters / 4;
    if (!shape.constantQ)
      return quarter;
    if (isSmall(shape))
      return bestTile(shape.Q, quarter);
    return 2 * shape.Q <= target.vectorRegisters - 2 ? shape.Q : bestTile(shape.Q, quarter + 1);
  }

  void addInside(std::vector<DepthwisePlan> &orders, DepthwisePlan plan) const {
    plan.channelsInside = true;
    plan.rows = std::clamp<int64_t>(shape.P / 8, 1, 4); // tasks enough for some threads
    if (shape.K > plan.lanes)
      orders.push_back(plan);
  }

  void addWalk(std::vector<DepthwisePlan> &orders, DepthwisePlan plan) const {
    // Strips of all vectors begin their lines anew; tasks of one vector are fewer strips' work.
    plan.channelsOutside = isWhole(plan) && shape.K / plan.lanes >= 4;
    plan.rows = plan.channelsOutside ? 16 : std::clamp<int64_t>(shape.P / 4, 1, 16);
    orders.push_back(plan);
  }

  void addStaged(std::vector<DepthwisePlan> &orders, DepthwisePlan plan) const {
    if (!evictsItself(shape, plan.tileX, target))
      return;
    plan.stage = true;
    plan.channelsOutside = shape.K / plan.lanes >= 8;
    plan.rows = stagedRows(shape, plan.lanes, target);
    orders.push_back(plan);
  }

  bool isWhole(const DepthwisePlan &plan) const { return plan.lanes == whole.lanes; }
};

DepthwisePlan bestOrder(const DepthwisePlan &plan, const DepthwiseShape &shape,
                        const Target &target) {
  std::vector<DepthwisePlan> orders = Orders(plan, shape, target).all();
  return *std::ranges::min_element(orders, {}, [&](const DepthwisePlan &order) {
    return channelLaneCycles(shape, order, target);
  });
}

} // namespace

bool mustStage(const DepthwiseShape &shape) {
  return shape.in != Layout::ChannelsLast || !shape.plainInput || shape.K != shape.C;
}

DepthwisePlan defaultDepthwisePlan(const DepthwiseShape &shape, const Kernel &kernel,
                                   const Target &target) {
  int64_t registers = target.vectorRegisters, lanes = target.lanes(4);
  DepthwisePlan plan{};
  // Channels that leave most of a vector empty cost more than stores with a stride.
  plan.pixelLanes =
      shape.out == Layout::ChannelsFirst || shape.K <= std::min<int64_t>(4, lanes - 1);
  if (plan.pixelLanes) {
    plan.stage = true;
    plan.channelsOutside = shape.K >= 8;
    // Bytes in and out: as many lanes as the narrowest type has.
    int64_t widest = shape.fits16 ? target.lanes(1) : lanes;
    plan.lanes = std::min(widest, powerOfTwoFrom(shape.Q));
    // A quarter of the registers for sums, four rows at most: their windows overlap. Eight sums
    // hide the latency of the multiply-adds; small filters wait for memory instead.
    int64_t enough = shape.maxR * shape.maxS >= 25 ? 8 : 4;
    int64_t sums = std::max<int64_t>(1, std::max(registers / 4, enough) / shape.stages);
    plan.tileY = std::min<int64_t>({4, powerOfTwoUpTo(sums), shape.P});
    bool narrow = shape.literals.empty() && shape.Q > plan.lanes;
    plan.tileX = narrow ? std::clamp<int64_t>(sums / plan.tileY, 1, 2) : 1;
    int64_t rowBytes = (shape.Q * shape.strideW + shape.maxS) * (shape.fits16 ? 1 : 4);
    int64_t fitting = target.l2 / 2 / rowBytes / shape.strideH;
    plan.rows = std::clamp<int64_t>(fitting, std::min<int64_t>(2 * shape.maxR, 64), 64);
  } else {
    plan.lanes = powerOfTwoUpTo(std::min(lanes, shape.K));
    // Sums in half of the registers, 14 at most: the rest holds a tap's weights and the pixels
    // under the tile.
    int64_t sums = std::max<int64_t>(1, std::min<int64_t>(registers / 2, 14) / shape.stages);
    plan.tileX = bestTile(shape.Q, shape.constantQ ? sums : std::min<int64_t>(sums, 8));
    plan.tileY = 1;
    bool wholeLines = plan.lanes * 4 >= Target::cacheLine;
    // A filter as large as the image: one tile for the row, whose taps in the padding all vanish.
    if (wholeLines && shape.maxS >= shape.Q && shape.Q * shape.stages <= registers - 2)
      plan.tileX = shape.Q;
    plan.stage = mustStage(shape);
    plan.channelsOutside = wholeLines && shape.K / plan.lanes >= 8;
    plan.rows = wholeLines ? 8 : plan.stage ? stagedRows(shape, plan.lanes, target) : 1;
    if (!wholeLines && !plan.stage)
      plan = bestOrder(plan, shape, target);
  }
  plan.rows = (plan.rows + plan.tileY - 1) / plan.tileY * plan.tileY;
  return plan;
}

Plan spellPlan(const DepthwisePlan &plan) {
  Plan spelled;
  spelled.algorithm = "depthwise";
  spelled.parameters = {{"tile_x", plan.tileX},
                        {"tile_y", plan.tileY},
                        {"rows", plan.rows},
                        {"lanes", plan.lanes},
                        {"stage", plan.stage ? 1 : 0},
                        {"channels_outside", plan.channelsOutside ? 1 : 0},
                        {"channels_inside", plan.channelsInside ? 1 : 0}};
  return spelled;
}

DepthwisePlan readPlan(const Plan &plan, const DepthwiseShape &shape, const Kernel &kernel,
                       const Target &target) {
  DepthwisePlan read = defaultDepthwisePlan(shape, kernel, target);
  read.tileX = plan.get("tile_x", read.tileX);
  read.tileY = plan.get("tile_y", read.tileY);
  read.rows = plan.get("rows", read.rows);
  read.lanes = plan.get("lanes", read.lanes);
  read.stage = plan.get("stage", read.stage) != 0;
  read.channelsOutside = plan.get("channels_outside", read.channelsOutside) != 0;
  bool mayInside = !read.stage && !read.channelsOutside;
  read.channelsInside = plan.get("channels_inside", mayInside && read.channelsInside) != 0;
  return read;
}

} // namespace convwright::schedules
