//===- TuneSshTest.cpp - convwright tune over a real sshd ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace convwright::tests;
using ::testing::HasSubstr;

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int freePort() {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  bind(listener, reinterpret_cast<sockaddr *>(&address), size);
  getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  close(listener);
  return ntohs(address.sin_port);
}

bool answers(int port) {
  int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(port);
  bool connected = connect(client, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
  close(client);
  return connected;
}

/// A directory's files as the far machine's, and an sshd that lets this user in by a key of its
/// own.
class TuneOverSsh : public ::testing::Test {
protected:
  void SetUp() override {
    here.write("l.conv", R"(
layer small(x: f32[1, 16, 12, 12] nhwc, weight w: f32[16, 16, 3, 3]) {
  return relu(conv2d(x, w, padding = 1));
}
)");
    std::filesystem::create_directory(here.path("board"));
    for (const char *key : {"host_key", "key"})
      ASSERT_EQ(std::system(("ssh-keygen -q -t ed25519 -N '' -f " + here.path(key)).c_str()), 0);
    port = freePort();
    here.write("sshd_config", "Port " + std::to_string(port) +
                                  "\nListenAddress 127.0.0.1\nHostKey " + here.path("host_key") +
                                  "\nAuthorizedKeysFile " + here.path("key.pub") +
                                  "\nPidFile none\nUsePAM no\nStrictModes no\n"
                                  "PasswordAuthentication no\nSubsystem sftp internal-sftp\n");
    here.write("ssh_config", "Host board\n  HostName 127.0.0.1\n  Port " + std::to_string(port) +
                                 "\n  IdentityFile " + here.path("key") +
                                 "\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n"
                                 "  LogLevel ERROR\n  BatchMode yes\n");
    if (geteuid() == 0)
      std::filesystem::create_directories("/run/sshd"); // root's sshd asks for it
    server = fork();
    if (server == 0) {
      std::string config = here.path("sshd_config"), log = here.path("sshd.log");
      execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-f", config.c_str(), "-E", log.c_str(),
            static_cast<char *>(nullptr));
      _exit(1);
    }
    for (int i = 0; i < 1200 && !answers(port); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ASSERT_TRUE(answers(port)) << here.read("sshd.log");
  }
  void TearDown() override { stopServer(); }

  void stopServer() {
    if (server <= 0)
      return;
    kill(server, SIGTERM);
    waitpid(server, nullptr, 0);
    server = 0;
  }

  Outcome tune(const std::string &trials) {
    std::string config = " -F " + here.path("ssh_config");
    return here.run({"tune", here.path("l.conv"), "--records", here.path("r.jsonl"), "--trials",
                     trials, "--strategy", "random", "--executor", "ssh", "--ssh-prefix",
                     "ssh" + config + " board", "--ssh-copy",
                     "scp -q" + config + " {from} board:{to}", "--ssh-directory",
                     here.path("board")});
  }

  size_t records() const {
    std::ifstream file(here.path("r.jsonl"));
    size_t count = 0;
    for (std::string line; std::getline(file, line) && !file.eof(); ++count)
      EXPECT_EQ(nlohmann::json::parse(line)["measure"], "ssh");
    return count;
  }

  Workplace here;
  int port = 0;
  pid_t server = 0;
};

} // namespace

TEST_F(TuneOverSsh, TimesOverThereAndLeavesNothing) {
  Outcome outcome = tune("3");
  ASSERT_EQ(outcome.code, 0) << outcome.err << here.read("sshd.log");
  EXPECT_GE(records(), 3U);
  EXPECT_THAT(outcome.out, HasSubstr("3 candidates: "));
  EXPECT_TRUE(std::filesystem::is_empty(here.path("board")));
}

TEST_F(TuneOverSsh, AMachineThatGoesAwayIsSaidAndCostsTheCandidateInFlight) {
  std::thread accident([&] {
    for (int i = 0; i < 1200 && records() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stopServer();
  });
  Outcome outcome = tune("500");
  accident.join();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("255: ")); // ssh's or scp's own words follow
  EXPECT_GE(records(), 1U);
}
