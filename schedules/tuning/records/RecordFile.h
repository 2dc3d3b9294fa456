//===- RecordFile.h - files of records: append, read, choose ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORDFILE_H
#define CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORDFILE_H

#include "schedules/tuning/records/LayerRecord.h"
#include "schedules/tuning/records/Record.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::schedules {

/// A line that is no record, and why.
struct BrokenLine {
  std::string file;
  size_t line = 0; // from 1
  std::string problem;
};

struct RecordSet {
  std::vector<Record> records;     // in the order of the files
  std::vector<LayerRecord> layers; // likewise
  std::vector<BrokenLine> broken;
};

/// A line as it stands in a file. `problem`: it is too long or has no end; empty when whole.
struct Line {
  const std::string &file;
  size_t number = 0; // from 1
  std::string_view text;
  std::string problem;
};
using LineVisitor = std::function<void(const Line &)>;
/// Told of every so many bytes that were read.
using ReadProgress = std::function<void(size_t bytes)>;

/// Visits the lines of files ("-" is standard input) that are not blank, holding one at a time, of
/// at most 16 MiB. Gives the number of files. An Error: a file cannot be read.
Result<size_t> forEachLine(const std::vector<std::string> &paths, const LineVisitor &visit,
                           const ReadProgress &progress = {});

/// Reads files of records ("-" is standard input). A broken line is reported and skipped; a last
/// line without its newline (a writer was killed) too. An Error: a file cannot be read.
Result<RecordSet> readRecords(const std::vector<std::string> &paths,
                              const ReadProgress &progress = {});

/// Appends lines to a file, one write() and one fsync each, under flock, so that several processes
/// may write and a kill at any moment loses at most the line under way. Opening a file whose last
/// line lacks its newline ends that line first.
class RecordWriter {
public:
  static Result<RecordWriter> open(const std::string &path);
  RecordWriter(RecordWriter &&other) noexcept;
  RecordWriter &operator=(RecordWriter &&other) noexcept;
  ~RecordWriter();
  Result<size_t> append(const Record &record); // bytes written
  Result<size_t> append(const LayerRecord &record);

private:
  Result<size_t> appendLine(std::string text);
  explicit RecordWriter(int file, std::string path) : file(file), path(std::move(path)) {}
  int file = -1;
  std::string path;
};

} // namespace convwright::schedules

#include "schedules/tuning/records/RecordIndex.h"

#endif // CONVWRIGHT_SCHEDULES_TUNING_RECORDS_RECORDFILE_H
