//===- ToyLayer.cpp - a layer written by hand, as the compiler would make it ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/runtime/support/ToyLayer.h"

#include "runtime/src/HalideAbi.h"
#include "runtime/src/HalideHooks.h"

#include <atomic>
#include <cstring>

namespace convwright::runtime::testing {

int (*toyTaskHook)(int row) = nullptr;

namespace {

HalideBuffer &buffer(void **args, int i) { return *static_cast<HalideBuffer *>(args[i]); }
float *dataOf(const HalideBuffer &buffer) { return reinterpret_cast<float *>(buffer.host); }

struct ScaleClosure {
  const float *x, *scale;
  float *out, *shared;
  int width;
};

/// One row: copies it into the worker's scratch, multiplies from there.
int scaleRow(void *context, int row, uint8_t *closure) {
  auto &c = *reinterpret_cast<ScaleClosure *>(closure);
  if (toyTaskHook)
    if (int result = toyTaskHook(row))
      return result;
  size_t count = static_cast<size_t>(c.width) * 3;
  auto *scratch = static_cast<float *>(cwrt_halide_malloc(context, count * sizeof(float)));
  std::memcpy(scratch, c.x + static_cast<size_t>(row) * count, count * sizeof(float));
  for (size_t i = 0; i < count; ++i)
    c.out[static_cast<size_t>(row) * count + i] = scratch[i] * c.shared[i % 3];
  cwrt_halide_free(context, scratch);
  return 0;
}

int scaleKernel(void **args) {
  void *context = *static_cast<void **>(args[0]);
  HalideBuffer &x = buffer(args, 1), &packed = buffer(args, 2), &out = buffer(args, 3);
  int width = x.dim[1].extent, height = x.dim[2].extent;
  auto *shared = static_cast<float *>(cwrt_halide_malloc(context, 3 * sizeof(float)));
  std::memcpy(shared, packed.host, 3 * sizeof(float));
  ScaleClosure closure{dataOf(x), dataOf(packed), dataOf(out), shared, width};
  int result =
      cwrt_halide_do_par_for(context, scaleRow, 0, height, reinterpret_cast<uint8_t *>(&closure));
  cwrt_halide_free(context, shared);
  return result;
}

int scalePack(void **args) {
  HalideBuffer &scale = buffer(args, 1), &packed = buffer(args, 2);
  void *context = *static_cast<void **>(args[0]);
  void *scratch = cwrt_halide_malloc(context, 12);
  std::memcpy(scratch, scale.host, 12);
  std::memcpy(packed.host, scratch, 12);
  cwrt_halide_free(context, scratch);
  return 0;
}

int shiftKernel(void **args) {
  HalideBuffer &in = buffer(args, 1), &shift = buffer(args, 2), &out = buffer(args, 3);
  int count = in.dim[0].extent * in.dim[1].extent * in.dim[2].extent;
  for (int i = 0; i < count; ++i)
    dataOf(out)[i] = dataOf(in)[i] + dataOf(shift)[i % 3];
  return 0;
}

constexpr cw_extent image[] = {{-1, 0, 1, 1}, {-1, 0, 3, 1}, {0, 1, 0, 1}, {1, 1, 0, 1}};
constexpr cw_extent channels[] = {{-1, 0, 3, 1}};
constexpr cw_symbol symbols[] = {{"H", 2, 64, 2}, {"W", 1, 100, 1}};
constexpr cw_tensor arguments[] = {{"x", CW_F32, CW_CHANNELS_LAST, 4, image, 0},
                                   {"shift", CW_F32, CW_CHANNELS_FIRST, 1, channels, 0}};
constexpr cw_tensor results[] = {{"result", CW_F32, CW_CHANNELS_LAST, 4, image, 0}};
constexpr cw_tensor weights[] = {{"scale", CW_F32, CW_CHANNELS_FIRST, 1, channels, 0}};
constexpr cw_buffer buffers[] = {{{"scaled", CW_F32, CW_CHANNELS_LAST, 4, image, 0}, 0}};

constexpr cw_reference scaleInputs[] = {{CW_PLACE_ARGUMENT, 0, nullptr}};
constexpr cw_reference scaled[] = {{CW_PLACE_BUFFER, 0, nullptr}};
constexpr cw_reference shiftInputs[] = {{CW_PLACE_BUFFER, 0, nullptr},
                                        {CW_PLACE_ARGUMENT, 1, nullptr}};
constexpr cw_reference shifted[] = {{CW_PLACE_RESULT, 0, nullptr}};
constexpr cw_weight_reference scaleWeights[] = {
    {0, {"scale", CW_F32, CW_CHANNELS_FIRST, 1, channels, 0}, nullptr}};
constexpr int64_t packedDims[] = {3};
constexpr cw_packed packed[] = {{CW_F32, 1, packedDims}};
constexpr cw_extent rowDims[] = {{-1, 0, 3, 1}, {1, 1, 0, 1}};
constexpr cw_scratch scratch[] = {{1, channels, 4, 0}, {2, rowDims, 4, 1}};

constexpr cw_kernel kernels[] = {{"scale", scaleKernel, scalePack, 1, scaleInputs, 1, scaled, 1,
                                  scaleWeights, 1, packed, nullptr, 2, scratch, nullptr, 0,
                                  nullptr},
                                 {"shift", shiftKernel, nullptr, 2, shiftInputs, 1, shifted, 0,
                                  nullptr, 0, nullptr, nullptr, 0, nullptr, nullptr, 0, nullptr}};
constexpr cw_variant variants[] = {
    {"x86-64-v4", CW_MACHINE_CPU, CW_CPU_SSE41 | CW_CPU_AVX2 | CW_CPU_AVX512, 2, kernels, nullptr},
    {"baseline", CW_MACHINE_CPU, 0, 2, kernels, nullptr}};

constexpr cw_layer layer = {CW_ABI_VERSION,
                            "toy",
                            0x1234567890abcdef,
                            2,
                            symbols,
                            2,
                            arguments,
                            1,
                            results,
                            1,
                            weights,
                            1,
                            buffers,
                            1,
                            2,
                            variants};

int64_t elements(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

} // namespace

const cw_layer &toyLayer() { return layer; }

const cw_variant &toyVariant() { return variants[1]; }

cw_layer toyLayerWith(uint64_t hash, std::vector<cw_variant> given) {
  static std::vector<std::vector<cw_variant>> kept;
  kept.push_back(std::move(given));
  cw_layer other = layer;
  other.hash = hash;
  other.variant_count = static_cast<int64_t>(kept.back().size());
  other.variants = kept.back().data();
  return other;
}

Tensor::Tensor(std::vector<int64_t> dims, bool nhwc)
    : shape(std::move(dims)), values(static_cast<size_t>(elements(shape))) {
  if (nhwc)
    strides = {shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]};
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i % 251);
  dl = {values.data(),
        {kDLCPU, 0},
        static_cast<int32_t>(shape.size()),
        {kDLFloat, 32, 1},
        shape.data(),
        strides.empty() ? nullptr : strides.data(),
        0};
}

Block block(size_t bytes) { return Block(std::aligned_alloc(64, (bytes + 63) / 64 * 64)); }

ToyCall::ToyCall(int64_t h, int64_t w)
    : x({1, 3, h, w}, true), scale({3}, false), shift({3}, false), result({1, 3, h, w}, true),
      packed(block(cwrt_packed_bytes(&toyLayer()))) {
  scale.values = {2, 3, 4};
  shift.values = {10, 20, 30};
}

int ToyCall::pack(const cw_layer &toy) {
  const DLTensor *list[] = {&scale.dl};
  return cwrt_pack(&toy, list, packed.get());
}

int ToyCall::run(const cw_options *options, const cw_layer &toy) {
  const DLTensor *in[] = {&x.dl, &shift.dl};
  DLTensor *out[] = {&result.dl};
  return cwrt_run(&toy, packed.get(), in, out, options);
}

bool ToyCall::isRight() const {
  for (size_t i = 0; i < result.values.size(); ++i)
    if (result.values[i] != x.values[i] * scale.values[i % 3] + shift.values[i % 3])
      return false;
  return true;
}

} // namespace convwright::runtime::testing
