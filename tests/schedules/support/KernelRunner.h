//===- KernelRunner.h - compiles one kernel, runs it, knows the right answer ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELRUNNER_H
#define CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELRUNNER_H

#include "schedules/Schedules.h"
#include "schedules/kernel/HostTensor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace convwright::schedules::testing {

/// What one run did besides computing.
struct RunStatistics {
  int status = 0;
  int64_t peakBytes = 0; // of halide_malloc, over all workers together
  int64_t allocations = 0;
  int64_t parallelLoops = 0;
  bool foreignContext = false; // some allocation in a parallel body saw another worker's context
};

/// One compiled kernel in a shared object, with tensors for given sizes.
class KernelRunner {
public:
  /// Compiles and loads; on failure `error()` says why.
  KernelRunner(Kernel kernel, const Plan &plan, const Target &target);
  ~KernelRunner();

  const std::string &error() const { return failure; }
  const CompiledKernel &compiled() const { return code; }

  /// Allocates tensors for the symbols' values, fills inputs from the seed, packs.
  void prepare(const std::vector<int64_t> &sizes, unsigned seed = 1);
  HostTensor &operand(size_t index) { return operands.at(index); }
  HostTensor &output(size_t index) { return outputs.at(index); }
  /// Packs again, after a weight has been written to.
  int pack();
  RunStatistics run(int threads = 1);
  /// The run alone, as often as one likes: for timing.
  std::function<void()> timed(int threads = 1);

  /// The right value of an output element, in double precision.
  double reference(size_t output, const std::vector<int64_t> &at) const;
  /// Relative L2 error over all elements (or `samples` random ones) of all outputs; infinite when
  /// NaN is where it should not be.
  double relativeError(int64_t samples = 0, unsigned seed = 7) const;
  /// Bytes of scratch that the compiled kernel declares for these sizes and workers.
  int64_t declaredScratch(int workers) const;

private:
  struct Library;
  int call(const std::string &symbol, void *context, std::vector<HostTensor *> tensors,
           bool withPacked, std::vector<HostTensor *> results);

  Kernel kernel;
  CompiledKernel code;
  std::string failure;
  std::unique_ptr<Library> library;
  std::vector<int64_t> sizes;
  std::vector<HostTensor> operands, outputs;
};

} // namespace convwright::schedules::testing

#endif // CONVWRIGHT_TESTS_SCHEDULES_SUPPORT_KERNELRUNNER_H
