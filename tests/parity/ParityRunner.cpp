//===- ParityRunner.cpp - a generated library against PyTorch's answers ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: parity_runner LIBRARY.so GROUP GOLDEN.safetensors TOLERANCE [MAGNITUDE]
//
// Runs every case of the golden file through the library's C functions, in each memory layout that
// the library has a layer for, and compares by relative L2 error; tolerance 0 asks for equal bits.
// Then runs it again with gaps behind each row, plane and image of what is given and what is
// written: the result has equal bits, and the gaps are as before. With MAGNITUDE the result is held
// to the tolerance instead: a second entry for tensors with gaps may add in another order where a
// vector has one lane (K = 1), which LLVM does as it likes.
// Tensors "c007/x" belong to the layers case_c007 (channels first), case_c007_nhwc and so on;
// "c007@2/x" too: another size of the same layer. Activations are x, r, offset, mask and the
// kernels w of cases called "dynamic…", in this order; the layer declares its weights in the order
// of their names. Needs nothing of the compiler, so that it is also cross-compiled and run under
// qemu. MAGNITUDE: what the layers' sums typically are; an answer that is smaller (cut to nearly
// nothing by an activation) is held to the tolerance of that magnitude.
//
//===----------------------------------------------------------------------===//

#include "tests/support/TensorFile.h"

#include "convwright/convwright.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <set>

using namespace convwright::schedules;

namespace {

using Tensors = std::map<std::string, HostTensor>;

/// How a layer's name says where its tensors lie.
struct Layouts {
  const char *suffix;
  bool inputNhwc, resultNhwc;
};
constexpr Layouts allLayouts[] = {{"", false, false},          {"_nwc", true, true},
                                  {"_nhwc", true, true},       {"_ndhwc", true, true},
                                  {"_nchw_nhwc", false, true}, {"_nhwc_nchw", true, false}};

/// One layer of the library, by its generated names.
class Layer {
public:
  Layer(void *library, const std::string &stem)
      : run(dlsym(library, (stem + "_run").c_str())),
        pack(dlsym(library, (stem + "_pack").c_str())),
        packedBytes(
            reinterpret_cast<size_t (*)()>(dlsym(library, (stem + "_packed_bytes").c_str()))) {}

  bool exists() const { return run; }
  size_t bytes() const { return packedBytes ? packedBytes() : 0; }
  int packWeights(const std::vector<DLTensor *> &w, void *packed) const {
    std::vector<const void *> arguments(w.begin(), w.end());
    arguments.push_back(packed);
    return w.empty() ? CW_OK : call(pack, arguments);
  }
  int runOn(const void *packed, const std::vector<DLTensor *> &x, DLTensor *y) const {
    std::vector<const void *> arguments;
    if (pack)
      arguments.push_back(packed);
    arguments.insert(arguments.end(), x.begin(), x.end());
    arguments.insert(arguments.end(), {y, nullptr});
    return call(run, arguments);
  }

private:
  /// The generated functions take pointers alone.
  static int call(void *function, const std::vector<const void *> &a) {
    using P = const void *;
    switch (a.size()) {
    case 2:
      return reinterpret_cast<int (*)(P, P)>(function)(a[0], a[1]);
    case 3:
      return reinterpret_cast<int (*)(P, P, P)>(function)(a[0], a[1], a[2]);
    case 4:
      return reinterpret_cast<int (*)(P, P, P, P)>(function)(a[0], a[1], a[2], a[3]);
    case 5:
      return reinterpret_cast<int (*)(P, P, P, P, P)>(function)(a[0], a[1], a[2], a[3], a[4]);
    case 6:
      return reinterpret_cast<int (*)(P, P, P, P, P, P)>(function)(a[0], a[1], a[2], a[3], a[4],
                                                                   a[5]);
    case 7:
      return reinterpret_cast<int (*)(P, P, P, P, P, P, P)>(function)(a[0], a[1], a[2], a[3], a[4],
                                                                      a[5], a[6]);
    }
    return -1;
  }

  void *run, *pack;
  size_t (*packedBytes)();
};

std::vector<DLTensor *> views(std::vector<HostTensor> &tensors) {
  std::vector<DLTensor *> result;
  for (HostTensor &tensor : tensors)
    result.push_back(tensor.dlpack());
  return result;
}

double relativeError(const HostTensor &got, const HostTensor &want, double magnitude) {
  double error = 0, norm = 0;
  for (int64_t i = 0; i < want.elementCount(); ++i) {
    double difference = got.at(i) - want.at(i);
    error += difference * difference;
    norm += want.at(i) * want.at(i);
  }
  norm = std::max(norm, magnitude * magnitude * double(want.elementCount()));
  return norm > 0 ? std::sqrt(error / norm) : std::sqrt(error);
}

/// What a case is held to.
struct Bound {
  double tolerance = 0, magnitude = 0;
};

struct Tally {
  int passed = 0, failed = 0;
  int betweenImages = 0; // passed with gaps there only
  double worst = 0;
};

/// The tensors that are given at each run.
std::vector<std::string> activationsOf(const Tensors &tensors, const std::string &prefix) {
  std::vector<std::string> names = {"x", "r", "offset", "mask"}, given;
  if (prefix.starts_with("dynamic"))
    names.emplace_back("w");
  for (const std::string &name : names)
    if (tensors.count(prefix + name))
      given.push_back(prefix + name);
  return given;
}

/// How much of a tensor is left dense.
enum class Gaps { None, Everywhere, BetweenImages };

/// A tensor before memory that nobody may touch. A dimension of one element has no place among the
/// dense ones: the next does.
HostTensor tensorOf(const std::vector<int64_t> &shape, bool channelsLast, Gaps gaps) {
  channelsLast &= shape.size() > 2 && shape.size() <= 5;
  Layout layout = channelsLast ? Layout::ChannelsLast : Layout::ChannelsFirst;
  Placement placement{Placement::Edge::End};
  if (gaps != Gaps::None)
    placement = {Placement::Edge::End, shape.size() - 1, 5};
  if (gaps == Gaps::Everywhere) {
    std::vector<size_t> order = memoryOrder(layout, shape.size());
    placement.dense = 1;
    while (placement.dense < order.size() && shape[order[placement.dense - 1]] == 1)
      ++placement.dense;
    if (channelsLast)
      placement.dense = std::max<size_t>(placement.dense, 2);
  }
  return {ElementType::F32, shape, layout, placement};
}

HostTensor copyOf(const HostTensor &tensor, bool channelsLast, Gaps gaps) {
  HostTensor copy = tensorOf(tensor.shape(), channelsLast, gaps);
  copy.fromRowMajorBytes(tensor.toRowMajorBytes());
  return copy;
}

/// The case's activations, and its weights, row-major, in the order of their names.
void gather(const Tensors &tensors, const std::string &prefix, bool nhwc, Gaps gaps,
            std::vector<HostTensor> &inputs, std::vector<HostTensor> &weights) {
  std::vector<std::string> activations = activationsOf(tensors, prefix);
  for (const std::string &name : activations)
    inputs.push_back(copyOf(tensors.at(name), nhwc, gaps));
  for (const auto &[key, tensor] : tensors)
    if (key.starts_with(prefix) && key != prefix + "y" &&
        std::find(activations.begin(), activations.end(), key) == activations.end())
      weights.push_back(copyOf(tensor, false, Gaps::None));
}

/// One run of a case; `status` is the library's.
struct Run {
  std::vector<HostTensor> inputs;
  HostTensor result;
  int status;

  Run(const Layer &layer, const std::string &name, const Tensors &tensors, const Layouts &layouts,
      Gaps gaps)
      : result(tensorOf(tensors.at(name + "/y").shape(), layouts.resultNhwc, gaps)) {
    std::vector<HostTensor> weights;
    gather(tensors, name + "/", layouts.inputNhwc, gaps, inputs, weights);
    std::unique_ptr<void, decltype(&std::free)> packed(
        std::aligned_alloc(64, (layer.bytes() + 63) / 64 * 64 + 64), &std::free);
    status = layer.packWeights(views(weights), packed.get());
    if (status == CW_OK)
      status = layer.runOn(packed.get(), views(inputs), result.dlpack());
  }
};

/// What is wrong with the case with gaps in its tensors; empty when nothing is. A layer that reads
/// an argument in another shape takes gaps between images only.
std::string checkGaps(const Layer &layer, const std::string &name, const Tensors &tensors,
                      const Layouts &layouts, const Bound &bound, const HostTensor &dense,
                      const char *(*lastError)(), Tally &tally) {
  Run run(layer, name, tensors, layouts, Gaps::Everywhere);
  if (run.status == CW_ERROR_STRIDE) {
    run = Run(layer, name, tensors, layouts, Gaps::BetweenImages);
    ++tally.betweenImages;
  }
  if (run.status != CW_OK)
    return "with gaps, status " + std::to_string(run.status) + ": " + lastError();
  double error = relativeError(run.result, tensors.at(name + "/y"), bound.magnitude);
  if (!(error <= bound.tolerance))
    return "with gaps, relative L2 error " + std::to_string(error);
  for (int64_t i = 0; i < dense.elementCount() && bound.magnitude == 0; ++i) {
    double with = run.result.at(i), without = dense.at(i);
    if (std::memcmp(&with, &without, sizeof with) != 0)
      return "with gaps element " + std::to_string(i) + " is " + std::to_string(with) +
             ", without " + std::to_string(without);
  }
  bool clean = run.result.isIntact();
  for (const HostTensor &input : run.inputs)
    clean &= input.isIntact();
  return clean ? "" : "something was written between the elements";
}

/// What is wrong with the case in these layouts; empty when nothing is.
std::string check(const Layer &layer, const std::string &name, const Tensors &tensors,
                  const Layouts &layouts, const Bound &bound, const char *(*lastError)(),
                  Tally &tally) {
  Run run(layer, name, tensors, layouts, Gaps::None);
  if (run.status != CW_OK)
    return "status " + std::to_string(run.status) + ": " + lastError();
  double error = relativeError(run.result, tensors.at(name + "/y"), bound.magnitude);
  tally.worst = std::max(tally.worst, error);
  if (!(error <= bound.tolerance))
    return "relative L2 error " + std::to_string(error);
  return checkGaps(layer, name, tensors, layouts, bound, run.result, lastError, tally);
}

void checkAllLayouts(void *library, const std::string &group, const std::string &name,
                     const Tensors &tensors, const Bound &bound, const char *(*lastError)(),
                     Tally &tally) {
  bool found = false;
  for (const Layouts &layouts : allLayouts) {
    std::string stem = name.substr(0, name.find('@')) + layouts.suffix;
    Layer layer(library, group + "_case_" + stem);
    if (!layer.exists())
      continue;
    found = true;
    std::string wrong = check(layer, name, tensors, layouts, bound, lastError, tally);
    ++(wrong.empty() ? tally.passed : tally.failed);
    if (!wrong.empty())
      std::printf("FAIL %s%s: %s\n", name.c_str(), layouts.suffix, wrong.c_str());
  }
  if (!found) {
    ++tally.failed;
    std::printf("FAIL %s: the library has no layer for it\n", name.c_str());
  }
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(
        stderr, "usage: parity_runner LIBRARY.so GROUP GOLDEN.safetensors TOLERANCE [MAGNITUDE]\n");
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
  Tensors tensors = convwright::tests::readTensors(argv[3]);
  std::set<std::string> cases;
  for (const auto &entry : tensors)
    cases.insert(entry.first.substr(0, entry.first.find('/')));
  Bound bound{std::atof(argv[4]), argc == 6 ? std::atof(argv[5]) : 0};
  Tally tally;
  for (const std::string &name : cases)
    checkAllLayouts(library, argv[2], name, tensors, bound, lastError, tally);
  std::printf("%s: %d of %d cases agree, worst relative L2 error %.2g; %d with gaps between images "
              "only\n",
              argv[2], tally.passed, tally.passed + tally.failed, tally.worst, tally.betweenImages);
  return tally.failed || !tally.passed ? 1 : 0;
}
