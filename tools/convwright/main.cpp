//===- main.cpp - the convwright command ----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/Reproducer.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

using namespace convwright::tools;

namespace {

std::string executablePath(const char *argument) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? argument : path.string();
}

std::vector<std::string> subcommandNames(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::App *command : app.get_subcommands(nullptr))
    if (!command->get_group().empty()) // hidden ones are not for people
      names.push_back(command->get_name());
  return names;
}

bool isSubcommand(const CLI::App &app, const std::string &word) {
  std::vector<const CLI::App *> commands = app.get_subcommands(nullptr);
  return std::any_of(commands.begin(), commands.end(),
                     [&](const CLI::App *command) { return command->get_name() == word; });
}

/// The exit code when the first word names no subcommand of this version; none when it does.
std::optional<int> refuseUnknownCommand(const CLI::App &app, const std::string &word) {
  if (word.empty() || word[0] == '-' || isSubcommand(app, word))
    return std::nullopt;
  std::vector<std::string> names = subcommandNames(app);
  return failUsage("unknown command '" + word + "'" + didYouMean(word, names) +
                   "; the commands are " + join(names));
}

std::vector<std::string> optionNames(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::Option *option : app.get_options())
    for (const std::string &name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

/// The command line cannot be understood: says why, with what was probably meant.
int explainUsage(const CLI::App &app, const CLI::ParseError &error) {
  const CLI::App *command = &app;
  for (const CLI::App *chosen : app.get_subcommands())
    command = chosen;
  std::string message = error.what();
  for (const std::string &word : app.remaining(true))
    if (word.starts_with("--"))
      message = "unknown option '" + word + "'" +
                didYouMean(word.substr(0, word.find('=')), optionNames(*command));
  failUsage(message);
  std::cerr << "usage: convwright " << (command == &app ? "COMMAND" : command->get_name())
            << " ...; --help says more\n";
  return exitUsage;
}

int runCommand(const CommandLine &line) {
  try {
    return line.run();
  } catch (const std::bad_alloc &) {
    return failInput("out of memory");
  } catch (const std::exception &error) {
    return internalError(error.what());
  }
}

} // namespace

// What escapes reaches std::terminate, which writes a reproducer.
int main(int count, char **arguments) { // NOLINT(bugprone-exception-escape)
  armReproducer({arguments, arguments + count});
  catchInterrupts();
  CommandLine line;
  line.executable = executablePath(arguments[0]);

  CLI::App app("Compiles convolutions: .conv files to libraries that an application links.",
               "convwright");
  app.set_version_flag("--version", "convwright " CONVWRIGHT_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--progress", line.progress,
               "Say on standard error how far long work is, even if that is no terminal");
  addCompileCommand(app, line);
  addRunCommand(app, line);
  addBenchCommand(app, line);
  addCheckCommand(app, line);
  addFmtCommand(app, line);
  addInspectCommand(app, line);
  addListCommand(app, line);
  addTuneCommand(app, line);
  addTuneWorkerCommand(app, line);
  addReportCommand(app, line);
  addRecordsCommand(app, line);

  if (count > 1)
    if (std::optional<int> refused = refuseUnknownCommand(app, arguments[1]))
      return *refused;
  try {
    app.parse(count, arguments);
  } catch (const CLI::Success &success) { // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError &error) {
    return explainUsage(app, error);
  }
  int code = runCommand(line);
  endIfInterrupted();
  return code;
}
