//===- Report.cpp - convwright report: a tuning run as a page -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Report.h"

#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/OutputFile.h"
#include "tools/convwright/Progress.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

using convwright::schedules::Error;
using convwright::schedules::RecordSet;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

struct ReportCommand {
  std::vector<std::string> files;
  std::string out, layer, target;
};

int report(const ReportCommand &command, const CommandLine &line) {
  if (std::optional<Error> error =
          refuseInput(command.out, "-o", inputFiles(command.files, "the records that it reads")))
    return failInput(error->message);
  Result<RecordSet> set = schedules::readRecords(command.files);
  if (!set)
    return failInput(set.error().message);
  for (const schedules::BrokenLine &broken : set->broken)
    std::cerr << broken.file << ":" << broken.line << ": warning: skipped: " << broken.problem
              << '\n';
  Progress progress(std::cerr, Progress::chooseMode(line.progress), "reporting");
  report::ReportOptions options;
  options.layer = command.layer;
  options.target = command.target;
  options.version = CONVWRIGHT_VERSION;
  options.progress = [&](size_t done, size_t total, const std::string &what) {
    progress.update(done, total, what);
  };
  Result<std::string> page = report::renderReport(*set, options);
  if (!page)
    return failInput(page.error().message);
  if (Result<size_t> written = writeFile(command.out, *page); !written)
    return failInput(written.error().message);
  std::cout << "wrote " << command.out << '\n';
  return exitFine;
}

} // namespace

void addReportCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand(
      "report", "Shows a tuning run as one page of HTML: what was tried, what won, how sure it is");
  auto options = std::make_shared<ReportCommand>();
  command->add_option("FILE", options->files, "Files of tuning records; - is standard input")
      ->required();
  command->add_option("-o,--out", options->out, "The page to write")->required();
  command->add_option("--layer", options->layer,
                      "Only layers whose name or description holds this text");
  command->add_option("--target", options->target, "Only records for this target");
  command->callback([=, &line] { line.run = [=, &line] { return report(*options, line); }; });
}

} // namespace convwright::tools
