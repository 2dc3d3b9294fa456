//===- KernelTransfer.cpp - compiled kernels between processes -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/KernelTransfer.h"

#include <cstring>
#include <type_traits>

using namespace convwright::schedules;

namespace convwright::compiler {

namespace {

/// Each structure names its fields once, for both directions: `archive(field, field, ...)`.
template <typename Archive> void exchange(Archive &archive, Extent &extent) {
  archive(extent.symbol, extent.mul, extent.add, extent.div);
}
template <typename Archive> void exchange(Archive &archive, PackedBuffer &buffer) {
  archive(buffer.type, buffer.dims);
}
template <typename Archive> void exchange(Archive &archive, ScratchBuffer &buffer) {
  archive(buffer.dims, buffer.elementBytes, buffer.perThread);
}
template <typename Archive> void exchange(Archive &archive, CompiledKernel &kernel) {
  archive(kernel.entry, kernel.packEntry, kernel.stridedEntry, kernel.object, kernel.activations,
          kernel.weights, kernel.packed, kernel.constantPacked, kernel.scratch,
          kernel.stridedScratch);
}

template <typename T>
constexpr bool isPlain =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::byte>;

class Writer {
public:
  template <typename... Fields> void operator()(Fields &...fields) { (write(fields), ...); }
  std::string bytes;

private:
  template <typename T> void write(T &value) {
    if constexpr (isPlain<T>)
      raw(&value, sizeof value);
    else
      exchange(*this, value);
  }
  void write(std::string &text) { list(text); }
  template <typename T> void write(std::vector<T> &values) { list(values); }

  template <typename List> void list(List &values) {
    uint64_t count = values.size();
    write(count);
    if constexpr (isPlain<typename List::value_type>)
      raw(values.data(), count * sizeof(typename List::value_type));
    else
      for (auto &value : values)
        write(value);
  }
  void raw(const void *data, size_t size) { bytes.append(static_cast<const char *>(data), size); }
};

class Reader {
public:
  explicit Reader(std::string_view bytes) : rest(bytes) {}
  template <typename... Fields> void operator()(Fields &...fields) { (read(fields), ...); }
  /// Whether all was there, and nothing more.
  bool complete() const { return !failed && rest.empty(); }

private:
  template <typename T> void read(T &value) {
    if constexpr (isPlain<T>)
      raw(&value, sizeof value);
    else
      exchange(*this, value);
  }
  void read(std::string &text) { list(text); }
  template <typename T> void read(std::vector<T> &values) { list(values); }

  template <typename List> void list(List &values) {
    uint64_t count = 0;
    read(count);
    if (failed || count > rest.size()) {
      failed = true;
      return;
    }
    values.resize(count);
    if constexpr (isPlain<typename List::value_type>)
      raw(values.data(), count * sizeof(typename List::value_type));
    else
      for (auto &value : values)
        read(value);
  }
  void raw(void *data, size_t size) {
    if (failed || size > rest.size()) {
      failed = true;
      return;
    }
    if (size)
      std::memcpy(data, rest.data(), size);
    rest.remove_prefix(size);
  }

  std::string_view rest;
  bool failed = false;
};

} // namespace

std::string toBytes(const Result<CompiledKernel> &result) {
  Writer writer;
  bool good = static_cast<bool>(result);
  writer(good);
  if (good) {
    CompiledKernel kernel = *result;
    writer(kernel);
  } else {
    std::string message = result.error().message;
    writer(message);
  }
  return std::move(writer.bytes);
}

std::optional<Result<CompiledKernel>> fromBytes(std::string_view bytes) {
  Reader reader(bytes);
  bool good = false;
  reader(good);
  CompiledKernel kernel;
  Error error;
  if (good)
    reader(kernel);
  else
    reader(error.message);
  if (!reader.complete())
    return std::nullopt;
  return good ? Result<CompiledKernel>(std::move(kernel))
              : Result<CompiledKernel>(std::move(error));
}

} // namespace convwright::compiler
