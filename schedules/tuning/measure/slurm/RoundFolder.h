//===- RoundFolder.h - a round's files, which all nodes see -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_ROUNDFOLDER_H
#define CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_ROUNDFOLDER_H

#include "schedules/tuning/measure/Builder.h"
#include "schedules/tuning/measure/Timer.h"
#include "schedules/tuning/measure/slurm/Lease.h"
#include "schedules/tuning/records/RecordFile.h"

#include <optional>

namespace convwright::schedules::slurm {

/// What tasks are told beside their lease.
struct RoundSettings {
  std::string target;
  int threads = 1;
  size_t chunk = 1, buildCores = 1;
  int attempts = 3;
  BuildOptions build;
  TimeOptions time;

  std::string cache() const { return time.cold ? "cold" : "warm"; } // as records spell it
};

/// The files of a round:
///   owner                    locked by the controller while it lives
///   settings.json            RoundSettings
///   lease-<n>.json           a Lease
///   build-<n>.<a>.jsonl      a part: records of what attempt a at build task n found
///   time-<n>.<a>.jsonl       the same of the timing task
///   built-<n>/<i>-<j>.*      plan j of item i, built; <i>-incumbent.*
///   hardware.json            of a timing node, when it was asked for
///   log/                     what the tasks printed
/// Records of parts say which item and plan they are about in fields of their own (partFields).
class RoundFolder {
public:
  /// Of a round that exists.
  explicit RoundFolder(std::string path) : folder(std::move(path)) {}
  static Result<RoundFolder> create(const std::string &path, const RoundSettings &settings);

  const std::string &path() const { return folder; }
  std::optional<Error> writeLease(size_t number, const Lease &lease) const;
  Result<Lease> readLease(size_t number) const;
  Result<RoundSettings> readSettings() const;

  std::string builtFolder(size_t lease) const;
  std::string stem(size_t lease, size_t item, std::optional<size_t> plan) const;
  std::string expectedFile(size_t lease, size_t item) const;
  /// The last line that a task printed.
  std::string lastLog(const std::string &kind, size_t base, size_t index) const;
  /// What a timing node found itself to be.
  std::optional<Error> writeHardware(const nlohmann::json &hardware) const;
  Result<nlohmann::json> readHardware() const;

  /// The parts of a task, in the order of its attempts.
  std::vector<std::string> parts(const std::string &kind, size_t lease) const;
  /// Every part of the round.
  std::vector<std::string> allParts(const std::string &kind) const;
  /// The next attempt's part, which no other attempt shares.
  Result<RecordWriter> openPart(const std::string &kind, size_t lease) const;

  void remove() const;

private:
  std::string partName(const std::string &kind, size_t lease, size_t attempt) const;
  std::string folder;
};

/// Which item and plan of its lease a record of a part is about.
struct PartFields {
  size_t item = 0, plan = 0;
  bool built = false; // of a build task: the candidate is ready to be timed
};
void setPartFields(Record &record, const PartFields &fields);
std::optional<PartFields> partFields(const Record &record);

/// The folder's owner: locked as long as this object, and this process, live.
class Ownership {
public:
  /// None: somebody else, who is alive, has it.
  static std::optional<Ownership> take(const std::string &folder);
  Ownership(Ownership &&other) noexcept;
  Ownership &operator=(Ownership &&other) noexcept;
  ~Ownership();

private:
  explicit Ownership(int file) : file(file) {}
  int file = -1;
};

} // namespace convwright::schedules::slurm

#endif // CONVWRIGHT_SCHEDULES_TUNING_MEASURE_SLURM_ROUNDFOLDER_H
