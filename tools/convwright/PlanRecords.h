//===- PlanRecords.h - the records that compile, run and bench take plans from ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_PLANRECORDS_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_PLANRECORDS_H

#include "compiler/Driver/Driver.h"
#include "schedules/tuning/records/Advisor.h"
#include "schedules/tuning/records/RecordFile.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Progress.h"

#include <memory>
#include <string>
#include <vector>

namespace convwright::tools {

/// What the command line says of records.
struct RecordOptions {
  std::vector<std::string> files; // each may be a comma-separated list
  bool noTuned = false;           // not those that Convwright ships
};

/// --records and --no-tuned.
void addRecordOptions(CLI::App &command, RecordOptions &options);

/// How far the reading of files is, on standard error.
class FileProgress {
public:
  FileProgress(const std::vector<std::string> &files, const CommandLine &line);
  schedules::ReadProgress callback();

private:
  Progress progress;
  size_t done = 0, total;
};

/// The first few on standard error, and how many there are.
void warnOfBroken(const std::vector<schedules::BrokenLine> &broken);

/// Reads with progress; broken lines are a warning on standard error. An Error: a file cannot be
/// read.
schedules::Result<schedules::RecordSet> readRecordFiles(const std::vector<std::string> &files,
                                                        const CommandLine &line);

/// The user's records and the shipped ones, read.
class PlanRecords {
public:
  /// Shipped records: <target>.jsonl in ../share/convwright/tuned from the executable; env
  /// CONVWRIGHT_TUNED names another folder, or "none".
  static schedules::Result<PlanRecords> load(const RecordOptions &options,
                                             const std::vector<schedules::Target> &targets,
                                             const CommandLine &line);

  /// For code that runs on that many threads; 0: on all CPUs. Refers to this object.
  schedules::Advisor advisor(int threads) const;
  /// The same for the forms of layers.
  compiler::FormAdvisor formAdvisor(int threads) const;
  /// Names of the files, without folders, that plans were taken from so far, in order.
  std::vector<std::string> used() const;
  /// Paths of all files that were read and may be read again.
  const std::vector<std::string> &files() const { return paths; }

private:
  /// The advisor, which says once on standard error which kernels the user's records know nothing
  /// of, and why.
  schedules::Advisor sayingMisses(schedules::Advisor advise, int threads) const;

  struct Used;
  std::shared_ptr<const schedules::RecordIndex> own, shipped;
  std::shared_ptr<Used> taken;
  std::vector<std::string> paths;
};

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_PLANRECORDS_H
