//===- OutputFile.cpp - a file that a command writes, and what it must not replace ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/OutputFile.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace fs = std::filesystem;

namespace convwright::tools {
namespace {

Error cannotWrite(const std::string &path, int code) {
  return Error{"cannot write " + path + ": " + std::strerror(code ? code : EIO)};
}

std::string temporaryFor(const std::string &place) {
  return place + ".tmp" + std::to_string(getpid());
}

/// The system's error code; 0: all is written.
int put(const std::string &path, std::string_view content) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  return file ? 0 : errno ? errno : EIO;
}

} // namespace

bool isWrittenInto(const std::string &path) {
  std::error_code ignored;
  return fs::is_other(fs::status(path, ignored));
}

std::string behindLinks(const std::string &path) {
  constexpr int mostLinks = 40; // as Linux has it
  fs::path place = path;
  for (int i = 0; i < mostLinks; ++i) {
    std::error_code code;
    fs::path target = fs::read_symlink(place, code);
    if (code)
      break;
    place = target.is_absolute() ? target : place.parent_path() / target;
  }
  return place.string();
}

std::vector<InputFile> inputFiles(const std::vector<std::string> &paths, const std::string &role) {
  std::vector<InputFile> files;
  files.reserve(paths.size());
  for (const std::string &path : paths)
    files.push_back({path, role});
  return files;
}

std::optional<Error> refuseInput(const std::string &path, const std::string &option,
                                 const std::vector<InputFile> &inputs) {
  std::error_code code;
  if (!fs::is_regular_file(path, code))
    return std::nullopt;
  for (const InputFile &input : inputs)
    if (fs::equivalent(path, input.path, code) && !code)
      return Error{option + " " + path + " would replace " +
                   (input.path == path ? "" : input.path + ", ") + input.role +
                   "; name another with " + option};
  return std::nullopt;
}

std::optional<Error> refuseUnwritable(const std::string &path, const std::string &option) {
  std::string advice = "; name another with " + option;
  if (isWrittenInto(path))
    return ::access(path.c_str(), W_OK) == 0
               ? std::nullopt
               : std::optional(Error{cannotWrite(path, errno).message + advice});
  std::string place = behindLinks(path), temporary = temporaryFor(place);
  std::error_code ignored;
  int code = fs::is_directory(place, ignored) ? EISDIR : put(temporary, "");
  std::remove(temporary.c_str());
  return code ? std::optional(Error{cannotWrite(path, code).message + advice}) : std::nullopt;
}

Result<size_t> writeFile(const std::string &path, std::string_view content) {
  if (isWrittenInto(path)) {
    if (int code = put(path, content))
      return cannotWrite(path, code);
    return content.size();
  }
  std::string place = behindLinks(path), temporary = temporaryFor(place);
  int code = put(temporary, content);
  if (!code && std::rename(temporary.c_str(), place.c_str()) == 0)
    return content.size();
  Error error = cannotWrite(path, code ? code : errno);
  std::remove(temporary.c_str());
  return error;
}

} // namespace convwright::tools
