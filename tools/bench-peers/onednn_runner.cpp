//===- onednn_runner.cpp - times oneDNN's convolutions for the bench ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// onednn_runner THREADS MINIMUM_SAMPLE_NS. Builds against oneDNN 2.6 (which still has Winograd on
// x86) and 3.x. Modes: the tensors' layout, "any" for the library's own preference, and "winograd".
//
//===----------------------------------------------------------------------===//

#include "tools/bench-peers/Runner.h"

#include <cstdlib>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>
#include <unordered_map>

using namespace dnnl;

namespace {

struct Problem {
  memory::dim N, C, H, W, K, R, S, strideH, strideW, padH, padW, dilationH, dilationW, groups;

  memory::dim P() const { return (H + 2 * padH - (R - 1) * dilationH - 1) / strideH + 1; }
  memory::dim Q() const { return (W + 2 * padW - (S - 1) * dilationW - 1) / strideW + 1; }
};

Problem parse(const std::vector<std::string> &fields) {
  if (fields.size() != 15 || fields[0] != "conv")
    throw std::invalid_argument("oneDNN runs conv problems only");
  auto at = [&](size_t i) { return static_cast<memory::dim>(std::stoll(fields[i + 1])); };
  return {at(0), at(1), at(2), at(3),  at(4),  at(5),  at(6),
          at(7), at(8), at(9), at(10), at(11), at(12), at(13)};
}

memory::format_tag tagOf(const std::string &mode) {
  if (mode == "nchw")
    return memory::format_tag::nchw;
  if (mode == "nhwc")
    return memory::format_tag::nhwc;
  if (mode == "nChw16c")
    return memory::format_tag::nChw16c;
  return memory::format_tag::any;
}

primitive_attr attributes() {
  post_ops epilogue;
#if DNNL_VERSION_MAJOR >= 3
  epilogue.append_eltwise(algorithm::eltwise_relu, 0.F, 0.F);
#else
  epilogue.append_eltwise(1.F, algorithm::eltwise_relu, 0.F, 0.F);
#endif
  primitive_attr attributes;
  attributes.set_post_ops(epilogue);
  attributes.set_scratchpad_mode(scratchpad_mode::user);
  return attributes;
}

convolution_forward::primitive_desc describe(const engine &cpu, const Problem &p,
                                             const std::string &mode) {
  using type = memory::data_type;
  memory::format_tag tag = tagOf(mode);
  if (mode == "nChw16c" && (p.C % 16 || p.K % 16))
    throw std::invalid_argument("nChw16c wants channels in multiples of 16");
  memory::dims filter = p.groups > 1
                            ? memory::dims{p.groups, p.K / p.groups, p.C / p.groups, p.R, p.S}
                            : memory::dims{p.K, p.C, p.R, p.S};
  memory::desc x({p.N, p.C, p.H, p.W}, type::f32, tag), y({p.N, p.K, p.P(), p.Q()}, type::f32, tag);
  memory::desc w(filter, type::f32, memory::format_tag::any);
  memory::desc b({p.K}, type::f32, memory::format_tag::a);
  algorithm kind =
      mode == "winograd" ? algorithm::convolution_winograd : algorithm::convolution_direct;
  memory::dims stride{p.strideH, p.strideW}, pad{p.padH, p.padW};
  memory::dims dilation{p.dilationH - 1, p.dilationW - 1}; // oneDNN counts from 0
#if DNNL_VERSION_MAJOR >= 3
  return {cpu,         prop_kind::forward_inference, kind, x, w, b, y, stride, dilation, pad, pad,
          attributes()};
#else
  return {{prop_kind::forward_inference, kind, x, w, b, y, stride, dilation, pad, pad},
          attributes(),
          cpu};
#endif
}

void fill(memory &tensor) {
  size_t count = tensor.get_desc().get_size() / sizeof(float);
  float *data = static_cast<float *>(tensor.map_data());
  uint32_t state = 12345;
  for (size_t i = 0; i < count; ++i) {
    state = state * 1664525U + 1013904223U;
    data[i] = static_cast<float>(static_cast<int32_t>(state >> 8) - (1 << 23)) * 0x1p-23F;
  }
  tensor.unmap_data(data);
}

convwright::bench::Prepared prepare(const engine &cpu, stream &queue, const std::string &mode,
                                    const std::vector<std::string> &fields) {
  auto description = describe(cpu, parse(fields), mode);
  // Its kernels for this layout need AVX-512; what remains takes seconds a call.
  if (mode == "nChw16c" && std::string(description.impl_info_str()).starts_with("ref"))
    throw std::invalid_argument("oneDNN computes nChw16c by its reference code here");
  memory x(description.src_desc(), cpu), w(description.weights_desc(), cpu);
  memory b(description.bias_desc(), cpu), y(description.dst_desc(), cpu);
  memory scratch(description.scratchpad_desc(), cpu);
  for (memory *tensor : {&x, &w, &b})
    fill(*tensor);
  convolution_forward convolution(description);
  std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, x},
                                            {DNNL_ARG_WEIGHTS, w},
                                            {DNNL_ARG_BIAS, b},
                                            {DNNL_ARG_DST, y},
                                            {DNNL_ARG_SCRATCHPAD, scratch}};
  return {[=, &queue] {
            convolution.execute(queue, arguments);
            queue.wait();
          },
          description.impl_info_str()};
}

} // namespace

int main(int count, char **arguments) {
  if (count != 3)
    return 2;
  engine cpu(engine::kind::cpu, 0);
  stream queue(cpu);
  const version_t *version = dnnl_version();
  convwright::bench::PeerLibrary library;
  library.name = "onednn" + std::to_string(version->major) + "." + std::to_string(version->minor);
  library.modes = {"nhwc", "nchw", "nChw16c", "any"};
  if (version->major < 3)
    library.modes.push_back("winograd");
  library.prepare = [&](const std::string &mode, const std::vector<std::string> &problem) {
    return prepare(cpu, queue, mode, problem);
  };
  bool oneThread =
      std::atoi(arguments[1]) == 1 && version->major < 3; // 3.x's wheel has a SYCL queue
  convwright::bench::serve(library, std::atoll(arguments[2]), oneThread);
  return 0;
}
