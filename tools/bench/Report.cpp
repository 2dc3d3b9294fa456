//===- Report.cpp - what a bench found, as text and JSON ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sys/utsname.h>

namespace convwright::bench {
namespace {

constexpr const char *rowFormat = "%-36s %-10s %9s %8s %6s  %-17s %9s %6s %-15s %6s %7s %8s\n";

template <typename... Args> std::string format(const char *pattern, Args... arguments) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, pattern, arguments...);
  return buffer;
}

double gflops(const RowResult &row) { return row.flops / (row.ours.ms * 1e6); }

nlohmann::json toJson(const Measurement &measurement) {
  return {{"ms", measurement.ms},           {"spread", measurement.spread},
          {"samples", measurement.samples}, {"spoilt", measurement.spoilt},
          {"noisy", measurement.noisy},     {"partial", measurement.partial}};
}

void addRatio(nlohmann::json &object, const char *key, const RowResult &row, PeerKind kind) {
  std::optional<Ratio> ratio = row.ratio(kind);
  if (!ratio)
    return;
  object[key] = ratio->value;
  object[std::string(key) + "_interval"] = {ratio->interval.low, ratio->interval.high};
  object[std::string(key) + "_peer"] = row.best(kind)->measurement.name;
}

nlohmann::json toJson(const RowResult &row, const MachineInfo &machine) {
  nlohmann::json object = {{"suite", row.suite},       {"name", row.name},
                           {"target", row.target},     {"threads", row.threads},
                           {"layout", row.layout},     {"algorithm", row.algorithm},
                           {"source", row.source},     {"plan", row.plan},
                           {"verified", row.verified}, {"compile_s", row.compileSeconds}};
  if (!row.problem.empty())
    object["problem"] = row.problem;
  if (row.checkedOutputs > 0) {
    object["rel_error"] = row.relativeError;
    object["allowed_error"] = row.allowedError;
    object["checked_outputs"] = row.checkedOutputs;
    object["outputs"] = row.outputs;
  }
  if (!row.unchecked.empty())
    object["unchecked"] = row.unchecked;
  if (!row.leftOut.empty())
    object["peers_left_out"] = row.leftOut;
  object["peers"] = nlohmann::json::object();
  object["peer_details"] = nlohmann::json::object();
  if (row.ours.samples == 0)
    return object;
  object["ms"] = row.ours.ms;
  object["measurement"] = toJson(row.ours);
  if (row.flops > 0) {
    object["gflops"] = gflops(row);
    object["percent_of_peak"] = 100 * gflops(row) / machine.peakGflops;
  }
  for (const PeerResult &peer : row.peers) {
    object["peers"][peer.measurement.name] = peer.measurement.ms;
    object["peer_details"][peer.measurement.name] = toJson(peer.measurement);
    object["peer_details"][peer.measurement.name]["implementation"] = peer.implementation;
  }
  addRatio(object, "ratio", row, PeerKind::Direct);
  addRatio(object, "winograd_ratio", row, PeerKind::Winograd);
  return object;
}

} // namespace

const PeerResult *RowResult::best(PeerKind kind) const {
  const PeerResult *best = nullptr;
  for (const PeerResult &peer : peers)
    if (peer.kind == kind && peer.measurement.samples > 0 &&
        (!best || peer.measurement.ms < best->measurement.ms))
      best = &peer;
  return best;
}

std::optional<Ratio> RowResult::ratio(PeerKind kind) const {
  const PeerResult *peer = best(kind);
  if (!peer || ours.samples == 0)
    return std::nullopt;
  return compare(peer->measurement, ours);
}

std::string cpuName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name") && line.find(':') != line.npos)
      return line.substr(line.find(':') + 2);
  utsname names{};
  return uname(&names) == 0 ? names.machine : "unknown";
}

std::map<std::string, double> geometricMeans(const std::vector<RowResult> &rows, PeerKind kind) {
  std::map<std::string, std::vector<double>> ratios;
  for (const RowResult &row : rows) {
    if (std::optional<Ratio> ratio = row.ratio(kind)) {
      ratios["all"].push_back(ratio->value);
      if (!row.suite.empty() && row.suite != "all")
        ratios[row.suite].push_back(ratio->value);
    }
  }
  std::map<std::string, double> means;
  for (const auto &[suite, values] : ratios)
    means[suite] = geometricMean(values);
  return means;
}

void printHeading(std::ostream &out) {
  out << format(rowFormat, "layer", "algorithm", "ms", "GFLOP/s", "% peak", "best direct peer",
                "ms", "ratio", "95 % interval", "vs wg", "spread", "error");
}

void printRow(std::ostream &out, const RowResult &row, const MachineInfo &machine) {
  if (row.ours.samples == 0) {
    out << format("%-36s %s\n", row.name.c_str(), row.problem.c_str());
    return;
  }
  std::string rate = "-", share = "-", peerName = "-", peerMs = "-", ratio = "-", interval = "-";
  std::string winograd = "-";
  if (row.flops > 0) {
    rate = format("%.1f", gflops(row));
    share = format("%.1f", 100 * gflops(row) / machine.peakGflops);
  }
  if (auto direct = row.ratio(PeerKind::Direct)) {
    peerName = row.best(PeerKind::Direct)->measurement.name;
    const Measurement &peer = row.best(PeerKind::Direct)->measurement;
    peerMs = format("%.4f%s", peer.ms, peer.noisy ? "!" : "");
    ratio = format("%.3f", direct->value);
    interval = format("%.3f .. %.3f", direct->interval.low, direct->interval.high);
  }
  if (auto against = row.ratio(PeerKind::Winograd))
    winograd = format("%.3f", against->value);
  std::string spread = format("%.1f%%%s", 100 * row.ours.spread, row.ours.noisy ? "!" : "");
  out << format(rowFormat, row.name.c_str(), row.algorithm.c_str(),
                format("%.4f", row.ours.ms).c_str(), rate.c_str(), share.c_str(), peerName.c_str(),
                peerMs.c_str(), ratio.c_str(), interval.c_str(), winograd.c_str(), spread.c_str(),
                row.unchecked.empty() ? format("%.1e", row.relativeError).c_str() : "unknown");
}

void printLeftOut(std::ostream &out, const std::vector<RowResult> &rows) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> reasons;
  for (const RowResult &row : rows)
    for (const auto &[peer, why] : row.leftOut)
      reasons[{peer, why}].push_back(row.name);
  for (const auto &[reason, names] : reasons) {
    size_t others = names.size() - 1;
    out << "peer " << reason.first << " was not timed beside " << names.front();
    if (others > 0)
      out << " and " << others << (others == 1 ? " other layer" : " other layers");
    out << ": " << reason.second << '\n';
  }
}

void printCheckedInPart(std::ostream &out, const std::vector<RowResult> &rows) {
  for (const RowResult &row : rows) {
    if (!row.unchecked.empty())
      out << row.name << " was not checked: " << row.unchecked << '\n';
    else if (row.checkRanOut)
      out << row.name << ": " << row.checkedOutputs << " of " << row.outputs
          << " outputs were checked in the time there was; --seconds gives more\n";
  }
}

void printSummary(std::ostream &out, const std::vector<RowResult> &rows,
                  const MachineInfo &machine) {
  for (PeerKind kind : {PeerKind::Direct, PeerKind::Winograd})
    for (const auto &[suite, mean] : geometricMeans(rows, kind)) {
      auto counts = [&, &suite = suite](const RowResult &row) {
        return (suite == "all" || row.suite == suite) && row.ratio(kind);
      };
      out << format("geometric mean of the ratio to the best %s peer, %s (%d layers): %.3f\n",
                    kind == PeerKind::Direct ? "direct" : "Winograd", suite.c_str(),
                    static_cast<int>(std::count_if(rows.begin(), rows.end(), counts)), mean);
    }
  auto unverified =
      std::count_if(rows.begin(), rows.end(), [](const RowResult &row) { return !row.verified; });
  out << format("%d of %d layers verified; peak %.1f GFLOP/s (f32 FMA, best burst) on %s\n",
                static_cast<int>(rows.size() - unverified), static_cast<int>(rows.size()),
                machine.peakGflops, machine.cpu.c_str());
}

std::string toJson(const std::vector<RowResult> &rows, const MachineInfo &machine) {
  nlohmann::json document;
  document["machine"] = {{"cpu", machine.cpu}, {"cores", machine.cores}};
  document["peak_gflops"] = machine.peakGflops;
  document["rows"] = nlohmann::json::array();
  for (const RowResult &row : rows)
    document["rows"].push_back(toJson(row, machine));
  document["geomean"] = geometricMeans(rows, PeerKind::Direct);
  document["winograd_geomean"] = geometricMeans(rows, PeerKind::Winograd);
  return document.dump(2) + "\n";
}

} // namespace convwright::bench
