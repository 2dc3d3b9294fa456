//===- Features.cpp - the features of the data set's candidates -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   static_model_features TABLE.tsv TIMES.jsonl OUT.jsonl
// Adds each timed candidate's code features (this machine's model) to its line. Candidates are
// compiled two at a time, each in a child process.
//

#include "schedules/tuning/measure/static/Features.h"
#include "tests/bench/static_model/DataSet.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace convwright;
using namespace convwright::schedules;

namespace {

Plan planOf(const nlohmann::json &line) {
  Plan plan;
  plan.algorithm = line.at("plan").at("algorithm");
  plan.parameters = line.at("plan").at("parameters").get<std::map<std::string, int64_t>>();
  return plan;
}

/// In a child: writes the line with its features.
void addFeatures(const std::string &table, nlohmann::json line, const std::string &out) {
  Result<Target> target = findTarget("host");
  for (const bench::DataLayer &layer : bench::dataLayers())
    if (line.at("layer") == layer.name) {
      std::optional<Kernel> kernel = bench::dataKernel(table, layer);
      Result<MachineModel> model = machineModelHere(*target);
      Result<CodeFeatures> features = codeFeatures(*kernel, planOf(line), *target, *model);
      if (!features) {
        std::fprintf(stderr, "%s\n", features.error().message.c_str());
        return;
      }
      line["features"] = toJson(*features);
      std::string text = line.dump() + "\n";
      std::FILE *file = std::fopen(out.c_str(), "a");
      std::setvbuf(file, nullptr, _IOFBF, text.size() + 1);
      std::fwrite(text.data(), 1, text.size(), file);
      std::fclose(file);
    }
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s TABLE.tsv TIMES.jsonl OUT.jsonl\n", argv[0]);
    return 2;
  }
  std::ifstream times(argv[2]);
  std::ofstream(argv[3], std::ios::trunc);
  int running = 0;
  for (std::string line; std::getline(times, line);) {
    if (running == 2 && wait(nullptr) > 0)
      --running;
    if (fork() == 0) {
      alarm(60);
      addFeatures(argv[1], nlohmann::json::parse(line), argv[3]);
      _exit(0);
    }
    ++running;
  }
  while (wait(nullptr) > 0)
    ;
  return 0;
}
