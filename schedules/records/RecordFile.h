//===- RecordFile.h - files of records: append, read, choose ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_RECORDS_RECORDFILE_H
#define CONVWRIGHT_SCHEDULES_RECORDS_RECORDFILE_H

#include "schedules/Target.h"
#include "schedules/records/Record.h"

#include <memory>
#include <string>
#include <vector>

namespace convwright::schedules {

/// A line that is no record, and why.
struct BrokenLine {
  std::string file;
  size_t line = 0; // from 1
  std::string problem;
};

struct RecordSet {
  std::vector<Record> records; // in the order of the files
  std::vector<BrokenLine> broken;
};

/// Reads files of records ("-" is standard input). A broken line is reported and skipped; a last
/// line without its newline (a writer was killed) too. An Error: a file cannot be read.
Result<RecordSet> readRecords(const std::vector<std::string> &paths);

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

private:
  explicit RecordWriter(int file, std::string path) : file(file), path(std::move(path)) {}
  int file = -1;
  std::string path;
};

/// How far a record can be trusted for a problem on this machine, best first.
enum class Trust : uint8_t {
  Measured, // this very problem, target, hardware and versions
  Hint,     // the same problem, but other hardware, another version, or the static model
  Similar,  // the same convolutions with other pointwise work around them
};

/// A plan found in records.
struct Found {
  const Record *record = nullptr;
  Plan plan; // source = Record; Model when it was measured by the static model
  Trust trust = Trust::Measured;
  std::string note; // for --explain: "measured 1.25 ms, 1.08 x the default, 2026-11-27, AMD EPYC"
};

/// Records of many files, by problem. Choosing trusts nothing: a plan that validatePlan() refuses
/// is passed over. Among records of one session the tuner's verdicts decide (the last incumbent),
/// not the smallest number.
class RecordIndex {
public:
  explicit RecordIndex(RecordSet records);
  ~RecordIndex();
  RecordIndex(RecordIndex &&) noexcept;

  /// The best plan for the problem; none when nothing fits. `threads` other than the problem's are
  /// a Hint.
  std::optional<Found> best(const Problem &problem, const Target &target) const;
  /// Every record of that problem (any hardware), in order.
  std::vector<const Record *> of(const Problem &problem) const;
  const RecordSet &all() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_RECORDS_RECORDFILE_H
