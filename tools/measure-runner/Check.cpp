//===- Check.cpp - whether a candidate's numbers are right -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/measure-runner/Check.h"

#include <algorithm>
#include <cmath>

using namespace convwright::schedules;

namespace convwright::measure {

namespace {

/// Integer results may round the other way where two ways of summing fall on two sides of a half.
constexpr double integerRounding = 1e-3;

/// The element at `offset` of elements of `type`.
double elementAt(const std::byte *data, ElementType type, int64_t offset) {
  return readElement(type, data + static_cast<size_t>(offset) * byteWidth(type));
}

/// The error of one output, summed up.
class Error2 {
public:
  explicit Error2(ElementType type) : narrow(type == ElementType::U8 || type == ElementType::I8) {}

  void add(double expected, double found) {
    bool same = expected == found || (std::isnan(expected) && std::isnan(found));
    double difference = same ? 0 : found - expected;
    if (!std::isfinite(difference) || (narrow && std::fabs(difference) > 1))
      difference = HUGE_VAL;
    error += difference * difference;
    norm += std::isfinite(expected) ? expected * expected : 0;
  }
  double relative() const { return error == 0 ? 0 : std::sqrt(error / std::max(norm, 1e-30)); }

private:
  bool narrow;
  double error = 0, norm = 0;
};

/// Keeps the output that is worst against what it is allowed.
void take(Judgement &worst, const Error2 &error, ElementType type, double bound) {
  Judgement one{error.relative(),
                type == ElementType::F32 ? bound : std::max(bound, integerRounding)};
  if (worst.allowed == 0 || one.error * worst.allowed > worst.error * one.allowed)
    worst = one;
}

} // namespace

Judgement compareWithExpected(const Tensors &tensors, const std::vector<ExpectedValue> &expected,
                              double bound) {
  Judgement worst;
  for (size_t i = 0; i < tensors.outputs.size(); ++i) {
    const HostTensor &output = tensors.outputs[i];
    Error2 error(output.type());
    for (const ExpectedValue &value : expected)
      if (value.output == static_cast<int64_t>(i))
        error.add(value.value, elementAt(output.data(), output.type(), value.offset));
    take(worst, error, output.type(), bound);
  }
  return worst;
}

Judgement compareWithOutputs(const Tensors &tensors,
                             const std::vector<std::vector<std::byte>> &right, double bound) {
  Judgement worst;
  for (size_t i = 0; i < tensors.outputs.size(); ++i) {
    const HostTensor &output = tensors.outputs[i];
    ElementType type = output.type();
    Error2 error(type);
    for (int64_t at = 0; at < output.elementCount(); ++at)
      error.add(elementAt(right[i].data(), type, at), elementAt(output.data(), type, at));
    take(worst, error, type, bound);
  }
  return worst;
}

} // namespace convwright::measure
