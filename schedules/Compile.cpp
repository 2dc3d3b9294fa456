//===- Compile.cpp - plan to object code --------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place where Halide's exceptions are caught.
//
//===----------------------------------------------------------------------===//

#include "schedules/CompileInspected.h"
#include "schedules/algorithms/Algorithm.h"
#include "schedules/lowering/Objects.h"

#include <functional>
#include <optional>

namespace convwright::schedules {

namespace {

using Halide::Module;

/// Runs `body` and turns whatever Halide throws into an Error.
template <typename T>
Result<T> guarded(const std::string &subject, const std::function<Result<T>()> &body) {
  auto failed = [&](const char *what) { return Error{"cannot compile " + subject + ": " + what}; };
  try {
    return body();
  } catch (const Halide::Error &error) {
    return failed(error.what());
  } catch (const std::exception &error) {
    return failed(error.what());
  }
}

std::string subject(const Kernel &kernel, const Plan &plan) {
  return "'" + kernel.name + "' with " + print(plan);
}

/// Packed, weights are filled up with zeros, and generated code counts their elements in 32 bits.
std::optional<Error> tooMuchPacked(const Kernel &kernel, const Pipelines &pipelines) {
  for (const PackedBuffer &buffer : pipelines.packed) {
    int64_t count = 1;
    for (int64_t extent : buffer.dims)
      if (__builtin_mul_overflow(count, extent, &count) || count > INT32_MAX)
        return Error{
            "the weights of '" + kernel.name +
            "' have more than 2147483647 elements when they are packed, filled up to whole "
            "vectors: split its channels into several layers"};
  }
  return std::nullopt;
}

Halide::OutputFileType fileType(EmitKind kind) {
  switch (kind) {
  case EmitKind::Object:
  case EmitKind::LoopNest: // not a file of Halide's
    return Halide::OutputFileType::object;
  case EmitKind::Assembly:
    return Halide::OutputFileType::assembly;
  case EmitKind::LlvmIr:
    return Halide::OutputFileType::llvm_assembly;
  case EmitKind::HalideStatement:
    return Halide::OutputFileType::stmt;
  case EmitKind::DeviceCode:
    return Halide::OutputFileType::device_code;
  }
  return Halide::OutputFileType::object;
}

Result<CompiledKernel> compiled(const Kernel &kernel, const Plan &plan, const Target &target,
                                const std::string &entry, bool strided) {
  Result<Plan> valid = validatePlan(kernel, target, plan);
  if (!valid)
    return valid.error();
  return guarded<CompiledKernel>(subject(kernel, plan), [&]() -> Result<CompiledKernel> {
    const Algorithm *algorithm = findAlgorithm(plan.algorithm);
    Pipelines pipelines = algorithm->build(kernel, plan, target);
    if (std::optional<Error> error = tooMuchPacked(kernel, pipelines))
      return *error;
    CompiledKernel compiled = describeKernel(kernel, pipelines, entry);
    Module module = wholeModule(kernel, pipelines, target, entry);
    if (auto other = strided ? algorithm->buildStrided(kernel, plan, target) : std::nullopt)
      addStrided(*other, target, module, compiled);
    compiled.object = objectOf(module);
    return compiled;
  });
}

} // namespace

Result<CompiledKernel> compileKernel(const Kernel &kernel, const Plan &plan, const Target &target,
                                     const std::string &entry) {
  return compiled(kernel, plan, target, entry, /*strided=*/false);
}

Result<CompiledKernel> compileStridedKernel(const Kernel &kernel, const Plan &plan,
                                            const Target &target, const std::string &entry) {
  return compiled(kernel, plan, target, entry, /*strided=*/true);
}

Result<CompiledKernel>
compileInspected(const Kernel &kernel, const Plan &plan, const Target &target,
                 const std::string &entry,
                 const std::function<std::optional<Error>(const Inspection &)> &inspect) {
  Result<Plan> valid = validatePlan(kernel, target, plan);
  if (!valid)
    return valid.error();
  return guarded<CompiledKernel>(subject(kernel, plan), [&]() -> Result<CompiledKernel> {
    Pipelines pipelines = findAlgorithm(plan.algorithm)->build(kernel, plan, target);
    if (std::optional<Error> error = tooMuchPacked(kernel, pipelines))
      return *error;
    CompiledKernel compiled = describeKernel(kernel, pipelines, entry);
    Module module = wholeModule(kernel, pipelines, target, entry);
    std::string assembly = textOf(module, Halide::OutputFileType::assembly);
    if (std::optional<Error> error = inspect({module, assembly, compiled}))
      return *error;
    return compiled;
  });
}

Result<std::string> emitKernel(const Kernel &kernel, const Plan &plan, const Target &target,
                               const std::string &entry, EmitKind kind) {
  if (kind == EmitKind::DeviceCode && !target.isGpu())
    return Error{"target " + target.name +
                 " has no device code; targets that have: opencl, "
                 "cuda-sm_80"};
  Result<Plan> valid = validatePlan(kernel, target, plan);
  if (!valid)
    return valid.error();
  return guarded<std::string>(subject(kernel, plan), [&]() -> Result<std::string> {
    Pipelines pipelines = findAlgorithm(plan.algorithm)->build(kernel, plan, target);
    if (std::optional<Error> error = tooMuchPacked(kernel, pipelines))
      return *error;
    if (kind == EmitKind::LoopNest)
      return loopNest(pipelines);
    return textOf(wholeModule(kernel, pipelines, target, entry), fileType(kind));
  });
}

Result<std::vector<std::byte>> deviceRuntimeObject(const Target &target) {
  if (!target.isGpu())
    return Error{"target " + target.name + " needs no device runtime"};
  return guarded<std::vector<std::byte>>(
      "the device runtime",
      [&]() -> Result<std::vector<std::byte>> { return deviceRuntime(target); });
}

} // namespace convwright::schedules
