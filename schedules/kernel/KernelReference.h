//===- KernelReference.h - a kernel's right values, by plain loops --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_KERNELREFERENCE_H
#define CONVWRIGHT_SCHEDULES_KERNEL_KERNELREFERENCE_H

#include "schedules/kernel/HostTensor.h"
#include "schedules/kernel/Kernel.h"

#include <map>
#include <optional>
#include <utility>

namespace convwright::schedules {

/// A kernel's right values in double precision, with plain loops, independent of lowering/.
class KernelReference {
public:
  /// `tabulate`: evaluates every stage's input and filter once, ahead of many values.
  KernelReference(const Kernel &kernel, const std::vector<int64_t> &sizes,
                  const std::vector<HostTensor> &operands, bool tabulate);

  /// Value of `output` at logical `at`.
  double value(size_t output, const std::vector<int64_t> &at) const;

private:
  using Index = std::vector<int64_t>; // logical: N or K, C, and a place along each spatial axis
  struct Table {
    std::vector<double> input, filter, bias;
  };

  double operand(int32_t index, const Index &at) const;
  double fold(size_t index, Index at) const;
  double throughAccesses(int32_t index, Index at) const;
  double pointwise(const ScalarExpr &expr, const Index &at) const;
  double weight(const ScalarExpr &expr, int64_t k, const Index &at) const;
  double inputAt(size_t stage, const Index &at) const;
  double filterAt(size_t index, const Index &at) const;
  double biasAt(size_t stage, int64_t k) const;
  double reduce(size_t stage, const Index &at) const;
  double sum(size_t stage, const Index &at) const;
  double pool(size_t stage, const Index &at) const;
  double filterUnder(size_t stage, const Index &at, int64_t c, const Index &tap) const;
  double regionFilter(size_t stage, const Index &at, const Index &tap) const;
  std::optional<double> inputUnder(size_t stage, const Index &at, int64_t channel,
                                   const Index &tap) const;
  double displacedInput(size_t stage, const Index &at, int64_t channel, const Index &tap) const;
  double bilinear(size_t stage, Index at, double y, double x) const;
  Index taps(size_t stage) const;
  Index inputShape(size_t stage) const;
  Index filterShape(size_t stage) const;
  void fill(size_t stage, Table &table) const;

  const Kernel &kernel;
  const std::vector<int64_t> &sizes;
  const std::vector<HostTensor> &operands;
  mutable std::map<std::pair<size_t, Index>, double> folds; // that were asked for
  std::vector<Table> tables; // empty: every value is evaluated when it is asked for
};

/// One value.
double referenceValue(const Kernel &kernel, const std::vector<int64_t> &sizes,
                      const std::vector<HostTensor> &operands, size_t output,
                      const std::vector<int64_t> &at);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_KERNELREFERENCE_H
