//===- Runner.cpp - answers a bench's commands ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench-peers/Runner.h"

#include "schedules/tuning/measure/Sampler.h"

#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace convwright::bench {

using schedules::Sampler;
using schedules::Samples;

namespace {

struct Entry {
  Prepared prepared;
  Sampler sampler;
};

std::vector<std::string> fieldsOf(const std::string &line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');)
    fields.push_back(field);
  return fields;
}

std::string oneLine(std::string text) {
  for (char &c : text)
    if (c == '\n' || c == '\t')
      c = ' ';
  return text;
}

class Server {
public:
  Server(const PeerLibrary &library, int64_t minimumSampleNs, bool oneThread)
      : library(library), minimumSampleNs(minimumSampleNs), oneThread(oneThread) {}

  std::string answer(const std::vector<std::string> &fields) {
    try {
      if (fields.at(0) == "prepare")
        return prepare(fields);
      if (fields.at(0) == "run")
        return run(fields);
      if (fields.at(0) == "drop") {
        entries.erase(std::stoi(fields.at(1)));
        return "dropped";
      }
      return "no\tunknown command";
    } catch (const std::exception &error) {
      return "no\t" + oneLine(error.what());
    }
  }

private:
  std::string prepare(const std::vector<std::string> &fields) {
    std::vector<std::string> problem(fields.begin() + 2, fields.end());
    Prepared prepared = library.prepare(fields.at(1), problem);
    prepared.call(); // a library that refuses at its first call refuses here
    std::string description = oneLine(prepared.description);
    int id = nextId++;
    entries.emplace(id, Entry{std::move(prepared), Sampler(minimumSampleNs, oneThread)});
    return "ready\t" + std::to_string(id) + "\t" + description;
  }

  std::string run(const std::vector<std::string> &fields) {
    Entry &entry = entries.at(std::stoi(fields.at(1)));
    Samples samples =
        entry.sampler.take(std::stoi(fields.at(2)), std::stoll(fields.at(3)), entry.prepared.call);
    std::ostringstream line;
    line << "samples\t" << samples.bestBurst << '\t' << std::fixed;
    line.precision(1);
    const char *separator = "";
    for (double time : samples.clean) {
      line << separator << time;
      separator = ",";
    }
    for (double time : samples.spoilt) {
      line << separator << time << '!';
      separator = ",";
    }
    return line.str();
  }

  const PeerLibrary &library;
  int64_t minimumSampleNs;
  bool oneThread;
  std::map<int, Entry> entries;
  int nextId = 1;
};

} // namespace

void serve(const PeerLibrary &library, int64_t minimumSampleNs, bool oneThread) {
  std::cout << "hello\t" << library.name << '\t';
  for (size_t i = 0; i < library.modes.size(); ++i)
    std::cout << (i ? "," : "") << library.modes[i];
  std::cout << std::endl;
  Server server(library, minimumSampleNs, oneThread);
  for (std::string line; std::getline(std::cin, line) && line != "quit";)
    std::cout << server.answer(fieldsOf(line)) << std::endl;
}

} // namespace convwright::bench
