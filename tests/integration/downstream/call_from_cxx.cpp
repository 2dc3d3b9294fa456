//===- call_from_cxx.cpp - a C++ program that uses two generated libraries ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <filters.h>
#include <ready.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

namespace {

struct Free {
  void operator()(void *memory) const { std::free(memory); }
};

/// A float tensor of logical shape N, C, H, W in nhwc order, or a row-major one.
struct Tensor {
  Tensor(std::vector<int64_t> dims, bool nhwc) : shape(std::move(dims)) {
    size_t count = 1;
    for (int64_t extent : shape)
      count *= static_cast<size_t>(extent);
    values.assign(count, 1.0f);
    if (nhwc)
      strides = {shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]};
    dl = {values.data(),
          {kDLCPU, 0},
          static_cast<int>(shape.size()),
          {kDLFloat, 32, 1},
          shape.data(),
          nhwc ? strides.data() : nullptr,
          0};
  }
  std::vector<int64_t> shape, strides;
  std::vector<float> values;
  DLTensor dl;
};

int fail(const char *what) {
  std::fprintf(stderr, "%s: %s\n", what, cw_last_error());
  return 1;
}

} // namespace

int main() {
  Tensor w({8, 4, 1, 1}, false), b({8}, false);
  for (size_t k = 0; k < 8; ++k)
    b.values[k] = static_cast<float>(k) - 6;
  std::unique_ptr<void, Free> packed(
      std::aligned_alloc(64, (ready_project_packed_bytes() + 63) / 64 * 64));
  if (ready_project_pack(&w.dl, &b.dl, packed.get()) != CW_OK)
    return fail("pack");

  // Every batch size from several threads at once: all ones give max(0, 4 + b[k]).
  int failures[4] = {};
  std::vector<std::thread> threads;
  for (int n = 1; n <= 4; ++n)
    threads.emplace_back([&, n] {
      Tensor x({n, 4, 6, 6}, true), y({n, 8, 6, 6}, true);
      for (int round = 0; round < 100; ++round) {
        failures[n - 1] += ready_project_run(packed.get(), &x.dl, &y.dl, nullptr) != CW_OK;
        for (size_t i = 0; i < y.values.size(); ++i) {
          float expected = static_cast<float>(i % 8) - 2;
          failures[n - 1] += y.values[i] != (expected > 0 ? expected : 0);
        }
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int count : failures)
    if (count)
      return fail("run");
  if (!std::strstr(ready_description(), "\"project\"") ||
      !std::strstr(filters_description(), "\"smooth\""))
    return fail("description");
  return 0;
}
