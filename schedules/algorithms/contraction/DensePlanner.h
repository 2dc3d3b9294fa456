//===- DensePlanner.h - plans for the register-tiled schedules -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEPLANNER_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEPLANNER_H

#include "schedules/algorithms/Algorithm.h"
#include "schedules/algorithms/contraction/DenseShape.h"

namespace convwright::schedules {

/// Why no dense schedule can compute this kernel on this target; none when one can.
std::optional<std::string> whyNotDense(const Kernel &kernel, const Target &target);

/// How the input may be seen: staged with its padding; in place; in place as one line of pixels.
enum class DenseInput : uint8_t { Padded, InPlace, Line };

/// Plans of one kernel on one target.
class DensePlanner {
public:
  DensePlanner(const Kernel &kernel, const Target &target, DenseInput input);

  /// The fastest by the cost model.
  DensePlan fastest() const;
  /// The fastest whose packed filter is that of `plan`, which may see the input in another way.
  DensePlan packedAs(const DensePlan &plan) const;
  /// `plan`'s numbers; what it leaves out is the fastest's.
  DensePlan complete(const Plan &plan) const;
  std::optional<std::string> whyNot(const DensePlan &plan) const;
  std::vector<Parameter> space() const;
  /// As a plan, without the parameters that mean nothing beside the others.
  Plan normalised(const DensePlan &plan, std::string algorithm) const;
  double milliseconds(const DensePlan &plan) const;
  static Plan asPlan(const DensePlan &plan, std::string algorithm);

private:
  /// A tile, with the rest of the plan that suits it.
  DensePlan around(int64_t tileX, int64_t tileY, int64_t tileK, int64_t lanes, bool stage) const;
  /// Every tile of so many vectors of output channels, whether or not whyNot() takes it.
  template <typename Visit> void forEachTile(int64_t tileK, int64_t lanes, Visit visit) const;
  int64_t fewestTiles(const DensePlan &plan) const;
  DensePlan withOutputsApart(DensePlan plan) const;
  int64_t stripTilesFor(const DensePlan &plan) const;
  struct Units {
    int64_t count, halo, stride; // of input behind one of output
    int64_t stagedBytes;         // of one, of one group
  };
  Units units() const;
  int64_t stagedImageBytes() const; // of all groups
  bool weightsPassOften(const DensePlan &plan) const;
  bool mustStage() const;
  bool collides(const DensePlan &plan) const;
  int64_t maxTileX() const;
  std::vector<int64_t> lanesToTry() const;
  /// Why what is in which loop cannot be; the rest of whyNot().
  std::optional<std::string> whyNotLoops(const DensePlan &plan) const;
  std::optional<std::string> whyNotSizes(const DensePlan &plan) const;

  double cycles(const DensePlan &plan) const; // of all stages

  const Target &target;
  std::vector<DenseShape> shapes; // of the stages
  DenseShape shape;               // what suits all of them
  bool line, inPlace;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSEPLANNER_H
