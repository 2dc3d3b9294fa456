//===- KernelText.cpp - all of a kernel as a text to compare ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/measure/KernelText.h"

#include <span>
#include <sstream>

namespace convwright::schedules {

namespace {

void put(std::ostream &out, std::span<const Extent> dims) {
  for (const Extent &e : dims)
    out << " [" << e.symbol << " " << e.mul << " " << e.add << " " << e.div << "]";
}

template <size_t n> void put(std::ostream &out, const std::array<int64_t, n> &values) {
  for (int64_t value : values)
    out << " " << value;
}

void put(std::ostream &out, const ScalarExpr &expr) {
  out.precision(17);
  for (const ScalarNode &node : expr.nodes)
    out << " (" << static_cast<int>(node.op) << " " << static_cast<int>(node.type) << " "
        << node.args[0] << " " << node.args[1] << " " << node.args[2] << " " << node.value << " "
        << node.index << ")";
}

void put(std::ostream &out, const Convolution &conv) {
  out << "\nconv";
  put(out, conv.input);
  put(out, conv.inputDims);
  put(out, conv.filter);
  if (conv.bias)
    put(out << " bias", *conv.bias);
  put(out, std::array{conv.K, conv.C, conv.R, conv.S, conv.groups});
  put(out, conv.stride);
  put(out, conv.dilation);
  put(out, conv.padBefore);
  put(out, conv.padAfter);
  out << " " << static_cast<int>(conv.paddingMode);
  put(out, conv.outputDims);
}

} // namespace

std::string kernelText(const Kernel &kernel) {
  std::ostringstream out;
  for (const Symbol &s : kernel.symbols)
    out << s.lo << " " << s.hi << " " << s.step << " " << s.like << "\n";
  for (const Operand &operand : kernel.operands) {
    out << "\noperand " << static_cast<int>(operand.role) << " " << static_cast<int>(operand.type)
        << " " << static_cast<int>(operand.layout);
    put(out, operand.dims);
    out.write(reinterpret_cast<const char *>(operand.data.data()),
              static_cast<std::streamsize>(operand.data.size()));
  }
  for (const Convolution &conv : kernel.convolutions)
    put(out, conv);
  for (const Output &output : kernel.outputs) {
    out << "\noutput " << static_cast<int>(output.type) << " " << static_cast<int>(output.layout);
    put(out, output.value);
    put(out, output.dims);
  }
  return out.str();
}

} // namespace convwright::schedules
