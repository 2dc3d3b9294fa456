//===- DenseShape.h - a convolution as the register-tiled schedules see it -===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What `direct` and `pointwise` share. Both compute tiles of pixels × vectors of output channels:
//
//   for strip of pixels                      (parallel, or channels are)
//     input of the strip, padded, in blocks of channels     (unless it is read where it lies)
//     for block of output channels
//       for tile of pixels
//         accumulators += packed weights × broadcast input   (registers)
//         epilogue, store
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSESHAPE_H
#define CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSESHAPE_H

#include "schedules/kernel/Kernel.h"
#include "schedules/kernel/Plan.h"
#include "schedules/targets/Target.h"

#include <cstdint>

namespace convwright::schedules {

/// Sizes at the symbols' `like` values, channels per group.
struct DenseShape {
  int64_t N, G, K, C, P, Q; // K and C of a group
  int64_t T, R, S;          // taps along depth, height and width
  int64_t strideH, strideW, dilationH, dilationW;
  int64_t depth, H, W; // planes of output, rows and columns of input
  bool oneRow;         // images are one row, along which strips lie then
  bool symbolic;       // a spatial extent of the output is known at run time only
  bool batchIsLine;    // images of one pixel are seen as one image of all of them
  bool plainInput;     // the input is an operand as it is
  Layout in, out;      // of the input operand that has channels, and of the output

  PaddingMode mode;
  bool padded;
  int64_t padTop;

  double rowsUsed; // the part of all taps' rows that does not lie in the zero padding

  /// Of one stage, and the output of the same number. `line`: all planes are one image, as their
  /// pixels are one line.
  explicit DenseShape(const Kernel &kernel, bool line = false, size_t stage = 0);
  bool is1x1WithoutPadding() const { return T * R * S == 1 && !padded; }
  /// Planes of output of all images: each is computed as an image of its own.
  int64_t planes() const { return N * depth; }
};

/// A plan's numbers, completed: what `direct` and `pointwise` document as their parameters.
struct DensePlan {
  int64_t tileX, tileY; // pixels of a register tile
  int64_t tileK;        // vectors of output channels of a register tile
  int64_t lanes;        // of such a vector
  int64_t blockC;       // input channels that lie together in the staged input
  int64_t stripTiles;   // (rows of) tiles for which the input is staged at once
  bool stage;           // copy the input, padded and blocked
  bool line;            // pixels as one line
  bool alongRow;        // a strip is a piece of the image's only row
  bool parallelK;       // parallel over blocks of output channels, not strips
  int64_t unroll;       // steps of the reduction over channels unrolled; divides blockC
  bool channelsInside;  // the blocks of output channels pass a tile, not the tiles a block

  int64_t blockK() const { return lanes * tileK; }
  int64_t accumulators() const { return tileX * tileY * tileK; }
  /// Whether strips lie along x, not y.
  bool stripsInRow() const { return line || alongRow; }
  /// Rows of output in a strip; where strips lie along x: pixels.
  int64_t strip() const { return stripTiles * (stripsInRow() ? tileX : tileY); }
};

/// How many of what strips are made of an image has: pixels of a line, or of its only row,
/// otherwise rows.
int64_t stripUnits(const DenseShape &shape, bool line, bool alongRow);
/// Whether few channels make a staged row x and channels together, and so the reduction.
bool isFlat(const DenseShape &shape, const DensePlan &plan);
/// Whether blocks of output channels never cross a border of groups, so that one index counts them.
bool hasWholeBlocks(const DenseShape &shape, const DensePlan &plan);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_ALGORITHMS_CONTRACTION_DENSESHAPE_H
