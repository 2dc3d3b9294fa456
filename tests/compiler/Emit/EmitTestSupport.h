//===- EmitTestSupport.h - directories, commands and loaded libraries for tests of emission ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_COMPILER_EMIT_EMITTESTSUPPORT_H
#define CONVWRIGHT_TESTS_COMPILER_EMIT_EMITTESTSUPPORT_H

#include "convwright/convwright.h"
#include "schedules/kernel/HostTensor.h"

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

/// An f32 tensor with numbers in it.
inline schedules::HostTensor floats(std::vector<int64_t> shape,
                                    schedules::Layout layout = schedules::Layout::ChannelsFirst) {
  schedules::HostTensor tensor(schedules::ElementType::F32, std::move(shape), layout);
  fillRandom(tensor, 1);
  return tensor;
}

struct FreeDeleter {
  void operator()(void *memory) const { std::free(memory); }
};
using AlignedBlock = std::unique_ptr<void, FreeDeleter>;
inline AlignedBlock alignedBlock(size_t bytes) {
  return AlignedBlock(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
}

} // namespace convwright::compiler::testing

#endif // CONVWRIGHT_TESTS_COMPILER_EMIT_EMITTESTSUPPORT_H
