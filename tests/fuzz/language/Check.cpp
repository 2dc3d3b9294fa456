//===- Check.cpp - draws, compiles, runs and compares programs ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Check.h"

#include "compiler/Import/Safetensors.h"
#include "schedules/tuning/search/Space.h"
#include "tests/fuzz/language/Author.h"
#include "tests/fuzz/language/Oracle.h"
#include "tools/execute/Layers.h"

#include <algorithm>
#include <memory>
#include <set>
#include <sstream>

using convwright::compiler::ExactTensor;
using convwright::compiler::LayerProgram;
using convwright::compiler::TargetProgram;
using convwright::compiler::TensorInfo;
using convwright::schedules::HostTensor;
using convwright::schedules::Placement;
using convwright::schedules::Result;
using convwright::schedules::Target;
using convwright::tools::Layers;

namespace convwright::fuzz {

namespace {

/// A program on its way.
struct Job {
  Program program;
  std::ostringstream messages;
  std::unique_ptr<compiler::Driver> driver;
  LayerProgram layer;
  ProgramReport *report = nullptr;

  void fail(const std::string &message) {
    report->message.set(message);
    report->state = State::Wrong;
  }
};

/// Any plan of the kernel's space.
schedules::Advisor randomPlans(uint32_t seed) {
  return [seed](const schedules::Kernel &kernel, const Target &target,
                const schedules::PlanRequest &request) {
    schedules::SpaceOptions options;
    options.tolerance = request.tolerance;
    if (!request.algorithm.empty())
      options.algorithms = {request.algorithm};
    schedules::Random random(seed);
    schedules::Advice advice;
    advice.plan = schedules::Space(kernel, target, options).sample(random);
    return advice;
  };
}

/// Draws the program; false: there is nothing to compile.
bool draw(Job &job, const Request &request, size_t index) {
  ProgramReport &report = *job.report;
  report.state = State::Started;
  report.stage.set("drawing");
  Choices choices = request.decisions ? Choices(*request.decisions) : Choices(request.seed);
  auto keep = [&](const std::string &text) {
    report.decisions.set(print(choices.decisions()));
    report.text.set(text);
  };
  // Names of a batch differ; a program by itself is always called the same.
  std::string name = "program" + (index ? std::to_string(index) : "");
  Draft draft = Author(choices, keep).write(name);
  report.refusedCalls = draft.refused;
  if (!draft.wrong.empty()) {
    report.decisions.set(print(choices.decisions()));
    report.text.set(draft.wrongText);
    job.fail(draft.wrong);
    return false;
  }
  if (draft.program.results.empty()) {
    report.state = State::Nothing;
    return false;
  }
  job.program = std::move(draft.program);
  keep(job.program.text());
  std::string operations;
  for (const std::string &operation : draft.operations)
    operations += (operations.empty() ? "" : " ") + operation;
  report.operations.set(operations);
  report.steering.set(compiler::print(job.program.steering.form) +
                      (job.program.steering.planSeed ? ", random plans" : ""));
  return true;
}

/// A refusal has to be one that a user understands.
bool refuse(Job &job) {
  std::string wrong = job.driver->blame() == compiler::Blame::User
                          ? whatIsWrongWith(job.messages.str())
                          : "the compiler says that it is to blame for a refusal";
  if (!wrong.empty()) {
    job.fail(wrong + ":\n" + job.messages.str());
  } else {
    job.report->state = State::Refused;
    job.report->message.set(job.messages.str());
  }
  return false;
}

bool compile(Job &job, const Target &target) {
  job.report->stage.set("compiling");
  job.driver = std::make_unique<compiler::Driver>(job.messages);
  if (!job.driver->openText(job.program.text(), "program.conv", "."))
    return refuse(job);
  compiler::PlanOverrides overrides;
  const Steering &steering = job.program.steering;
  if (steering.form != compiler::LayerForm())
    overrides.form = steering.form;
  if (steering.planSeed)
    overrides.advisor = randomPlans(steering.planSeed);
  std::optional<TargetProgram> compiled = job.driver->compile(target, overrides, job.program.name);
  if (!compiled)
    return refuse(job);
  job.layer = compiled->layers.front();
  return true;
}

/// The smallest, the likely and the largest sizes; one where there are no symbols.
std::set<std::vector<int64_t>> sizesToRun(const Program &program) {
  std::vector<int64_t> lo, like, hi;
  for (const schedules::Symbol &symbol : program.symbols) {
    lo.push_back(symbol.lo);
    like.push_back(symbol.like);
    hi.push_back(symbol.hi);
  }
  return {lo, like, hi};
}

void writeInputs(const Expectation &expectation, const std::string &path) {
  std::vector<std::vector<std::byte>> storage;
  std::vector<compiler::TensorView> views;
  storage.reserve(expectation.inputs.size());
  for (const auto &[name, tensor] : expectation.inputs) {
    storage.push_back(compiler::toBytes(tensor.values, tensor.type));
    views.push_back({name, compiler::safetensorType(tensor.type), tensor.shape, storage.back()});
  }
  (void)compiler::writeSafetensors(path, views);
}

class Runner {
public:
  Runner(Job &job, const Layers &layers, const CheckOptions &options)
      : job(job), layers(layers), options(options) {}

  void run() {
    bool wild = false;
    for (const std::vector<int64_t> &sizes : sizesToRun(job.program)) {
      job.report->stage.set("the reference");
      Result<Expectation> expectation = expect(*job.driver, job.program, sizes);
      if (!expectation)
        return job.fail(expectation.error().message);
      wild |= expectation->wild;
      for (int threads : {1, 2}) {
        std::string wrong = call(*expectation, threads);
        if (wrong.empty())
          continue;
        if (!options.inputs.empty())
          writeInputs(*expectation, options.inputs);
        std::string where = " (";
        for (size_t s = 0; s < sizes.size(); ++s)
          where += job.program.symbols[s].name + " = " + std::to_string(sizes[s]) + ", ";
        return job.fail(wrong + where + std::to_string(threads) + " threads)");
      }
    }
    job.report->state = wild ? State::Wild : State::Good;
  }

private:
  /// Packs the weights, runs, compares.
  std::string call(const Expectation &expectation, int threads) {
    job.report->stage.set("packing");
    std::vector<HostTensor> weights;
    for (const TensorInfo &info : job.layer.weights) {
      const ExactTensor &from = expectation.inputs.at(info.name);
      weights.emplace_back(info.type, from.shape, info.layout);
      weights.back().fromDoubles(from.values);
    }
    auto packed = layers.pack(job.layer, weights);
    if (!packed)
      return "packing fails: " + packed.error().message;
    job.report->stage.set("running");
    auto edge = threads == 2 ? Placement::Edge::Begin : Placement::Edge::End;
    std::vector<HostTensor> tensors;
    for (const TensorInfo &info : job.layer.arguments) {
      const ExactTensor &from = expectation.inputs.at(info.name);
      tensors.push_back(tensorLike(info, from, edge));
      tensors.back().fromDoubles(from.values);
    }
    size_t first = tensors.size();
    for (const TensorInfo &info : job.layer.results)
      tensors.push_back(tensorLike(info, expectation.results.at(info.name).tensor, edge));
    std::vector<DLTensor *> pointers;
    for (HostTensor &tensor : tensors)
      pointers.push_back(tensor.dlpack());
    cw_options how{};
    how.threads = threads;
    int status = layers.run(job.layer, packed->get(), pointers, how);
    if (status == CW_ERROR_STRIDE && options.strided)
      return ""; // what it reads in another shape, too, has no gaps
    if (status != CW_OK)
      return "the call fails: " + layers.lastError();
    ++job.report->runs;
    for (size_t i = 0; i < job.layer.results.size() && !expectation.wild; ++i) {
      const std::string &name = job.layer.results[i].name;
      std::string wrong =
          compare(name, expectation.results.at(name), tensors[first + i].toDoubles());
      if (!wrong.empty())
        return wrong;
    }
    return "";
  }

  /// Whoever reads or writes beyond it ends the process. Strided: with gaps wherever a layer may
  /// take them.
  HostTensor tensorLike(const TensorInfo &info, const ExactTensor &like,
                        Placement::Edge edge) const {
    Placement placement{edge};
    if (options.strided)
      placement = {edge, schedules::denseDims(info.dims, info.layout), 2};
    return {info.type, like.shape, info.layout, placement};
  }

  Job &job;
  const Layers &layers;
  const CheckOptions &options;
};

} // namespace

void check(const std::vector<Request> &requests, const CheckOptions &options, Report &report) {
  Result<Target> target = schedules::findTarget(options.target);
  std::vector<std::unique_ptr<Job>> jobs;
  TargetProgram together{*target, {}};
  for (size_t i = 0; i < requests.size(); ++i) {
    auto job = std::make_unique<Job>();
    job->report = &report.programs[i];
    if (!draw(*job, requests[i], i) || !compile(*job, *target))
      continue;
    together.layers.push_back(job->layer);
    jobs.push_back(std::move(job));
  }
  if (jobs.empty())
    return;
  for (auto &job : jobs)
    job->report->stage.set("generating code");
  compiler::EmitOptions emission;
  emission.name = "fuzz";
  emission.jobs = 1;
  Result<Layers> layers = Layers::build({together}, emission, options.executable);
  if (!layers) { // whose fault it is shows when each is tried by itself
    if (jobs.size() == 1)
      jobs.front()->fail("no code: " + layers.error().message);
    return;
  }
  for (auto &job : jobs)
    Runner(*job, *layers, options).run();
}

} // namespace convwright::fuzz
