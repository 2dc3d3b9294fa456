//===- Cost.cpp - what cost models share -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/algorithms/Cost.h"

namespace convwright::schedules {

double elementCount(std::span<const Extent> dims, const Kernel &kernel) {
  std::vector<int64_t> sizes = likeSizes(kernel);
  double count = 1;
  for (const Extent &extent : dims)
    count *= static_cast<double>(extent.at(sizes));
  return count;
}

double convolutionFmas(const Kernel &kernel) {
  double fmas = 0;
  for (const Stage &conv : kernel.stages)
    fmas += elementCount(conv.outputDims, kernel) * static_cast<double>(conv.channelsRead()) *
            static_cast<double>(conv.taps());
  return fmas;
}

double bytesMoved(const Kernel &kernel) {
  double bytes = 0;
  for (const Operand &operand : kernel.operands)
    if (operand.role == Operand::Role::Activation)
      bytes += elementCount(operand.dims, kernel) * static_cast<double>(byteWidth(operand.type));
  for (const Output &output : kernel.outputs)
    bytes += elementCount(output.dims, kernel) * static_cast<double>(byteWidth(output.type));
  return bytes;
}

double millisecondsOfCycles(double cycles) { return cycles / 3e6; }

double millisecondsOfBytes(const Kernel &kernel) { return bytesMoved(kernel) / 20e6; }

} // namespace convwright::schedules
