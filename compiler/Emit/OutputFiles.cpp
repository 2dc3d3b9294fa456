//===- OutputFiles.cpp - files that all appear, or none ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/OutputFiles.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

/// What the system said, and what the user can do about it.
Error explain(const std::string &what, const std::string &path, int code) {
  std::string advice;
  switch (code) {
  case ENOENT:
  case ENOTDIR:
    advice = "; create the directory first (mkdir -p), or name another with -o";
    break;
  case EACCES:
  case EPERM:
  case EROFS:
    advice = "; make the directory writable, or name another with -o";
    break;
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    advice = "; free some space, or name another directory with -o";
    break;
  default:
    break;
  }
  return Error{"cannot " + what + " " + path + ": " + std::strerror(code) + advice +
               ". Nothing was changed."};
}

/// A file descriptor that closes itself.
class Descriptor {
public:
  explicit Descriptor(int value) : value(value) {}
  ~Descriptor() {
    if (value >= 0)
      ::close(value);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  /// The system's answer to closing: some file systems tell only then that they are full.
  int close() { return ::close(std::exchange(value, -1)); }
  int get() const { return value; }

private:
  int value;
};

std::optional<Error> writeFile(const std::string &path, std::string_view content) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0)
    return explain("create", path, errno);
  while (!content.empty()) {
    ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return explain("write", path, errno);
    content.remove_prefix(static_cast<size_t>(written));
  }
  // Renaming a file whose blocks are not on disk yet could leave an empty one after a power cut.
  if (::fsync(file.get()) != 0 && errno != EINVAL)
    return explain("write", path, errno);
  if (file.close() != 0)
    return explain("write", path, errno);
  return std::nullopt;
}

/// A directory for the time of a scope.
class Staging {
public:
  explicit Staging(std::string path) : path(std::move(path)) {}
  ~Staging() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Staging(const Staging &) = delete;
  Staging &operator=(const Staging &) = delete;
  std::string at(const std::string &name) const { return path + "/" + name; }

private:
  std::string path;
};

bool exists(const std::string &path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

bool isDirectory(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Moves staged files to their places. Until commit(), its end moves everything back.
class Replacement {
public:
  explicit Replacement(const Staging &staging) : staging(staging) {}
  ~Replacement() {
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      if (step->placed)
        ::unlink(step->path.c_str());
      if (!step->saved.empty())
        ::rename(step->saved.c_str(), step->path.c_str());
    }
  }
  Replacement(const Replacement &) = delete;
  Replacement &operator=(const Replacement &) = delete;

  std::optional<Error> move(const std::string &name, const std::string &path) {
    if (isDirectory(path))
      return explain("replace", path, EISDIR);
    Step &step = steps.emplace_back(Step{path, "", false});
    if (exists(path)) {
      // A link keeps the old file at hand without a moment in which its place is empty.
      std::string saved = staging.at(name + ".before");
      if (::link(path.c_str(), saved.c_str()) != 0)
        return explain("replace", path, errno);
      step.saved = saved;
    }
    if (::rename(staging.at(name).c_str(), path.c_str()) != 0)
      return explain("write", path, errno);
    step.placed = true;
    return std::nullopt;
  }

  void commit() { steps.clear(); }

private:
  struct Step {
    std::string path, saved;
    bool placed;
  };
  const Staging &staging;
  std::vector<Step> steps;
};

} // namespace

void OutputFiles::add(const std::string &name, std::string_view text) {
  files.push_back({name, std::string(text)});
}

void OutputFiles::add(const std::string &name, std::span<const std::byte> bytes) {
  add(name, std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
}

Result<std::vector<std::string>> OutputFiles::put() {
  std::string base = directory.empty() ? "." : directory;
  std::string pattern = base + "/.convwright-XXXXXX";
  if (!::mkdtemp(pattern.data()))
    return explain("write into", base, errno);
  Staging staging(pattern);
  for (const File &file : files)
    if (std::optional<Error> error = writeFile(staging.at(file.name), file.content))
      return *error;

  std::vector<std::string> paths;
  Replacement replacement(staging);
  for (const File &file : files) {
    paths.push_back(base + "/" + file.name);
    if (std::optional<Error> error = replacement.move(file.name, paths.back()))
      return *error;
  }
  replacement.commit();
  return paths;
}

} // namespace convwright::compiler
