//===- Nearest.cpp - why no record is of a problem --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Nearest.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>

namespace convwright::schedules {

namespace {

std::string spell(const Extent &extent, const Kernel &kernel) {
  if (extent.isConstant())
    return std::to_string(extent.add);
  const Symbol &symbol = kernel.symbols[static_cast<size_t>(extent.symbol)];
  std::string range = "(" + std::to_string(symbol.lo) + ".." + std::to_string(symbol.hi) + ")";
  if (extent == Extent::ofSymbol(extent.symbol))
    return range;
  return std::to_string(extent.mul) + range + "+" + std::to_string(extent.add) +
         (extent.div == 1 ? "" : "/" + std::to_string(extent.div));
}

std::string spell(const Dims &dims, const Kernel &kernel) {
  std::string text;
  for (const Extent &extent : dims)
    text += (text.empty() ? "" : "x") + spell(extent, kernel);
  return text;
}

std::string spell(int64_t number) { return std::to_string(number); }

std::string spell(const std::vector<WindowAxis> &window, int64_t WindowAxis::*number) {
  std::string text;
  for (const WindowAxis &axis : window)
    text += (text.empty() ? "" : "x") + std::to_string(axis.*number);
  return text;
}

std::string_view spell(PaddingMode mode) {
  switch (mode) {
  case PaddingMode::Zeros:
    return "zeros";
  case PaddingMode::Reflect:
    return "reflect";
  case PaddingMode::Replicate:
    return "replicate";
  case PaddingMode::Circular:
    return "circular";
  }
  return {};
}

class Comparison {
public:
  Comparison(const Problem &there, const Problem &here) : there(there.kernel), here(here.kernel) {
    expect("the target", there.target, here.target);
  }

  std::vector<std::string> run() {
    bool alike = expect("the number of convolutions", spell(std::ssize(there.stages)),
                        spell(std::ssize(here.stages)));
    for (size_t i = 0; alike && i < std::min(there.operands.size(), here.operands.size()); ++i)
      compareTensors(here.operands[i].name, there.operands[i], here.operands[i]);
    for (size_t i = 0; alike && i < here.stages.size(); ++i)
      compareStages(there.stages[i], here.stages[i]);
    alike &= expect("the number of tensors read", spell(std::ssize(there.operands)),
                    spell(std::ssize(here.operands)));
    alike &= expect("the number of tensors written", spell(std::ssize(there.outputs)),
                    spell(std::ssize(here.outputs)));
    // Sizes of results follow from those of operands.
    for (size_t i = 0; alike && found.empty() && i < here.outputs.size(); ++i)
      compareTensors(here.outputs[i].name, there.outputs[i], here.outputs[i]);
    if (found.empty() && convolutionText(there) != convolutionText(here))
      found.emplace_back("what is computed of the same tensors differs");
    return found;
  }

private:
  /// Whether they are equal.
  bool expect(const std::string &what, std::string_view inRecord, std::string_view wanted) {
    if (inRecord != wanted)
      found.push_back(what + " is " + std::string(inRecord) + " in the record, " +
                      std::string(wanted) + " here");
    return inRecord == wanted;
  }

  template <typename Tensor>
  void compareTensors(const std::string &name, const Tensor &record, const Tensor &wanted) {
    expect(name, spell(record.dims, there), spell(wanted.dims, here));
    expect(name, schedules::spell(record.type), schedules::spell(wanted.type));
    // A vector lies in one way.
    if (record.dims.size() == wanted.dims.size() && wanted.dims.size() > 2)
      expect(name, schedules::spell(record.layout, wanted.dims.size()),
             schedules::spell(wanted.layout, wanted.dims.size()));
  }

  void compareStages(const Stage &record, const Stage &wanted) {
    expect("the number of groups", spell(record.groups), spell(wanted.groups));
    for (auto [what, number] : {std::pair("the window", &WindowAxis::taps),
                                {"the stride", &WindowAxis::stride},
                                {"the dilation", &WindowAxis::dilation},
                                {"the padding before", &WindowAxis::padBefore},
                                {"the padding after", &WindowAxis::padAfter}})
      expect(what, spell(record.window, number), spell(wanted.window, number));
    if (record.padded() && wanted.padded())
      expect("the padding", spell(record.paddingMode), spell(wanted.paddingMode));
  }

  const Kernel &there, &here;
  std::vector<std::string> found;
};

/// How far sizes are apart, in doublings, where they can be compared.
double distanceOf(const Problem &there, const Problem &here) {
  double distance = 0;
  for (size_t i = 0; i < std::min(there.kernel.operands.size(), here.kernel.operands.size()); ++i) {
    const Dims &a = there.kernel.operands[i].dims, &b = here.kernel.operands[i].dims;
    for (size_t d = 0; d < std::min(a.size(), b.size()); ++d)
      if (a[d].isConstant() && b[d].isConstant() && a[d].add > 0 && b[d].add > 0)
        distance +=
            std::fabs(std::log2(static_cast<double>(a[d].add) / static_cast<double>(b[d].add)));
  }
  return distance;
}

} // namespace

std::vector<std::string> differencesBetween(const Problem &record, const Problem &here) {
  // In canonical form operands are alike, but have no names that anybody knows.
  Problem canonical{canonicalKernel(here.kernel), here.target, here.threads};
  Kernel &kernel = canonical.kernel;
  if (kernel.operands.size() == here.kernel.operands.size() &&
      kernel.outputs.size() == here.kernel.outputs.size()) {
    for (size_t i = 0; i < kernel.operands.size(); ++i)
      kernel.operands[i].name = here.kernel.operands[i].name;
    for (size_t i = 0; i < kernel.outputs.size(); ++i)
      kernel.outputs[i].name = here.kernel.outputs[i].name;
  }
  return Comparison(record, canonical).run();
}

std::optional<Nearest> nearestTo(const Problem &here, const std::vector<Record> &records) {
  std::optional<Nearest> nearest;
  double distance = 0;
  std::set<std::pair<std::string, std::string>> seen; // a problem has thousands of records
  for (const Record &record : records) {
    if (!seen.emplace(record.key, record.problem.target).second)
      continue;
    Nearest other{&record, differencesBetween(record.problem, here)};
    double apart = distanceOf(record.problem, here);
    if (nearest && std::tuple(other.differences.size(), apart) >=
                       std::tuple(nearest->differences.size(), distance))
      continue;
    nearest = std::move(other);
    distance = apart;
  }
  return nearest;
}

std::string describe(const Nearest &nearest) {
  constexpr size_t shown = 3;
  const Record &record = *nearest.record;
  std::string text = "the nearest is of " +
                     (record.name.empty() ? describeProblem(record.problem.kernel) : record.name);
  const char *separator = ": ";
  for (size_t i = 0; i < std::min(shown, nearest.differences.size()); ++i) {
    text += separator + nearest.differences[i];
    separator = "; ";
  }
  if (nearest.differences.size() > shown)
    text += " and more";
  if (nearest.differences.empty())
    text += ": the same, but no plan in it was right";
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
  return text;
}

} // namespace convwright::schedules
