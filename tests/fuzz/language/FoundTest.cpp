//===- FoundTest.cpp - what was found once stays right ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: language_found_test FOLDER
//
// Checks every .conv file of the folder on this machine.
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Found.h"

#include <filesystem>
#include <iostream>
#include <set>

int main(int argc, char **argv) {
  if (argc != 2) {
    std::cerr << "usage: language_found_test FOLDER\n";
    return 2;
  }
  std::set<std::string> files;
  for (const auto &entry : std::filesystem::directory_iterator(argv[1]))
    if (entry.path().extension() == ".conv")
      files.insert(entry.path().string());
  std::string executable = std::filesystem::read_symlink("/proc/self/exe").string();
  int wrong = 0;
  for (const std::string &file : files) {
    std::string message = convwright::fuzz::checkFile(file, "host", executable);
    std::cout << file << ": " << (message.empty() ? "right\n" : message);
    wrong += !message.empty();
  }
  std::cout << files.size() - static_cast<size_t>(wrong) << " of " << files.size()
            << " files are right\n";
  return wrong || files.empty() ? 1 : 0;
}
