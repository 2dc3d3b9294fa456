//===- Phases.h - transposed convolutions as forward ones ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_PHASES_H
#define CONVWRIGHT_SCHEDULES_KERNEL_PHASES_H

#include "schedules/kernel/Kernel.h"

namespace convwright::schedules {

/// One phase: a forward convolution with stride 1, and which of the outputs it gives.
struct Phase {
  Stage stage;
  Part part;
};

/// A transposed convolution with stride s is s forward ones along each axis, because outputs that
/// lie s apart see the same taps, and no others:
///   y[n,k,p] = b[k] + sum of w[c,k,t] * x[n,c,i] where p = i * stride + t * dilation - padBefore
/// `transposed`: the window that the transposed convolution has been given (stride, dilation,
/// padding), its filter [C, K/G, taps…], and outputDims of all of the result. The phases cover the
/// result; one without taps has the bias alone (one tap that lies in the padding).
/// Requires zero padding.
std::vector<Phase> phasesOf(const Stage &transposed, const std::vector<Symbol> &symbols);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_PHASES_H
