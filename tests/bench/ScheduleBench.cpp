//===- ScheduleBench.cpp - times the schedules on rows of a layer table ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// For whoever writes schedules: no import, no emission, no peers.
//   schedule_bench TABLE.tsv [suite=rn50] [name=substring] [in=nhwc] [out=nhwc] [target=host]
//                  [algorithm=direct] [threads=1] [emit=asm|stmt] [PARAMETER=VALUE ...]
// Prints ms, GFLOP/s and percent of the FMA peak, each sample bracketed by bursts that show whether
// the core was disturbed.
//
//===----------------------------------------------------------------------===//

#include "tests/schedules/support/KernelRunner.h"
#include "tests/schedules/support/Kernels.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

using namespace convwright::schedules;
using namespace convwright::schedules::testing;

namespace {

/// One thread is timed by its own clock, which stands still while others have the core.
bool useThreadClock = true;

double now() {
  timespec time{};
  clock_gettime(useThreadClock ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

using Vector = float __attribute__((vector_size(64)));

/// Seconds for a fixed number of independent FMAs.
__attribute__((target("avx512f"))) double burst() {
  Vector a[12];
  for (int i = 0; i < 12; ++i)
    a[i] = Vector{} + 1e-3f * static_cast<float>(i);
  Vector x = Vector{} + 0.999f, y = Vector{} + 1e-7f;
  double start = now();
  for (int k = 0; k < 8000; ++k)
    for (Vector &v : a)
      asm volatile("vfmadd213ps %2, %1, %0" : "+v"(v) : "v"(x), "v"(y));
  return now() - start;
}

double burstFlops() { return 8000.0 * 12 * 16 * 2; }

double bestBurst() {
  double best = 1;
  for (int i = 0; i < 200; ++i)
    best = std::min(best, burst());
  return best;
}

struct Timing {
  double best = 1e9, median = 0;
};

Timing timed(const std::function<void()> &run, double cleanBurst, double seconds) {
  run();
  double start = now();
  run();
  double once = now() - start;
  int inner = std::max(1, static_cast<int>(150e-6 / std::max(once, 1e-7)));
  std::vector<double> clean, all;
  double before = burst(), began = now();
  while (now() - began < seconds || all.size() < 5) {
    start = now();
    for (int i = 0; i < inner; ++i)
      run();
    double each = (now() - start) / inner, after = burst();
    all.push_back(each);
    if (before < cleanBurst * 1.04 && after < cleanBurst * 1.04)
      clean.push_back(each);
    before = after;
  }
  std::vector<double> &used = clean.size() >= 5 ? clean : all;
  std::sort(used.begin(), used.end());
  return {used.front() * 1e3, used[used.size() / 2] * 1e3};
}

struct Row {
  std::string suite, name;
  Layer layer;
};

std::vector<Row> readTable(const std::string &path) {
  std::vector<Row> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream text(line);
    Row row;
    Layer &l = row.layer;
    text >> row.suite >> row.name >> l.N >> l.C >> l.H >> l.W >> l.K >> l.R >> l.S >> l.strideH >>
        l.strideW >> l.padH >> l.padW >> l.dilationH >> l.dilationW >> l.groups;
    if (text)
      rows.push_back(row);
  }
  return rows;
}

struct Options {
  std::string table, suite, name, algorithm, target = "host", emit;
  Layout in = Layout::ChannelsLast, out = Layout::ChannelsLast;
  int threads = 1;
  double seconds = 0.5;
  bool symbolic = false;
  std::map<std::string, int64_t> parameters;
};

Options parse(int argc, char **argv) {
  Options options;
  options.table = argc > 1 ? argv[1] : "";
  for (int i = 2; i < argc; ++i) {
    std::string text = argv[i];
    size_t equals = text.find('=');
    std::string key = text.substr(0, equals), value = text.substr(equals + 1);
    std::map<std::string, std::string *> texts = {{"suite", &options.suite},
                                                  {"name", &options.name},
                                                  {"algorithm", &options.algorithm},
                                                  {"target", &options.target},
                                                  {"emit", &options.emit}};
    if (texts.contains(key))
      *texts[key] = value;
    else if (key == "in")
      options.in = value == "nchw" ? Layout::ChannelsFirst : Layout::ChannelsLast;
    else if (key == "out")
      options.out = value == "nchw" ? Layout::ChannelsFirst : Layout::ChannelsLast;
    else if (key == "threads")
      options.threads = std::stoi(value);
    else if (key == "seconds")
      options.seconds = std::stod(value);
    else if (key == "symbolic")
      options.symbolic = value == "1";
    else
      options.parameters[key] = std::stoll(value);
  }
  return options;
}

bool emitText(const Options &options, const Kernel &kernel, const Plan &plan,
              const Target &target) {
  EmitKind kind = options.emit == "asm" ? EmitKind::Assembly : EmitKind::HalideStatement;
  Result<std::string> text = emitKernel(kernel, plan, target, "k", kind);
  std::puts(text ? text->c_str() : text.error().message.c_str());
  return static_cast<bool>(text);
}

void bench(const Options &options, Row row, const Target &target, double cleanBurst) {
  row.layer.in = options.in;
  row.layer.out = options.out;
  row.layer.symbolic = options.symbolic;
  Kernel kernel = convolutionKernel(row.layer);
  PlanRequest request;
  request.algorithm = options.algorithm;
  request.parameters = options.parameters;
  Result<Choice> choice = choosePlan(kernel, target, request);
  if (!choice) {
    std::printf("%-28s %s\n", row.name.c_str(), choice.error().message.c_str());
    return;
  }
  if (!options.emit.empty()) {
    emitText(options, kernel, choice->plan, target);
    return;
  }
  double start = now();
  KernelRunner runner(kernel, choice->plan, target);
  double compileSeconds = now() - start;
  if (!runner.error().empty()) {
    std::printf("%-28s %s\n", row.name.c_str(), runner.error().c_str());
    return;
  }
  std::vector<int64_t> sizes;
  for (const Symbol &symbol : kernel.symbols)
    sizes.push_back(symbol.like);
  runner.prepare(sizes);
  Timing timing = timed(runner.timed(options.threads), cleanBurst, options.seconds);
  runner.run(options.threads);
  double error = runner.relativeError(200), estimate = 0;
  for (const Consideration &thought : choice->considered)
    if (thought.chosen)
      estimate = thought.estimatedMs;
  const Stage &conv = kernel.stages.front();
  double flops = 2.0 * static_cast<double>(conv.K * (conv.C / conv.groups) * conv.taps());
  for (int d : {0, 2, 3})
    flops *= static_cast<double>(conv.outputDims[static_cast<size_t>(d)].at(sizes));
  double peak = burstFlops() / cleanBurst / 1e9, rate = flops / timing.best / 1e6;
  std::printf("%-28s %9.4f ms (best %9.4f, model %9.4f) %6.1f GFLOP/s %5.1f %%  err %.1e  compile "
              "%.2f s  %s\n",
              row.name.c_str(), timing.median, timing.best, estimate, rate, 100 * rate / peak,
              error, compileSeconds, print(choice->plan).c_str());
  std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
  Options options = parse(argc, argv);
  Result<Target> target = findTarget(options.target);
  if (!target) {
    std::fprintf(stderr, "%s\n", target.error().message.c_str());
    return 1;
  }
  useThreadClock = options.threads == 1;
  double cleanBurst = bestBurst();
  for (const Row &row : readTable(options.table))
    if ((options.suite.empty() || row.suite == options.suite) &&
        row.name.find(options.name) != std::string::npos)
      bench(options, row, *target, cleanBurst);
  return 0;
}
