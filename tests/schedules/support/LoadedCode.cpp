//===- LoadedCode.cpp - a compiled kernel that can be called ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/LoadedCode.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

namespace convwright::schedules::testing {

namespace {

using Path = std::filesystem::path;
using Objects = std::vector<std::vector<std::byte>>;

void write(const Path &path, const std::vector<std::byte> &bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

/// A directory that goes away with this object.
struct Directory {
  Path path;

  Directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kernel-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  Directory(const Directory &) = delete;
  ~Directory() { std::filesystem::remove_all(path); }
};

size_t bytesOf(const halide_buffer_t &buffer) {
  size_t count = buffer.type.bytes();
  for (int i = 0; i < buffer.dimensions; ++i)
    count *= static_cast<size_t>(buffer.dim[i].extent);
  return count;
}

//===----------------------------------------------------------------------===//

class NativeCode : public LoadedCode {
public:
  NativeCode(const Objects &objects, std::string &failure) {
    Directory directory;
    std::string shared = (directory.path / "k.so").string(), command = "cc -shared -o " + shared;
    for (size_t i = 0; i < objects.size(); ++i) {
      Path object = directory.path / ("k" + std::to_string(i) + ".o");
      write(object, objects[i]);
      command += " " + object.string();
    }
    if (std::system(command.c_str()) != 0)
      failure = "cannot link: " + command;
    else if (!(handle = dlopen(shared.c_str(), RTLD_NOW | RTLD_LOCAL)))
      failure = dlerror();
  }
  ~NativeCode() override {
    if (handle)
      dlclose(handle);
  }
  int call(const std::string &symbol, void *context,
           const std::vector<halide_buffer_t *> &buffers) override {
    auto function = find<int(void **)>(symbol + "_argv");
    std::vector<void *> arguments{context};
    arguments.insert(arguments.end(), buffers.begin(), buffers.end());
    return function(arguments.data());
  }

protected:
  template <typename F> F *find(const std::string &symbol) {
    auto *function = reinterpret_cast<F *>(dlsym(handle, symbol.c_str()));
    assert(function && "the object defines its entries");
    return function;
  }

private:
  void *handle = nullptr;
};

//===----------------------------------------------------------------------===//

/// Kernels on a device: tensors come from the host and go back there after each call.
class DeviceCode final : public NativeCode {
public:
  DeviceCode(const Objects &objects, std::string &failure) : NativeCode(objects, failure) {
    if (failure.empty()) // the default one ends the process
      find<void *(void (*)(void *, const char *))>("halide_set_error_handler")(
          [](void *, const char *message) { std::fprintf(stderr, "%s\n", message); });
  }
  int call(const std::string &symbol, void *context,
           const std::vector<halide_buffer_t *> &buffers) override {
    for (halide_buffer_t *buffer : buffers)
      buffer->set_host_dirty();
    int status = NativeCode::call(symbol, context, buffers);
    auto copy = find<int(void *, halide_buffer_t *)>("halide_copy_to_host");
    auto release = find<int(void *, halide_buffer_t *)>("halide_device_free");
    for (halide_buffer_t *buffer : buffers) {
      int copied = copy(nullptr, buffer), released = release(nullptr, buffer);
      status = status ? status : copied ? copied : released;
    }
    return status;
  }
};

//===----------------------------------------------------------------------===//

class EmulatedCode final : public LoadedCode {
public:
  EmulatedCode(const CompiledKernel &code, std::string &failure) {
    write(directory.path / "k.o", code.object);
    std::string command = "aarch64-linux-gnu-gcc -O1 -static -I" CONVWRIGHT_HALIDE_INCLUDE
                          " " CONVWRIGHT_SOURCE_DIR "/tests/schedules/support/emulated_driver.c " +
                          file("k.o") + " -o " + file("driver");
    if (std::system(command.c_str()) != 0)
      failure = "cannot link: " + command;
  }
  int call(const std::string &symbol, void *,
           const std::vector<halide_buffer_t *> &buffers) override {
    writeJob(symbol.ends_with("_pack"), buffers);
    std::string command = "qemu-aarch64 -cpu neoverse-n1 " + file("driver") + " " + file("job") +
                          " " + file("result");
    if (int status = std::system(command.c_str()))
      return status;
    std::ifstream result(file("result"), std::ios::binary);
    int64_t status = -1;
    result.read(reinterpret_cast<char *>(&status), sizeof status);
    for (halide_buffer_t *buffer : buffers)
      result.read(reinterpret_cast<char *>(buffer->host),
                  static_cast<std::streamsize>(bytesOf(*buffer)));
    return result ? static_cast<int>(status) : -1;
  }

private:
  std::string file(const char *name) const { return (directory.path / name).string(); }

  void writeJob(bool pack, const std::vector<halide_buffer_t *> &buffers) {
    std::ofstream job(file("job"), std::ios::binary);
    auto number = [&](int64_t value) {
      job.write(reinterpret_cast<const char *>(&value), sizeof value);
    };
    number(pack);
    number(static_cast<int64_t>(buffers.size()));
    for (const halide_buffer_t *buffer : buffers) {
      number(buffer->type.code);
      number(buffer->type.bits);
      number(buffer->dimensions);
      for (int i = 0; i < buffer->dimensions; ++i)
        number(buffer->dim[i].extent);
      job.write(reinterpret_cast<const char *>(buffer->host),
                static_cast<std::streamsize>(bytesOf(*buffer)));
    }
  }

  Directory directory;
};

/// Compiled once a target: it takes seconds.
const Result<std::vector<std::byte>> &runtimeOf(const Target &target) {
  static std::map<std::string, Result<std::vector<std::byte>>> runtimes;
  auto found = runtimes.find(target.name);
  if (found == runtimes.end())
    found = runtimes.emplace(target.name, deviceRuntimeObject(target)).first;
  return found->second;
}

} // namespace

std::unique_ptr<LoadedCode> LoadedCode::load(const CompiledKernel &code, const Target &target,
                                             std::string &failure) {
  std::unique_ptr<LoadedCode> loaded;
  if (target.machine == Machine::AArch64) {
    loaded = std::make_unique<EmulatedCode>(code, failure);
  } else if (target.isGpu()) {
    const Result<std::vector<std::byte>> &runtime = runtimeOf(target);
    if (!runtime) {
      failure = runtime.error().message;
      return nullptr;
    }
    loaded = std::make_unique<DeviceCode>(Objects{code.object, *runtime}, failure);
  } else {
    loaded = std::make_unique<NativeCode>(Objects{code.object}, failure);
  }
  return failure.empty() ? std::move(loaded) : nullptr;
}

} // namespace convwright::schedules::testing
