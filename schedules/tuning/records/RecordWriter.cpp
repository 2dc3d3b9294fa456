//===- RecordWriter.cpp - append-only files that survive a kill -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/RecordFile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace convwright::schedules {

static Error failure(const std::string &path, const char *what, int code) {
  return {"cannot " + std::string(what) + " the records file '" + path +
          "': " + std::strerror(code)};
}

template <typename Call> static auto restarting(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

/// The name of a new file is on the disk only when its folder is.
static void syncFolderOf(const std::string &path) {
  size_t slash = path.find_last_of('/');
  std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0)
    return;
  ::fsync(file);
  ::close(file);
}

/// Held while a line is written; other writers wait.
class Lock {
public:
  explicit Lock(int file) : file(file) {
    held = restarting([&] { return ::flock(file, LOCK_EX); }) == 0;
  }
  ~Lock() {
    if (held)
      ::flock(file, LOCK_UN);
  }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;
  bool held;

private:
  int file;
};

/// Whether the file ends inside a line: its writer was killed. Requires the lock.
static bool endsInsideLine(int file, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

Result<RecordWriter> RecordWriter::open(const std::string &path) {
  bool existed = ::access(path.c_str(), F_OK) == 0;
  int file = restarting(
      [&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644); });
  if (file < 0)
    return failure(path, "open", errno);
  RecordWriter writer(file, path);
  if (!existed)
    syncFolderOf(path);
  return writer;
}

RecordWriter::RecordWriter(RecordWriter &&other) noexcept
    : file(std::exchange(other.file, -1)), path(std::move(other.path)) {}

RecordWriter &RecordWriter::operator=(RecordWriter &&other) noexcept {
  std::swap(file, other.file);
  std::swap(path, other.path);
  return *this;
}

RecordWriter::~RecordWriter() {
  if (file >= 0)
    ::close(file);
}

/// All of it. The kernel may take less than it is given when the disk is nearly full.
static bool writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    ssize_t count = restarting([&] { return ::write(file, text.data(), text.size()); });
    if (count < 0)
      return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

Result<size_t> RecordWriter::append(const Record &record) { return appendLine(toLine(record)); }

Result<size_t> RecordWriter::append(const LayerRecord &record) {
  return appendLine(toLine(record));
}

Result<size_t> RecordWriter::appendLine(std::string text) {
  text += '\n';
  Lock lock(file);
  struct stat status;
  if (!lock.held || ::fstat(file, &status) != 0)
    return failure(path, "lock", errno);
  // Looked at for every line: another writer may have been killed since the file was opened.
  if (endsInsideLine(file, status.st_size))
    text.insert(text.begin(), '\n');
  if (!writeAll(file, text)) {
    int code = errno;
    if (S_ISREG(status.st_mode) && ::ftruncate(file, status.st_size) != 0)
      return failure(path, "undo half a line in", errno);
    return failure(path, "write to", code);
  }
  // EINVAL: a pipe or a device, which has nothing to sync.
  if (restarting([&] { return ::fsync(file); }) != 0 && errno != EINVAL)
    return failure(path, "sync", errno);
  return text.size();
}

} // namespace convwright::schedules
