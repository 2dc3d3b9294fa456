//===- Safetensors.cpp - reading and writing safetensors files -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Safetensors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <unistd.h>

namespace convwright::compiler {

using schedules::Error;
using schedules::Result;

namespace {

/// The format's own limit, which keeps a lying length from costing memory.
constexpr uint64_t maxHeaderBytes = 100'000'000;

} // namespace

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {

/// Parses the JSON header. JSON itself allows a key twice; this format must not, so the parser's
/// events are watched for repeated keys of the outermost object.
struct HeaderJson {
  nlohmann::json value;
  std::optional<std::string> repeatedName;

  explicit HeaderJson(std::string_view text) {
    std::set<std::string> names;
    auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json &parsed) {
      if (event == nlohmann::json::parse_event_t::key && depth == 1 &&
          !names.insert(parsed.get<std::string>()).second)
        repeatedName = parsed.get<std::string>();
      // Legitimate headers are three deep; what is deeper is dropped and then found missing.
      return depth <= 4;
    };
    value = nlohmann::json::parse(text, watch, /*allow_exceptions=*/false);
  }
};

struct Span {
  uint64_t begin = 0, end = 0;
};

} // namespace

static Error tensorError(const std::string &name, const std::string &what) {
  return {"tensor \"" + name + "\": " + what};
}

static Result<SafetensorType> parseType(const std::string &name, const nlohmann::json &entry) {
  auto dtype = entry.find("dtype");
  if (dtype == entry.end() || !dtype->is_string())
    return tensorError(name, "its header has no \"dtype\" string");
  auto spelling = dtype->get<std::string>();
  std::string known;
  for (SafetensorType type : allSafetensorTypes()) {
    if (spell(type) == spelling)
      return type;
    known += (known.empty() ? "" : ", ") + std::string(spell(type));
  }
  return tensorError(name, "unknown dtype \"" + spelling + "\"; known are " + known);
}

static Result<std::vector<int64_t>> parseShape(const std::string &name,
                                               const nlohmann::json &entry) {
  auto shape = entry.find("shape");
  if (shape == entry.end() || !shape->is_array())
    return tensorError(name, "its header has no \"shape\" list");
  std::vector<int64_t> extents;
  for (const nlohmann::json &extent : *shape) {
    if (!extent.is_number_unsigned() ||
        extent.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      return tensorError(name, "shape " + shape->dump() + " has an entry that is no size");
    extents.push_back(static_cast<int64_t>(extent.get<uint64_t>()));
  }
  return extents;
}

static Result<Span> parseOffsets(const std::string &name, const nlohmann::json &entry,
                                 uint64_t dataBytes) {
  auto offsets = entry.find("data_offsets");
  if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2 ||
      !(*offsets)[0].is_number_unsigned() || !(*offsets)[1].is_number_unsigned())
    return tensorError(name, "its header has no \"data_offsets\" pair");
  Span span{(*offsets)[0].get<uint64_t>(), (*offsets)[1].get<uint64_t>()};
  if (span.begin > span.end || span.end > dataBytes)
    return tensorError(name, "data_offsets " + offsets->dump() + " lie outside the file's " +
                                 std::to_string(dataBytes) + " bytes of data" +
                                 (span.begin <= span.end ? " (is the file truncated?)" : ""));
  return span;
}

/// shape x dtype must be exactly the bytes that the offsets span.
static std::optional<Error> checkSize(const TensorView &tensor) {
  unsigned __int128 bytes = byteWidth(tensor.type);
  std::string shape;
  bool empty = std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end();
  for (int64_t extent : tensor.shape) {
    shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    // Kept below 2^64, so that the next product fits 128 bits.
    if (!empty && (bytes *= static_cast<uint64_t>(extent)) > std::numeric_limits<uint64_t>::max())
      return tensorError(tensor.name, "shape [" + shape + ", ...] overflows 64 bits");
  }
  if (empty)
    bytes = 0;
  if (bytes == tensor.bytes.size())
    return std::nullopt;
  return tensorError(tensor.name, "shape [" + shape + "] of " + std::string(spell(tensor.type)) +
                                      " takes " + std::to_string(static_cast<uint64_t>(bytes)) +
                                      " bytes, but its data_offsets span " +
                                      std::to_string(tensor.bytes.size()));
}

static Result<TensorView> parseTensor(const std::string &name, const nlohmann::json &entry,
                                      std::span<const std::byte> data) {
  if (!entry.is_object())
    return tensorError(name, "its header is not a JSON object");
  auto type = parseType(name, entry);
  if (!type)
    return type.error();
  auto shape = parseShape(name, entry);
  if (!shape)
    return shape.error();
  auto span = parseOffsets(name, entry, data.size());
  if (!span)
    return span.error();
  TensorView tensor{name, *type, *shape, data.subspan(span->begin, span->end - span->begin)};
  if (auto error = checkSize(tensor))
    return *error;
  return tensor;
}

static Result<std::map<std::string, std::string>> parseMetadata(const nlohmann::json &object) {
  Error error{"__metadata__ is not an object of strings"};
  if (!object.is_object())
    return error;
  std::map<std::string, std::string> entries;
  for (const auto &[key, value] : object.items()) {
    if (!value.is_string())
      return error;
    entries[key] = value.get<std::string>();
  }
  return entries;
}

/// The tensors must tile the data: no overlap, no hole, nothing left over. `tensors` in order.
static std::optional<Error> checkTiling(std::span<const TensorView> tensors,
                                        std::span<const std::byte> data) {
  size_t next = 0;
  for (const TensorView &tensor : tensors) {
    auto begin = static_cast<size_t>(tensor.bytes.data() - data.data());
    if (begin != next)
      return tensorError(tensor.name, "its data begins at " + std::to_string(begin) +
                                          ", but the data before it ends at " +
                                          std::to_string(next) +
                                          (begin < next ? " (they overlap)" : " (a hole)"));
    next = begin + tensor.bytes.size();
  }
  if (next != data.size())
    return Error{"the tensors end at byte " + std::to_string(next) + " of the data, which has " +
                 std::to_string(data.size())};
  return std::nullopt;
}

/// The header's text, checked for length.
static Result<std::string_view> headerText(std::span<const std::byte> content) {
  uint64_t length = 0;
  if (content.size() < sizeof(length))
    return Error{"has " + std::to_string(content.size()) +
                 " bytes; a safetensors file begins with 8 bytes of header length"};
  std::memcpy(&length, content.data(), sizeof(length));
  if (length == 0)
    return Error{"its header length is 0"};
  if (length > maxHeaderBytes)
    return Error{"its header length " + std::to_string(length) + " is beyond the format's limit " +
                 std::to_string(maxHeaderBytes) + " (is this a safetensors file?)"};
  if (length > content.size() - sizeof(length))
    return Error{"its header length " + std::to_string(length) + " is beyond the end of the " +
                 std::to_string(content.size()) + " bytes (is the file truncated?)"};
  return std::string_view(reinterpret_cast<const char *>(content.data()) + sizeof(length), length);
}

Result<Safetensors> Safetensors::parse(std::vector<std::byte> content, const std::string &name) {
  auto fail = [&](const Error &error) { return Error{name + ": " + error.message}; };
  Safetensors file;
  file.storage = std::move(content);
  auto text = headerText(file.storage);
  if (!text)
    return fail(text.error());
  HeaderJson header(*text);
  if (header.value.is_discarded())
    return fail({"its header is not valid JSON"});
  if (!header.value.is_object())
    return fail({"its header is not a JSON object"});
  if (header.repeatedName)
    return fail({"tensor \"" + *header.repeatedName + "\" appears twice"});

  auto data = std::span<const std::byte>(file.storage).subspan(sizeof(uint64_t) + text->size());
  for (const auto &[key, value] : header.value.items()) {
    if (key == "__metadata__") {
      auto entries = parseMetadata(value);
      if (!entries)
        return fail(entries.error());
      file.entries = std::move(*entries);
      continue;
    }
    auto tensor = parseTensor(key, value, data);
    if (!tensor)
      return fail(tensor.error());
    file.views.push_back(std::move(*tensor));
  }
  // Empty tensors first among those that begin together, so that they tile.
  std::sort(file.views.begin(), file.views.end(), [](const TensorView &a, const TensorView &b) {
    return std::tuple(a.bytes.data(), a.bytes.size(), std::string_view(a.name)) <
           std::tuple(b.bytes.data(), b.bytes.size(), std::string_view(b.name));
  });
  if (auto error = checkTiling(file.views, data))
    return fail(*error);
  return file;
}

static std::string systemError(int code) {
  return std::error_code(code, std::generic_category()).message();
}

Result<Safetensors> Safetensors::read(const std::string &path) {
  std::error_code code;
  auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status))
    return Error{path + ": no such file"};
  if (!std::filesystem::is_regular_file(status))
    return Error{path + ": not a regular file"};
  errno = 0;
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream)
    return Error{path + ": cannot be read: " + systemError(errno)};
  std::vector<std::byte> content(static_cast<size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(reinterpret_cast<char *>(content.data()),
              static_cast<std::streamsize>(content.size()));
  if (!stream)
    return Error{path + ": reading failed: " + systemError(errno)};
  return parse(std::move(content), path);
}

const TensorView *Safetensors::find(std::string_view name) const {
  auto found = std::find_if(views.begin(), views.end(),
                            [&](const TensorView &tensor) { return tensor.name == name; });
  return found == views.end() ? nullptr : &*found;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

std::vector<std::byte> serialize(std::span<const TensorView> tensors,
                                 const std::map<std::string, std::string> &metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty())
    header["__metadata__"] = metadata;
  size_t offset = 0;
  for (const TensorView &tensor : tensors) {
    size_t end = offset + tensor.bytes.size();
    header[tensor.name] = {
        {"dtype", spell(tensor.type)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  // Spaces after the header keep the data 8-byte aligned.
  text.append((8 - text.size() % 8) % 8, ' ');
  uint64_t length = text.size();
  std::vector<std::byte> content(sizeof(length) + text.size() + offset);
  std::memcpy(content.data(), &length, sizeof(length));
  std::memcpy(content.data() + sizeof(length), text.data(), text.size());
  std::byte *next = content.data() + sizeof(length) + text.size();
  for (const TensorView &tensor : tensors)
    next = std::copy(tensor.bytes.begin(), tensor.bytes.end(), next);
  return content;
}

Result<size_t> writeSafetensors(const std::string &path, std::span<const TensorView> tensors,
                                const std::map<std::string, std::string> &metadata) {
  std::vector<std::byte> content = serialize(tensors, metadata);
  std::string temporary = path + ".tmp" + std::to_string(::getpid());
  errno = 0;
  std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
  stream.write(reinterpret_cast<const char *>(content.data()),
               static_cast<std::streamsize>(content.size()));
  stream.close();
  std::error_code code;
  if (stream)
    std::filesystem::rename(temporary, path, code);
  if (stream && !code)
    return content.size();
  std::string why = code ? code.message() : systemError(errno);
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  return Error{path + ": cannot be written: " + why};
}

} // namespace convwright::compiler
