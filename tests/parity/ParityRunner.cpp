//===- ParityRunner.cpp - a generated library against PyTorch's answers ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: parity_runner LIBRARY.so GROUP GOLDEN.safetensors TOLERANCE
//
// Runs every case of the golden file through the library's C functions, as nchw and as nhwc, and
// compares by relative L2 error; tolerance 0 asks for equal bits. Needs nothing of the compiler, so
// that it is also cross-compiled and run under qemu.
//
//===----------------------------------------------------------------------===//

#include "tests/support/TensorFile.h"

#include "convwright/convwright.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <set>

using namespace convwright::tests;

namespace {

using Tensors = std::map<std::string, Tensor>;

/// One layer of the library, by its generated names.
class Layer {
public:
  Layer(void *library, const std::string &stem)
      : packedBytes(symbol<size_t (*)()>(library, stem + "_packed_bytes")),
        pack(symbol<void *>(library, stem + "_pack")), run(symbol<void *>(library, stem + "_run")) {
  }

  int packWeights(const std::vector<DLTensor *> &w, void *packed) const {
    using T = const DLTensor *;
    switch (w.size()) {
    case 1:
      return reinterpret_cast<int (*)(T, void *)>(pack)(w[0], packed);
    case 2:
      return reinterpret_cast<int (*)(T, T, void *)>(pack)(w[0], w[1], packed);
    case 3:
      return reinterpret_cast<int (*)(T, T, T, void *)>(pack)(w[0], w[1], w[2], packed);
    case 6:
      return reinterpret_cast<int (*)(T, T, T, T, T, T, void *)>(pack)(w[0], w[1], w[2], w[3], w[4],
                                                                       w[5], packed);
    }
    return -1;
  }
  int runOn(const void *packed, const std::vector<DLTensor *> &x, DLTensor *y) const {
    using T = const DLTensor *;
    using O = const cw_options *;
    if (x.size() == 1)
      return reinterpret_cast<int (*)(const void *, T, DLTensor *, O)>(run)(packed, x[0], y,
                                                                            nullptr);
    return reinterpret_cast<int (*)(const void *, T, T, DLTensor *, O)>(run)(packed, x[0], x[1], y,
                                                                             nullptr);
  }

  size_t (*packedBytes)();

private:
  template <typename T> static T symbol(void *library, const std::string &name) {
    void *found = dlsym(library, name.c_str());
    if (!found) {
      std::fprintf(stderr, "the library has no %s\n", name.c_str());
      std::exit(1);
    }
    return reinterpret_cast<T>(found);
  }
  void *pack, *run;
};

using Owned = std::vector<std::unique_ptr<DenseTensor>>;

std::vector<DLTensor *> views(const Owned &tensors) {
  std::vector<DLTensor *> result;
  for (const auto &tensor : tensors)
    result.push_back(tensor->dl());
  return result;
}

double relativeError(const DenseTensor &got, const Tensor &want) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < want.values.size(); ++i) {
    double difference = double(got.at(i)) - double(want.values[i]);
    error += difference * difference;
    norm += double(want.values[i]) * double(want.values[i]);
  }
  return norm > 0 ? std::sqrt(error / norm) : std::sqrt(error);
}

/// Whether the case holds in this layout.
bool check(void *library, const std::string &group, const std::string &name, const Tensors &tensors,
           bool nhwc, double tolerance, const char *(*lastError)()) {
  Layer layer(library, group + "_case_" + name + (nhwc ? "_nhwc" : ""));
  Owned inputs, weights;
  std::string prefix = name + "/";
  for (const char *activation : {"x", "r"})
    if (auto found = tensors.find(prefix + activation); found != tensors.end())
      inputs.push_back(std::make_unique<DenseTensor>(found->second, nhwc));
  for (const auto &[key, tensor] : tensors)
    if (key.rfind(prefix, 0) == 0 && key != prefix + "x" && key != prefix + "r" &&
        key != prefix + "y")
      weights.push_back(std::make_unique<DenseTensor>(tensor, false));
  const Tensor &want = tensors.at(prefix + "y");
  DenseTensor result(want.shape, nhwc);

  size_t bytes = layer.packedBytes();
  std::unique_ptr<void, decltype(&std::free)> packed(
      std::aligned_alloc(64, (bytes + 63) / 64 * 64 + 64), &std::free);
  int status = layer.packWeights(views(weights), packed.get());
  if (status == CW_OK)
    status = layer.runOn(packed.get(), views(inputs), result.dl());
  if (status != CW_OK) {
    std::printf("FAIL %s %s: status %d: %s\n", name.c_str(), nhwc ? "nhwc" : "nchw", status,
                lastError());
    return false;
  }
  double error = relativeError(result, want);
  if (!(error <= tolerance)) {
    std::printf("FAIL %s %s: relative L2 error %.3g, allowed %.3g\n", name.c_str(),
                nhwc ? "nhwc" : "nchw", error, tolerance);
    return false;
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: parity_runner LIBRARY.so GROUP GOLDEN.safetensors TOLERANCE\n");
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  auto lastError = reinterpret_cast<const char *(*)()>(dlsym(library, "cw_last_error"));
  if (!lastError) {
    std::fprintf(stderr, "%s has no cw_last_error\n", argv[1]);
    return 1;
  }
  Tensors tensors = readTensors(argv[3]);
  std::set<std::string> cases;
  for (const auto &entry : tensors)
    cases.insert(entry.first.substr(0, entry.first.find('/')));
  int passed = 0, failed = 0;
  for (const std::string &name : cases)
    for (bool nhwc : {false, true})
      ++(check(library, argv[2], name, tensors, nhwc, std::atof(argv[4]), lastError) ? passed
                                                                                     : failed);
  std::printf("%s: %d of %d cases agree with PyTorch\n", argv[2], passed, passed + failed);
  return failed || !passed ? 1 : 0;
}
