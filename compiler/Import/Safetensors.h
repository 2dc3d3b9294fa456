//===- Safetensors.h - reading and writing safetensors files ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The format: eight bytes of header length (little endian), a JSON object that gives each tensor's
// dtype, shape and data_offsets, then the data. Everything that a file claims is checked before any
// byte of it is used. No MLIR here: tools and tests use it alone.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_SAFETENSORS_H
#define CONVWRIGHT_COMPILER_IMPORT_SAFETENSORS_H

#include "schedules/kernel/ElementType.h"
#include "schedules/kernel/Result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::compiler {

/// The element types that this reader knows.
enum class SafetensorType : uint8_t { F64, F32, F16, BF16, I64, I32, I8, U8, Bool };

std::span<const SafetensorType> allSafetensorTypes();
/// "F32", as the header spells it.
std::string_view spell(SafetensorType type);
/// Bytes of one element.
size_t byteWidth(SafetensorType type);
/// The language's type of the same elements; none for those that the language does not compute in.
std::optional<schedules::ElementType> elementType(SafetensorType type);
SafetensorType safetensorType(schedules::ElementType type);

/// One tensor: row-major, in the order of `shape`. Does not own the bytes; they need not be
/// aligned.
struct TensorView {
  std::string name;
  SafetensorType type = SafetensorType::F32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;

  int64_t elementCount() const;
};

/// Every element, exactly (I64 beyond 2^53 to nearest).
std::vector<double> toDoubles(const TensorView &tensor);
/// Little-endian bytes of `values`, each of which `type` must be able to hold; floats are rounded
/// to nearest.
std::vector<std::byte> toBytes(std::span<const double> values, schedules::ElementType type);

/// A file in memory. Moves, does not copy: the views point into it.
class Safetensors {
public:
  /// Errors: unreadable, or anything that parse() refuses. Messages begin with the path.
  static schedules::Result<Safetensors> read(const std::string &path);
  /// Errors name what is wrong and the numbers; `name` stands for the file in them.
  static schedules::Result<Safetensors> parse(std::vector<std::byte> content,
                                              const std::string &name);

  Safetensors(Safetensors &&) = default;
  Safetensors &operator=(Safetensors &&) = default;
  Safetensors(const Safetensors &) = delete;
  Safetensors &operator=(const Safetensors &) = delete;

  /// In the order of their data.
  const std::vector<TensorView> &tensors() const { return views; }
  const TensorView *find(std::string_view name) const;
  const std::map<std::string, std::string> &metadata() const { return entries; }

private:
  Safetensors() = default;
  std::vector<std::byte> storage;
  std::vector<TensorView> views;
  std::map<std::string, std::string> entries;
};

/// The file's bytes. Names must be distinct.
std::vector<std::byte> serialize(std::span<const TensorView> tensors,
                                 const std::map<std::string, std::string> &metadata = {});
/// Writes under a temporary name and renames: either the whole file appears or nothing does.
/// The value is the number of bytes written.
schedules::Result<size_t> writeSafetensors(const std::string &path,
                                           std::span<const TensorView> tensors,
                                           const std::map<std::string, std::string> &metadata = {});

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_SAFETENSORS_H
