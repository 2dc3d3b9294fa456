//===- Oracle.cpp - what a random layer has to compute -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/fuzz/language/Oracle.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

using convwright::compiler::ExactTensor;
using convwright::compiler::ExactTensors;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::fuzz {

namespace {

constexpr double relativeNoise = 0x1p-19;
constexpr double tolerated = 4; // times what the noise does
constexpr double anything = std::numeric_limits<double>::infinity();
/// f32 holds what lies between, with all its digits.
constexpr double smallest = 1e-36, greatest = 1e37;

class Inputs {
public:
  Inputs(uint32_t seed, bool specials) : random(seed), specials(specials) {
    kind = seed % 8; // 0: multiples of 1/8, whose sums are exact
  }

  ExactTensor draw(const Value &value, std::vector<int64_t> shape) {
    ExactTensor tensor{value.type, std::move(shape), {}};
    tensor.values.resize(static_cast<size_t>(tensor.elementCount()));
    for (double &number : tensor.values)
      number = draw(value);
    return tensor;
  }

private:
  double draw(const Value &value) {
    uint64_t bits = random();
    switch (value.type) {
    case ElementType::U8:
      return static_cast<double>(bits % 256);
    case ElementType::I8:
      return static_cast<double>(bits % 256) - 128;
    case ElementType::I32:
      return kind % 2 ? static_cast<double>(static_cast<int32_t>(bits))
                      : static_cast<double>(bits % 101) - 50;
    case ElementType::F32:
      break;
    }
    double unit = static_cast<double>(bits >> 11) * 0x1p-53; // [0, 1)
    if (value.content == Content::Positive)
      return static_cast<float>(unit + 0.25);
    if (kind == 0)
      return std::round(unit * 16 - 8) / 8;
    // Kernels are finite: whether a padding of zeros is multiplied with them is left open.
    bool isImage = value.role == Role::Activation && value.dims.size() <= 5;
    if (kind == 7 && specials && isImage && bits % 37 == 0) {
      constexpr double numbers[] = {NAN, INFINITY, -INFINITY, -0.0};
      return numbers[bits / 37 % 4];
    }
    return static_cast<float>((unit * 2 - 1) * (kind == 6 ? 16 : 2));
  }

  std::mt19937_64 random;
  bool specials; // NaN and infinities
  uint32_t kind;
};

std::vector<int64_t> shapeAt(const Dims &dims, const std::vector<int64_t> &sizes) {
  std::vector<int64_t> shape;
  for (const schedules::Extent &extent : dims)
    shape.push_back(extent.at(sizes));
  return shape;
}

ExactTensor constantTensor(const Value &value, const std::string &text) {
  ExactTensor tensor{value.type, shapeAt(value.dims, {}), {}};
  std::istringstream numbers(text);
  std::string number;
  while (std::getline(numbers, number, ','))
    tensor.values.push_back(std::stof(number));
  return tensor;
}

/// Moves f32 values by the noise, up where `direction` is 1 and down where it is -1.
void disturb(ExactTensor &tensor, std::mt19937_64 &random, double direction) {
  for (double &value : tensor.values) {
    uint64_t bits = random();
    double size = 0.5 + static_cast<double>(bits >> 12) * 0x1p-53;
    double factor = (bits & 1 ? size : -size) * direction * relativeNoise;
    if (tensor.type == ElementType::F32)
      value += value * factor;
  }
}

class Oracle {
public:
  Oracle(const Program &program, const std::vector<int64_t> &sizes)
      : program(program), sizes(sizes), noisy(program.noisyText(sizes)) {}

  Result<Expectation> expect(compiler::Driver &driver) {
    Expectation expectation;
    drawInputs(expectation);
    const compiler::LayerInterface &layer = driver.layers().back();
    Result<ExactTensors> exact = driver.runReference(layer.name, expectation.inputs);
    if (!exact)
      return Error{"the reference refuses: " + exact.error().message};
    for (const compiler::TensorInfo &info : layer.results) {
      ExpectedResult &result = expectation.results[info.name];
      result.tensor = exact->at(info.name);
      result.allowed.resize(result.tensor.values.size());
    }
    if (std::optional<Error> error = addNoise(layer, expectation))
      return *error;
    return expectation;
  }

private:
  void drawInputs(Expectation &expectation) {
    // Blended kernels are left open too: whether kernels or what they give is blended.
    bool blends = std::ranges::any_of(program.statements, [](const Statement &statement) {
      return statement.operation == "region_conv2d";
    });
    Inputs inputs(program.steering.dataSeed, !blends);
    std::vector<bool> needed = program.needed();
    for (size_t i = 0; i < program.values.size(); ++i) {
      const Value &value = program.values[i];
      if (!needed[i] || value.role == Role::Computed)
        continue;
      ExactTensor tensor = value.role == Role::Constant
                               ? constantTensor(value, program.constantTexts[i])
                               : inputs.draw(value, shapeAt(value.dims, sizes));
      all[value.name] = tensor;
      if (value.role != Role::Constant)
        expectation.inputs[value.name] = tensor;
    }
  }

  std::optional<Error> addNoise(const compiler::LayerInterface &layer, Expectation &expectation) {
    std::ostringstream messages;
    compiler::Driver driver(messages);
    if (!driver.openText(noisy.text, "noisy.conv", "."))
      return Error{"the noisy program is refused:\n" + messages.str() + noisy.text};
    for (int run = 0; run < 6; ++run) {
      std::mt19937_64 random(static_cast<uint64_t>(run / 2) + 1);
      ExactTensors inputs = disturbed(random, run % 2 ? -1 : 1);
      Result<ExactTensors> results = driver.runReference("noisy", inputs);
      if (!results)
        return Error{"the reference refuses the noisy program: " + results.error().message + "\n" +
                     noisy.text};
      for (size_t i = 0; i < layer.results.size(); ++i) {
        int value = program.results[i];
        if (!program.values[static_cast<size_t>(value)].exact)
          widen(expectation.results[layer.results[i].name],
                results->at(nameInNoisy(program.values[static_cast<size_t>(value)].name)));
      }
      for (const auto &[name, tensor] : *results)
        expectation.wild = expectation.wild || isWild(tensor);
    }
    for (auto &[name, result] : expectation.results)
      if (result.tensor.type == ElementType::F32)
        allowAsOthers(result);
    return std::nullopt;
  }

  /// A single result has no name of its own.
  std::string nameInNoisy(const std::string &value) const {
    return noisy.resultNames.size() == 1 ? "result" : value;
  }

  ExactTensors disturbed(std::mt19937_64 &random, double direction) const {
    ExactTensors inputs = all;
    for (auto &[name, tensor] : inputs)
      disturb(tensor, random, direction);
    for (const std::string &name : noisy.absolutes) {
      ExactTensor tensor = all.at(name);
      for (double &value : tensor.values)
        value = std::abs(value);
      inputs[absoluteName(name)] = tensor;
    }
    for (const Noise &noise : noisy.noises) {
      ExactTensor tensor{ElementType::F32, noise.shape, {}};
      tensor.values.assign(static_cast<size_t>(tensor.elementCount()), 1);
      disturb(tensor, random, direction);
      for (double &value : tensor.values)
        value -= 1;
      inputs[noise.name] = tensor;
    }
    return inputs;
  }

  static void widen(ExpectedResult &result, const ExactTensor &disturbed) {
    bool isReal = result.tensor.type == ElementType::F32;
    for (size_t i = 0; i < result.allowed.size(); ++i) {
      double exact = result.tensor.values[i], other = disturbed.values[i];
      if (std::isnan(exact) && std::isnan(other))
        continue;
      double difference = exact == other ? 0 : std::abs(exact - other);
      double allowed = !std::isfinite(difference) ? anything
                       : isReal                   ? tolerated * difference
                                                  : difference;
      result.allowed[i] = std::max(result.allowed[i], allowed);
    }
  }

  /// Where the noises happen to cancel each other, roundings need not.
  static void allowAsOthers(ExpectedResult &result) {
    std::vector<double> sorted = result.allowed;
    auto middle = sorted.begin() + static_cast<ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    for (double &allowed : result.allowed)
      allowed = std::max(allowed, std::isfinite(*middle) ? *middle / 2 : 0);
  }

  static bool isWild(const ExactTensor &tensor) {
    return tensor.type == ElementType::F32 && std::ranges::any_of(tensor.values, [](double value) {
             double size = std::abs(value);
             return std::isfinite(value) && ((size > 0 && size < smallest) || size > greatest);
           });
  }

  const Program &program;
  const std::vector<int64_t> &sizes;
  NoisyText noisy;
  ExactTensors all; // constants too
};

} // namespace

Result<Expectation> expect(compiler::Driver &driver, const Program &program,
                           const std::vector<int64_t> &sizes) {
  return Oracle(program, sizes).expect(driver);
}

std::string compare(const std::string &name, const ExpectedResult &expected,
                    const std::vector<double> &values) {
  const std::vector<double> &wanted = expected.tensor.values;
  size_t wrong = 0, first = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    bool good = expected.allowed[i] == anything || wanted[i] == values[i] ||
                (std::isnan(wanted[i]) && std::isnan(values[i])) ||
                std::abs(wanted[i] - values[i]) <= expected.allowed[i] ||
                // What is exact is rounded to f32 nevertheless where a number is none.
                values[i] == static_cast<double>(static_cast<float>(wanted[i]));
    if (!good && wrong++ == 0)
      first = i;
  }
  if (!wrong)
    return "";
  std::ostringstream text;
  text.precision(9);
  text << wrong << " of " << wanted.size() << " elements of " << name << " differ; number " << first
       << " is " << values[first] << ", the reference says " << wanted[first] << " ± "
       << expected.allowed[first];
  return text.str();
}

} // namespace convwright::fuzz
