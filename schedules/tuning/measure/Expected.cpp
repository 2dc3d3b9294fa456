//===- Expected.cpp - right values that every candidate is checked against --===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Expected.h"

#include "schedules/kernel/KernelReference.h"
#include "schedules/tuning/measure/Inputs.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

namespace convwright::schedules {

namespace {

using Place = std::vector<int64_t>;

std::vector<HostTensor> inputsOf(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                 uint64_t seed) {
  std::vector<HostTensor> operands;
  for (const Operand &operand : kernel.operands) {
    bool activation = operand.role == Operand::Role::Activation;
    operands.emplace_back(operand.type, activation ? operand.layout : Layout::ChannelsFirst,
                          valuesOf(operand.dims, sizes));
    HostTensor &tensor = operands.back();
    if (operand.role == Operand::Role::Constant)
      std::memcpy(tensor.data(), operand.data.data(), operand.data.size());
    else
      fillInput(operand.type, tensor.data(), tensor.elements(), seed, operands.size() - 1);
  }
  return operands;
}

/// Multiply-adds behind one element.
double workOf(const Kernel &kernel) {
  double work = 1;
  for (const Stage &conv : kernel.stages)
    work += static_cast<double>(conv.taps() * conv.channelsRead());
  return work;
}

/// Ends of the dimension and of tiles of common sizes.
std::vector<int64_t> tellingIndices(int64_t extent) {
  std::set<int64_t> indices{0, extent / 2, extent - 1};
  for (int64_t tile : {8, 14, 16, 32})
    for (int64_t at : {tile - 1, tile, extent / tile * tile, extent / tile * tile - 1})
      indices.insert(std::clamp<int64_t>(at, 0, extent - 1));
  return {indices.begin(), indices.end()};
}

/// Corners first, then places on edges and behind tiles, then anywhere.
std::vector<Place> placesIn(const std::vector<int64_t> &shape, size_t count) {
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

/// Where an element of an output lies in the tensor that it is a part of.
Place placeInWhole(const Output &output, Place place, const std::vector<int64_t> &sizes) {
  for (size_t d = 0; output.part && d < place.size(); ++d)
    place[d] = output.part->start[d].at(sizes) + place[d] * output.part->step[d];
  return place;
}

} // namespace

std::vector<ExpectedValue> expectedValues(const Kernel &kernel, const std::vector<int64_t> &sizes,
                                          uint64_t seed) {
  std::vector<HostTensor> operands = inputsOf(kernel, sizes, seed);
  KernelReference right(kernel, sizes, operands, /*tabulate=*/false);
  // A multiply-add of the reference takes a few hundred nanoseconds.
  auto count = static_cast<size_t>(std::clamp(4e6 / workOf(kernel), 96.0, 400.0));
  std::vector<ExpectedValue> values;
  for (size_t i = 0; i < kernel.outputs.size(); ++i) {
    const Output &output = kernel.outputs[i];
    HostTensor whole(output.type, output.layout,
                     valuesOf(output.part ? output.part->whole : output.dims, sizes));
    for (const Place &place : placesIn(valuesOf(output.dims, sizes), count)) {
      double value = right.value(i, place);
      if (output.type != ElementType::F32)
        value = convertValue(value, output.type);
      values.push_back(
          {static_cast<int64_t>(i), whole.offset(placeInWhole(output, place, sizes)), value});
    }
  }
  return values;
}

} // namespace convwright::schedules
