//===- Run.cpp - convwright run: a layer on tensors from a file -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Safetensors.h"
#include "tools/convwright/Commands.h"
#include "tools/convwright/Console.h"
#include "tools/convwright/ExitCode.h"
#include "tools/convwright/Interrupt.h"
#include "tools/convwright/OutputFile.h"
#include "tools/convwright/PlanOptions.h"
#include "tools/convwright/PlanRecords.h"
#include "tools/convwright/Progress.h"
#include "tools/convwright/Source.h"
#include "tools/execute/Layers.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

using convwright::compiler::ExactTensor;
using convwright::compiler::ExactTensors;
using convwright::compiler::LayerInterface;
using convwright::compiler::LayerProgram;
using convwright::compiler::Safetensors;
using convwright::compiler::TensorInfo;
using convwright::compiler::TensorView;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::tools {
namespace {

struct RunOptions {
  std::string file, layer, in, out, target = "host";
  PlanOptions plan;
  int threads = 0;
  RecordOptions records;
};

constexpr const char *referenceTarget = "reference";

std::string shapeText(const std::vector<int64_t> &shape) {
  std::vector<std::string> extents;
  for (int64_t extent : shape)
    extents.push_back(std::to_string(extent));
  return "[" + join(extents) + "]";
}

/// The file's tensor for an argument or a weight, of its type and rank.
Result<const TensorView *> inputFor(const TensorInfo &info, const Safetensors &inputs,
                                    const std::string &path) {
  std::vector<std::string> names;
  names.reserve(inputs.tensors().size());
  for (const TensorView &tensor : inputs.tensors())
    names.push_back(tensor.name);
  const TensorView *tensor = inputs.find(info.name);
  if (!tensor)
    return Error{path + " has no tensor '" + info.name + "'" + didYouMean(info.name, names) +
                 "; it has " + (names.empty() ? "none" : join(names))};
  if (compiler::elementType(tensor->type) != info.type)
    return Error{path + ": tensor '" + info.name + "' is " +
                 std::string(compiler::spell(tensor->type)) + ", the layer takes " +
                 std::string(compiler::spell(compiler::safetensorType(info.type)))};
  if (tensor->shape.size() != info.dims.size())
    return Error{path + ": tensor '" + info.name + "' has the shape " + shapeText(tensor->shape) +
                 ", the layer takes " +
                 (info.dims.empty() ? "one number, of the shape []"
                                    : countOf(info.dims.size(), "dimension"))};
  return tensor;
}

/// One of the layer's results, as the output file holds it.
struct NamedResult {
  std::string name;
  schedules::ElementType type;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes; // row-major
};

Result<std::vector<NamedResult>> runInterpreter(Source &source, const LayerInterface &layer,
                                                const Safetensors &inputs,
                                                const std::string &path) {
  ExactTensors tensors;
  for (const std::vector<TensorInfo> *infos : {&layer.arguments, &layer.weights})
    for (const TensorInfo &info : *infos) {
      Result<const TensorView *> tensor = inputFor(info, inputs, path);
      if (!tensor)
        return tensor.error();
      tensors[info.name] = {info.type, (*tensor)->shape, compiler::toDoubles(**tensor)};
    }
  Result<ExactTensors> found = source.driver().runReference(layer.name, tensors);
  if (!found)
    return Error{path + ": " + found.error().message};
  std::vector<NamedResult> results;
  results.reserve(layer.results.size());
  for (const TensorInfo &info : layer.results) {
    const ExactTensor &tensor = found->at(info.name);
    results.push_back(
        {info.name, info.type, tensor.shape, compiler::toBytes(tensor.values, info.type)});
  }
  return results;
}

/// Tensors in the layouts that the layer takes, with the file's shapes and values.
Result<std::vector<HostTensor>> loadTensors(const std::vector<TensorInfo> &infos,
                                            const Safetensors &inputs, const std::string &path) {
  std::vector<HostTensor> tensors;
  for (const TensorInfo &info : infos) {
    Result<const TensorView *> view = inputFor(info, inputs, path);
    if (!view)
      return view.error();
    tensors.emplace_back(info.type, (*view)->shape, info.layout);
    tensors.back().fromRowMajorBytes((*view)->bytes);
  }
  return tensors;
}

/// "tensor 'x': ", the argument that a symbol's size is taken from.
std::string argumentWith(const LayerProgram &program, int symbol) {
  for (const TensorInfo &argument : program.arguments)
    for (const schedules::Extent &extent : argument.dims)
      if (!extent.isConstant() && extent == schedules::Extent::ofSymbol(extent.symbol) &&
          extent.symbol == symbol)
        return "tensor '" + argument.name + "': ";
  return "";
}

/// Sizes that the layer does not allow have no results to make room for.
Result<std::vector<int64_t>> checkedSizes(const LayerProgram &program,
                                          const std::vector<HostTensor> &arguments,
                                          const std::string &path) {
  std::vector<std::vector<int64_t>> shapes;
  shapes.reserve(arguments.size());
  for (const HostTensor &tensor : arguments)
    shapes.push_back(tensor.shape());
  std::vector<int64_t> sizes = sizesFrom(program, shapes);
  for (size_t i = 0; i < sizes.size(); ++i) {
    const schedules::Symbol &symbol = program.symbols[i];
    if (sizes[i] < symbol.lo || sizes[i] > symbol.hi || (sizes[i] - symbol.lo) % symbol.step)
      return Error{path + ": " + argumentWith(program, static_cast<int>(i)) + symbol.name + " = " +
                   std::to_string(sizes[i]) + " is not in " + std::to_string(symbol.lo) + ".." +
                   std::to_string(symbol.hi) +
                   (symbol.step > 1 ? " step " + std::to_string(symbol.step) : "")};
  }
  return sizes;
}

class CompiledRun {
public:
  CompiledRun(const RunOptions &options, const LayerProgram &program, const Layers &layers)
      : options(options), program(program), layers(layers) {}

  Result<std::vector<NamedResult>> run(const Safetensors &inputs) {
    Call call;
    auto arguments = loadTensors(program.arguments, inputs, options.in);
    auto weights = loadTensors(program.weights, inputs, options.in);
    if (!arguments || !weights)
      return arguments ? weights.error() : arguments.error();
    call.arguments = std::move(*arguments);
    Result<std::vector<int64_t>> sizes = checkedSizes(program, call.arguments, options.in);
    if (!sizes)
      return sizes.error();
    for (const TensorInfo &info : program.results)
      call.results.push_back(makeTensor(info, *sizes));
    auto packed = layers.pack(program, *weights);
    if (!packed)
      return packed.error();
    call.packed = std::move(*packed);
    cw_options how{};
    how.threads = options.threads;
    if (layers.run(program, call, how) != CW_OK)
      return Error{layers.lastError()};
    std::vector<NamedResult> results;
    results.reserve(call.results.size());
    for (size_t i = 0; i < call.results.size(); ++i)
      results.push_back({program.results[i].name, call.results[i].type(), call.results[i].shape(),
                         call.results[i].toRowMajorBytes()});
    return results;
  }

private:
  const RunOptions &options;
  const LayerProgram &program;
  const Layers &layers;
};

Result<std::vector<NamedResult>> runCode(const compiler::TargetProgram &program,
                                         const RunOptions &options, const CommandLine &line,
                                         const Safetensors &inputs) {
  Progress progress(std::cerr, Progress::chooseMode(line.progress), "compiling");
  compiler::EmitOptions emission;
  emission.name = "run";
  emission.cancelled = &interrupted();
  emission.progress = [&](const compiler::EmitProgress &step) {
    progress.update(step.done, step.total, step.what);
  };
  Result<Layers> layers = Layers::build({program}, emission, line.executable);
  if (!layers)
    return layers.error();
  return CompiledRun(options, program.layers.front(), *layers).run(inputs);
}

int writeResults(const std::vector<NamedResult> &results, const std::string &path) {
  std::vector<TensorView> views;
  views.reserve(results.size());
  for (const NamedResult &result : results)
    views.push_back(
        {result.name, compiler::safetensorType(result.type), result.shape, result.bytes});
  std::vector<std::byte> content = compiler::serialize(views);
  Result<size_t> written =
      writeFile(path, {reinterpret_cast<const char *>(content.data()), content.size()});
  return written ? static_cast<int>(exitFine) : failInput(written.error().message);
}

/// An error when the results would replace what they were computed from.
std::optional<Error> checkOutput(const RunOptions &options, Source &source,
                                 const std::vector<std::string> &records) {
  std::vector<InputFile> inputs{{options.file, "the .conv file"},
                                {options.in, "the tensors of --in"}};
  for (const std::vector<InputFile> &more :
       {inputFiles(source.driver().filesRead(), "which the .conv file loads"),
        inputFiles(records, "the records of --records")})
    inputs.insert(inputs.end(), more.begin(), more.end());
  return refuseInput(options.out, "--out", inputs);
}

int runLayer(const RunOptions &options, const CommandLine &line) {
  bool reference = options.target == referenceTarget;
  Result<compiler::PlanOverrides> overrides = overridesFrom(options.plan);
  if (!overrides)
    return failUsage(overrides.error().message);
  Result<std::vector<schedules::Target>> targets = findTargets(reference ? "host" : options.target);
  if (!targets)
    return failUsage(targets.error().message +
                     (reference ? "" : "; 'reference' runs the interpreter"));
  if (targets->size() != 1)
    return failUsage("run takes one target, not " + std::to_string(targets->size()));
  if (std::optional<Error> error = refuseForeign(targets->front()))
    return failInput(error->message + ", and --target reference everywhere");
  Source source(options.file);
  if (!source.ok())
    return source.failure();
  Result<const LayerInterface *> layer = source.layer(options.layer);
  if (!layer)
    return failInput(options.file + ": " + layer.error().message);
  Result<Safetensors> inputs = Safetensors::read(options.in);
  if (!inputs)
    return failInput(inputs.error().message);

  if (std::optional<Error> error = checkOutput(options, source, {}))
    return failInput(error->message);

  std::optional<Result<std::vector<NamedResult>>> results;
  if (reference) {
    results = runInterpreter(source, **layer, *inputs, options.in);
  } else {
    Result<PlanRecords> records = PlanRecords::load(options.records, *targets, line);
    if (!records)
      return failInput(records.error().message);
    if (std::optional<Error> error = checkOutput(options, source, records->files()))
      return failInput(error->message);
    overrides->advisor = records->advisor(options.threads);
    overrides->formAdvisor = records->formAdvisor(options.threads);
    auto programs = compileFor(source, *targets, *overrides, (*layer)->name);
    if (!programs)
      return source.failure();
    results = runCode(programs->front(), options, line, *inputs);
  }
  if (!*results)
    return failInput(results->error().message);
  return writeResults(**results, options.out);
}

} // namespace

void addRunCommand(CLI::App &app, CommandLine &line) {
  CLI::App *command = app.add_subcommand("run", "Runs a layer on tensors from a safetensors file");
  auto options = std::make_shared<RunOptions>();
  command->add_option("FILE", options->file, "The .conv file")->required();
  command->add_option("--layer", options->layer, "Which layer; default: the only one");
  command->add_option("--in", options->in, "The arguments and weights, by name")->required();
  command->add_option("--out", options->out, "Where the results go, by name")->required();
  command
      ->add_option("--target", options->target,
                   "A target, or 'reference' for the interpreter in double precision")
      ->capture_default_str();
  addPlanOptions(*command, options->plan);
  command->add_option("--threads", options->threads, "0: all CPUs")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  addRecordOptions(*command, options->records);
  command->callback([=, &line] { line.run = [=, &line] { return runLayer(*options, line); }; });
}

} // namespace convwright::tools
