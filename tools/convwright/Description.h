//===- Description.h - a library's self-description, for reading ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_DESCRIPTION_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_DESCRIPTION_H

#include "schedules/kernel/Result.h"

#include <string>

namespace convwright::tools {

/// The JSON self-description of a library as a page of text, with the sizes of those of its files
/// that lie in `directory`. Errors: no JSON, or not such a description.
schedules::Result<std::string> describe(const std::string &json, const std::string &directory);

/// The same of a static library's bytes, which hold the description. `path` is where it lies.
/// Errors: damaged, or not made by convwright; the message lists its members then.
schedules::Result<std::string> describeArchive(const std::string &archive, const std::string &path);

/// The tensors of a safetensors file, with their types and shapes as a .conv file spells them.
schedules::Result<std::string> describeSafetensors(const std::string &content,
                                                   const std::string &path);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_DESCRIPTION_H
