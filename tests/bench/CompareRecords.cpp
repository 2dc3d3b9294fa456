//===- CompareRecords.cpp - what several tunings reached, side by side -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   compare_records [core=1] [rounds=5] [extra=2] RECORDS.jsonl ...
// For each kernel that all files know: times the plan that each file would give a compile, and the
// default, all beside the default in fresh processes. A round goes through all kernels, so that a
// kernel's rounds lie minutes apart: what favours one plan over another while a neighbour is busy
// does not last that long. `extra`: so many of each file's fastest other candidates run too: the
// best known is the fastest of all of them. Prints each one's speed as a share of the best known,
// and what that comes to over the kernels.
//

#include "schedules/tuning/measure/Builder.h"
#include "schedules/tuning/measure/Expected.h"
#include "schedules/tuning/measure/Statistics.h"
#include "schedules/tuning/measure/Timer.h"
#include "schedules/tuning/measure/WorkDirectory.h"
#include "schedules/tuning/records/RecordIndex.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

using namespace convwright::schedules;

namespace {

struct Options {
  int core = 1, rounds = 5, extra = 2;
  std::vector<std::string> files;
};

/// A plan and its speed over the default's, round by round.
struct Contender {
  Plan plan;
  std::string stem;
  std::vector<double> speeds;
  double speed() const { return speeds.empty() ? 0 : median(speeds); }
};

/// One kernel: contenders[0] is the default's twin; ofFile[i] is the plan that file i gives.
struct Layer {
  std::string name;
  Problem problem;
  std::vector<Contender> contenders;
  std::vector<size_t> ofFile;
  std::string standard, expected; // files: the default beside which all run, and what it computes
};

size_t addTo(Layer &layer, const Plan &plan) {
  for (size_t i = 0; i < layer.contenders.size(); ++i)
    if (samePlan(layer.contenders[i].plan, plan))
      return i;
  layer.contenders.push_back({plan, "", {}});
  return layer.contenders.size() - 1;
}

std::optional<Layer> layerOf(const Record &record, const std::vector<RecordIndex> &files,
                             const Target &target, int extra) {
  Layer layer{record.name, record.problem, {}, {}, "", ""};
  Result<Choice> standard = choosePlan(record.problem.kernel, target, {});
  if (!standard)
    return std::nullopt;
  addTo(layer, standard->plan);
  for (const RecordIndex &index : files) {
    std::optional<Found> found = index.best(record.problem, target);
    if (!found)
      return std::nullopt;
    layer.ofFile.push_back(addTo(layer, found->plan));
    std::vector<const Record *> others = index.of(record.problem);
    std::erase_if(others, [](const Record *r) { return r->outcome.verdict != Verdict::Ok; });
    std::sort(others.begin(), others.end(),
              [](const Record *a, const Record *b) { return a->outcome.ms < b->outcome.ms; });
    for (size_t i = 0; i < std::min<size_t>(others.size(), static_cast<size_t>(extra)); ++i)
      if (validatePlan(record.problem.kernel, target, others[i]->plan))
        addTo(layer, others[i]->plan);
  }
  return layer;
}

/// Errors are printed. `stem`: of all files.
bool buildLayer(Layer &layer, const std::string &stem) {
  layer.standard = stem + "standard";
  layer.expected = stem + "expected";
  std::vector<Plan> plans{layer.contenders[0].plan};
  std::vector<std::string> stems{layer.standard};
  for (Contender &contender : layer.contenders) {
    contender.stem = stem + std::to_string(stems.size());
    plans.push_back(contender.plan);
    stems.push_back(contender.stem);
  }
  Result<std::vector<Built>> built = Builder().build(layer.problem, plans, stems);
  if (!built || !(*built)[0].fine ||
      writeExpected(layer.expected, expectedValues(layer.problem.kernel, {}, 1))) {
    std::printf("%s does not build\n", layer.name.c_str());
    return false;
  }
  for (size_t i = 0; i < layer.contenders.size(); ++i)
    if (!(*built)[i + 1].fine)
      layer.contenders[i].stem.clear();
  return true;
}

/// `swapped`: the default takes the candidate's place, so that neither place favours anybody.
void timeRound(Layer &layer, Timer &timer, bool swapped) {
  for (Contender &contender : layer.contenders) {
    if (contender.stem.empty())
      continue;
    TimeRequest request{contender.stem, layer.standard, layer.expected, {}, layer.problem.threads};
    if (swapped)
      std::swap(request.candidate, request.incumbent);
    Result<Outcome> outcome = timer.time(request);
    if (!outcome || outcome->samples.size() < 2)
      std::printf("%s: %s: %s\n", layer.name.c_str(), print(contender.plan).c_str(),
                  outcome ? outcome->reason.c_str() : outcome.error().message.c_str());
    else
      contender.speeds.push_back(swapped ? 1 / outcome->ratio : outcome->ratio);
  }
}

/// Shares of the best known, layer by layer.
struct Column {
  std::vector<double> shares;
  void print(const char *name) const {
    double logs = 0;
    for (double share : shares)
      logs += std::log(share) / static_cast<double>(shares.size());
    auto atLeast95 =
        std::count_if(shares.begin(), shares.end(), [](double s) { return s >= 0.95; });
    std::printf(
        "%-28s geometric mean %.3f of the best known; at least .95 on %td of %zu; worst %.3f\n",
        name, std::exp(logs), atLeast95, shares.size(),
        *std::min_element(shares.begin(), shares.end()));
  }
};

void printShares(const std::vector<Layer> &layers, const std::vector<std::string> &files) {
  std::vector<Column> columns(files.size() + 1);
  for (const Layer &layer : layers) {
    double best = 0;
    for (const Contender &contender : layer.contenders)
      best = std::max(best, contender.speed());
    std::printf("%-28s %zu plans; default %.3f", layer.name.c_str(), layer.contenders.size(),
                layer.contenders[0].speed() / best);
    columns[0].shares.push_back(layer.contenders[0].speed() / best);
    for (size_t i = 0; i < files.size(); ++i) {
      const Contender &contender = layer.contenders[layer.ofFile[i]];
      double spread = contender.speeds.empty() ? 0 : relativeSpread(contender.speeds);
      std::printf("  %.3f (+- %.3f)", contender.speed() / best, spread / 2);
      columns[i + 1].shares.push_back(contender.speed() / best);
    }
    std::printf("\n");
  }
  if (layers.empty())
    return;
  columns[0].print("the default");
  for (size_t i = 0; i < files.size(); ++i)
    columns[i + 1].print(files[i].c_str());
}

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string text = argv[i];
    int number = std::atoi(text.substr(text.find('=') + 1).c_str());
    if (text.starts_with("core="))
      options.core = number;
    else if (text.starts_with("rounds="))
      options.rounds = number;
    else if (text.starts_with("extra="))
      options.extra = number;
    else
      options.files.push_back(text);
  }
  return options;
}

} // namespace

int main(int argc, char **argv) {
  Options options = parse(argc, argv);
  if (options.files.empty())
    return std::fputs("usage: compare_records [core=1] [rounds=5] [extra=2] RECORDS.jsonl ...\n",
                      stderr),
           2;
  Result<Target> target = findTarget("host");
  Result<std::string> runner = findRunner(*target);
  Result<TemporaryDirectory> directory = makeWorkDirectory();
  if (!runner || !directory)
    return std::puts(runner ? directory.error().message.c_str() : runner.error().message.c_str()),
           1;
  std::vector<RecordIndex> files;
  for (const std::string &path : options.files) {
    Result<RecordSet> records = readRecords({path});
    if (!records)
      return std::puts(records.error().message.c_str()), 1;
    files.emplace_back(std::move(*records));
  }
  std::unique_ptr<Executor> executor = makeLocalExecutor(*runner);
  TimeOptions timing;
  timing.cores = {options.core};
  timing.budgetMs = timing.promisingBudgetMs = 500;
  timing.hopeless = 1e9;
  timing.prune = 0;
  timing.confirm = false;
  Timer timer(*executor, timing, directory->path());
  std::vector<Layer> layers;
  std::vector<std::string> seen;
  for (const Record &record : files[0].all().records) {
    if (std::find(seen.begin(), seen.end(), record.key) != seen.end())
      continue;
    seen.push_back(record.key);
    std::optional<Layer> layer = layerOf(record, files, *target, options.extra);
    std::string stem = directory->path() + "/" + std::to_string(seen.size()) + "_";
    if (layer && buildLayer(*layer, stem))
      layers.push_back(std::move(*layer));
  }
  for (int round = 0; round < options.rounds; ++round)
    for (size_t i = 0; i < layers.size(); ++i) {
      std::fprintf(stderr, "\rround %d of %d, layer %zu of %zu ", round + 1, options.rounds, i + 1,
                   layers.size());
      timeRound(layers[i], timer, round % 2 == 1);
    }
  std::fputs("\n", stderr);
  printShares(layers, options.files);
  return layers.empty() ? 1 : 0;
}
