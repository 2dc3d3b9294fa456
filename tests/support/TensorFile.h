//===- TensorFile.h - golden tensors and DLTensors for test programs -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For programs that are also cross-compiled: nothing of LLVM. The product's own safetensors reader,
// with all its checks, is compiler/Import/Safetensors.h.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SUPPORT_TENSORFILE_H
#define CONVWRIGHT_TESTS_SUPPORT_TENSORFILE_H

#include <algorithm>
#include <dlpack/dlpack.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace convwright::tests {

/// A dense f32 tensor in row-major logical order.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/// The f32 tensors of a safetensors file, by name. Throws std::runtime_error.
inline std::map<std::string, Tensor> readTensors(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.size() < 8)
    throw std::runtime_error(path + ": no safetensors file");
  uint64_t headerBytes = 0;
  std::memcpy(&headerBytes, bytes.data(), 8);
  auto header = nlohmann::json::parse(bytes.data() + 8, bytes.data() + 8 + headerBytes);
  std::map<std::string, Tensor> tensors;
  for (auto &[name, entry] : header.items()) {
    if (name == "__metadata__")
      continue;
    if (entry["dtype"] != "F32")
      throw std::runtime_error(path + ": " + name + " is not F32");
    auto begin = entry["data_offsets"][0].get<uint64_t>();
    auto end = entry["data_offsets"][1].get<uint64_t>();
    Tensor tensor{entry["shape"].get<std::vector<int64_t>>(),
                  std::vector<float>((end - begin) / 4)};
    std::memcpy(tensor.values.data(), bytes.data() + 8 + headerBytes + begin, end - begin);
    tensors.emplace(name, std::move(tensor));
  }
  return tensors;
}

/// How a tensor's dimensions lie: the channels first or last in memory, and the innermost `dense`
/// of them without gaps, the others with `gap` elements and more between them.
struct Placement {
  bool channelsLast = false;
  size_t dense = SIZE_MAX;
  int64_t gap = 0;
};

/// A DLTensor over memory of its own, behind which nothing may be read or written. Shape in logical
/// order. What lies in gaps, and in one before the first element, is NaN.
class GuardedTensor {
public:
  GuardedTensor(std::vector<int64_t> extents, const Placement &placement)
      : shape(std::move(extents)) {
    strides.assign(shape.size(), 1);
    int64_t span = 1, place = 0;
    for (size_t d : fromInnermost(shape.size(), placement.channelsLast)) {
      bool gap = place >= static_cast<int64_t>(std::min<size_t>(placement.dense, shape.size()));
      strides[d] = gap ? span + placement.gap + place : span;
      span = gap ? span + (shape[d] - 1) * strides[d] : span * shape[d];
      ++place;
    }
    elements = std::all_of(shape.begin(), shape.end(), [](int64_t extent) { return extent > 0; })
                   ? static_cast<size_t>(span)
                   : 0;
    before = static_cast<size_t>(placement.gap);
    memory = mapBeforeGuard((before + elements) * sizeof(float));
    for (size_t i = 0; i < before + elements; ++i)
      std::memcpy(&memory[i], &gapPattern, sizeof gapPattern);
    memory += before;
    view.data = memory;
    view.device = {kDLCPU, 0};
    view.ndim = static_cast<int>(shape.size());
    view.dtype = {kDLFloat, 32, 1};
    view.shape = shape.data();
    view.strides = strides.data();
    view.byte_offset = 0;
  }
  GuardedTensor(const Tensor &tensor, const Placement &placement)
      : GuardedTensor(tensor.shape, placement) {
    for (size_t i = 0; i < tensor.values.size(); ++i)
      memory[offset(i)] = tensor.values[i];
  }
  ~GuardedTensor() { munmap(mapping, mappingBytes); }
  GuardedTensor(const GuardedTensor &) = delete;
  GuardedTensor &operator=(const GuardedTensor &) = delete;

  DLTensor *dl() { return &view; }
  /// The element at a row-major logical index.
  float at(size_t logical) const { return memory[offset(logical)]; }
  size_t count() const {
    size_t product = 1;
    for (int64_t extent : shape)
      product *= static_cast<size_t>(extent);
    return product;
  }
  /// Whether nobody wrote between the elements or before them.
  bool hasCleanGaps() const {
    std::vector<bool> isElement(before + elements, false);
    for (size_t i = 0; i < count(); ++i)
      isElement[before + offset(i)] = true;
    for (size_t i = 0; i < isElement.size(); ++i)
      if (!isElement[i] && std::memcmp(memory - before + i, &gapPattern, sizeof gapPattern) != 0)
        return false;
    return true;
  }

  /// The dimensions by how they lie in memory.
  static std::vector<size_t> fromInnermost(size_t rank, bool channelsLast) {
    std::vector<size_t> order;
    for (size_t d = rank; d-- > 0;)
      order.push_back(d);
    if (channelsLast && rank > 2) // the channels before the spatial dimensions
      std::rotate(order.begin(), order.end() - 2, order.end() - 1);
    return order;
  }

private:
  /// `bytes` of memory that end where a page begins which nobody may touch.
  float *mapBeforeGuard(size_t bytes) {
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_t usable = (bytes + page - 1) / page * page;
    mappingBytes = usable + page;
    mapping =
        mmap(nullptr, mappingBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
      throw std::runtime_error("no memory for a tensor");
    char *begin = static_cast<char *>(mapping);
    mprotect(begin + usable, page, PROT_NONE);
    return reinterpret_cast<float *>(begin + usable - bytes);
  }

  size_t offset(size_t logical) const {
    size_t result = 0;
    for (size_t d = shape.size(); d-- > 0;) {
      result += (logical % static_cast<size_t>(shape[d])) * static_cast<size_t>(strides[d]);
      logical /= static_cast<size_t>(shape[d]);
    }
    return result;
  }

  std::vector<int64_t> shape, strides;
  void *mapping = nullptr;
  static constexpr uint32_t gapPattern = 0x7fc0dead; // a NaN that nobody computes
  size_t mappingBytes = 0, elements = 0, before = 0;
  float *memory = nullptr;
  DLTensor view{};
};

} // namespace convwright::tests

#endif // CONVWRIGHT_TESTS_SUPPORT_TENSORFILE_H
