//===- Conformance.cpp - an algorithm on every target against the reference ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draws layers at random, compiles them for each target (many to a library), runs them through
// their C functions and compares with the reference interpreter. Prints its seed; the same seed
// draws the same layers.
//
//===----------------------------------------------------------------------===//

#include "tests/conformance/Shapes.h"

#include "compiler/Driver/Driver.h"
#include "compiler/Emit/Emit.h"
#include "compiler/Import/Safetensors.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace convwright;
using namespace convwright::compiler;
using convwright::tests::RandomLayer;
using convwright::tests::ShapeDrawer;

namespace {

struct Options {
  std::string algorithm;
  uint64_t seed = 20261123;
  int shapes = 300; // of the algorithm in all, or with --full for each target and layout
  bool full = false;
  std::vector<std::string> targets;
  std::string work, runner, runtime;
  std::string crossRunner, crossRuntime, emulator;
};

/// Several of these are pairs of layer and sizes: what "a shape" means here.
struct Batch {
  std::vector<RandomLayer> layers;
  int shapes = 0, refused = 0;
};

/// Layers that the algorithm accepts for this target.
Batch drawBatch(const Options &options, const schedules::Target &target, ShapeDrawer &drawer,
                int wanted) {
  Batch batch;
  int index = 0;
  while (batch.shapes < wanted && batch.refused <= 2 * wanted) {
    RandomLayer layer = drawer.draw(index);
    std::ostringstream messages;
    Driver driver(messages);
    if (!driver.openText(layer.text, layer.name + ".conv", ".")) {
      std::cout << "the language refused a drawn layer:\n" << layer.text << messages.str();
      std::exit(1);
    }
    if (!driver.compile(target)) {
      if (driver.blame() != Blame::User) {
        std::cout << "no plan for\n" << layer.text << messages.str();
        std::exit(1);
      }
      if (batch.refused++ < 3)
        std::cout << "  refused, for example: " << messages.str();
      continue;
    }
    batch.shapes += static_cast<int>(layer.calls.size());
    batch.layers.push_back(std::move(layer));
    ++index;
  }
  return batch;
}

/// "case_s7_nhwc" -> "s7".
std::string stemOf(const std::string &layer) {
  size_t begin = layer.find('_') + 1;
  return layer.substr(begin, layer.find('_', begin) - begin);
}

ExactTensor randomTensor(const std::vector<int64_t> &shape, double scale, std::mt19937_64 &rng) {
  ExactTensor tensor{schedules::ElementType::F32, shape, {}};
  tensor.values.resize(static_cast<size_t>(tensor.elementCount()));
  for (double &value : tensor.values)
    value = static_cast<float>((static_cast<double>(rng() >> 11) * 0x1p-52 - 1) * scale);
  return tensor;
}

/// Inputs within 1 and filters within 1/sqrt(taps) make sums of this order.
constexpr double typicalSum = 0.2;

/// Everything the runner needs of one call: inputs, weights, and the reference's answer as "y".
ExactTensors answer(Driver &driver, const RandomLayer &layer, const tests::CallShapes &call,
                    std::mt19937_64 &rng) {
  ExactTensors tensors;
  for (const auto &[name, shape] : call)
    tensors[name] = randomTensor(shape, 1, rng);
  for (const auto &[name, shape] : layer.weights) {
    int64_t taps = 1;
    for (size_t i = 1; i < shape.size(); ++i)
      taps *= shape[i];
    tensors[name] = randomTensor(shape, 1 / std::sqrt(static_cast<double>(taps)), rng);
  }
  auto results = driver.runReference(layer.name, tensors);
  if (!results) {
    std::cout << "the reference cannot run " << layer.name << ": " << results.error().message
              << "\n";
    std::exit(1);
  }
  tensors["y"] = results->begin()->second;
  return tensors;
}

void writeAnswers(Driver &driver, const Batch &batch, const std::string &path,
                  std::mt19937_64 &rng) {
  std::map<std::string, std::vector<std::byte>> storage;
  std::vector<TensorView> views;
  for (const RandomLayer &layer : batch.layers)
    for (size_t i = 0; i < layer.calls.size(); ++i)
      for (const auto &[name, tensor] : answer(driver, layer, layer.calls[i], rng)) {
        std::string key = stemOf(layer.name) + "@" + std::to_string(i) + "/" + name;
        storage[key] = toBytes(tensor.values, schedules::ElementType::F32);
        views.push_back({key, SafetensorType::F32, tensor.shape, storage[key]});
      }
  if (auto written = writeSafetensors(path, views); !written) {
    std::cout << written.error().message << "\n";
    std::exit(1);
  }
}

/// What the plans promise, of the least precise layer.
double largestBound(const TargetProgram &program) {
  double bound = 0;
  for (const LayerProgram &layer : program.layers)
    for (const Step &step : layer.steps)
      bound = std::max(bound, schedules::errorBound(step.kernel, step.choice.plan));
  return bound;
}

/// Whether everything in the batch agrees with the reference.
bool checkBatch(const Options &options, const schedules::Target &target, const Batch &batch,
                const std::string &directory) {
  std::string text;
  for (const RandomLayer &layer : batch.layers)
    text += layer.text + "\n";
  std::ofstream(directory + "/layers.conv") << text;
  Driver driver(std::cout);
  if (!driver.openText(text, "layers.conv", "."))
    return false;
  auto program = driver.compile(target);
  if (!program)
    return false;
  std::mt19937_64 rng(options.seed);
  writeAnswers(driver, batch, directory + "/answers.safetensors", rng);

  bool cross = target.machine == schedules::Machine::AArch64;
  EmitOptions emit;
  emit.name = "layers";
  emit.directory = directory;
  auto library = emitSharedObject({*program}, emit, cross ? options.crossRuntime : options.runtime,
                                  directory + "/layers.so");
  if (!library) {
    std::cout << library.error().message << "\n";
    return false;
  }
  std::ostringstream command;
  command << (cross ? options.emulator + " " + options.crossRunner : options.runner) << " '"
          << *library << "' layers '" << directory << "/answers.safetensors' "
          << largestBound(*program) << " " << typicalSum;
  std::cout << std::flush;
  return std::system(command.str().c_str()) == 0;
}

/// Whether the target's kernels can be run here, natively or by the emulator.
bool canRun(const Options &options, const schedules::Target &target) {
  if (target.machine == schedules::Machine::AArch64)
    return !options.emulator.empty();
  return target.isGpu() || schedules::runsHere(target);
}

int run(const Options &options) {
  for (const std::string &operation : ShapeDrawer::undrawn()) {
    std::cout << "no kind of Shapes.h draws the operation " << operation << "\n";
    return 1;
  }
  std::vector<schedules::Target> targets;
  for (const std::string &name : options.targets) {
    auto target = schedules::findTarget(name);
    if (!target) {
      std::cout << target.error().message << "\n";
      return 2;
    }
    if (canRun(options, *target))
      targets.push_back(*target);
    else
      std::cout << name << ": not runnable on this machine, left out\n";
  }
  std::cout << "seed " << options.seed << "\n";
  ShapeDrawer drawer(options.algorithm, options.seed);
  int total = 0, failedTargets = 0;
  for (const schedules::Target &target : targets) {
    int count = static_cast<int>(targets.size());
    int wanted = options.full ? 2 * options.shapes : (options.shapes + count - 1) / count;
    std::string directory = options.work + "/" + target.name;
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    Batch batch = drawBatch(options, target, drawer, wanted);
    bool good = batch.shapes >= wanted && checkBatch(options, target, batch, directory);
    std::cout << options.algorithm << " on " << target.name << ": " << batch.layers.size()
              << " layers, " << batch.shapes << " shapes, " << batch.refused
              << " refused: " << (good ? "conform" : "DO NOT CONFORM (kept in " + directory + ")")
              << "\n";
    failedTargets += !good;
    total += batch.shapes;
  }
  std::cout << options.algorithm << ": " << total << " shapes\n";
  return failedTargets || total < options.shapes ? 1 : 0;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  CLI::App app("Checks an algorithm's kernels on random layers against the reference");
  app.add_option("algorithm", options.algorithm)->required();
  app.add_option("--seed", options.seed, "of the drawing; printed");
  app.add_option("--shapes", options.shapes, "in all; with --full for each target and layout");
  app.add_flag("--full", options.full, "the full product");
  app.add_option("--targets", options.targets)->delimiter(',')->required();
  app.add_option("--work", options.work, "folder for libraries and answers")->required();
  app.add_option("--runtime", options.runtime, "libconvwright_runtime.a")->required();
  app.add_option("--runner", options.runner, "parity_runner")->required();
  app.add_option("--cross-runtime", options.crossRuntime, "the same for 64-bit ARM");
  app.add_option("--cross-runner", options.crossRunner, "the same for 64-bit ARM");
  app.add_option("--emulator", options.emulator, "command that runs 64-bit ARM programs");
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
