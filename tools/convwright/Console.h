//===- Console.h - messages, files and names, as every subcommand does them ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_CONSOLE_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_CONSOLE_H

#include "schedules/kernel/Result.h"
#include "schedules/targets/Target.h"

#include <optional>
#include <string>
#include <vector>

namespace convwright::tools {

/// "convwright: error: <message>" on standard error; exit code 1.
int failInput(const std::string &message);
/// Likewise; exit code 2.
int failUsage(const std::string &message);

/// ", did you mean 'x'?" or nothing.
std::string didYouMean(const std::string &typed, const std::vector<std::string> &names);
/// "1 dimension", "2 dimensions".
std::string countOf(size_t count, const std::string &noun);
/// "a, b, c".
std::string join(const std::vector<std::string> &names);
std::vector<std::string> splitList(const std::string &text);

/// The whole file; "-" is standard input. The content goes into a reproducer, if one is needed.
schedules::Result<std::string> readInput(const std::string &path);

/// The targets that a comma-separated list names; "host" is what this machine is.
schedules::Result<std::vector<schedules::Target>> findTargets(const std::string &list);
/// An error when this machine cannot run code for the CPU of `target`.
std::optional<schedules::Error> refuseForeign(const schedules::Target &target);
/// An error when `algorithm` is neither empty nor known.
schedules::Result<std::string> checkAlgorithm(const std::string &algorithm);
} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_CONSOLE_H
