//===- Commands.h - the subcommands ---------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_COMMANDS_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_COMMANDS_H

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace convwright::tools {

/// What main() and the subcommands share.
struct CommandLine {
  std::string executable;   // the path of this program: leads to the runtime and the runners
  bool progress = false;    // --progress
  std::function<int()> run; // set by the subcommand that was named; gives the exit code
};

// Each adds its subcommand: options, help, and what it sets `run` to. A file of the same name each.
void addCompileCommand(CLI::App &app, CommandLine &line);
void addRunCommand(CLI::App &app, CommandLine &line);
void addBenchCommand(CLI::App &app, CommandLine &line);
void addCheckCommand(CLI::App &app, CommandLine &line);
void addFmtCommand(CLI::App &app, CommandLine &line);
void addInspectCommand(CLI::App &app, CommandLine &line);
void addListCommand(CLI::App &app, CommandLine &line);
void addTuneCommand(CLI::App &app, CommandLine &line);
/// A subcommand of tune.
void addReplayCommand(CLI::App &tune, CommandLine &line);
void addTuneWorkerCommand(CLI::App &app, CommandLine &line);
void addReportCommand(CLI::App &app, CommandLine &line);
void addRecordsCommand(CLI::App &app, CommandLine &line);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_COMMANDS_H
