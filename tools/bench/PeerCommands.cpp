//===- PeerCommands.cpp - where each peer's runner lies -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Suggest.h"
#include "tools/bench/Peer.h"

#include "llvm/ADT/SmallVector.h"

#include <cstdlib>
#include <filesystem>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

constexpr const char *minimumSampleNs = "150000";

struct PeerRow {
  const char *name;
  const char *runner;  // in libexec/convwright
  const char *install; // what to do when it is not there
  bool python;
};

constexpr PeerRow rows[] = {
    {"onednn", "onednn_runner", "install libdnnl-dev and configure again", false},
    {"onednn3", "onednn3_runner",
     "install PyPI's onednn and onednn-devel and configure with -DCONVWRIGHT_ONEDNN3_ROOT=PREFIX",
     false},
    {"opencv", "opencv_runner.py",
     "install PyPI's opencv-python-headless and set CONVWRIGHT_PYTHON to its interpreter", true},
};

std::string python() {
  if (const char *chosen = std::getenv("CONVWRIGHT_PYTHON"))
    return chosen;
  if (std::filesystem::exists(CONVWRIGHT_BENCH_PYTHON))
    return CONVWRIGHT_BENCH_PYTHON;
  return "python3";
}

} // namespace

std::vector<std::string> peerNames() {
  std::vector<std::string> names;
  for (const PeerRow &row : rows)
    names.push_back(row.name);
  names.push_back("none");
  return names;
}

Result<PeerCommand> findPeer(const std::string &name, const std::string &toolDirectory,
                             int threads) {
  llvm::SmallVector<llvm::StringRef> known;
  std::string list;
  for (const PeerRow &row : rows) {
    known.push_back(row.name);
    list.append(row.name).append(", ");
    if (name != row.name)
      continue;
    std::string libexec = toolDirectory + "/../libexec/convwright/";
    std::string runner = libexec + row.runner, count = std::to_string(threads);
    if (!std::filesystem::exists(runner))
      return Error{"peer '" + name + "' is not there (" + runner + "); " + row.install};
    PeerCommand command{name, {runner, count, minimumSampleNs}, {{"OMP_NUM_THREADS", count}}};
    if (name == "onednn3") // the wheel's SYCL finds its CPU device through this
      command.environment.insert(
          command.environment.end(),
          {{"OCL_ICD_FILENAMES", CONVWRIGHT_ONEDNN3_ICD}, {"ONEDNN_VERBOSE", "0"}});
    if (row.python) {
      command.command.insert(command.command.begin(), python());
      command.command.push_back(libexec + "libconvwright_bench_burst.so");
    }
    return command;
  }
  std::string message = "unknown peer '" + name + "'; known are " + list + "none";
  if (auto near = dsl::suggest(name, known))
    message += "; did you mean '" + near->str() + "'?";
  return Error{message};
}

} // namespace convwright::bench
