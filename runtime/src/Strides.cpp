//===- Strides.cpp - where a tensor's elements lie ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strides.h"

#include "Arithmetic.h"
#include "Status.h"
#include "Tensors.h"

#include <cinttypes>

namespace convwright::runtime {

namespace {

/// Every rank that a layer's tensors have.
constexpr int64_t mostDims = 16;
/// Generated code counts elements in 32 bits with a sign.
constexpr int64_t mostElements = INT32_MAX;

/// A layout has a name in the language from three dimensions to five.
const char *nameOf(const cw_tensor &info) {
  const char *name = layoutName(info.rank, info.layout);
  return name ? name : "row-major";
}

Text found(const DLTensor &tensor) {
  int64_t strides[mostDims] = {};
  for (int64_t d = 0; d < tensor.ndim && d < mostDims; ++d)
    strides[d] = strideOf(tensor, d);
  Text text = printList(tensor.ndim < mostDims ? tensor.ndim : mostDims, strides);
  if (!tensor.strides)
    text.add(" (null stands for row-major)");
  return text;
}

/// The strides that `info` asks for, of dense dimensions as numbers: "[any, any, 3, 1]".
Text wanted(const DLTensor &tensor, const cw_tensor &info) {
  int64_t dense[mostDims] = {}, stride = 1;
  int64_t rank = info.rank < mostDims ? info.rank : mostDims;
  for (int64_t place = 0; place < rank; ++place) {
    int64_t d = dimensionAt(info.rank, info.layout, place);
    dense[d] = place < info.rank - info.pitched ? stride : 0;
    stride *= tensor.shape[d];
  }
  Text text;
  for (int64_t d = 0; d < rank; ++d) {
    text.add("%s", d ? ", " : "[");
    if (dense[d])
      text.add("%" PRId64, dense[d]);
    else
      text.add("any");
  }
  text.add("]");
  return text;
}

int failStrides(const DLTensor &tensor, const cw_tensor &info, bool isWeight) {
  if (isWeight)
    return fail(CW_ERROR_STRIDE,
                "%s has the strides %s; a weight lies row by row, in the order of its dimensions, "
                "with the strides %s (elements; those of extents 1 do not matter): make it dense",
                info.name, found(tensor).text(), wanted(tensor, info).text());
  return fail(CW_ERROR_STRIDE,
              "%s has the strides %s; the layer takes %s order with the strides %s (elements, for "
              "the logical dimensions in order; those of extents 1 do not matter; what the layer "
              "also reads in another shape, or as a part of another tensor, has fewer that are "
              "any): %s, or change the layout in the .conv file",
              info.name, found(tensor).text(), nameOf(info), wanted(tensor, info).text(),
              info.pitched ? "copy it into such an order" : "make it dense");
}

/// The steps of a tensor along dimensions of more than one element, shortest first.
struct Steps {
  int64_t lengths[mostDims], extents[mostDims], dims[mostDims], count = 0;
  int64_t unit;

  /// In units of 1 (elements), or of an element's bytes.
  explicit Steps(const DLTensor &tensor, int64_t unit) : unit(unit) {
    for (int64_t d = 0; d < tensor.ndim; ++d)
      if (tensor.shape[d] > 1)
        insert(strideOf(tensor, d) * unit, tensor.shape[d], d);
  }
  static Steps inBytes(const DLTensor &tensor) { return Steps(tensor, tensor.dtype.bits / 8); }

  /// From the first element to behind the last.
  int64_t span() const { return spanBelow(INT64_MAX); }
  /// Likewise of the steps that are shorter than a pitch.
  int64_t spanBelow(int64_t pitch) const {
    int64_t span = unit;
    for (int64_t i = 0; i < count && lengths[i] < pitch; ++i)
      span += (extents[i] - 1) * lengths[i];
    return span;
  }
  /// Whether the other steps are whole pitches.
  bool isIn(int64_t pitch) const {
    for (int64_t i = 0; i < count; ++i)
      if (lengths[i] >= pitch && lengths[i] % pitch != 0)
        return false;
    return true;
  }

private:
  void insert(int64_t length, int64_t extent, int64_t dim) {
    int64_t at = count++;
    for (; at > 0 && lengths[at - 1] > length; --at) {
      lengths[at] = lengths[at - 1];
      extents[at] = extents[at - 1];
      dims[at] = dims[at - 1];
    }
    lengths[at] = length;
    extents[at] = extent;
    dims[at] = dim;
  }
};

/// From the shortest step to the longest, each has to be over all that lies within it.
int checkSteps(const DLTensor &tensor, const cw_tensor &info) {
  Steps steps(tensor, 1);
  Size span(1);
  for (int64_t i = 0; i < steps.count; ++i) {
    int64_t d = steps.dims[i], step = steps.lengths[i];
    if (step < 1)
      return fail(CW_ERROR_STRIDE,
                  "%s has the strides %s; strides[%" PRId64 "] has to be positive: a layer does "
                  "not read backwards, nor one element for many",
                  info.name, found(tensor).text(), d);
    if (step < span.get())
      return fail(CW_ERROR_STRIDE,
                  "%s has the strides %s for the shape %s: what lies within strides[%" PRId64
                  "] takes %" PRId64 " elements, so that some would be one place in memory",
                  info.name, found(tensor).text(), printList(tensor.ndim, tensor.shape).text(), d,
                  span.get());
    span += Size(steps.extents[i] - 1) * Size(step);
    if (span.overflows() || span.get() > mostElements)
      return fail(CW_ERROR_STRIDE,
                  "%s has the strides %s for the shape %s: from its first element to its last are "
                  "more than the 2^31 - 1 elements that generated code counts",
                  info.name, found(tensor).text(), printList(tensor.ndim, tensor.shape).text());
  }
  return CW_OK;
}

/// Whether b, `distance` bytes behind a, stays beside a in every pitch: then they share nothing,
/// whichever pitches they have.
bool besideEachOther(const Steps &a, const Steps &b, int64_t distance, int64_t pitch) {
  if (pitch <= 0 || !a.isIn(pitch) || !b.isIn(pitch))
    return false;
  int64_t offset = (distance % pitch + pitch) % pitch;
  return a.spanBelow(pitch) <= offset && offset + b.spanBelow(pitch) <= pitch;
}

} // namespace

int64_t strideOf(const DLTensor &tensor, int64_t dimension) {
  if (tensor.strides)
    return tensor.strides[dimension];
  int64_t stride = 1;
  for (int64_t d = tensor.ndim - 1; d > dimension; --d)
    stride *= tensor.shape[d];
  return stride;
}

bool isEmpty(const DLTensor &tensor) {
  for (int64_t d = 0; d < tensor.ndim; ++d)
    if (tensor.shape[d] == 0)
      return true;
  return false;
}

int checkStrides(const DLTensor &tensor, const cw_tensor &info, bool isWeight) {
  if (isEmpty(tensor))
    return CW_OK;
  int64_t expected = 1;
  for (int64_t place = 0; place < info.rank - info.pitched; ++place) {
    int64_t d = dimensionAt(info.rank, info.layout, place);
    if (tensor.shape[d] > 1 && strideOf(tensor, d) != expected)
      return failStrides(tensor, info, isWeight);
    expected *= tensor.shape[d];
  }
  return checkSteps(tensor, info);
}

bool overlaps(const DLTensor &tensor, const void *memory, int64_t bytes) {
  if (isEmpty(tensor) || bytes == 0)
    return false;
  auto begin = reinterpret_cast<uintptr_t>(dataOf(tensor));
  auto other = reinterpret_cast<uintptr_t>(memory);
  return begin < other + static_cast<uintptr_t>(bytes) &&
         other < begin + static_cast<uintptr_t>(Steps::inBytes(tensor).span());
}

bool overlap(const DLTensor &a, const DLTensor &b) {
  if (isEmpty(a))
    return false;
  Steps ofA = Steps::inBytes(a), ofB = Steps::inBytes(b);
  if (!overlaps(b, dataOf(a), ofA.span()))
    return false;
  int64_t distance = dataOf(b) - dataOf(a);
  for (int64_t i = 0; i < ofA.count; ++i)
    if (besideEachOther(ofA, ofB, distance, ofA.lengths[i]))
      return false;
  for (int64_t i = 0; i < ofB.count; ++i)
    if (besideEachOther(ofA, ofB, distance, ofB.lengths[i]))
      return false;
  return true;
}

} // namespace convwright::runtime
