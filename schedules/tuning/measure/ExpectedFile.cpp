//===- ExpectedFile.cpp - expected values in a file ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Expected.h"

#include <fstream>
#include <optional>

namespace convwright::schedules {

std::optional<Error> writeExpected(const std::string &path,
                                   const std::vector<ExpectedValue> &values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char *>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(ExpectedValue)));
  file.close();
  if (!file)
    return Error{"cannot write '" + path + "': is there space on the disk?"};
  return std::nullopt;
}

Result<std::vector<ExpectedValue>> readExpected(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<ExpectedValue> values;
  for (ExpectedValue value; file.read(reinterpret_cast<char *>(&value), sizeof value);)
    values.push_back(value);
  if (values.empty())
    return Error{"cannot read expected values from '" + path + "'"};
  return values;
}

} // namespace convwright::schedules
