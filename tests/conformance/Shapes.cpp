//===- Shapes.cpp - random layers for conformance --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/conformance/Shapes.h"

#include <algorithm>

namespace convwright::tests {

int64_t ShapeDrawer::pick(std::initializer_list<int64_t> values) {
  return *(values.begin() + between(0, static_cast<int64_t>(values.size()) - 1));
}

int64_t ShapeDrawer::between(int64_t lo, int64_t hi) {
  return lo + static_cast<int64_t>(rng() % static_cast<uint64_t>(hi - lo + 1));
}

bool ShapeDrawer::chance(double probability) {
  return static_cast<double>(rng() >> 11) * 0x1p-53 < probability;
}

ShapeDrawer::Kind ShapeDrawer::drawKind() {
  auto of = [&](std::initializer_list<Kind> kinds) {
    return *(kinds.begin() + between(0, static_cast<int64_t>(kinds.size()) - 1));
  };
  using enum Kind;
  if (algorithm == "pool")
    return of({MaxPool, AvgPool, MaxPool, AvgPool, GlobalMax, GlobalAvg});
  if (algorithm == "varying")
    return of({Local, Dynamic, Region, Deformable});
  if (algorithm == "depthwise")
    return Convolution;
  if (algorithm == "pointwise")
    return of({Convolution, Convolution, Transposed, Linear});
  if (algorithm == "direct")
    return of({Convolution, Convolution, Convolution, Transposed});
  return of({Convolution, Transposed, Linear, Local, Dynamic, Region, Deformable, MaxPool, AvgPool,
             GlobalMax, GlobalAvg});
}

void ShapeDrawer::drawChannels(Operation &op) {
  op.groups = 1;
  op.C = pick({1, 2, 3, 5, 8, 16, 17, 33, 40});
  op.K = pick({1, 2, 3, 8, 15, 16, 17, 31, 32, 48, 70});
  bool grouped = op.kind == Kind::Convolution || op.kind == Kind::Transposed;
  if (algorithm == "depthwise") {
    op.C = pick({1, 1, 2, 3, 8, 16, 17, 33, 48});
    op.groups = op.C;
    op.K = op.C * pick({1, 1, 1, 2, 3});
  } else if (grouped && algorithm != "pointwise" && chance(0.35)) {
    op.groups = pick({2, 3, 4, 8});
    op.C = op.groups * pick({1, 2, 3, 4, 8, 16});
    op.K = op.groups * pick({1, 2, 4, 5, 8, 16});
  }
  op.offsetGroups = 1;
  if (op.kind == Kind::Deformable && chance(0.5)) {
    op.groups = pick({1, 2});
    op.offsetGroups = pick({1, 2});
    op.C = op.groups * op.offsetGroups * pick({1, 2, 4, 8});
    op.K = op.groups * pick({1, 2, 4, 5, 8});
  }
  if (op.kind == Kind::Dynamic)
    op.groups = chance(0.5) ? 1 : op.C;
  if (op.kind == Kind::Local)
    op.K = pick({1, 2, 3, 8, 17});
  if (op.isPool() || op.kind == Kind::Dynamic || op.kind == Kind::Region)
    op.K = op.C;
}

void ShapeDrawer::drawWindow(Operation &op) {
  bool pointwise = algorithm == "pointwise" || op.isGlobal();
  size_t axes = op.size.size();
  for (size_t i = 0; i < axes; ++i) {
    // Volumes have as many elements as images, about.
    op.size[i] =
        axes == 3 ? pick({1, 2, 3, 5, 7, 9, 12}) : pick({1, 2, 3, 5, 7, 8, 13, 14, 16, 17, 20, 31});
    // Displaced places are f32 numbers: the further out, the coarser.
    if (op.kind == Kind::Deformable)
      op.size[i] = std::min<int64_t>(op.size[i], 14);
    op.kernel[i] = pointwise   ? 1
                   : axes == 3 ? pick({1, 2, 3, 3, 4})
                               : pick({1, 2, 3, 3, 3, 4, 5, 7});
    op.stride[i] = op.takes("stride") ? pick({1, 1, 1, 2, 3}) : 1;
    op.dilation[i] = pointwise || !op.takes("dilation") ? 1 : pick({1, 1, 1, 2, 3});
    op.padBefore[i] = pointwise ? 0 : between(0, 4);
    if (op.isPool())
      op.padBefore[i] = std::min(op.padBefore[i], op.kernel[i] / 2);
    op.padAfter[i] = pointwise || chance(0.8) ? op.padBefore[i]
                     : op.isPool()            ? between(0, op.kernel[i] / 2)
                                              : between(0, 4);
    op.outputPadding[i] =
        op.kind == Kind::Transposed ? between(0, std::max(op.stride[i], op.dilation[i]) - 1) : 0;
  }
}

/// As many positions as the input has, so that tensors of positions have its symbols.
void ShapeDrawer::padToSize(Operation &op) {
  for (size_t i = 0; i < op.size.size(); ++i) {
    int64_t pads = op.dilation[i] * (op.kernel[i] - 1);
    op.stride[i] = 1;
    op.padBefore[i] = pads / 2;
    op.padAfter[i] = pads - pads / 2;
  }
}

ShapeDrawer::Operation ShapeDrawer::drawOperation() {
  Operation op;
  do {
    op = {};
    op.kind = drawKind();
    drawChannels(op);
    op.N = pick({1, 1, 1, 2, 3});
    auto axes = static_cast<size_t>(pick({1, 2, 2, 2, 2, 3}));
    if (op.kind == Kind::Linear)
      axes = 0;
    else if (op.kind >= Kind::Local && op.kind <= Kind::Deformable)
      axes = 2;
    for (Extents *numbers :
         {&op.size, &op.kernel, &op.stride, &op.dilation, &op.padBefore, &op.padAfter})
      numbers->assign(axes, 1);
    op.outputPadding.assign(axes, 0);
    drawWindow(op);
    op.regions = {pick({1, 2, 3, 4}), pick({1, 2, 3})};
    op.mask = op.kind == Kind::Deformable && chance(0.5);
    op.ceil = (op.kind == Kind::MaxPool || op.kind == Kind::AvgPool) && chance(0.3);
    op.countPadding = chance(0.5);
    if (op.readsPositions() && chance(0.4))
      padToSize(op);
    constexpr const char *modes[] = {"zeros", "reflect", "replicate", "circular"};
    op.mode = modes[!op.takes("padding_mode") || chance(0.5) ? 0 : between(0, 3)];
    op.bias = !op.isPool() && op.kind != Kind::Dynamic && op.kind != Kind::Region && chance(0.7);
  } while (!fits(op));
  return op;
}

namespace {

/// The channels-last layout's name.
std::string lastName(size_t rank) { return rank == 3 ? "nwc" : rank == 4 ? "nhwc" : "ndhwc"; }

std::vector<std::string> spelled(const Extents &extents) {
  std::vector<std::string> texts;
  for (int64_t extent : extents)
    texts.push_back(std::to_string(extent));
  return texts;
}

std::string tensorType(const std::vector<std::string> &dims, bool last) {
  std::string text = "f32[";
  for (size_t i = 0; i < dims.size(); ++i)
    text += (i ? ", " : "") + dims[i];
  return text + "]" + (last && dims.size() <= 5 ? " " + lastName(dims.size()) : "");
}

} // namespace

RandomLayer ShapeDrawer::draw(int index) {
  Operation op = drawOperation();
  size_t axes = op.size.size();
  bool inputLast = axes > 0 && chance(0.5);
  // Filters for each position are as many as the sizes say; what else belongs to a position has the
  // input's symbols.
  bool symbolic = chance(0.4) && op.kind != Kind::Local;
  if (symbolic && op.readsPositions())
    padToSize(op);
  symbolic = symbolic && fits(op);
  bool resultLast = !symbolic && axes == 2 && chance(0.15) ? !inputLast : inputLast;
  bool residual = !symbolic && chance(0.2);

  RandomLayer layer;
  std::string suffix = inputLast == resultLast ? (inputLast ? "_" + lastName(2 + axes) : "")
                       : inputLast             ? "_nhwc_nchw"
                                               : "_nchw_nhwc";
  layer.name =
      (op.kind == Kind::Dynamic ? "case_dynamic" : "case_s") + std::to_string(index) + suffix;
  layer.weights = weightsOf(op);
  auto addCall = [&](int64_t n, const Extents &image) {
    Extents x = {n, op.C};
    x.insert(x.end(), image.begin(), image.end());
    CallShapes shapes = argumentsOf(op, x);
    if (residual)
      shapes["r"] = outputShape(op, x);
    layer.calls.push_back(shapes);
  };
  addCall(op.N, op.size);
  // The sizes as the text has them, by what they are at the first call.
  std::vector<std::string> image = spelled(op.size);
  std::string batch = std::to_string(op.N), where;
  if (symbolic) {
    // The drawn size is the smallest, so every size in range fits.
    constexpr const char *names[] = {"D", "H", "W"};
    int64_t range = axes == 3 || op.kind == Kind::Deformable ? 10 : 40;
    Extents some = op.size, most = op.size;
    batch = "N";
    where = " for N in 1..4";
    for (size_t i = 0; i < axes; ++i) {
      some[i] += between(1, range / 3);
      most[i] += range;
      image[i] = names[3 - axes + i];
      where += ", " + image[i] + " in " + std::to_string(op.size[i]) + ".." +
               std::to_string(most[i]) + " like " + std::to_string(op.size[i] + between(0, range));
    }
    addCall(op.N + 1, some);
    addCall(1, most);
  }

  // The order that the runner gives them in.
  std::string parameters;
  for (const char *name : {"x", "r", "offset", "mask", "w"}) {
    auto found = layer.calls[0].find(name);
    if (found == layer.calls[0].end())
      continue;
    std::vector<std::string> dims = spelled(found->second);
    dims[0] = batch;
    if (symbolic)
      std::copy(image.begin(), image.end(), dims.end() - static_cast<std::ptrdiff_t>(axes));
    parameters +=
        (parameters.empty() ? "" : ", ") + std::string(name) + ": " + tensorType(dims, inputLast);
  }
  for (const auto &[name, extents] : layer.weights)
    parameters += ", weight " + name + ": " + tensorType(spelled(extents), false);
  std::string result;
  if (inputLast != resultLast)
    result = " -> " + tensorType(spelled(outputShape(op, layer.calls[0]["x"])), resultLast) +
             (resultLast ? "" : " nchw");

  constexpr const char *inputs[] = {"x", "x", "x", "x", "relu(x)", "x * 2 - 1"};
  constexpr const char *epilogues[] = {
      "{}",       "relu({})", "relu({})",      "clamp({}, -0.5, 0.5)",
      "silu({})", "gelu({})", "hardswish({})", "abs({}) + 1"};
  std::string value = call(op, inputs[between(0, 5)], algorithm);
  std::string epilogue = epilogues[between(0, 7)];
  value = epilogue.replace(epilogue.find("{}"), 2, residual ? value + " + r" : value);
  layer.text = "layer " + layer.name + "(" + parameters + ")" + result + where + " {\n  return " +
               value + ";\n}\n";
  return layer;
}

} // namespace convwright::tests
