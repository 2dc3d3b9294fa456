//===- EmitTestSupport.h - directories, commands and loaded libraries for tests of emission ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_COMPILER_EMIT_EMITTESTSUPPORT_H
#define CONVWRIGHT_TESTS_COMPILER_EMIT_EMITTESTSUPPORT_H

#include "convwright/convwright.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace convwright::compiler::testing {

/// An empty directory for the time of a scope.
class TemporaryDirectory {
public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "emit-XXXXXX").string();
    if (mkdtemp(pattern.data()))
      path = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

  std::string str() const { return path; }
  std::string at(const std::string &name) const { return path + "/" + name; }
  /// File name -> content, of everything in it, hidden or not.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> files;
    for (const auto &entry : std::filesystem::directory_iterator(path))
      files[entry.path().filename()] = entry.is_regular_file() ? read(entry.path()) : "(no file)";
    return files;
  }
  static std::string read(const std::string &file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

private:
  std::string path;
};

/// Runs a shell command; its output is in `output`.
inline int shell(const std::string &command, std::string &output) {
  output.clear();
  FILE *pipe = popen(("exec 2>&1; " + command).c_str(), "r");
  char buffer[4096];
  while (size_t count = fread(buffer, 1, sizeof buffer, pipe))
    output.append(buffer, count);
  return pclose(pipe);
}

/// A shared object in this process.
class Loaded {
public:
  explicit Loaded(const std::string &path) : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle)
      ADD_FAILURE() << dlerror();
  }
  ~Loaded() {
    if (handle)
      dlclose(handle);
  }
  Loaded(const Loaded &) = delete;
  Loaded &operator=(const Loaded &) = delete;

  template <typename Function> Function *get(const std::string &name) const {
    return reinterpret_cast<Function *>(dlsym(handle, name.c_str()));
  }

private:
  void *handle;
};

/// An f32 tensor in host memory of logical shape NCHW or of rank 1.
class FloatTensor {
public:
  FloatTensor(std::vector<int64_t> dims, bool nhwc) : shape(std::move(dims)) {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    values.resize(static_cast<size_t>(count));
    if (nhwc)
      strides = {shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]};
    dl = {values.data(),
          {kDLCPU, 0},
          static_cast<int32_t>(shape.size()),
          {kDLFloat, 32, 1},
          shape.data(),
          strides.empty() ? nullptr : strides.data(),
          0};
  }
  FloatTensor(const FloatTensor &) = delete;
  FloatTensor &operator=(const FloatTensor &) = delete;

  float &at(int64_t c, int64_t h, int64_t w) {
    int64_t index = strides.empty() ? (c * shape[2] + h) * shape[3] + w
                                    : c * strides[1] + h * strides[2] + w * strides[3];
    return values[static_cast<size_t>(index)];
  }
  void fill() {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(static_cast<int>((i * 2654435761u) >> 24 & 255) - 128) / 64;
  }

  DLTensor dl;
  std::vector<int64_t> shape, strides;
  std::vector<float> values;
};

struct FreeDeleter {
  void operator()(void *memory) const { std::free(memory); }
};
using AlignedBlock = std::unique_ptr<void, FreeDeleter>;
inline AlignedBlock alignedBlock(size_t bytes) {
  return AlignedBlock(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
}

} // namespace convwright::compiler::testing

#endif // CONVWRIGHT_TESTS_COMPILER_EMIT_EMITTESTSUPPORT_H
