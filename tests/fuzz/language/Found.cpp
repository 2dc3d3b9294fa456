//===- Found.cpp - what was found once stays right ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Found.h"

#include "compiler/Driver/Driver.h"
#include "tools/execute/Layers.h"

#include <cmath>
#include <memory>
#include <random>
#include <set>
#include <sstream>

using convwright::compiler::ExactTensor;
using convwright::compiler::ExactTensors;
using convwright::compiler::LayerProgram;
using convwright::compiler::TensorInfo;
using convwright::schedules::ElementType;
using convwright::schedules::HostTensor;
using convwright::schedules::Placement;
using convwright::schedules::Result;
using convwright::tools::Layers;

namespace convwright::fuzz {

namespace {

constexpr double relativeError = 1e-5;

ExactTensor draw(const TensorInfo &info, const std::vector<int64_t> &sizes,
                 std::mt19937_64 &random) {
  ExactTensor tensor{info.type, {}, {}};
  for (const schedules::Extent &extent : info.dims)
    tensor.shape.push_back(extent.at(sizes));
  for (int64_t i = tensor.elementCount(); i > 0; --i) {
    double unit = static_cast<double>(random() >> 11) * 0x1p-53;
    // Weights may be variances.
    tensor.values.push_back(info.type == ElementType::F32  ? static_cast<float>(unit + 0.25)
                            : info.type == ElementType::U8 ? std::floor(unit * 256)
                                                           : std::floor(unit * 256) - 128);
  }
  return tensor;
}

/// The relative L2 error of f32; whether integers differ by more than one. Infinite where numbers
/// are none.
double errorOf(const ExactTensor &wanted, const std::vector<double> &found) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    double want = wanted.values[i];
    if (want == found[i] || (std::isnan(want) && std::isnan(found[i])))
      norm += std::isfinite(want) ? want * want : 0;
    else if (wanted.type != ElementType::F32 && std::abs(want - found[i]) > 1)
      return INFINITY;
    else if (wanted.type == ElementType::F32) {
      error += (want - found[i]) * (want - found[i]);
      norm += want * want;
    }
  }
  return error == 0 ? 0 : std::sqrt(error / norm);
}

std::string checkAt(const std::vector<int64_t> &sizes, const LayerProgram &layer,
                    const Layers &layers, compiler::Driver &driver) {
  std::mt19937_64 random(1);
  ExactTensors inputs;
  std::vector<HostTensor> weights;
  for (const TensorInfo &info : layer.weights) {
    inputs[info.name] = draw(info, sizes, random);
    weights.push_back(tools::makeTensor(info, sizes));
    weights.back().fromDoubles(inputs[info.name].values);
  }
  Placement placement{Placement::Edge::End};
  std::vector<HostTensor> tensors;
  for (const TensorInfo &info : layer.arguments) {
    ExactTensor &input = inputs[info.name] = draw(info, sizes, random);
    tensors.emplace_back(info.type, input.shape, info.layout, placement);
    tensors.back().fromDoubles(input.values);
  }
  Result<ExactTensors> wanted = driver.runReference(layer.name, inputs);
  auto packed = layers.pack(layer, weights);
  if (!wanted || !packed)
    return wanted ? packed.error().message : wanted.error().message;
  for (const TensorInfo &info : layer.results)
    tensors.emplace_back(info.type, wanted->at(info.name).shape, info.layout, placement);
  std::vector<DLTensor *> pointers;
  for (HostTensor &tensor : tensors)
    pointers.push_back(tensor.dlpack());
  cw_options how{};
  how.threads = 2;
  if (layers.run(layer, packed->get(), pointers, how) != CW_OK)
    return layers.lastError();
  for (size_t i = 0; i < layer.results.size(); ++i) {
    const std::string &name = layer.results[i].name;
    double error = errorOf(wanted->at(name), tensors[layer.arguments.size() + i].toDoubles());
    if (!(error <= relativeError))
      return name + " has a relative L2 error of " + std::to_string(error);
  }
  return "";
}

} // namespace

std::string checkFile(const std::string &path, const std::string &target,
                      const std::string &executable) {
  std::ostringstream messages;
  compiler::Driver driver(messages);
  Result<schedules::Target> found = schedules::findTarget(target);
  if (!found)
    return found.error().message;
  std::optional<compiler::TargetProgram> program;
  if (driver.open(path))
    program = driver.compile(*found);
  if (!program)
    return messages.str();
  compiler::EmitOptions emission;
  emission.name = "found";
  Result<Layers> layers = Layers::build({*program}, emission, executable);
  if (!layers)
    return layers.error().message;
  std::string wrong;
  for (const LayerProgram &layer : program->layers) {
    std::vector<int64_t> lo, like, hi;
    for (const schedules::Symbol &symbol : layer.symbols) {
      lo.push_back(symbol.lo);
      like.push_back(symbol.like);
      hi.push_back(symbol.hi);
    }
    for (const auto &sizes : std::set<std::vector<int64_t>>{lo, like, hi})
      if (std::string message = checkAt(sizes, layer, *layers, driver); !message.empty())
        wrong += layer.name + ": " + message + "\n";
  }
  return wrong;
}

} // namespace convwright::fuzz
