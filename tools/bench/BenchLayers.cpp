//===- BenchLayers.cpp - times the layers of a .conv file -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/lowering/TemporaryDirectory.h"
#include "tools/bench/Bench.h"
#include "tools/bench/LayerCheck.h"
#include "tools/bench/LayerRun.h"
#include "tools/bench/Session.h"

#include <cmath>
#include <fstream>
#include <iterator>

using convwright::compiler::LayerProgram;
using convwright::schedules::ElementType;
using convwright::schedules::HostTensor;
using convwright::schedules::Result;
using convwright::tools::Call;
using convwright::tools::Layers;

namespace convwright::bench {
namespace {

/// Nominal operations of the layer's convolutions.
double flopsOf(const LayerProgram &layer, std::span<const int64_t> sizes) {
  double flops = 0;
  for (const compiler::Step &step : layer.steps)
    for (const schedules::Stage &conv : step.kernel.stages) {
      int64_t each = conv.channelsRead() * conv.taps();
      double outputs = 2.0 * each;
      for (const schedules::Extent &extent : conv.outputDims)
        outputs *= extent.at(sizes);
      flops += outputs;
    }
  return flops;
}

class LayerBench {
public:
  LayerBench(const LayerProgram &layer, const Layers &layers, const BenchOptions &options)
      : layer(layer), layers(layers), options(options) {}

  void time(Session &session, RowResult &result) {
    LayerRun run(layer, layers, tools::likeSizes(layer), options.threads);
    if (run.run() != CW_OK) {
      result.problem = run.problem();
      return;
    }
    Result<schedules::TemporaryDirectory> directory = schedules::TemporaryDirectory::make();
    std::string problem, out;
    if (directory && mapsImageToImage(run.call())) {
      const std::vector<int64_t> &shape = run.call().arguments[0].shape();
      std::string in = directory->path() + "/in";
      out = directory->path() + "/out";
      std::vector<std::byte> pixels = run.call().arguments[0].toRowMajorBytes();
      std::ofstream(in, std::ios::binary)
          .write(reinterpret_cast<const char *>(pixels.data()),
                 static_cast<std::streamsize>(pixels.size()));
      problem = "sobel\t" + std::to_string(shape[2]) + "\t" + std::to_string(shape[3]) + "\t" + in +
                "\t" + out;
    }
    session.time(result, run.timed(), problem,
                 [&] { return sameImage(out, run.call().results[0]); });
  }

private:
  static bool mapsImageToImage(const Call &call) {
    if (call.arguments.size() != 1 || call.results.size() != 1)
      return false;
    const HostTensor &in = call.arguments[0], &out = call.results[0];
    return in.type() == ElementType::U8 && out.type() == ElementType::U8 &&
           in.shape() == out.shape() && in.shape().size() == 4 && in.shape()[0] == 1 &&
           in.shape()[1] == 1;
  }

  /// Whether a peer's image is ours, but for rounding.
  static bool sameImage(const std::string &path, const HostTensor &ours) {
    std::ifstream file(path, std::ios::binary);
    std::string pixels{std::istreambuf_iterator<char>(file), {}};
    if (static_cast<int64_t>(pixels.size()) != ours.elementCount())
      return false;
    for (int64_t i = 0; i < ours.elementCount(); ++i)
      if (std::abs(static_cast<uint8_t>(pixels[i]) - ours.at(i)) > 1)
        return false;
    return true;
  }

  const LayerProgram &layer;
  const Layers &layers;
  const BenchOptions &options;
};

/// One layer's result; `progress` was told of it.
RowResult benchLayer(const LayerProgram &layer, const std::string &target, const Layers &layers,
                     Session &session, const Interpret &interpret, const BenchOptions &options) {
  RowResult result = startResult(layer, target, options);
  result.name = layer.name;
  if (!layer.arguments.empty())
    result.layout = schedules::spell(layer.arguments[0].layout, layer.arguments[0].dims.size());
  result.flops = flopsOf(layer, tools::likeSizes(layer));
  LayerBench bench(layer, layers, options);
  checkLayer(layer, layers, options.threads, interpret, result, checkSeconds(options));
  if (result.mayBeTimed())
    bench.time(session, result);
  return result;
}

} // namespace

BenchResult benchLayers(const compiler::TargetProgram &program, const std::string &libraryName,
                        const Interpret &interpret, const BenchOptions &options) {
  BenchResult all;
  compiler::EmitOptions emission;
  emission.name = libraryName;
  emission.jobs = options.jobs;
  emission.cancelled = options.cancelled;
  if (options.progress)
    emission.progress = [&](const compiler::EmitProgress &progress) {
      options.progress("compiling", progress.done, progress.total, progress.what);
    };
  Result<Layers> layers = Layers::build({program}, emission, options.executable);
  Session session(options);
  for (size_t i = 0; i < program.layers.size(); ++i) {
    if (options.cancelled && *options.cancelled)
      break;
    if (options.progress)
      options.progress("timing", i, program.layers.size(), program.layers[i].name);
    RowResult result;
    if (layers) {
      result =
          benchLayer(program.layers[i], program.target.name, *layers, session, interpret, options);
    } else {
      result.name = program.layers[i].name;
      result.problem = layers.error().message;
    }
    all.rows.push_back(std::move(result));
    if (options.finished)
      options.finished(all.rows.back(), session.machine());
  }
  all.machine = session.machine();
  return all;
}

} // namespace convwright::bench
