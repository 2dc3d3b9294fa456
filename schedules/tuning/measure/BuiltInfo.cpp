//===- BuiltInfo.cpp - built candidates as JSON and back -------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/BuiltInfo.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

using nlohmann::json;

namespace convwright::schedules {

namespace {

json toJson(const std::vector<Extent> &dims) {
  json list = json::array();
  for (const Extent &e : dims)
    list.push_back({e.symbol, e.mul, e.add, e.div});
  return list;
}

std::vector<Extent> dimsFrom(const json &list) {
  std::vector<Extent> dims;
  for (const json &e : list)
    dims.push_back({e.at(0), e.at(1), e.at(2), e.at(3)});
  return dims;
}

json toJson(const TensorInfo &tensor) {
  return {{"name", tensor.name},
          {"role", static_cast<int>(tensor.role)},
          {"type", static_cast<int>(tensor.type)},
          {"layout", static_cast<int>(tensor.layout)},
          {"dims", toJson(tensor.dims)},
          {"data", {tensor.dataOffset, tensor.dataBytes}},
          {"view", {toJson(tensor.view.dims), toJson(tensor.view.starts), tensor.view.steps}}};
}

template <typename E> E enumFrom(const json &value, E last) {
  int number = value;
  if (number < 0 || number > static_cast<int>(last))
    throw std::runtime_error("a number stands for nothing: " + std::to_string(number));
  return static_cast<E>(number);
}

TensorInfo tensorFrom(const json &object) {
  return {object.at("name"),
          enumFrom(object.at("role"), Operand::Role::Constant),
          enumFrom(object.at("type"), allElementTypes.back()),
          enumFrom(object.at("layout"), Layout::ChannelsLast),
          dimsFrom(object.at("dims")),
          object.at("data").at(0),
          object.at("data").at(1),
          {dimsFrom(object.at("view").at(0)), dimsFrom(object.at("view").at(1)),
           object.at("view").at(2)}};
}

json toJson(const BuiltInfo &info) {
  json symbols = json::array(), operands = json::array(), outputs = json::array(),
       packed = json::array(), scratch = json::array();
  for (const Symbol &s : info.symbols)
    symbols.push_back({s.name, s.lo, s.hi, s.step, s.like});
  for (const TensorInfo &tensor : info.operands)
    operands.push_back(toJson(tensor));
  for (const TensorInfo &tensor : info.outputs)
    outputs.push_back(toJson(tensor));
  for (const PackedBuffer &buffer : info.packed)
    packed.push_back({static_cast<int>(buffer.type), buffer.dims});
  for (const ScratchBuffer &buffer : info.scratch)
    scratch.push_back({toJson(buffer.dims), buffer.elementBytes, buffer.perThread});
  return {{"entry", info.entry},
          {"pack_entry", info.packEntry},
          {"target", info.target},
          {"plan", info.plan},
          {"cpu_features", info.cpuFeatures},
          {"error_bound", info.errorBound},
          {"symbols", symbols},
          {"operands", operands},
          {"outputs", outputs},
          {"activations", info.activations},
          {"weights", info.weights},
          {"packed", packed},
          {"scratch", scratch},
          {"constant_packed", {info.constantPackedOffset, info.constantPackedBytes}},
          {"object_bytes", info.objectBytes},
          {"estimated_ms", info.estimatedMs}};
}

BuiltInfo infoFrom(const json &object) {
  BuiltInfo info;
  info.entry = object.at("entry");
  info.packEntry = object.at("pack_entry");
  info.target = object.at("target");
  info.plan = object.at("plan");
  info.cpuFeatures = object.at("cpu_features");
  info.errorBound = object.at("error_bound");
  for (const json &s : object.at("symbols"))
    info.symbols.push_back({s.at(0), s.at(1), s.at(2), s.at(3), s.at(4)});
  for (const json &tensor : object.at("operands"))
    info.operands.push_back(tensorFrom(tensor));
  for (const json &tensor : object.at("outputs"))
    info.outputs.push_back(tensorFrom(tensor));
  info.activations = object.at("activations").get<std::vector<int32_t>>();
  info.weights = object.at("weights").get<std::vector<int32_t>>();
  for (const json &buffer : object.at("packed"))
    info.packed.push_back({enumFrom(buffer.at(0), allElementTypes.back()), buffer.at(1)});
  for (const json &buffer : object.at("scratch"))
    info.scratch.push_back({dimsFrom(buffer.at(0)), buffer.at(1), buffer.at(2)});
  info.constantPackedOffset = object.at("constant_packed").at(0);
  info.constantPackedBytes = object.at("constant_packed").at(1);
  info.objectBytes = object.at("object_bytes");
  info.estimatedMs = object.at("estimated_ms");
  return info;
}

Result<std::string> readAll(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{"cannot read '" + path + "'"};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace

std::optional<Error> writeBuilt(const std::string &stem, const BuiltInfo &info,
                                const std::vector<std::byte> &constants) {
  std::ofstream text(stem + ".json"), data(stem + ".bin", std::ios::binary);
  text << toJson(info).dump(1) << "\n";
  data.write(reinterpret_cast<const char *>(constants.data()),
             static_cast<std::streamsize>(constants.size()));
  text.close();
  data.close();
  if (!text || !data)
    return Error{"cannot write '" + stem + ".json' and .bin: is there space on the disk?"};
  return std::nullopt;
}

Result<BuiltInfo> readBuilt(const std::string &stem, std::vector<std::byte> *constants) {
  Result<std::string> text = readAll(stem + ".json");
  if (!text)
    return text.error();
  if (constants) {
    Result<std::string> data = readAll(stem + ".bin");
    if (!data)
      return data.error();
    auto *begin = reinterpret_cast<const std::byte *>(data->data());
    constants->assign(begin, begin + data->size());
  }
  try {
    return infoFrom(json::parse(*text));
  } catch (const std::exception &problem) {
    return Error{"'" + stem + ".json' does not describe a candidate: " + problem.what()};
  }
}

} // namespace convwright::schedules
