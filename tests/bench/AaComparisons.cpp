//===- AaComparisons.cpp - how often a plan is called faster than itself ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
//   aa_comparisons TABLE.tsv [count=100] [busy=0] [threads=1] [cold=0] [verbose=0]
// Builds the default plans of layers of the table (every one of suites rn50, vgg16, mobile and dw
// that fits, spread over 20), each twice, and times each against its twin `count` times in all,
// while `busy` spinners run elsewhere. Prints how many came out better, and how far off.
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/Builder.h"
#include "schedules/tuning/measure/Expected.h"
#include "schedules/tuning/measure/Statistics.h"
#include "schedules/tuning/measure/Timer.h"
#include "schedules/tuning/measure/WorkDirectory.h"
#include "tests/schedules/support/Kernels.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace convwright::schedules;
using convwright::schedules::testing::convolutionKernel;
using convwright::schedules::testing::Layer;

namespace {

std::vector<Layer> layersOf(const std::string &path, size_t count) {
  std::vector<Layer> all, picked;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream text(line);
    std::string suite, name;
    Layer l;
    text >> suite >> name >> l.N >> l.C >> l.H >> l.W >> l.K >> l.R >> l.S >> l.strideH >>
        l.strideW >> l.padH >> l.padW >> l.dilationH >> l.dilationW >> l.groups;
    double flops = 1e-9 * static_cast<double>(l.K * (l.C / l.groups) * l.R * l.S * l.H * l.W) /
                   static_cast<double>(l.strideH * l.strideW);
    if (text && flops < 1)
      all.push_back(l);
  }
  for (size_t i = 0; i < count && !all.empty(); ++i)
    picked.push_back(all[i * all.size() / count]);
  return picked;
}

pid_t spinner() {
  pid_t process = fork();
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<double> memory(1 << 19);
    for (size_t i = 0;; i = (i + 8) % memory.size())
      memory[i] = memory[i] * 1.0001 + 1;
  }
  return process;
}

/// A layer's twins, built.
struct Twins {
  Problem problem;
  std::string stems[2], expected;
};

std::vector<Twins> build(const std::vector<Layer> &layers, const std::string &target, int threads,
                         const std::string &directory) {
  std::vector<Twins> all;
  Result<Target> found = findTarget(target);
  BuildOptions patient;
  patient.seconds = 300; // a busy machine is what this is about
  Builder builder(patient);
  for (size_t i = 0; i < layers.size(); ++i) {
    Twins twins{{convolutionKernel(layers[i]), found->name, threads}, {}, ""};
    Result<Choice> choice = choosePlan(twins.problem.kernel, *found, {});
    std::string stem = directory + "/l" + std::to_string(i);
    twins.stems[0] = stem + "a";
    twins.stems[1] = stem + "b";
    Result<std::vector<Built>> built = builder.build(twins.problem, {choice->plan, choice->plan},
                                                     {twins.stems[0], twins.stems[1]});
    if (!built || !(*built)[0].fine || !(*built)[1].fine) {
      std::printf("layer %zu does not build\n", i);
      continue;
    }
    twins.expected = stem + ".expected";
    static_cast<void>(writeExpected(twins.expected, expectedValues(twins.problem.kernel, {}, 1)));
    all.push_back(twins);
  }
  return all;
}

} // namespace

int main(int argc, char **argv) {
  std::map<std::string, int> options{
      {"count", 100}, {"busy", 0}, {"threads", 1}, {"cold", 0}, {"verbose", 0}};
  for (int i = 2; i < argc; ++i) {
    std::string text = argv[i];
    size_t equals = text.find('=');
    if (equals != std::string::npos)
      options[text.substr(0, equals)] = std::atoi(text.c_str() + equals + 1);
  }
  if (argc < 2)
    return std::fputs("usage: aa_comparisons TABLE.tsv [count=N] [busy=N] ...\n", stderr), 2;
  Result<Target> here = findTarget("host");
  Result<std::string> runner = findRunner(*here);
  Result<TemporaryDirectory> directory = makeWorkDirectory();
  if (!runner || !directory)
    return std::puts(runner ? directory.error().message.c_str() : runner.error().message.c_str()),
           1;
  std::unique_ptr<Executor> executor = makeLocalExecutor(*runner);
  TimeOptions timing;
  timing.cold = options["cold"] != 0;
  Timer timer(*executor, timing, directory->path());
  std::vector<Twins> layers =
      build(layersOf(argv[1], 20), here->name, options["threads"], directory->path());
  std::vector<pid_t> spinners;
  for (int i = 0; i < options["busy"]; ++i)
    spinners.push_back(spinner());
  std::vector<double> ratios, seconds;
  int better = 0, failed = 0, drifting = 0, slower = 0;
  for (int i = 0; i < options["count"] && !layers.empty(); ++i) {
    const Twins &twins = layers[static_cast<size_t>(i) % layers.size()];
    int first = i / static_cast<int>(layers.size()) % 2;
    Result<Outcome> outcome = timer.time(
        {twins.stems[first], twins.stems[1 - first], twins.expected, {}, twins.problem.threads});
    if (!outcome || !outcome->timed()) {
      ++failed;
      std::puts(outcome ? outcome->reason.c_str() : outcome.error().message.c_str());
      continue;
    }
    better += outcome->better;
    slower += outcome->verdict == Verdict::Slower || outcome->ratioHigh < 1;
    drifting += outcome->machineState == "drifting";
    ratios.push_back(outcome->ratio);
    seconds.push_back(outcome->measureSeconds);
    if (options["verbose"])
      std::printf(
          "layer %2d: %8.4f ms  ratio %.4f [%.4f %.4f] %2zu samples, %2d spoilt, %.3f s %s\n",
          i % static_cast<int>(layers.size()), outcome->ms, outcome->ratio, outcome->ratioLow,
          outcome->ratioHigh, outcome->samples.size(), outcome->spoilt, outcome->measureSeconds,
          outcome->better ? "BETTER" : "");
  }
  for (pid_t process : spinners) {
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
  }
  if (ratios.empty())
    return 1;
  std::printf(
      "%zu comparisons of a plan with itself: %d better, %d slower, %d drifting, %d failed\n"
      "ratio: median %.4f, 5 %% %.4f, 95 %% %.4f; seconds each: median %.3f, 95 %% %.3f\n",
      ratios.size(), better, slower, drifting, failed, median(ratios), quantile(ratios, 0.05),
      quantile(ratios, 0.95), median(seconds), quantile(seconds, 0.95));
  return 0;
}
