//===- LayerRecord.cpp - a layer measured in one form as a line of JSON ----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/LayerRecord.h"

#include "schedules/kernel/JsonFields.h"
#include "schedules/tuning/records/Origin.h"

#include <cmath>
#include <limits>

namespace convwright::schedules {

using nlohmann::json;

namespace {

constexpr int format = 1;
constexpr size_t longestLayer = size_t{8} << 20;
constexpr size_t longestReason = 65536, mostKernels = 65536, mostParameters = 64, mostChoices = 16;
constexpr double largest = std::numeric_limits<double>::max();
constexpr double longestMs = 1e9; // eleven days

/// JSON has neither infinities nor NaN.
double finite(double value) { return std::isfinite(value) ? value : largest; }

void writeTimes(json &object, const Outcome &outcome) {
  object["ms"] = finite(outcome.ms);
  object["spread"] = finite(outcome.spread);
  if (!outcome.samples.empty())
    object["samples_ns"] = outcome.samples;
  object["ratio"] = finite(outcome.ratio);
  object["interval"] = {finite(outcome.ratioLow), finite(outcome.ratioHigh)};
  object["confidence"] = finite(outcome.confidence);
  object["better"] = outcome.better;
}

class Reader {
public:
  Reader(const json &line, Complaint &complaint)
      : fields(line, "", complaint), complaint(complaint) {}

  LayerRecord run() {
    LayerRecord record;
    if (fields.integer("v", 1, 1000000, 0) != format)
      complaint.say("field 'v' is not " + std::to_string(format) + ", the format of this version");
    if (fields.text("kind", 64, "") != "layer")
      complaint.say("field 'kind' is not \"layer\"");
    record.key = needText("key", 16);
    record.layer = needText("layer", longestLayer);
    record.name = fields.text("name", 1024, "");
    record.target = needText("target", 64);
    record.threads = static_cast<int>(fields.integer("threads", 1, 65536, 1));
    readOrigin(record);
    readForm(record);
    readKernels(record);
    readOutcome(record.outcome);
    record.date = fields.text("date", 64, "");
    record.session = fields.text("session", 256, "");
    record.unknown = fields.unknown();
    return record;
  }

private:
  std::string needText(const char *name, size_t longest) {
    std::string text = fields.need(name) ? fields.text(name, longest, "") : "";
    if (text.empty())
      complaint.say(fields.whereOf(name) + " is empty");
    return text;
  }

  void readOrigin(LayerRecord &record) {
    record.hardware = readHardware(fields, complaint);
    if (const json *versions = fields.need("versions")) {
      JsonFields inside(*versions, "versions", complaint);
      record.convwrightVersion = inside.text("convwright", 64, "");
      record.halideVersion = inside.text("halide", 64, "");
    }
  }

  /// A small object; null and a complaint otherwise.
  const json *object(const json *value, const std::string &where, size_t most) {
    if (value && value->is_object() && value->size() <= most)
      return value;
    if (value)
      complaint.say(where + " is " + excerpt(*value) + "; allowed: an object of at most " +
                    std::to_string(most) + " fields");
    return nullptr;
  }

  void readForm(LayerRecord &record) {
    if (const json *form = object(fields.need("form"), "field 'form'", mostChoices))
      for (const auto &[name, value] : form->items())
        record.form[name] = readText(value, "field 'form." + name + "'", 64, complaint);
  }

  void readKernels(LayerRecord &record) {
    const json *kernels = fields.need("kernels");
    if (!kernels)
      return;
    if (!kernels->is_array() || kernels->size() > mostKernels)
      return complaint.say("field 'kernels' is " + excerpt(*kernels) + "; allowed: a list");
    for (const json &kernel : *kernels) {
      JsonFields inside(kernel, "kernels", complaint);
      std::string key = inside.text("key", 64, "");
      record.kernels.push_back({std::move(key), plan(inside.need("plan"))});
    }
  }

  Plan plan(const json *value) {
    Plan plan;
    if (!value)
      return plan;
    JsonFields inside(*value, "kernels.plan", complaint);
    plan.algorithm = inside.need("algorithm") ? inside.text("algorithm", 64, "") : "";
    const json *parameters =
        object(inside.find("parameters"), inside.whereOf("parameters"), mostParameters);
    if (parameters)
      for (const auto &[name, number] : parameters->items())
        plan.parameters[name] =
            readInteger(number, inside.whereOf("parameters"), INT64_MIN, INT64_MAX, complaint);
    return plan;
  }

  void readOutcome(Outcome &outcome) {
    std::string verdict = fields.need("verdict") ? fields.text("verdict", 64, "") : "";
    if (auto known = verdictFrom(verdict))
      outcome.verdict = *known;
    else
      complaint.say("field 'verdict' is " + excerpt(verdict) + ", which is no verdict");
    outcome.reason = fields.text("reason", longestReason, "");
    outcome.ms = fields.number("ms", 0, longestMs, 0);
    if (outcome.right() != (outcome.ms > 0))
      complaint.say("field 'ms' is " + excerpt(outcome.ms) + " beside the verdict \"" +
                    std::string(spell(outcome.verdict)) + "\"");
    outcome.spread = fields.number("spread", 0, largest, 0);
    outcome.spoilt = static_cast<int>(fields.integer("spoilt", 0, INT32_MAX, 0));
    readSamples(outcome);
    outcome.ratio = fields.number("ratio", 0, largest, 0);
    readInterval(outcome);
    outcome.confidence = fields.number("confidence", 0, 1, 0);
    outcome.better = fields.boolean("better", false);
    if (outcome.better && (outcome.verdict != Verdict::Ok || outcome.ratioLow <= 1))
      complaint.say("field 'better' is true, but the verdict is \"" +
                    std::string(spell(outcome.verdict)) + "\" and the interval starts at " +
                    excerpt(outcome.ratioLow));
    outcome.relativeError = fields.number("rel_error", 0, largest, 0);
    outcome.allowedError = fields.number("allowed_error", 0, largest, 0);
  }

  void readSamples(Outcome &outcome) {
    const json *samples = fields.find("samples_ns");
    if (!samples)
      return;
    if (!samples->is_array())
      return complaint.say("field 'samples_ns' is " + excerpt(*samples) + "; allowed: a list");
    for (const json &sample : *samples)
      outcome.samples.push_back(
          readNumber(sample, "field 'samples_ns'", 0, longestMs * 1e6, complaint));
  }

  void readInterval(Outcome &outcome) {
    const json *interval = fields.find("interval");
    if (!interval)
      return;
    if (!interval->is_array() || interval->size() != 2)
      return complaint.say("field 'interval' is " + excerpt(*interval) + "; allowed: two numbers");
    outcome.ratioLow = readNumber((*interval)[0], "field 'interval'", 0, largest, complaint);
    outcome.ratioHigh = readNumber((*interval)[1], "field 'interval'", 0, largest, complaint);
    if (outcome.ratioLow > outcome.ratioHigh)
      complaint.say("field 'interval' ends before it starts");
  }

  JsonFields fields;
  Complaint &complaint;
};

} // namespace

std::string spellForm(const LayerRecord &record) {
  std::string text;
  for (const auto &[name, choice] : record.form)
    text += (text.empty() ? "" : ", ") + name + " = " + choice;
  return text;
}

std::string toLine(const LayerRecord &record) {
  json kernels = json::array();
  for (const LayerKernel &kernel : record.kernels)
    kernels.push_back(
        {{"key", kernel.key},
         {"plan", {{"algorithm", kernel.plan.algorithm}, {"parameters", kernel.plan.parameters}}}});
  const Outcome &outcome = record.outcome;
  json object = record.unknown.is_object() ? record.unknown : json::object();
  object.update(
      {{"v", format},
       {"kind", "layer"},
       {"key", record.key},
       {"layer", record.layer},
       {"name", record.name},
       {"target", record.target},
       {"threads", record.threads},
       {"hardware", record.hardware},
       {"versions", {{"convwright", record.convwrightVersion}, {"halide", record.halideVersion}}},
       {"form", record.form},
       {"kernels", std::move(kernels)},
       {"verdict", spell(outcome.verdict)},
       {"spoilt", outcome.spoilt},
       {"rel_error", finite(outcome.relativeError)},
       {"allowed_error", finite(outcome.allowedError)},
       {"date", record.date},
       {"session", record.session}});
  if (!outcome.reason.empty())
    object["reason"] = outcome.reason.substr(0, longestReason);
  if (outcome.right())
    writeTimes(object, outcome);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool isLayerLine(std::string_view line) {
  if (line.find("\"kind\"") == line.npos) // most lines; parsing them twice would be slow
    return false;
  Result<json> parsed = parseJson(line);
  if (!parsed || !parsed->is_object())
    return false;
  auto kind = parsed->find("kind");
  return kind != parsed->end() && *kind == "layer";
}

Result<LayerRecord> layerRecordFromLine(std::string_view line) {
  Result<json> parsed = parseJson(line);
  if (!parsed)
    return Error{"the line " + parsed.error().message};
  Complaint complaint;
  LayerRecord record = Reader(*parsed, complaint).run();
  if (complaint)
    return Error{complaint.message()};
  return record;
}

} // namespace convwright::schedules
