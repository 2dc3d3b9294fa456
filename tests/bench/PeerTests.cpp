//===- PeerTests.cpp - runner processes and their protocol ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Peer.h"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>

using namespace convwright;
using bench::Peer;
using bench::PeerCommand;
using testing::HasSubstr;

namespace {

/// A runner that answers each command with the next of `answers`.
PeerCommand scripted(const std::string &greeting, const std::vector<std::string> &answers) {
  std::string script = "printf '" + greeting + "\\n'";
  for (const std::string &answer : answers)
    script += "; read line; printf '" + answer + "\\n'";
  return {"fake", {"/bin/sh", "-c", script}, {}};
}

std::string errorOf(const PeerCommand &command) {
  auto peer = Peer::start(command);
  return peer ? "no error" : peer.error().message;
}

const std::string conv3x3 = "conv2d\tzeros\t1\t16\t16\t1\t1\t8\t8\t1\t3\t3\t1\t1\t1\t0\t1\t1\t0\t"
                            "0\t0\t1\t1\t1";

} // namespace

TEST(BenchPeer, SpeaksTheProtocol) {
  auto peer = Peer::start(scripted("hello\\tfake1.0\\ta,b",
                                   {"ready\\t7\\tfast path", "samples\\t900\\t10.5,20.5!,11.5"}));
  ASSERT_TRUE(peer) << peer.error().message;
  EXPECT_EQ((*peer)->name(), "fake1.0");
  EXPECT_THAT((*peer)->modes(), testing::ElementsAre("a", "b"));
  auto handle = (*peer)->prepare("a", conv3x3);
  ASSERT_TRUE(handle);
  EXPECT_EQ(handle->description, "fast path");
  auto samples = (*peer)->run(*handle, 3, 1000);
  ASSERT_TRUE(samples);
  EXPECT_THAT(samples->clean, testing::ElementsAre(10.5, 11.5));
  EXPECT_THAT(samples->spoilt, testing::ElementsAre(20.5));
  EXPECT_EQ(samples->bestBurst, 900);
}

TEST(BenchPeer, PassesARefusalOn) {
  auto peer = Peer::start(scripted("hello\\tfake\\ta", {"no\\tcannot do that"}));
  ASSERT_TRUE(peer);
  auto handle = (*peer)->prepare("a", conv3x3);
  ASSERT_FALSE(handle);
  EXPECT_EQ(handle.error().message, "cannot do that");
}

TEST(BenchPeer, ARunnerThatDiesIsAnErrorNotACrash) {
  auto peer = Peer::start(scripted("hello\\tfake\\ta", {}));
  ASSERT_TRUE(peer);
  auto handle = (*peer)->prepare("a", conv3x3);
  ASSERT_FALSE(handle);
  EXPECT_THAT(handle.error().message, HasSubstr("ended"));
  EXPECT_FALSE((*peer)->alive());
  EXPECT_FALSE((*peer)->prepare("a", conv3x3));
}

TEST(BenchPeer, RefusesWhatIsNoRunner) {
  EXPECT_THAT(errorOf({"fake", {"/no/such/runner"}, {}}), HasSubstr("/no/such/runner"));
  EXPECT_THAT(errorOf({"fake", {"/bin/echo", "good day"}, {}}), HasSubstr("protocol"));
}

TEST(BenchPeer, MalformedSamplesAreRefused) {
  EXPECT_TRUE(bench::parseSamples({"samples", "900", "1.5"}));
  EXPECT_FALSE(bench::parseSamples({"samples", "x", "1.5"}));
  EXPECT_FALSE(bench::parseSamples({"samples", "900", "1.5,abc"}));
  EXPECT_FALSE(bench::parseSamples({"samples", "900", "-3"}));
  EXPECT_FALSE(bench::parseSamples({"samples", "900"}));
}

TEST(BenchPeer, UnknownPeersGetASuggestion) {
  auto peer = bench::findPeer("onedn", CONVWRIGHT_BINARY_DIR "/bin", 1);
  ASSERT_FALSE(peer);
  EXPECT_THAT(peer.error().message, HasSubstr("did you mean 'onednn'"));
}

TEST(BenchPeer, OneDnnTimesAConvolutionInEachOfItsModes) {
  auto command = bench::findPeer("onednn", CONVWRIGHT_BINARY_DIR "/bin", 1);
  if (!command)
    GTEST_SKIP() << command.error().message;
  auto peer = Peer::start(*command);
  ASSERT_TRUE(peer) << peer.error().message;
  EXPECT_THAT((*peer)->modes(), testing::IsSupersetOf({"nhwc", "nchw", "any"}));
  for (const std::string &mode : (*peer)->modes()) {
    auto handle = (*peer)->prepare(mode, conv3x3);
    if ((mode == "winograd" || mode == "nChw16c") && !__builtin_cpu_supports("avx512f")) {
      EXPECT_FALSE(handle) << mode << ": oneDNN has kernels for AVX-512 only";
      continue;
    }
    ASSERT_TRUE(handle) << mode << ": " << handle.error().message;
    auto samples = (*peer)->run(*handle, 2, INT64_MAX);
    ASSERT_TRUE(samples) << samples.error().message;
    EXPECT_EQ(samples->clean.size() + samples->spoilt.size(), 2U);
    (*peer)->drop(*handle);
  }
  EXPECT_FALSE((*peer)->prepare("nhwc", "sobel\t4\t4\ta\tb"));
}

TEST(BenchPeer, OneDnnTimesTheOtherOperationsOfTables) {
  auto command = bench::findPeer("onednn", CONVWRIGHT_BINARY_DIR "/bin", 1);
  if (!command)
    GTEST_SKIP() << command.error().message;
  auto peer = Peer::start(*command);
  ASSERT_TRUE(peer) << peer.error().message;
  for (const char *problem :
       {"conv1d\tzeros\t1\t8\t16\t1\t1\t1\t20\t1\t1\t3\t1\t1\t2\t0\t0\t1\t0\t0\t0\t1\t1\t1",
        "conv3d\tzeros\t1\t8\t16\t1\t6\t6\t6\t3\t3\t3\t1\t1\t1\t1\t1\t1\t0\t0\t0\t1\t1\t1",
        "conv2d\treflect\t1\t8\t16\t1\t1\t8\t8\t1\t3\t3\t1\t1\t1\t0\t1\t1\t0\t0\t0\t1\t1\t1",
        "conv_"
        "transpose2d\tzeros\t1\t8\t16\t1\t1\t5\t5\t1\t3\t3\t1\t2\t2\t0\t1\t1\t0\t1\t1\t1\t1\t1",
        "max_pool2d\tzeros\t1\t8\t8\t1\t1\t8\t8\t1\t2\t2\t1\t2\t2\t0\t0\t0\t0\t0\t0\t1\t1\t1",
        "avg_pool3d\tzeros\t1\t8\t8\t1\t4\t8\t8\t2\t2\t2\t2\t2\t2\t0\t0\t0\t0\t0\t0\t1\t1\t1"})
    for (const char *mode : {"nhwc", "nchw"}) {
      auto handle = (*peer)->prepare(mode, problem);
      ASSERT_TRUE(handle) << problem << ": " << handle.error().message;
      EXPECT_TRUE((*peer)->run(*handle, 1, INT64_MAX));
      (*peer)->drop(*handle);
    }
}

TEST(BenchPeer, OpenCvComputesTheEdgeStrengthOfAFrame) {
  auto command = bench::findPeer("opencv", CONVWRIGHT_BINARY_DIR "/bin", 1);
  ASSERT_TRUE(command) << command.error().message;
  if (std::system((command->command[0] + " -c 'import cv2' 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "no opencv-python-headless here";
  auto peer = Peer::start(*command);
  ASSERT_TRUE(peer) << peer.error().message;
  std::string in = testing::TempDir() + "frame.raw", out = testing::TempDir() + "edges.raw";
  std::ofstream(in, std::ios::binary) << std::string("\x00\x00\x0a\x0a", 4) // columns 0, 0, 10, 10
                                      << std::string("\x00\x00\x0a\x0a", 4);
  auto handle = (*peer)->prepare("sobel", "sobel\t2\t4\t" + in + "\t" + out);
  ASSERT_TRUE(handle) << handle.error().message;
  std::ifstream file(out, std::ios::binary);
  std::string edges{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(edges, std::string("\x00\x28\x28\x00\x00\x28\x28\x00", 8)); // 4 x 10 across the step
  EXPECT_TRUE((*peer)->run(*handle, 1, INT64_MAX));
}
