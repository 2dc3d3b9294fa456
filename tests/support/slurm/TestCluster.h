//===- TestCluster.h - a Slurm of several nodes on this machine -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TESTS_SUPPORT_SLURM_TESTCLUSTER_H
#define CONVWRIGHT_TESTS_SUPPORT_SLURM_TESTCLUSTER_H

#include <cstdlib>
#include <filesystem>
#include <string>

namespace convwright::testing {

/// Starts one by cluster.sh, under a folder of its own; ends all of it on destruction. SLURM_CONF
/// leads this process to it.
class TestCluster {
public:
  /// Nodes as "NAME:FEATURE,...", separated by spaces.
  explicit TestCluster(const std::string &nodes) {
    char name[] = "/tmp/convwright-slurm-XXXXXX";
    if (mkdtemp(name))
      folder = name;
    started = !folder.empty() && run("start", nodes) == 0;
    setenv("SLURM_CONF", (folder + "/slurm.conf").c_str(), 1);
  }
  TestCluster(const TestCluster &) = delete;
  TestCluster &operator=(const TestCluster &) = delete;
  ~TestCluster() {
    run("stop");
    std::error_code error;
    std::filesystem::remove_all(folder, error);
  }

  bool works() const { return started; }
  const std::string &path() const { return folder; }
  /// One of cluster.sh's actions; its exit status.
  int run(const std::string &action, const std::string &arguments = "") const {
    std::string command = std::string(CONVWRIGHT_SOURCE_DIR "/tests/support/slurm/cluster.sh ") +
                          action + " " + folder + " " + arguments + " >/dev/null";
    return std::system(command.c_str());
  }

private:
  std::string folder;
  bool started = false;
};

} // namespace convwright::testing

#endif // CONVWRIGHT_TESTS_SUPPORT_SLURM_TESTCLUSTER_H
