//===- CheckedPlaces.cpp - which elements to check when all are too many ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/CheckedPlaces.h"

#include <algorithm>
#include <random>
#include <set>

namespace convwright::schedules {

using Place = std::vector<int64_t>;

/// Ends of the dimension and of tiles of common sizes.
static std::vector<int64_t> tellingIndices(int64_t extent) {
  std::set<int64_t> indices{0, extent / 2, extent - 1};
  for (int64_t tile : {8, 14, 16, 32})
    for (int64_t at : {tile - 1, tile, extent / tile * tile, extent / tile * tile - 1})
      indices.insert(std::clamp<int64_t>(at, 0, extent - 1));
  return {indices.begin(), indices.end()};
}

int64_t multiplyAddsBehind(const Kernel &kernel) {
  int64_t work = 1;
  for (const Stage &stage : kernel.stages)
    work += stage.taps() * stage.channelsRead();
  return work;
}

std::vector<Place> tellingPlaces(const std::vector<int64_t> &shape, size_t count) {
  std::set<Place> places;
  for (size_t corner = 0; corner < size_t{1} << shape.size(); ++corner) {
    Place place;
    for (size_t d = 0; d < shape.size(); ++d)
      place.push_back(corner >> d & 1 ? shape[d] - 1 : 0);
    places.insert(place);
  }
  std::mt19937_64 random(20261127); // NOLINT(bugprone-random-generator-seed): the same places
  for (size_t i = 0; i < 2 * count && places.size() < count; ++i) {
    Place place;
    for (int64_t extent : shape) {
      std::vector<int64_t> telling = tellingIndices(extent);
      bool anywhere = i % 2 == 0;
      place.push_back(anywhere ? static_cast<int64_t>(random() % static_cast<uint64_t>(extent))
                               : telling[random() % telling.size()]);
    }
    places.insert(place);
  }
  return {places.begin(), places.end()};
}

Place placeInWhole(const Output &output, Place place, const std::vector<int64_t> &sizes) {
  for (size_t d = 0; output.part && d < place.size(); ++d)
    place[d] = output.part->start[d].at(sizes) + place[d] * output.part->step[d];
  return place;
}

} // namespace convwright::schedules
