//===- OutputFilesTest.cpp - all files, or the directory as it was -------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/OutputFiles.h"
#include "tests/compiler/Emit/EmitTestSupport.h"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

namespace convwright::compiler::testing {
namespace {

using Contents = std::map<std::string, std::string>;
using ::testing::HasSubstr;

OutputFiles twoFiles(const std::string &directory) {
  OutputFiles files(directory);
  files.add("a", "new a");
  files.add("b", "new b");
  return files;
}

void write(const std::string &path, const std::string &text) { std::ofstream(path) << text; }

TEST(OutputFiles, AllAppearAndNothingElse) {
  TemporaryDirectory directory;
  schedules::Result<std::vector<std::string>> paths = twoFiles(directory.str()).put();
  ASSERT_TRUE(paths) << paths.error().message;
  EXPECT_THAT(*paths, ::testing::ElementsAre(directory.at("a"), directory.at("b")));
  EXPECT_EQ(directory.contents(), (Contents{{"a", "new a"}, {"b", "new b"}}));
}

TEST(OutputFiles, OlderOnesAreReplaced) {
  TemporaryDirectory directory;
  write(directory.at("a"), "old");
  ASSERT_TRUE(twoFiles(directory.str()).put());
  EXPECT_EQ(directory.contents(), (Contents{{"a", "new a"}, {"b", "new b"}}));
}

TEST(OutputFiles, MissingDirectoryIsNamedWithTheWayOut) {
  schedules::Result<std::vector<std::string>> paths = twoFiles("/nonexistent/place").put();
  ASSERT_FALSE(paths);
  EXPECT_THAT(paths.error().message,
              HasSubstr("cannot write into /nonexistent/place: No such file"));
  EXPECT_THAT(paths.error().message, HasSubstr("create the directory first"));
}

TEST(OutputFiles, UnwritableDirectoryIsNamedWithTheWayOut) {
  // Not even root may make a directory here.
  schedules::Result<std::vector<std::string>> paths = twoFiles("/sys/kernel").put();
  ASSERT_FALSE(paths);
  EXPECT_THAT(paths.error().message, HasSubstr("make the directory writable"));
}

TEST(OutputFiles, DirectoryInAFilesPlacePutsTheOthersBack) {
  TemporaryDirectory directory;
  write(directory.at("a"), "old");
  std::filesystem::create_directory(directory.at("b"));
  schedules::Result<std::vector<std::string>> paths = twoFiles(directory.str()).put();
  ASSERT_FALSE(paths);
  EXPECT_THAT(paths.error().message, HasSubstr("Nothing was changed"));
  EXPECT_EQ(directory.contents(), (Contents{{"a", "old"}, {"b", "(no file)"}}));
}

TEST(OutputFiles, FilesThatWereNotThereAreTakenAwayAgain) {
  TemporaryDirectory directory;
  std::filesystem::create_directory(directory.at("b"));
  ASSERT_FALSE(twoFiles(directory.str()).put());
  EXPECT_EQ(directory.contents(), (Contents{{"b", "(no file)"}}));
}

TEST(OutputFiles, SizeLimitLeavesNothing) {
  TemporaryDirectory directory;
  pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    OutputFiles files(directory.str());
    files.add("small", "fits");
    files.add("large", std::string(5000, 'x'));
    schedules::Result<std::vector<std::string>> paths = files.put();
    bool right = !paths && paths.error().message.find("free some space") != std::string::npos;
    _exit(right ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(directory.contents(), Contents());
}

TEST(OutputFiles, FullDiskLeavesNothing) {
  TemporaryDirectory directory;
  if (mount("tmpfs", directory.str().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "mounting a small file system needs privileges";
  OutputFiles files(directory.str());
  files.add("small", "fits");
  files.add("large", std::string(1 << 20, 'x'));
  schedules::Result<std::vector<std::string>> paths = files.put();
  Contents after = directory.contents();
  umount(directory.str().c_str());
  ASSERT_FALSE(paths);
  EXPECT_THAT(paths.error().message, HasSubstr("No space left on device; free some space"));
  EXPECT_EQ(after, Contents());
}

} // namespace
} // namespace convwright::compiler::testing
