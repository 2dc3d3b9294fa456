//===- DensePlanner.cpp - plans for the register-tiled schedules -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/contraction/DensePlanner.h"

#include "schedules/algorithms/Cost.h"
#include "schedules/algorithms/contraction/DenseCost.h"

#include <algorithm>

namespace convwright::schedules {

namespace {

// Enough strips or blocks of channels that a few threads are kept busy.
constexpr int64_t wantedTasks = 8;
constexpr int64_t largestTileX = 28, largestTileK = 4, largestTileY = 4;
constexpr int64_t largestStagedBytes = int64_t{1} << 30, largestStrip = int64_t{1} << 14;

/// What `around` builds a plan from.
constexpr const char *tileParameters[] = {"tile_x", "tile_y", "tile_k", "vector", "stage"};

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool isAvx2(const Target &target) {
  return target.machine == Machine::X86 && target.vectorBits == 256;
}

/// Channels that lie together in the staged input: a cache line of them, or what divides C; four
/// lines on AVX2, where each pass over a block costs more beside what it computes (1 to 11 %, Zen
/// 3).
int64_t blockOfChannels(int64_t c, const Target &target) {
  if (isAvx2(target) && c % 64 == 0)
    return 64;
  if (c % 16 == 0)
    return 16;
  if (c <= 32)
    return c;
  for (int64_t block = 32; block >= 8; --block)
    if (c % block == 0)
      return block;
  return 16;
}

/// Steps of a loop over a block of channels; with AVX2 eight channels need no loop (Zen 3).
int64_t usualUnroll(int64_t blockC, const Target &target) {
  if (isAvx2(target) && blockC == 8)
    return 8;
  return blockC % 4 == 0 ? 4 : 1;
}

/// The largest part of at most `most` that covers `whole` in equal parts with the least overlap;
/// a little overlap is better than many small parts.
int64_t evenPart(int64_t whole, int64_t most) {
  int64_t best = std::min(whole, most);
  double bestCost = 1e300;
  for (int64_t part = std::min(whole, most); part >= 1; --part) {
    auto parts = static_cast<double>(ceilDiv(whole, part));
    double cost = parts * (static_cast<double>(part) + 0.02 * static_cast<double>(most));
    if (cost < bestCost) {
      best = part;
      bestCost = cost;
    }
  }
  return best;
}

/// Tiles of `unit` rows in a strip, at most `most`: the last strip is whole and overlaps the one
/// before, and no strip is taller than the image.
int64_t evenStrip(int64_t rows, int64_t unit, int64_t most) {
  int64_t fitting = std::max<int64_t>(1, std::min(most, rows / unit));
  return evenPart(ceilDiv(rows, unit), fitting);
}

/// `first`, then the others, none twice and none above `most`.
std::vector<int64_t> startingWith(int64_t first, const std::vector<int64_t> &others, int64_t most) {
  std::vector<int64_t> values{first};
  for (int64_t value : others)
    if (value != first && value <= most)
      values.push_back(value);
  return values;
}

std::vector<int64_t> upTo(int64_t most) {
  std::vector<int64_t> values(static_cast<size_t>(most));
  std::iota(values.begin(), values.end(), 1);
  return values;
}

} // namespace

std::optional<std::string> whyNotDense(const Kernel &kernel, const Target &target) {
  if (target.isGpu())
    return "its register tiles are for CPUs";
  bool phases = !kernel.stages.empty() && kernel.stages.front().phase;
  if (kernel.stages.size() != 1 && !phases)
    return "it computes one convolution, the kernel has " + std::to_string(kernel.stages.size());
  if (kernel.outputs.size() != kernel.stages.size())
    return "it writes one output, the kernel has " + std::to_string(kernel.outputs.size());
  std::vector<int64_t> smallest;
  for (const Symbol &symbol : kernel.symbols)
    smallest.push_back(std::max<int64_t>(symbol.lo, 1)); // of an empty batch nothing is computed
  for (size_t i = 0; i < kernel.stages.size(); ++i) {
    if (!kernel.stages[i].isConvolution())
      return "it computes sums of products with one filter for all positions";
    if (kernel.outputs[i].dims != kernel.stages[i].outputDims)
      return "the output is broadcast to another shape than the convolution's";
    for (const Extent &extent : kernel.outputs[i].dims) // a phase of a short result
      if (extent.at(smallest) < 1)
        return "at the smallest sizes an output has no elements, and tiles cover one at least";
  }
  return std::nullopt;
}

/// All stages; tiles must fit the smallest.
static DenseShape smallestOf(const std::vector<DenseShape> &shapes) {
  DenseShape smallest = shapes.front();
  for (const DenseShape &shape : shapes) {
    smallest.P = std::min(smallest.P, shape.P);
    smallest.Q = std::min(smallest.Q, shape.Q);
    smallest.T = std::max(smallest.T, shape.T);
    smallest.R = std::max(smallest.R, shape.R);
    smallest.S = std::max(smallest.S, shape.S);
    smallest.padded |= shape.padded;
  }
  return smallest;
}

static std::vector<DenseShape> shapesOf(const Kernel &kernel, bool line) {
  std::vector<DenseShape> shapes;
  for (size_t i = 0; i < kernel.stages.size(); ++i)
    shapes.emplace_back(kernel, line, i);
  return shapes;
}

DensePlanner::DensePlanner(const Kernel &kernel, const Target &target, DenseInput input)
    : target(target), shapes(shapesOf(kernel, input == DenseInput::Line)),
      shape(smallestOf(shapes)), line(input == DenseInput::Line),
      inPlace(input != DenseInput::Padded) {}

bool DensePlanner::mustStage() const {
  return !inPlace || !shape.is1x1WithoutPadding() || !shape.plainInput ||
         shape.in != Layout::ChannelsLast;
}

int64_t DensePlanner::maxTileX() const {
  int64_t pixels = line ? shape.P * shape.Q : shape.Q;
  return std::min(pixels, largestTileX);
}

std::vector<int64_t> DensePlanner::lanesToTry() const {
  int64_t lanes = target.lanes(4);
  while (lanes > 1 && lanes / 2 >= shape.K)
    lanes /= 2;
  if (target.vectorBits == 512 && lanes == target.lanes(4))
    return {lanes, lanes / 2};
  return {lanes};
}

/// Pixels read where they lie may all fall into few sets of L1.
bool DensePlanner::collides(const DensePlan &plan) const {
  if (plan.stage)
    return false;
  int64_t bytes = 4 * shape.C * shape.G * (line ? 1 : shape.strideW);
  return plan.tileX * plan.tileY >= target.l1LinesApart(bytes);
}

DensePlanner::Units DensePlanner::units() const {
  int64_t pixelBytes = 4 * shape.C * shape.T, reach = (shape.S - 1) * shape.dilationW;
  int64_t count = stripUnits(shape, line, shape.oneRow);
  if (line)
    return {count, 0, 1, pixelBytes};
  if (shape.oneRow)
    return {count, reach, shape.strideW, pixelBytes};
  int64_t columns = shape.Q * shape.strideW + reach;
  return {count, (shape.R - 1) * shape.dilationH, shape.strideH, columns * pixelBytes};
}

int64_t DensePlanner::stagedImageBytes() const {
  Units each = units();
  return shape.G * shape.depth * each.stagedBytes * (each.count * each.stride + each.halo);
}

// A strip's input is to stay in L2 beside a block of weights.
int64_t DensePlanner::stripTilesFor(const DensePlan &plan) const {
  Units each = units();
  int64_t unit = plan.stripsInRow() ? plan.tileX : plan.tileY;
  int64_t fits = 2 * target.l2 / 5 / each.stagedBytes - each.halo;
  int64_t most = std::max<int64_t>(1, fits / (each.stride * unit));
  return evenStrip(each.count, unit, most);
}

// The last tile of a strip asks where the image ends, if sizes are symbolic and it is read in
// place: one of one tile would always ask.
int64_t DensePlanner::fewestTiles(const DensePlan &plan) const {
  return shape.symbolic && !plan.stage ? 2 : 1;
}

// A block's outputs of many pixels, 2 KiB and its multiples apart, fall on a set or two of L1 and
// evict each other, and each is in a page of its own: then a tile passes all blocks instead.
DensePlan DensePlanner::withOutputsApart(DensePlan plan) const {
  int64_t pixels = shape.P * shape.Q, apart = target.l1LinesApart(4 * shape.G * shape.K);
  bool collide =
      shape.out == Layout::ChannelsLast && apart <= 2 * target.l1Ways && pixels > 2 * apart;
  if (line && plan.parallelK && !plan.stage && collide && pixels / plan.tileX >= wantedTasks) {
    plan.parallelK = false;
    plan.stripTiles = fewestTiles(plan);
  }
  return plan;
}

// Weights that no L2 holds come again for every strip of an image, the staged image for every block
// of a group's filters: where those are far fewer bytes, wherever they then come from. An image
// that is larger than the weights is no better company for a cache (conv3d 256 @8x28, AVX2: 0.92).
bool DensePlanner::weightsPassOften(const DensePlan &plan) const {
  int64_t weights = 4 * shape.G * shape.K * shape.C * shape.T * shape.R * shape.S;
  int64_t image = stagedImageBytes();
  int64_t strips = shape.depth * ceilDiv(units().count, plan.strip());
  int64_t blocks = ceilDiv(shape.K, plan.blockK());
  return !line && !shape.symbolic && shape.G * blocks >= wantedTasks && weights > 4 * target.l2 &&
         image <= std::min(weights, largestStagedBytes) && strips * weights > 2 * blocks * image;
}

DensePlan DensePlanner::around(int64_t tileX, int64_t tileY, int64_t tileK, int64_t lanes,
                               bool stage) const {
  DensePlan plan{};
  plan.tileX = tileX;
  plan.tileY = tileY;
  plan.tileK = tileK;
  plan.lanes = lanes;
  plan.stage = stage;
  plan.line = line;
  plan.alongRow = shape.oneRow;
  plan.blockC = stage ? blockOfChannels(shape.C, target) : shape.C;
  plan.unroll = usualUnroll(plan.blockC, target);
  plan.stripTiles = std::max(fewestTiles(plan), stripTilesFor(plan));
  int64_t rows = units().count;
  int64_t strips = shape.planes() * ceilDiv(rows, plan.strip());
  int64_t blocks = shape.G * ceilDiv(shape.K, plan.blockK());
  int64_t whole = stagedImageBytes();
  int64_t unit = plan.stripsInRow() ? tileX : tileY;
  if (strips >= wantedTasks) {
    if (stage && weightsPassOften(plan)) {
      plan.parallelK = true;
      plan.stripTiles = evenStrip(rows, unit, rows);
    }
    return plan;
  }
  // A line of pixels is read whole for each block of channels: from L2, beside the block's weights
  // and, in the last fifth, what else passes through.
  int64_t beside = line ? 4 * plan.blockK() * shape.C + target.l2 / 5 : 0;
  if (blocks >= wantedTasks && whole + beside <= target.l2 && !(stage && shape.symbolic)) {
    plan.parallelK = true;
    plan.stripTiles = evenStrip(rows, unit, rows);
  } else {
    plan.stripTiles =
        std::max(fewestTiles(plan),
                 evenStrip(rows, unit, rows / unit / ceilDiv(wantedTasks, shape.planes())));
  }
  return plan;
}

double DensePlanner::cycles(const DensePlan &plan) const {
  double sum = 0;
  for (const DenseShape &each : shapes)
    sum += denseCycles(each, plan, target);
  return sum;
}

template <typename Visit>
void DensePlanner::forEachTile(int64_t tileK, int64_t lanes, Visit visit) const {
  for (int64_t tileY = 1; tileY <= (line ? 1 : std::min(largestTileY, shape.P)); ++tileY)
    for (int64_t tileX = 1; tileX <= maxTileX(); ++tileX)
      for (bool stage : {true, false}) {
        DensePlan plan = around(tileX, tileY, tileK, lanes, stage);
        if (stage || (!mustStage() && !collides(plan)))
          visit(plan);
      }
}

DensePlan DensePlanner::fastest() const {
  DensePlan best = around(1, 1, 1, lanesToTry().front(), true);
  double bestCycles = cycles(best);
  for (int64_t lanes : lanesToTry())
    for (int64_t tileK = 1; tileK <= std::min(largestTileK, ceilDiv(shape.K, lanes)); ++tileK)
      forEachTile(tileK, lanes, [&](const DensePlan &plan) {
        if (whyNot(plan))
          return;
        if (double planned = cycles(plan); planned < bestCycles) {
          best = plan;
          bestCycles = planned;
        }
      });
  return withOutputsApart(best);
}

DensePlan DensePlanner::packedAs(const DensePlan &other) const {
  DensePlan best{};
  double bestCycles = 1e300; // a tile of one pixel is always right
  forEachTile(other.tileK, other.lanes, [&](DensePlan plan) {
    if (!plan.stage && plan.blockC != other.blockC)
      return;
    plan.blockC = other.blockC;
    plan.unroll = other.unroll;
    if (whyNot(plan))
      return;
    if (double planned = cycles(plan); planned < bestCycles) {
      best = plan;
      bestCycles = planned;
    }
  });
  return best;
}

DensePlan DensePlanner::complete(const Plan &plan) const {
  // The fastest is found by a search: only where something is left open.
  bool open = std::any_of(std::begin(tileParameters), std::end(tileParameters),
                          [&](const char *name) { return !plan.parameters.contains(name); });
  DensePlan base = open ? fastest() : DensePlan{};
  DensePlan dense =
      withOutputsApart(around(plan.get("tile_x", base.tileX), plan.get("tile_y", base.tileY),
                              plan.get("tile_k", base.tileK), plan.get("vector", base.lanes),
                              plan.get("stage", base.stage ? 1 : 0) != 0));
  if (dense.stage)
    dense.blockC = plan.get("block_c", dense.blockC);
  dense.unroll = isFlat(shape, dense) ? 1 : plan.get("unroll", usualUnroll(dense.blockC, target));
  dense.channelsInside = plan.get("channels_inside", 0) != 0;
  dense.parallelK = plan.get("parallel_k", dense.parallelK ? 1 : 0) != 0;
  dense.stripTiles = plan.get("strip", dense.stripTiles);
  return dense;
}

std::optional<std::string> DensePlanner::whyNot(const DensePlan &plan) const {
  auto text = [](int64_t value) { return std::to_string(value); };
  int64_t registers = plan.accumulators() + plan.tileK + 2;
  if (!target.hasFma)
    ++registers; // the product before it is added
  if (registers > target.vectorRegisters)
    return "a tile of " + text(plan.tileX) + "x" + text(plan.tileY) + " pixels times " +
           text(plan.tileK) + " vectors wants " + text(registers) + " vector registers, " +
           target.name + " has " + text(target.vectorRegisters);
  if (!plan.stage && mustStage())
    return inPlace ? "stage = 0 reads the input where it lies, which takes a plain nhwc operand"
                   : "stage = 0 is for 1x1 filters without padding (algorithm = pointwise)";
  if (plan.stripsInRow() && plan.tileY != 1)
    return "tile_y = " + text(plan.tileY) + ", but the pixels are one row: it must be 1";
  if (auto reason = whyNotLoops(plan))
    return reason;
  return whyNotSizes(plan);
}

std::optional<std::string> DensePlanner::whyNotLoops(const DensePlan &plan) const {
  auto text = [](int64_t value) { return std::to_string(value); };
  if (plan.blockC % plan.unroll != 0)
    return "unroll = " + text(plan.unroll) + " does not divide the " + text(plan.blockC) +
           " channels of a block";
  if (plan.channelsInside && plan.parallelK)
    return "channels_inside = 1 puts output channels in the innermost loop, parallel_k = 1 in the "
           "outermost";
  if (plan.channelsInside && !hasWholeBlocks(shape, plan))
    return "channels_inside = 1 takes blocks of output channels that lie within a group: " +
           text(plan.blockK()) + " does not divide " + text(shape.K);
  if (plan.parallelK && plan.stage && shape.symbolic)
    return "parallel_k = 1 stages whole images, which takes constant sizes";
  if (plan.parallelK && plan.stage && stagedImageBytes() > largestStagedBytes)
    return "parallel_k = 1 would stage " + text(stagedImageBytes()) + " bytes, the most is " +
           text(largestStagedBytes);
  return std::nullopt;
}

std::optional<std::string> DensePlanner::whyNotSizes(const DensePlan &plan) const {
  auto text = [](int64_t value) { return std::to_string(value); };
  if (shape.symbolic)
    return std::nullopt;
  int64_t rows = units().count;
  int64_t columns = plan.line ? shape.P * shape.Q : shape.Q;
  if (plan.tileX > columns)
    return "tile_x = " + text(plan.tileX) + " is more than the " + text(columns) + " columns";
  if (plan.strip() > rows)
    return "strip = " + text(plan.stripTiles) + " makes " + text(plan.strip()) +
           (plan.stripsInRow() ? " pixels, the image has " : " rows, the image has ") + text(rows);
  return std::nullopt;
}

std::vector<Parameter> DensePlanner::space() const {
  DensePlan best = fastest();
  int64_t most = shape.symbolic ? largestTileX : maxTileX();
  std::vector<int64_t> strips = {1, 2, 3, 4, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 128};
  std::vector<int64_t> stages = {best.stage ? 1 : 0};
  if (!mustStage())
    stages.push_back(best.stage ? 0 : 1);
  int64_t widest = target.lanes(4);
  return {
      {"tile_x", startingWith(best.tileX, upTo(most), most), "columns of a register tile"},
      {"tile_y",
       startingWith(best.tileY, upTo(best.stripsInRow() ? 1 : largestTileY), largestTileY),
       "rows of a register tile"},
      {"tile_k", startingWith(best.tileK, upTo(largestTileK), largestTileK),
       "vectors of output channels of a register tile"},
      {"vector", startingWith(best.lanes, {widest, widest / 2, widest / 4}, widest),
       "output channels in a vector"},
      {"strip", startingWith(best.stripTiles, strips, 128),
       "rows of tiles (in one row: tiles) whose input is staged at once", largestStrip},
      {"block_c", startingWith(blockOfChannels(shape.C, target), {4, 8, 16, 32, 64}, shape.C),
       "input channels that lie together in the staged input"},
      {"stage", stages, "1: copy the input, padded and blocked; 0: read it where it lies"},
      {"parallel_k", startingWith(best.parallelK ? 1 : 0, {0, 1}, 1),
       "1: threads share output channels; 0: strips"},
      {"unroll", startingWith(best.unroll, {1, 2, 4, 8}, 8),
       "steps of the reduction over channels that are unrolled"},
      {"channels_inside",
       {0, 1},
       "1: blocks of output channels pass a tile's input; 0: tiles pass a block's weights"},
  };
}

double DensePlanner::milliseconds(const DensePlan &plan) const {
  return millisecondsOfCycles(cycles(plan));
}

Plan DensePlanner::asPlan(const DensePlan &plan, std::string algorithm) {
  Plan result;
  result.algorithm = std::move(algorithm);
  result.parameters = {
      {"tile_x", plan.tileX},     {"tile_y", plan.tileY},
      {"tile_k", plan.tileK},     {"vector", plan.lanes},
      {"strip", plan.stripTiles}, {"stage", plan.stage ? 1 : 0},
      {"block_c", plan.blockC},   {"parallel_k", plan.parallelK ? 1 : 0},
      {"unroll", plan.unroll},    {"channels_inside", plan.channelsInside ? 1 : 0}};
  if (!plan.stage)
    result.parameters.erase("block_c");
  return result;
}

// One block of output channels has no order of its own; few channels are reduced with the taps of a
// row, which nothing unrolls.
Plan DensePlanner::normalised(const DensePlan &plan, std::string algorithm) const {
  Plan result = asPlan(plan, std::move(algorithm));
  if (isFlat(shape, plan))
    result.parameters.erase("unroll");
  if (plan.parallelK || shape.G * ceilDiv(shape.K, plan.blockK()) == 1)
    result.parameters.erase("channels_inside");
  return result;
}

} // namespace convwright::schedules
