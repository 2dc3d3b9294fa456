//===- RoundFolder.cpp - a round's files, which all nodes see ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/RoundFolder.h"

#include "schedules/kernel/JsonFields.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

namespace convwright::schedules::slurm {

using nlohmann::json;
namespace fs = std::filesystem;

static constexpr const char *partField = "part";

static Error cannot(const char *what, const std::string &path, int code) {
  return {"cannot " + std::string(what) + " '" + path + "': " + std::strerror(code)};
}

static bool writeSynced(const std::string &path, const std::string &text) {
  int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return false;
  std::string_view rest = text;
  while (!rest.empty()) {
    ssize_t count = ::write(file, rest.data(), rest.size());
    if (count < 0 && errno != EINTR)
      break;
    rest.remove_prefix(count < 0 ? 0 : static_cast<size_t>(count));
  }
  bool fine = rest.empty() && ::fsync(file) == 0;
  return ::close(file) == 0 && fine;
}

/// All of it, or nothing under that name.
static std::optional<Error> writeWhole(const std::string &path, const std::string &text) {
  std::string temporary = path + ".new";
  if (!writeSynced(temporary, text) || ::rename(temporary.c_str(), path.c_str()) != 0)
    return cannot("write", path, errno);
  return std::nullopt;
}

static Result<std::string> readWhole(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return cannot("read", path, errno);
  return text.str();
}

static json settingsToJson(const RoundSettings &settings) {
  const TimeOptions &time = settings.time;
  return {{"v", 1},
          {"target", settings.target},
          {"threads", settings.threads},
          {"chunk", settings.chunk},
          {"build_cores", settings.buildCores},
          {"attempts", settings.attempts},
          {"build_s", settings.build.seconds},
          {"build_bytes", settings.build.bytes},
          {"cores", time.cores},
          {"cold", time.cold},
          {"confidence", time.confidence},
          {"allowance", time.allowance},
          {"hopeless", time.hopeless},
          {"budget_ms", time.budgetMs},
          {"promising_budget_ms", time.promisingBudgetMs},
          {"prune", time.prune},
          {"sample_us", time.minimumSampleUs},
          {"time_s", time.seconds},
          {"time_bytes", time.bytes},
          {"retries", time.retries},
          {"seed", time.seed}};
}

static TimeOptions readTimeOptions(JsonFields &fields, Complaint &complaint) {
  TimeOptions time;
  if (const json *cores = fields.find("cores"); cores && cores->is_array())
    for (const json &core : *cores)
      time.cores.push_back(static_cast<int>(readInteger(core, "cores", 0, 1 << 20, complaint)));
  time.cold = fields.boolean("cold", time.cold);
  time.confidence = fields.number("confidence", 0, 1, time.confidence);
  time.allowance = fields.number("allowance", 0, 1, time.allowance);
  time.hopeless = fields.number("hopeless", 1, 1e9, time.hopeless);
  time.budgetMs = fields.number("budget_ms", 0, 1e9, time.budgetMs);
  time.promisingBudgetMs = fields.number("promising_budget_ms", 0, 1e9, time.promisingBudgetMs);
  time.prune = fields.number("prune", 0, 1e9, time.prune);
  time.minimumSampleUs = fields.number("sample_us", 0, 1e9, time.minimumSampleUs);
  time.seconds = fields.number("time_s", 0, 1e9, time.seconds);
  time.bytes = fields.integer("time_bytes", 0, INT64_MAX, time.bytes);
  time.retries = static_cast<int>(fields.integer("retries", 0, 1000, time.retries));
  time.seed = static_cast<uint64_t>(fields.integer("seed", 0, INT64_MAX, 1));
  return time;
}

Result<RoundFolder> RoundFolder::create(const std::string &path, const RoundSettings &settings) {
  std::error_code error;
  if (!fs::create_directory(path, error) || !fs::create_directory(path + "/log", error))
    return Error{"cannot make the folder '" + path +
                 "', which all nodes must see: " + (error ? error.message() : "it exists")};
  RoundFolder round(path);
  if (std::optional<Error> failure =
          writeWhole(path + "/settings.json", settingsToJson(settings).dump()))
    return *failure;
  return round;
}

Result<RoundSettings> RoundFolder::readSettings() const {
  Result<std::string> text = readWhole(folder + "/settings.json");
  if (!text)
    return text.error();
  Result<json> parsed = parseJson(*text);
  if (!parsed)
    return parsed.error();
  Complaint complaint;
  JsonFields fields(*parsed, "settings", complaint);
  RoundSettings settings;
  settings.chunk = static_cast<size_t>(fields.integer("chunk", 1, 1 << 20, 1));
  settings.buildCores = static_cast<size_t>(fields.integer("build_cores", 1, 1 << 16, 1));
  settings.attempts = static_cast<int>(fields.integer("attempts", 1, 1000, 3));
  settings.target = fields.text("target", 64, "");
  settings.threads = static_cast<int>(fields.integer("threads", 1, 65536, 1));
  settings.build.seconds = fields.number("build_s", 0, 1e9, settings.build.seconds);
  settings.build.bytes = fields.integer("build_bytes", 0, INT64_MAX, settings.build.bytes);
  settings.time = readTimeOptions(fields, complaint);
  if (complaint)
    return Error{folder + "/settings.json: " + complaint.message()};
  return settings;
}

static std::string leaseName(const std::string &folder, size_t number) {
  return folder + "/lease-" + std::to_string(number) + ".json";
}

std::optional<Error> RoundFolder::writeLease(size_t number, const Lease &lease) const {
  return writeWhole(leaseName(folder, number),
                    toJson(lease).dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Lease> RoundFolder::readLease(size_t number) const {
  Result<std::string> text = readWhole(leaseName(folder, number));
  if (!text)
    return text.error();
  Result<Lease> lease = leaseFromText(*text);
  if (!lease)
    return Error{leaseName(folder, number) + ": " + lease.error().message};
  return lease;
}

std::string RoundFolder::builtFolder(size_t lease) const {
  return folder + "/built-" + std::to_string(lease);
}

std::string RoundFolder::stem(size_t lease, size_t item, std::optional<size_t> plan) const {
  return builtFolder(lease) + "/" + std::to_string(item) + "-" +
         (plan ? std::to_string(*plan) : "incumbent");
}

std::string RoundFolder::expectedFile(size_t lease, size_t item) const {
  return builtFolder(lease) + "/" + std::to_string(item) + ".expected";
}

std::string RoundFolder::lastLog(const std::string &kind, size_t base, size_t index) const {
  std::ifstream file(folder + "/log/" + kind + "-" + std::to_string(base) + "+" +
                     std::to_string(index) + ".log");
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (!line.empty())
      last = line;
  return last;
}

std::optional<Error> RoundFolder::writeHardware(const json &hardware) const {
  return writeWhole(folder + "/hardware.json",
                    hardware.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<json> RoundFolder::readHardware() const {
  Result<std::string> text = readWhole(folder + "/hardware.json");
  return text ? parseJson(*text) : Result<json>(text.error());
}

std::string RoundFolder::partName(const std::string &kind, size_t lease, size_t attempt) const {
  return folder + "/" + kind + "-" + std::to_string(lease) + "." + std::to_string(attempt) +
         ".jsonl";
}

std::vector<std::string> RoundFolder::parts(const std::string &kind, size_t lease) const {
  std::vector<std::string> names;
  for (size_t attempt = 0; fs::exists(partName(kind, lease, attempt)); ++attempt)
    names.push_back(partName(kind, lease, attempt));
  return names;
}

std::vector<std::string> RoundFolder::allParts(const std::string &kind) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder, error))
    if (std::string name = entry.path().filename();
        name.starts_with(kind + "-") && name.ends_with(".jsonl"))
      names.push_back(entry.path());
  std::sort(names.begin(), names.end());
  return names;
}

Result<RecordWriter> RoundFolder::openPart(const std::string &kind, size_t lease) const {
  for (size_t attempt = parts(kind, lease).size();; ++attempt) {
    std::string name = partName(kind, lease, attempt);
    int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0 && errno == EEXIST)
      continue; // an attempt that was given up, but lives, was faster
    if (file < 0)
      return cannot("write", name, errno);
    ::close(file);
    return RecordWriter::open(name);
  }
}

void RoundFolder::remove() const {
  std::error_code error;
  fs::remove_all(folder, error); // what stays is found by the next run
}

void setPartFields(Record &record, const PartFields &fields) {
  record.unknown[partField] = {
      {"item", fields.item}, {"plan", fields.plan}, {"built", fields.built}};
}

std::optional<PartFields> partFields(const Record &record) {
  auto found = record.unknown.find(partField);
  if (found == record.unknown.end())
    return std::nullopt;
  Complaint complaint;
  JsonFields fields(*found, partField, complaint);
  PartFields read;
  read.item = static_cast<size_t>(fields.integer("item", 0, INT64_MAX, 0));
  read.plan = static_cast<size_t>(fields.integer("plan", 0, INT64_MAX, 0));
  read.built = fields.boolean("built", false);
  if (complaint)
    return std::nullopt;
  return read;
}

std::optional<Ownership> Ownership::take(const std::string &folder) {
  int file = ::open((folder + "/owner").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    return std::nullopt;
  Ownership ownership(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return std::nullopt;
  return ownership;
}

Ownership::Ownership(Ownership &&other) noexcept : file(std::exchange(other.file, -1)) {}

Ownership &Ownership::operator=(Ownership &&other) noexcept {
  std::swap(file, other.file);
  return *this;
}

Ownership::~Ownership() {
  if (file >= 0)
    ::close(file);
}

} // namespace convwright::schedules::slurm
