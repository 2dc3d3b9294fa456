//===- Bench.cpp - compiles, checks and times rows beside peers -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Bench.h"

#include "tools/bench/Layer.h"
#include "tools/bench/LayerRun.h"
#include "tools/bench/Session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

using convwright::compiler::LayerProgram;
using convwright::compiler::TargetProgram;
using convwright::schedules::Result;
using convwright::tools::Layers;
using convwright::tools::Tensor;

namespace convwright::bench {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

bool cancelled(const BenchOptions &options) { return options.cancelled && *options.cancelled; }

/// A row's code, loaded; or why there is none.
struct Built {
  TargetProgram program;
  std::optional<Layers> layers;
  std::string problem;
  double seconds = 0;
};

Built buildRow(const Row &row, const Compile &compile, const BenchOptions &options) {
  Built built;
  Clock::time_point begin = Clock::now();
  Result<TargetProgram> program = compile(layerText(row, options.layout), row.name);
  if (!program) {
    built.problem = program.error().message;
    return built;
  }
  built.program = std::move(*program);
  compiler::EmitOptions emission;
  emission.name = "bench";
  emission.jobs = 1;
  emission.cancelled = options.cancelled;
  Result<Layers> layers = Layers::build({built.program}, emission, options.executable);
  if (layers)
    built.layers.emplace(std::move(*layers));
  else
    built.problem = layers.error().message;
  built.seconds = secondsSince(begin);
  return built;
}

/// All rows, several at a time, in their order.
std::vector<Built> buildRows(const std::vector<Row> &rows, const Compile &compile,
                             const BenchOptions &options) {
  std::vector<Built> built(rows.size());
  std::atomic<size_t> next{0};
  std::mutex mutex;
  size_t done = 0;
  auto work = [&] {
    for (size_t i; (i = next++) < rows.size() && !cancelled(options);) {
      built[i] = buildRow(rows[i], compile, options);
      std::lock_guard lock(mutex);
      ++done;
      if (options.progress)
        options.progress("compiling", done, rows.size(), rows[i].name);
    }
  };
  unsigned jobs = options.jobs ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::min<size_t>(jobs, rows.size()); ++i)
    threads.emplace_back(work);
  work();
  for (std::thread &thread : threads)
    thread.join();
  return built;
}

std::string problemOf(const Row &row) {
  std::ostringstream fields;
  fields << "conv";
  for (int64_t value :
       {row.N, row.C, row.H, row.W, row.K, row.R, row.S, row.stride[0], row.stride[1], row.pad[0],
        row.pad[1], row.dilation[0], row.dilation[1], row.groups})
    fields << '\t' << value;
  return fields.str();
}

void benchRow(const Row &row, const LayerProgram &layer, const Layers &layers, Session &session,
              const BenchOptions &options, RowResult &result) {
  LayerRun run(layer, layers, {}, options.threads);
  if (run.run() != CW_OK) {
    result.problem = run.problem();
    return;
  }
  const std::vector<Tensor> &weights = run.weights();
  judge(result,
        checkRow(row, run.call().arguments[0], weights[0], weights[1], run.call().results[0]));
  if (result.verified)
    session.time(result, run.timed(), problemOf(row));
}

} // namespace

BenchResult benchTable(const std::vector<Row> &rows, const Compile &compile,
                       const BenchOptions &options) {
  std::vector<Built> built = buildRows(rows, compile, options);
  Session session(options);
  BenchResult all;
  for (size_t i = 0; i < rows.size() && !cancelled(options); ++i) {
    if (options.progress)
      options.progress("timing", i, rows.size(), rows[i].name);
    RowResult result;
    if (built[i].layers)
      result = startResult(built[i].program.layers.front(), built[i].program.target.name, options);
    result.suite = rows[i].suite;
    result.name = rows[i].name;
    result.layout = spell(options.layout);
    result.flops = rows[i].flops();
    result.compileSeconds = built[i].seconds;
    result.problem = built[i].problem;
    if (built[i].layers)
      benchRow(rows[i], built[i].program.layers.front(), *built[i].layers, session, options,
               result);
    all.rows.push_back(std::move(result));
    if (options.finished)
      options.finished(all.rows.back(), session.machine());
    built[i] = Built(); // its code makes room
  }
  all.machine = session.machine();
  return all;
}

} // namespace convwright::bench
