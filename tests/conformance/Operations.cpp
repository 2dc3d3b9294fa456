//===- Operations.cpp - the operations that conformance draws ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/conformance/Shapes.h"

#include "dsl/Operations.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <set>

namespace convwright::tests {

namespace {

std::string list(const Extents &numbers) {
  std::string text;
  for (int64_t number : numbers)
    text += (text.empty() ? "[" : ", ") + std::to_string(number);
  return text + "]";
}

Extents joined(Extents first, const Extents &second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

} // namespace

std::string ShapeDrawer::nameOf(Kind kind, size_t axes) {
  std::string rank = std::to_string(axes) + "d";
  switch (kind) {
  case Kind::Convolution:
    return "conv" + rank;
  case Kind::Transposed:
    return "conv_transpose" + rank;
  case Kind::Linear:
    return "linear";
  case Kind::Local:
    return "local_conv2d";
  case Kind::Dynamic:
    return "dynamic_conv2d";
  case Kind::Region:
    return "region_conv2d";
  case Kind::Deformable:
    return "deform_conv2d";
  case Kind::MaxPool:
    return "max_pool" + rank;
  case Kind::AvgPool:
    return "avg_pool" + rank;
  case Kind::GlobalMax:
    return "global_max_pool";
  case Kind::GlobalAvg:
    return "global_avg_pool";
  }
  return "";
}

bool ShapeDrawer::Operation::takes(const char *attribute) const {
  return llvm::is_contained(dsl::findOperation(nameOf(kind, size.size()))->attributes(),
                            llvm::StringRef(attribute));
}

std::vector<std::string> ShapeDrawer::undrawn() {
  std::set<std::string> drawn;
  for (auto kind = static_cast<int>(Kind::Convolution); kind <= static_cast<int>(Kind::GlobalAvg);
       ++kind)
    for (size_t axes : {1, 2, 3})
      drawn.insert(nameOf(static_cast<Kind>(kind), axes));
  std::vector<std::string> missing;
  for (const dsl::OperationInfo &row : dsl::allOperations())
    if (row.available && llvm::is_contained(row.attributes(), llvm::StringRef("algorithm")) &&
        !drawn.contains(row.spelling.str()))
      missing.push_back(row.spelling.str());
  return missing;
}

int64_t ShapeDrawer::outputExtent(const Operation &op, size_t i, int64_t size) {
  if (op.isGlobal())
    return 1;
  int64_t reach = op.dilation[i] * (op.kernel[i] - 1), pads = op.padBefore[i] + op.padAfter[i];
  if (op.kind == Kind::Transposed)
    return (size - 1) * op.stride[i] - pads + reach + op.outputPadding[i] + 1;
  int64_t room = size + pads - reach - 1;
  int64_t more = op.ceil ? op.stride[i] - 1 : 0;
  int64_t extent = (room + more) / op.stride[i] + 1;
  // A last window begins inside of the image, or in the padding before it.
  return op.ceil && (extent - 1) * op.stride[i] >= size + op.padBefore[i] ? extent - 1 : extent;
}

Extents ShapeDrawer::outputShape(const Operation &op, const Extents &x) {
  Extents shape = {x[0], op.K};
  for (size_t i = 0; i < op.size.size(); ++i)
    shape.push_back(outputExtent(op, i, x[2 + i]));
  return shape;
}

bool ShapeDrawer::fits(const Operation &op) {
  for (size_t i = 0; i < op.size.size(); ++i) {
    int64_t pad = std::max(op.padBefore[i], op.padAfter[i]);
    bool meets =
        op.kind == Kind::Transposed || op.isGlobal()
            ? outputExtent(op, i, op.size[i]) >= 1
            : op.size[i] + op.padBefore[i] + op.padAfter[i] > op.dilation[i] * (op.kernel[i] - 1);
    if (!meets || (op.mode == "reflect" && pad >= op.size[i]) ||
        (op.mode == "circular" && pad > op.size[i]) || (op.isPool() && 2 * pad > op.kernel[i]))
      return false;
  }
  if (op.kind != Kind::Local)
    return true;
  int64_t filters = op.K * op.C * op.kernel[0] * op.kernel[1];
  for (size_t i = 0; i < op.size.size(); ++i)
    filters *= outputExtent(op, i, op.size[i]);
  return filters <= 200000;
}

std::map<std::string, Extents> ShapeDrawer::weightsOf(const Operation &op) {
  std::map<std::string, Extents> weights;
  if (op.bias)
    weights["b"] = {op.K};
  switch (op.kind) {
  case Kind::Convolution:
  case Kind::Deformable:
  case Kind::Linear:
    weights["w"] = joined({op.K, op.C / op.groups}, op.kernel);
    break;
  case Kind::Transposed:
    weights["w"] = joined({op.C, op.K / op.groups}, op.kernel);
    break;
  case Kind::Local: {
    Extents y = outputShape(op, joined({op.N, op.C}, op.size));
    weights["w"] = joined({y[2], y[3], op.K, op.C}, op.kernel);
    break;
  }
  case Kind::Region:
    weights["w"] = joined(op.regions, op.kernel);
    break;
  default:
    break;
  }
  return weights;
}

CallShapes ShapeDrawer::argumentsOf(const Operation &op, const Extents &x) {
  CallShapes shapes{{"x", x}};
  int64_t taps = 1;
  for (int64_t extent : op.kernel)
    taps *= extent;
  Extents y = outputShape(op, x);
  if (op.kind == Kind::Dynamic)
    shapes["w"] = {x[0], op.groups, op.kernel[0], op.kernel[1], y[2], y[3]};
  if (op.kind == Kind::Deformable) {
    shapes["offset"] = {x[0], 2 * op.offsetGroups * taps, y[2], y[3]};
    if (op.mask)
      shapes["mask"] = {x[0], op.offsetGroups * taps, y[2], y[3]};
  }
  return shapes;
}

std::string ShapeDrawer::call(const Operation &op, const std::string &input,
                              const std::string &algorithm) {
  std::string rest;
  auto add = [&](const std::string &attribute, const std::string &value) {
    if (op.takes(attribute.c_str()))
      rest += ", " + attribute + " = " + value;
  };
  add("kernel_size", list(op.kernel));
  add("ceil_mode", op.ceil ? "true" : "false");
  add("count_include_pad", op.countPadding ? "true" : "false");
  add("output_padding", list(op.outputPadding));
  std::string pads;
  for (size_t i = 0; i < op.size.size(); ++i)
    pads += (i ? ", " : "[") + list({op.padBefore[i], op.padAfter[i]});
  add("padding", pads + "]");
  add("stride", list(op.stride));
  add("dilation", list(op.dilation));
  add("padding_mode", op.mode);
  add("groups", std::to_string(op.groups));
  if (op.mask)
    add("mask", "mask");
  std::string operands = input + (op.kind == Kind::Deformable ? ", offset" : "") +
                         (op.isPool() ? "" : ", w") + (op.bias ? ", b" : "");
  return nameOf(op.kind, op.size.size()) + "(" + operands + rest + ", algorithm = " + algorithm +
         ")";
}

} // namespace convwright::tests
