//===- Evaluate.cpp - how well the static model ranks the data set --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   static_model_evaluate FEATURES.jsonl [cpu = the one at hand]
// Prints, for each layer: Spearman's rank correlation of estimates and times, the regret of taking
// the best estimate (its time over the best time) and of timing the best five; then the means over
// the layers for fitting and over those held out, for the model and with parts of it left out; what
// pruning by estimates would cost; and how far a tuning by estimates is right.
//

#include "schedules/tuning/measure/static/StaticModel.h"
#include "tests/bench/static_model/DataSet.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <numeric>

using namespace convwright;
using namespace convwright::schedules;

namespace {

struct Candidate {
  double ms;
  CodeFeatures features;
};
using DataSet = std::map<std::string, std::vector<Candidate>>;

struct Score {
  double spearman = 0, top1 = 0, top5 = 0;
};

std::vector<double> ranks(const std::vector<double> &values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]])
      ++end;
    for (size_t j = i; j < end; ++j)
      result[order[j]] = static_cast<double>(i + end - 1) / 2;
    i = end;
  }
  return result;
}

double correlation(const std::vector<double> &a, const std::vector<double> &b) {
  double n = static_cast<double>(a.size());
  double meanA = std::accumulate(a.begin(), a.end(), 0.0) / n;
  double meanB = std::accumulate(b.begin(), b.end(), 0.0) / n, ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) * (a[i] - meanA);
    bb += (b[i] - meanB) * (b[i] - meanB);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

Score scoreOf(const std::vector<Candidate> &candidates, const MachineModel &model,
              const ModelParts &parts) {
  std::vector<double> times, estimates;
  for (const Candidate &candidate : candidates) {
    times.push_back(candidate.ms);
    estimates.push_back(estimateTime(candidate.features, model, parts).ms);
  }
  std::vector<size_t> order(times.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return estimates[a] < estimates[b]; });
  double best = *std::min_element(times.begin(), times.end()), found = times[order[0]];
  Score score;
  score.spearman = correlation(ranks(times), ranks(estimates));
  score.top1 = found / best;
  for (size_t i = 0; i < std::min<size_t>(5, order.size()); ++i)
    found = std::min(found, times[order[i]]);
  score.top5 = found / best;
  return score;
}

/// The lower decile: what disturbs a sample on a shared machine only ever adds to it.
double timeOf(const nlohmann::json &line) {
  auto samples = line.at("samples_ns").get<std::vector<double>>();
  std::sort(samples.begin(), samples.end());
  return samples.empty() ? 0 : 1e-6 * samples[samples.size() / 10];
}

DataSet readData(const char *path) {
  DataSet data;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    nlohmann::json json = nlohmann::json::parse(line);
    Result<CodeFeatures> features = featuresFromJson(json.at("features"));
    if (features)
      data[json.at("layer")].push_back({timeOf(json), *features});
    else
      std::fprintf(stderr, "%s\n", features.error().message.c_str());
  }
  return data;
}

/// Means over the layers that are (not) held out.
Score meanScore(const DataSet &data, bool heldOut, const MachineModel &model,
                const ModelParts &parts) {
  Score mean;
  int count = 0;
  for (const bench::DataLayer &layer : bench::dataLayers()) {
    auto found = data.find(layer.name);
    if (layer.heldOut != heldOut || found == data.end())
      continue;
    Score score = scoreOf(found->second, model, parts);
    mean.spearman += score.spearman;
    mean.top1 += score.top1;
    mean.top5 += score.top5;
    ++count;
  }
  return {mean.spearman / count, mean.top1 / count, mean.top5 / count};
}

void printLayers(const DataSet &data, const MachineModel &model) {
  std::printf("%-32s %5s %9s %7s %7s %9s\n", "layer", "n", "Spearman", "top-1", "top-5",
              "est./time");
  for (const bench::DataLayer &layer : bench::dataLayers()) {
    auto found = data.find(layer.name);
    if (found == data.end())
      continue;
    Score score = scoreOf(found->second, model, {});
    std::vector<double> ratios;
    for (const Candidate &candidate : found->second)
      ratios.push_back(estimateTime(candidate.features, model).ms / candidate.ms);
    std::sort(ratios.begin(), ratios.end());
    std::printf("%-32s %5zu %9.3f %7.3f %7.3f %9.2f%s\n", layer.name, found->second.size(),
                score.spearman, score.top1, score.top5, ratios[ratios.size() / 2],
                layer.heldOut ? "  held out" : "");
  }
}

void printAblations(const DataSet &data, const MachineModel &model) {
  const std::pair<const char *, ModelParts> rows[] = {
      {"the model", {}},
      {"without MCA", {.mca = false}},
      {"without memory", {.memory = false}},
      {"innermost loops only", {.outerBlocks = false}},
      {"MCA alone, all blocks", {.memory = false, .ports = false}},
  };
  std::printf("\n%-24s %28s %28s\n", "means: Spearman top-1 top-5", "fitted layers",
              "held-out layers");
  for (const auto &[name, parts] : rows) {
    std::printf("%-24s", name);
    for (bool heldOut : {false, true}) {
      Score score = meanScore(data, heldOut, model, parts);
      std::printf("      %8.3f %6.3f %6.3f", score.spearman, score.top1, score.top5);
    }
    std::printf("\n");
  }
}

/// What is lost, and how much work is saved, when candidates are not timed whose estimates are so
/// many times that of the default (a layer's first line).
void printPruning(const DataSet &data, const MachineModel &model) {
  std::printf("\n%-24s %12s %22s\n", "left out at", "candidates", "best left / best, most");
  for (double ratio : {1.25, 1.6, 2.0, 3.0}) {
    size_t all = 0, pruned = 0;
    double most = 1;
    for (const auto &[layer, candidates] : data) {
      double limit = ratio * estimateTime(candidates[0].features, model).ms;
      double best = HUGE_VAL, left = HUGE_VAL;
      for (const Candidate &candidate : candidates) {
        bool kept = estimateTime(candidate.features, model).ms <= limit;
        best = std::min(best, candidate.ms);
        left = kept ? std::min(left, candidate.ms) : left;
        pruned += !kept;
        ++all;
      }
      most = std::max(most, left / best);
    }
    std::printf("%-22.2f x %10.0f %% %22.3f\n", ratio, 100.0 * pruned / all, most);
  }
}

/// What a tuning by estimates would claim, were each plan in question (within 1.6 times the best
/// time) the default: the plan with the least cautiousRatio() to it, if that gains so much.
void printMargins(const DataSet &data, const MachineModel &model) {
  std::printf("\n%-24s %12s %12s %20s\n", "claims of", "defaults", "right", "speed, mean, least");
  for (double margin : {1.05, 1.1, 1.5}) {
    int claims = 0, right = 0;
    double logs = 0, least = HUGE_VAL;
    for (const auto &[layer, candidates] : data) {
      std::vector<Views> views;
      double bestMs = HUGE_VAL;
      for (const Candidate &candidate : candidates) {
        views.push_back(estimateViews(candidate.features, model));
        bestMs = std::min(bestMs, candidate.ms);
      }
      for (size_t i = 0; i < candidates.size(); ++i) {
        auto ratio = [&](const Views &other) { return cautiousRatio(other, views[i]); };
        size_t chosen = std::ranges::min_element(views, {}, ratio) - views.begin();
        if (candidates[i].ms >= 1.6 * bestMs || margin * ratio(views[chosen]) > 1)
          continue;
        double speed = candidates[i].ms / candidates[chosen].ms;
        ++claims;
        right += speed >= 1;
        logs += std::log(speed);
        least = std::min(least, speed);
      }
    }
    std::printf("%-22.2f x %12d %10.0f %% %13.2f, %.2f\n", margin, claims,
                100.0 * right / std::max(1, claims), std::exp(logs / std::max(1, claims)), least);
  }
}

void printTimes(const DataSet &data) {
  std::vector<double> seconds;
  for (const auto &[layer, candidates] : data)
    for (const Candidate &candidate : candidates)
      seconds.push_back(candidate.features.extractSeconds);
  std::sort(seconds.begin(), seconds.end());
  std::printf("\n%zu candidates; features in %.1f ms (median), %.1f (95 %%), %.1f (most)\n",
              seconds.size(), 1e3 * seconds[seconds.size() / 2],
              1e3 * seconds[seconds.size() * 95 / 100], 1e3 * seconds.back());
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FEATURES.jsonl [CPU]\n", argv[0]);
    return 2;
  }
  Result<Target> target = findTarget("host");
  Result<MachineModel> here = machineModelHere(*target);
  const MachineModel *model = argc > 2 ? findMachineModel(argv[2]) : here ? &*here : nullptr;
  DataSet data = readData(argv[1]);
  if (!model || data.empty()) {
    std::fprintf(stderr, model ? "no data in '%s'\n" : "no model of CPU '%s'\n",
                 model ? argv[1] : argv[2]);
    return 1;
  }
  printLayers(data, *model);
  printAblations(data, *model);
  printPruning(data, *model);
  printMargins(data, *model);
  printTimes(data);
  return 0;
}
