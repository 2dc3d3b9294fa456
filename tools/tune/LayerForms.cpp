//===- LayerForms.cpp - times a layer in every form -------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/LayerForms.h"

#include "schedules/kernel/Problem.h"
#include "tools/bench/LayerCheck.h"
#include "tools/bench/LayerRun.h"
#include "tools/bench/Session.h"

#include <ctime>
#include <memory>

using convwright::bench::LayerRun;
using convwright::bench::Measurement;
using convwright::bench::RowResult;
using convwright::compiler::LayerForm;
using convwright::compiler::LayerProgram;
using convwright::compiler::TargetProgram;
using convwright::schedules::Error;
using convwright::schedules::LayerRecord;
using convwright::schedules::Outcome;
using convwright::schedules::Result;
using convwright::schedules::Target;
using convwright::schedules::Verdict;

namespace convwright::tools {
namespace {

std::string utcNow() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::vector<double> flatten(const std::vector<std::vector<double>> &rounds) {
  std::vector<double> all;
  for (const std::vector<double> &round : rounds)
    all.insert(all.end(), round.begin(), round.end());
  return all;
}

/// A form on its way: compiled, loaded, checked, timed.
struct Contestant {
  LayerForm form;
  TargetProgram program;
  std::unique_ptr<Layers> layers;
  std::unique_ptr<LayerRun> run;
  Outcome outcome;

  const LayerProgram &layer() const { return program.layers.front(); }
  bool runs() const { return run != nullptr; }
};

class Comparison {
public:
  Comparison(compiler::Driver &driver, const std::string &layer, const Target &target,
             const FormOptions &options)
      : driver(driver), layer(layer), target(target), options(options) {
    settings.threads = options.threads;
    settings.timing = options.timing;
    settings.timing.cancelled = options.cancelled;
    settings.executable = options.executable;
  }

  Result<std::vector<LayerRecord>> run() {
    std::vector<LayerForm> forms = driver.distinctForms(layer);
    if (forms.empty())
      return Error{"there is no layer '" + layer + "' to compare the forms of"};
    if (forms.size() == 1)
      return std::vector<LayerRecord>();
    for (size_t i = 0; i < forms.size() && !cancelled(); ++i) {
      report(i, forms.size(), print(forms[i]));
      contestants.push_back(prepare(forms[i], i));
    }
    if (!contestants.empty() && !contestants.front().runs())
      return Error{"layer '" + layer + "': " + contestants.front().outcome.reason};
    if (!cancelled())
      timeAll();
    if (cancelled())
      return Error{"the comparison of forms was cancelled"};
    return records();
  }

private:
  bool cancelled() const { return options.cancelled && *options.cancelled; }
  void report(size_t done, size_t total, const std::string &what) const {
    if (options.progress)
      options.progress(done, total, what);
  }

  Contestant prepare(const LayerForm &form, size_t number) {
    Contestant contestant;
    contestant.form = form;
    compiler::PlanOverrides overrides = options.overrides;
    overrides.forms[layer] = form;
    auto program = driver.compile(target, overrides, layer);
    if (!program) {
      contestant.outcome.reason = "its plans were refused in this form";
      return contestant;
    }
    contestant.program = std::move(*program);
    compiler::EmitOptions emission;
    emission.name = "form" + std::to_string(number);
    emission.jobs = options.jobs;
    emission.cancelled = options.cancelled;
    Result<Layers> layers = Layers::build({contestant.program}, emission, options.executable);
    if (!layers) {
      contestant.outcome.reason = layers.error().message;
      return contestant;
    }
    contestant.layers = std::make_unique<Layers>(std::move(*layers));
    check(contestant);
    return contestant;
  }

  /// One that does not give the right numbers is not timed.
  void check(Contestant &contestant) {
    const LayerProgram &program = contestant.layer();
    RowResult result = bench::startResult(program, target.name, settings);
    bench::checkLayer(program, *contestant.layers, options.threads, bench::interpretWith(driver),
                      result);
    contestant.outcome.relativeError = result.relativeError;
    contestant.outcome.allowedError = result.allowedError;
    contestant.outcome.reason = result.problem;
    if (!result.verified) {
      contestant.outcome.verdict = result.checkedOutputs > 0 ? Verdict::Wrong : Verdict::Refused;
      return;
    }
    auto run = std::make_unique<LayerRun>(program, *contestant.layers, likeSizes(program),
                                          options.threads);
    if (run->run() == CW_OK)
      contestant.run = std::move(run);
    else
      contestant.outcome.reason = run->problem();
  }

  /// All beside each other, then each that seems better beside the default alone.
  void timeAll() {
    bench::Session session(settings);
    std::vector<Contestant *> running;
    for (Contestant &contestant : contestants)
      if (contestant.runs())
        running.push_back(&contestant);
    report(0, running.size(), "timing");
    timeTogether(session, running);
    for (size_t i = 1; i < running.size() && !cancelled(); ++i) {
      report(i, running.size(), "timing");
      if (running[i]->outcome.better)
        timeTogether(session, {running.front(), running[i]});
    }
    machine = session.machine();
  }

  /// Fills in the outcomes; the default's is that of the timing of all.
  void timeTogether(bench::Session &session, const std::vector<Contestant *> &running) {
    std::vector<std::function<int()>> calls;
    calls.reserve(running.size());
    for (const Contestant *contestant : running)
      calls.push_back(contestant->run->timed());
    std::vector<Measurement> times = session.timeTogether(calls);
    if (!running.front()->outcome.timed())
      judgeDefault(running.front()->outcome, times.front());
    for (size_t i = 1; i < running.size(); ++i)
      judge(running[i]->outcome, times[i], times.front());
  }

  static void note(Outcome &outcome, const Measurement &time) {
    outcome.verdict = time.partial ? Verdict::Slower : Verdict::Ok;
    outcome.ms = time.ms;
    outcome.spread = time.spread;
    outcome.spoilt = time.spoilt;
    outcome.samples = flatten(time.rounds);
    outcome.machineState = time.noisy ? "drifting" : "steady";
  }

  void judgeDefault(Outcome &outcome, const Measurement &time) const {
    note(outcome, time);
    outcome.ratio = outcome.ratioLow = outcome.ratioHigh = 1;
    outcome.confidence = options.confidence;
  }

  void judge(Outcome &outcome, const Measurement &time, const Measurement &standard) const {
    outcome.better = false;
    if (!time.problem.empty() || time.ms <= 0 || standard.ms <= 0) {
      outcome.verdict = Verdict::Crashed;
      outcome.reason = time.problem.empty() ? "gave no time" : time.problem;
      return;
    }
    note(outcome, time);
    bench::Ratio ratio = bench::compare(standard, time, options.confidence);
    outcome.ratio = ratio.value;
    outcome.ratioLow = ratio.interval.low;
    outcome.ratioHigh = ratio.interval.high;
    outcome.confidence = options.confidence;
    outcome.better = outcome.verdict == Verdict::Ok && !time.noisy && ratio.interval.low > 1;
  }

  std::vector<LayerRecord> records() const {
    compiler::LayerIdentity identity = *driver.identity(layer);
    std::string date = utcNow();
    std::vector<LayerRecord> records;
    for (const Contestant &contestant : contestants) {
      LayerRecord record;
      record.key = identity.key;
      record.layer = identity.text;
      record.name = layer;
      record.target = target.name;
      record.threads = options.threads;
      record.hardware = schedules::thisOrigin().hardware;
      record.hardware["cores"] = machine.cores;
      record.convwrightVersion = schedules::thisOrigin().convwright;
      record.halideVersion = schedules::thisOrigin().halide;
      record.form = {{"fusion", std::string(spell(contestant.form.fusion))},
                     {"intermediates", std::string(spell(contestant.form.intermediates))}};
      for (const LayerProgram &program : contestant.program.layers)
        for (const compiler::Step &step : program.steps)
          record.kernels.push_back({schedules::problemKey(step.kernel), step.choice.plan});
      record.outcome = contestant.outcome;
      record.date = date;
      record.session = options.session;
      records.push_back(std::move(record));
    }
    return records;
  }

  compiler::Driver &driver;
  const std::string &layer;
  const Target &target;
  const FormOptions &options;
  bench::BenchOptions settings;
  std::vector<Contestant> contestants;
  bench::MachineInfo machine;
};

} // namespace

Result<std::vector<LayerRecord>> compareForms(compiler::Driver &driver, const std::string &layer,
                                              const Target &target, const FormOptions &options) {
  return Comparison(driver, layer, target, options).run();
}

} // namespace convwright::tools
