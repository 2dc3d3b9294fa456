//===- onednn_runner.cpp - times oneDNN's primitives for the bench --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// onednn_runner THREADS MINIMUM_SAMPLE_NS. Builds against oneDNN 2.6 (which still has Winograd on
// x86) and 3.x. Modes: the tensors' layout
// (named for two spatial axes, whatever the problem has), "any" for the library's own preference,
// and "winograd".
//
//===----------------------------------------------------------------------===//

#include "tools/bench-peers/Runner.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>
#include <unordered_map>

using namespace dnnl;

namespace {

using Dims = memory::dims;

/// Spatial values stand outermost first, as many as the operation has axes.
struct Problem {
  std::string op, paddingMode;
  memory::dim N, C, K, groups;
  Dims size, taps, stride, pad, outputPad, dilation;

  bool is(const char *family) const { return op.compare(0, op.size() - 2, family) == 0; }
  bool isPool() const { return is("max_pool") || is("avg_pool"); }
  Dims outputSize() const {
    Dims out;
    for (size_t i = 0; i < size.size(); ++i) {
      memory::dim reach = (taps[i] - 1) * dilation[i] + 1;
      out.push_back(is("conv_transpose")
                        ? (size[i] - 1) * stride[i] - 2 * pad[i] + reach + outputPad[i]
                        : (size[i] + 2 * pad[i] - reach) / stride[i] + 1);
    }
    return out;
  }
};

Problem parse(const std::vector<std::string> &fields) {
  if (fields.size() != 24)
    throw std::invalid_argument("oneDNN runs rows of tables only");
  auto number = [&](size_t i) { return static_cast<memory::dim>(std::stoll(fields[i])); };
  Problem p{fields[0], fields[1], number(2), number(3), number(4), number(5),
            {},        {},        {},        {},        {},        {}};
  size_t axes = static_cast<size_t>(p.op[p.op.size() - 2] - '0'), next = 6;
  for (Dims *values : {&p.size, &p.taps, &p.stride, &p.pad, &p.outputPad, &p.dilation}) {
    for (size_t i = 0; i < 3; ++i)
      if (i + axes >= 3)
        values->push_back(number(next + i));
    next += 3;
  }
  return p;
}

/// The mode's layout at that many axes: modes are named for two.
memory::format_tag tagOf(const std::string &mode, size_t axes) {
  using tag = memory::format_tag;
  if (mode == "nchw")
    return axes == 1 ? tag::ncw : axes == 2 ? tag::nchw : tag::ncdhw;
  if (mode == "nhwc")
    return axes == 1 ? tag::nwc : axes == 2 ? tag::nhwc : tag::ndhwc;
  if (mode == "nChw16c")
    return axes == 1 ? tag::nCw16c : axes == 2 ? tag::nChw16c : tag::nCdhw16c;
  return tag::any;
}

Dims joined(Dims first, const Dims &second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
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

/// A primitive's descriptor, as 2.6 and 3.x take its parts.
template <typename Primitive, typename... Parts>
typename Primitive::primitive_desc descriptor(const engine &cpu, const primitive_attr &attributes,
                                              Parts &&...parts) {
#if DNNL_VERSION_MAJOR >= 3
  return {cpu, std::forward<Parts>(parts)..., attributes};
#else
  return {{std::forward<Parts>(parts)...}, attributes, cpu};
#endif
}

struct Descriptions {
  memory::desc x, w, b, y;
};

Descriptions describeTensors(const Problem &p, const std::string &mode) {
  using type = memory::data_type;
  memory::format_tag tag = tagOf(mode, p.size.size());
  if (mode == "nChw16c" && (p.C % 16 || p.K % 16))
    throw std::invalid_argument("nChw16c wants channels in multiples of 16");
  Dims filter = p.groups > 1 ? Dims{p.groups, p.K / p.groups, p.C / p.groups} : Dims{p.K, p.C};
  return {memory::desc(joined({p.N, p.C}, p.size), type::f32, tag),
          memory::desc(joined(filter, p.taps), type::f32, memory::format_tag::any),
          memory::desc({p.K}, type::f32, memory::format_tag::a),
          memory::desc(joined({p.N, p.K}, p.outputSize()), type::f32, tag)};
}

/// oneDNN counts dilation from 0.
Dims dilationOf(const Problem &p) {
  Dims dilation = p.dilation;
  for (memory::dim &d : dilation)
    --d;
  return dilation;
}

convolution_forward::primitive_desc describeConvolution(const engine &cpu, const Problem &p,
                                                        const std::string &mode) {
  Descriptions t = describeTensors(p, mode);
  algorithm kind =
      mode == "winograd" ? algorithm::convolution_winograd : algorithm::convolution_direct;
  return descriptor<convolution_forward>(cpu, attributes(), prop_kind::forward_inference, kind, t.x,
                                         t.w, t.b, t.y, p.stride, dilationOf(p), p.pad, p.pad);
}

deconvolution_forward::primitive_desc describeTransposed(const engine &cpu, const Problem &p,
                                                         const std::string &mode) {
  Descriptions t = describeTensors(p, mode);
  Dims after = p.pad;
  for (size_t i = 0; i < after.size(); ++i)
    after[i] -= p.outputPad[i];
  algorithm kind =
      mode == "winograd" ? algorithm::deconvolution_winograd : algorithm::deconvolution_direct;
  return descriptor<deconvolution_forward>(cpu, attributes(), prop_kind::forward_inference, kind,
                                           t.x, t.w, t.b, t.y, p.stride, dilationOf(p), p.pad,
                                           after);
}

pooling_forward::primitive_desc describePool(const engine &cpu, const Problem &p,
                                             const std::string &mode) {
  if (mode == "winograd" || p.dilation != Dims(p.dilation.size(), 1))
    throw std::invalid_argument("oneDNN's pools are dense, and have no Winograd");
  Descriptions t = describeTensors(p, mode);
  algorithm kind =
      p.is("max_pool") ? algorithm::pooling_max : algorithm::pooling_avg_include_padding;
  primitive_attr attributes;
  attributes.set_scratchpad_mode(scratchpad_mode::user);
  if (mode == "any") // 2.6 does not choose a pool's layout of input
    throw std::invalid_argument("oneDNN's pools take the layout that they are given");
#if DNNL_VERSION_MAJOR >= 3
  return descriptor<pooling_forward>(cpu, attributes, prop_kind::forward_inference, kind, t.x, t.y,
                                     p.stride, p.taps, dilationOf(p), p.pad, p.pad);
#else
  return descriptor<pooling_forward>(cpu, attributes, prop_kind::forward_inference, kind, t.x, t.y,
                                     p.stride, p.taps, p.pad, p.pad);
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

/// A primitive over tensors of its own, filled with fixed values.
template <typename Primitive>
convwright::bench::Prepared readyToRun(const engine &cpu, stream &queue, const std::string &mode,
                                       const typename Primitive::primitive_desc &description,
                                       std::unordered_map<int, memory> arguments) {
  // Its kernels for this layout need AVX-512; what remains takes seconds a call.
  if (mode == "nChw16c" && std::string(description.impl_info_str()).starts_with("ref"))
    throw std::invalid_argument("oneDNN computes nChw16c by its reference code here");
  for (auto &[id, tensor] : arguments)
    fill(tensor);
  arguments.emplace(DNNL_ARG_DST, memory(description.dst_desc(), cpu));
  arguments.emplace(DNNL_ARG_SCRATCHPAD, memory(description.scratchpad_desc(), cpu));
  Primitive primitive(description);
  return {[=, &queue] {
            primitive.execute(queue, arguments);
            queue.wait();
          },
          description.impl_info_str()};
}

template <typename Primitive>
convwright::bench::Prepared withWeights(const engine &cpu, stream &queue, const std::string &mode,
                                        const typename Primitive::primitive_desc &description,
                                        const memory &x) {
  return readyToRun<Primitive>(cpu, queue, mode, description,
                               {{DNNL_ARG_SRC, x},
                                {DNNL_ARG_WEIGHTS, memory(description.weights_desc(), cpu)},
                                {DNNL_ARG_BIAS, memory(description.bias_desc(), cpu)}});
}

/// The index that stands for `i` beyond the borders, as PyTorch's padding modes say.
memory::dim sourceOf(const std::string &paddingMode, memory::dim i, memory::dim size) {
  if (paddingMode == "reflect")
    return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
  if (paddingMode == "replicate")
    return i < 0 ? 0 : i >= size ? size - 1 : i;
  return (i + size) % size;
}

/// Copies into a larger image, with what lies outside as the mode says: rows of `run` elements that
/// follow each other in memory, and rows of pixels around them.
struct PaddedCopy {
  Dims size, pad; // of the spatial axes
  memory::dim images, run;
  std::string mode;

  void copy(const float *from, float *to) const {
    for (memory::dim image = 0; image < images; ++image)
      to = copyAxis(from + image * area(0), to, 0);
  }

private:
  /// Elements of the input behind one step along axis - 1.
  memory::dim area(size_t axis) const {
    memory::dim elements = run;
    for (size_t i = axis; i < size.size(); ++i)
      elements *= size[i];
    return elements;
  }
  float *copyAxis(const float *from, float *to, size_t axis) const {
    if (axis == size.size()) {
      std::memcpy(to, from, static_cast<size_t>(run) * sizeof(float));
      return to + run;
    }
    memory::dim step = area(axis + 1);
    for (memory::dim i = -pad[axis]; i < size[axis] + pad[axis]; ++i) {
      if (i == 0 && axis + 1 == size.size()) { // what lies inside, at once
        std::memcpy(to, from, static_cast<size_t>(step * size[axis]) * sizeof(float));
        to += step * size[axis];
        i = size[axis] - 1;
        continue;
      }
      to = copyAxis(from + sourceOf(mode, i, size[axis]) * step, to, axis + 1);
    }
    return to;
  }
};

/// What a user does who wants another padding mode: pads, then convolves.
convwright::bench::Prepared preparePadded(const engine &cpu, stream &queue, const std::string &mode,
                                          Problem p) {
  if (mode != "nhwc" && mode != "nchw")
    throw std::invalid_argument("images are padded in nhwc and nchw");
  bool last = mode == "nhwc";
  PaddedCopy padding{p.size, p.pad, last ? p.N : p.N * p.C, last ? p.C : 1, p.paddingMode};
  memory::desc given = describeTensors(p, mode).x;
  for (size_t i = 0; i < p.size.size(); ++i)
    p.size[i] += 2 * p.pad[i];
  p.pad.assign(p.pad.size(), 0);
  auto description = describeConvolution(cpu, p, mode);
  memory original(given, cpu), padded(description.src_desc(), cpu);
  fill(original);
  auto convolution = withWeights<convolution_forward>(cpu, queue, mode, description, padded);
  return {[=] {
            padding.copy(static_cast<const float *>(original.get_data_handle()),
                         static_cast<float *>(padded.get_data_handle()));
            convolution.call();
          },
          "pad, " + convolution.description};
}

convwright::bench::Prepared prepare(const engine &cpu, stream &queue, const std::string &mode,
                                    const std::vector<std::string> &fields) {
  Problem p = parse(fields);
  if (p.paddingMode != "zeros")
    return preparePadded(cpu, queue, mode, p);
  if (p.isPool()) {
    auto description = describePool(cpu, p, mode);
    return readyToRun<pooling_forward>(cpu, queue, mode, description,
                                       {{DNNL_ARG_SRC, memory(description.src_desc(), cpu)}});
  }
  if (p.is("conv_transpose")) {
    auto description = describeTransposed(cpu, p, mode);
    return withWeights<deconvolution_forward>(cpu, queue, mode, description,
                                              memory(description.src_desc(), cpu));
  }
  auto description = describeConvolution(cpu, p, mode);
  return withWeights<convolution_forward>(cpu, queue, mode, description,
                                          memory(description.src_desc(), cpu));
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
