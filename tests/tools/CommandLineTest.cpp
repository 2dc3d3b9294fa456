//===- CommandLineTest.cpp - commands, options, exit codes ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/tools/support/Command.h"

#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace convwright::tests;
using testing::HasSubstr;

TEST(CommandLine, HelpAndVersionAreFine) {
  Workplace here;
  Outcome help = here.run({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char *command : {"compile", "run", "bench", "check", "fmt", "inspect"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    EXPECT_EQ(here.run({command, "--help"}).code, 0) << command;
  }
  EXPECT_THAT(here.run({"--version"}).out, HasSubstr("convwright 0."));
}

TEST(CommandLine, NoCommandIsAUsageError) {
  Workplace here;
  Outcome outcome = here.run({});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--help"));
}

TEST(CommandLine, UnknownCommandsGetASuggestion) {
  Workplace here;
  Outcome outcome = here.run({"complie", "x.conv"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "convwright: error: unknown command 'complie', did you mean 'compile'?; the "
            "commands are compile, run, bench, check, fmt, inspect, list, tune, report, records\n");
}

TEST(CommandLine, UnknownOptionsGetASuggestion) {
  Workplace here;
  Outcome outcome = here.run({"compile", "x.conv", "--tarjet=host"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("unknown option '--tarjet=host', did you mean '--target'?"));
}

TEST(CommandLine, MissingAndMalformedValuesAreUsageErrors) {
  Workplace here;
  EXPECT_EQ(here.run({"compile"}).code, 2);
  EXPECT_EQ(here.run({"run", "x.conv"}).code, 2);
  EXPECT_EQ(here.run({"run", "x.conv", "--in", "a", "--out", "b", "--threads", "-1"}).code, 2);
  EXPECT_EQ(here.run({"bench", "x.conv", "--threads", "many"}).code, 2);
}

TEST(CommandLine, UnknownTargetsAlgorithmsAndFormsGetASuggestionInEveryCommand) {
  Workplace here;
  here.write("edges.conv", sobelText());
  std::vector<std::vector<std::string>> commands = {
      {"compile", "edges.conv"},
      {"run", "edges.conv", "--in", "a", "--out", "b"},
      {"bench", "edges.conv"}};
  for (std::vector<std::string> command : commands) {
    command.insert(command.end(), {"--target", "znver5"});
    Outcome outcome = here.run(command);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("did you mean 'znver4'?"));
    command.back() = "host";
    command.insert(command.end(), {"--algorithm", "dierct"});
    outcome = here.run(command);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("did you mean 'direct'?"));
    command.back() = "direct";
    command.insert(command.end(), {"--form", "fusion = nnoe"});
    outcome = here.run(command);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("did you mean 'none'?"));
  }
  EXPECT_EQ(here.run({"inspect", "edges.conv", "--target", "znver5"}).code, 2);
}

TEST(CommandLine, ACrashExitsWith70AndKeepsTheCommandAndTheInput) {
  Workplace here;
  here.write("edges.conv", sobelText());
  // It has read the first file, and waits for the second when the signal comes.
  ASSERT_EQ(mkfifo(here.path("pipe").c_str(), 0600), 0);
  int writer = -1;
  Outcome outcome = here.runAndSignal({"check", "edges.conv", "pipe"}, SIGSEGV, [&](pid_t) {
    writer = open(here.path("pipe").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    return writer >= 0; // somebody reads
  });
  close(writer);
  EXPECT_EQ(outcome.code, 70);
  EXPECT_THAT(outcome.err, HasSubstr("internal error: segmentation fault"));
  std::string reproducer;
  for (const std::string &file : here.files())
    if (file.starts_with("convwright-reproducer-"))
      reproducer = here.read(file);
  EXPECT_THAT(reproducer, HasSubstr("check edges.conv pipe"));
  EXPECT_THAT(reproducer, HasSubstr(sobelText()));
}
