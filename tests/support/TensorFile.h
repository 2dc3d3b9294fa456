//===- TensorFile.h - golden tensors for test programs ---------------------===//
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

#include "schedules/kernel/HostTensor.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace convwright::tests {

/// The f32 tensors of a safetensors file, dense in row-major order, by name. Throws
/// std::runtime_error.
inline std::map<std::string, schedules::HostTensor> readTensors(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.size() < 8)
    throw std::runtime_error(path + ": no safetensors file");
  uint64_t headerBytes = 0;
  std::memcpy(&headerBytes, bytes.data(), 8);
  auto header = nlohmann::json::parse(bytes.data() + 8, bytes.data() + 8 + headerBytes);
  std::map<std::string, schedules::HostTensor> tensors;
  for (auto &[name, entry] : header.items()) {
    if (name == "__metadata__")
      continue;
    if (entry["dtype"] != "F32")
      throw std::runtime_error(path + ": " + name + " is not F32");
    auto begin = entry["data_offsets"][0].get<uint64_t>();
    auto end = entry["data_offsets"][1].get<uint64_t>();
    schedules::HostTensor tensor(schedules::ElementType::F32,
                                 entry["shape"].get<std::vector<int64_t>>(),
                                 schedules::Layout::ChannelsFirst);
    std::memcpy(tensor.data(), bytes.data() + 8 + headerBytes + begin, end - begin);
    tensors.emplace(name, std::move(tensor));
  }
  return tensors;
}

} // namespace convwright::tests

#endif // CONVWRIGHT_TESTS_SUPPORT_TENSORFILE_H
