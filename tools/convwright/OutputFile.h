//===- OutputFile.h - a file that a command writes, and what it must not replace ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_OUTPUTFILE_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_OUTPUTFILE_H

#include "schedules/kernel/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::tools {

/// A file that a command read, and what it is to the user: "the tensors of --in".
struct InputFile {
  std::string path, role;
};

/// The same role for several files.
std::vector<InputFile> inputFiles(const std::vector<std::string> &paths, const std::string &role);

/// Why `path`, given by `option`, must not be written: it is one of the inputs, perhaps by another
/// name. What is no regular file holds nothing that could be lost.
std::optional<schedules::Error> refuseInput(const std::string &path, const std::string &option,
                                            const std::vector<InputFile> &inputs);

/// Whether a FIFO, a device or a socket is there: renaming would put a file in its place.
bool isWrittenInto(const std::string &path);
/// Where links lead, also when nothing is there yet.
std::string behindLinks(const std::string &path);

/// Why writeFile() to `path`, given by `option`, would fail, as far as it is known beforehand.
/// Changes nothing.
std::optional<schedules::Error> refuseUnwritable(const std::string &path,
                                                 const std::string &option);

/// Writes under a temporary name beside the file and renames, so that it is there whole or not at
/// all. A link stays one: what it leads to is replaced. FIFOs and devices are written into. The
/// value is the number of bytes.
schedules::Result<size_t> writeFile(const std::string &path, std::string_view content);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_OUTPUTFILE_H
