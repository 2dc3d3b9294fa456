//===- GeneratedAllocationTest.cpp - generated kernels stay inside the workspace ===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/Emit/EmitTestSupport.h"
#include "tests/compiler/Emit/Programs.h"
#include "tests/support/CountingAllocator.h"

namespace convwright::compiler::testing {
namespace {

using convwright::testing::allocationCount;
using schedules::HostTensor;
using schedules::testing::Layer;

/// Kernels of many shapes, so that every algorithm with scratch of its own comes up.
std::map<std::string, Layer> shapes() {
  Layer dense{.C = 24, .H = 15, .W = 17, .K = 20, .R = 3, .S = 3, .padH = 1, .padW = 1};
  Layer strided = dense;
  strided.strideH = strided.strideW = 2;
  Layer planar = dense;
  planar.in = planar.out = schedules::Layout::ChannelsFirst;
  Layer symbolic = dense;
  symbolic.symbolic = true;
  Layer pointwise{.C = 40, .H = 9, .W = 11, .K = 50};
  Layer depthwise{.C = 20, .H = 14, .W = 13, .K = 20, .R = 3, .S = 3, .padH = 1, .padW = 1};
  depthwise.groups = 20;
  Layer planarDepthwise = depthwise;
  planarDepthwise.in = planarDepthwise.out = schedules::Layout::ChannelsFirst;
  Layer grouped{.C = 24, .H = 12, .W = 12, .K = 32, .R = 3, .S = 3, .padH = 1, .padW = 1};
  grouped.groups = 4;
  Layer reflected = dense;
  reflected.mode = schedules::PaddingMode::Reflect;
  return {{"dense", dense},
          {"strided", strided},
          {"planar", planar},
          {"symbolic", symbolic},
          {"pointwise", pointwise},
          {"depthwise", depthwise},
          {"planar_depthwise", planarDepthwise},
          {"grouped", grouped},
          {"reflected", reflected}};
}

TEST(GeneratedAllocation, NoneInRunWithTheCallersWorkspace) {
  TemporaryDirectory directory;
  EmitOptions options;
  options.name = "many";
  TargetProgram program = programOf("host", [](const schedules::Target &target) {
    std::vector<LayerProgram> layers;
    for (const auto &[name, shape] : shapes())
      layers.push_back(convolutionLayer(name, shape, target));
    return layers;
  });
  schedules::Result<std::string> path =
      emitSharedObject({program}, options, CONVWRIGHT_BINARY_DIR "/lib/libconvwright_runtime.a",
                       directory.at("libmany.so"));
  ASSERT_TRUE(path) << path.error().message;
  Loaded library(*path);
  auto *lastError = library.get<const char *()>("cw_last_error");

  for (const LayerProgram &layer : program.layers) {
    const Layer shape = shapes()[layer.name];
    std::string prefix = "many_" + layer.name;
    HostTensor x = floats({1, shape.C, shape.H, shape.W}, shape.in);
    HostTensor w = floats({shape.K, shape.C / shape.groups, shape.R, shape.S});
    HostTensor b = floats({shape.K});
    HostTensor y = floats({1, shape.K, (shape.H + 2 * shape.padH - shape.R) / shape.strideH + 1,
                           (shape.W + 2 * shape.padW - shape.S) / shape.strideW + 1},
                          shape.out);
    AlignedBlock packed = alignedBlock(library.get<size_t()>(prefix + "_packed_bytes")());
    ASSERT_EQ(library.get<int(const DLTensor *, const DLTensor *, void *)>(prefix + "_pack")(
                  w.dlpack(), b.dlpack(), packed.get()),
              CW_OK)
        << lastError();
    int64_t sizes[] = {shape.H, shape.W};
    size_t bytes = library.get<size_t(const int64_t *)>(prefix + "_workspace_bytes")(sizes);
    AlignedBlock workspace = alignedBlock(bytes);
    auto *run = library.get<int(const void *, const DLTensor *, DLTensor *, const cw_options *)>(
        prefix + "_run");
    for (int threads : {1, 2}) {
      cw_options call{};
      call.workspace = workspace.get();
      call.workspace_bytes = bytes;
      call.threads = threads;
      // The first call may start the pool's threads.
      ASSERT_EQ(run(packed.get(), x.dlpack(), y.dlpack(), &call), CW_OK) << lastError();
      int64_t before = allocationCount();
      int status = run(packed.get(), x.dlpack(), y.dlpack(), &call);
      int64_t after = allocationCount();
      EXPECT_EQ(status, CW_OK);
      EXPECT_EQ(after - before, 0) << layer.name << ", " << threads << " threads, algorithm "
                                   << layer.steps[0].choice.plan.algorithm;
    }
  }
}

} // namespace
} // namespace convwright::compiler::testing
