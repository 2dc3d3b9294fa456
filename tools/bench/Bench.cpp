//===- Bench.cpp - compiles, checks and times rows beside peers -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Bench.h"

#include "tools/bench/Layer.h"
#include "tools/bench/LayerRun.h"
#include "tools/bench/SampledCheck.h"
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

Built build(const Row &row, const Compile &compile, const BenchOptions &options) {
  Built built;
  Clock::time_point begin = Clock::now();
  std::string text = layerText(row, options.layout);
  Result<TargetProgram> program = compile(text, layerOrigin);
  if (!program) {
    built.problem = inTable(row, text, program.error().message);
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

/// Zeros outside, known sizes.
Row plainOf(Row row) {
  row.paddingMode = "zeros";
  row.symbolic = false;
  return row;
}

bool isPlain(const Row &row) { return row.paddingMode == "zeros" && !row.symbolic; }

struct BuiltRow {
  Built asked, plain; // plain: of rows that are not
};

BuiltRow buildRow(const Row &row, const Compile &compile, const BenchOptions &options) {
  return {build(row, compile, options),
          isPlain(row) ? Built() : build(plainOf(row), compile, options)};
}

/// All rows, several at a time, in their order.
std::vector<BuiltRow> buildRows(const std::vector<Row> &rows, const Compile &compile,
                                const BenchOptions &options) {
  std::vector<BuiltRow> built(rows.size());
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

/// As tools/bench-peers/Runner.h has it.
std::string problemOf(const Row &row) {
  std::ostringstream fields;
  fields << row.op << '\t' << row.paddingMode;
  for (int64_t value : {row.N, row.C, row.K, row.groups})
    fields << '\t' << value;
  for (const Spatial &values :
       {row.size, row.taps, row.stride, row.pad, row.outputPad, row.dilation})
    for (int64_t value : values)
      fields << '\t' << value;
  return fields.str();
}

void benchRow(const Row &row, const BuiltRow &built, Session &session, const BenchOptions &options,
              RowResult &result) {
  const LayerProgram &layer = built.asked.program.layers.front();
  std::vector<int64_t> sizes = tools::likeSizes(layer);
  LayerRun run(layer, *built.asked.layers, sizes, options.threads);
  if (run.run() != CW_OK) {
    result.problem = run.problem();
    return;
  }
  checkInPart(run, layer, sizes, checkSeconds(options), result);
  if (!result.mayBeTimed())
    return;
  std::optional<LayerRun> plain;
  std::vector<Session::Own> own;
  if (built.plain.layers) {
    plain.emplace(built.plain.program.layers.front(), *built.plain.layers, std::vector<int64_t>(),
                  options.threads);
    if (plain->run() == CW_OK)
      own.push_back({"plain", plain->timed()});
    else
      result.leftOut["plain"] = plain->problem();
  } else if (!isPlain(row)) {
    result.leftOut["plain"] = built.plain.problem;
  }
  session.time(result, run.timed(), problemOf(row), nullptr, own);
}

} // namespace

std::vector<Row> rowsInForm(const std::vector<Row> &rows, const BenchOptions &options) {
  std::vector<Row> formed;
  for (Row row : rows) {
    if (!options.paddingMode.empty()) {
      if (row.isPool() || row.isTransposed() || row.pad == Spatial{})
        continue;
      row.paddingMode = options.paddingMode;
    }
    row.symbolic = options.symbolic;
    formed.push_back(row);
  }
  return formed;
}

BenchResult benchTable(const std::vector<Row> &rows, const Compile &compile,
                       const BenchOptions &options) {
  std::vector<BuiltRow> built = buildRows(rows, compile, options);
  Session session(options);
  BenchResult all;
  for (size_t i = 0; i < rows.size() && !cancelled(options); ++i) {
    if (options.progress)
      options.progress("timing", i, rows.size(), rows[i].name);
    RowResult result;
    const Built &asked = built[i].asked;
    if (asked.layers)
      result = startResult(asked.program.layers.front(), asked.program.target.name, options);
    result.suite = rows[i].suite;
    result.name = rows[i].name;
    result.layout = schedules::spell(options.layout, 2 + static_cast<size_t>(rows[i].axes()));
    result.flops = rows[i].flops();
    result.compileSeconds = asked.seconds;
    result.problem = asked.problem;
    if (asked.layers)
      benchRow(rows[i], built[i], session, options, result);
    all.rows.push_back(std::move(result));
    if (options.finished)
      options.finished(all.rows.back(), session.machine());
    built[i] = BuiltRow(); // its code makes room
  }
  all.machine = session.machine();
  return all;
}

} // namespace convwright::bench
