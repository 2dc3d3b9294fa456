//===- Record.cpp - one measured candidate as a line of JSON --------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/Record.h"

#include "schedules/kernel/JsonFields.h"
#include "schedules/tuning/records/Origin.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace convwright::schedules {

using nlohmann::json;

namespace {

constexpr int format = 1;
constexpr size_t longestText = 65536;
constexpr double largest = std::numeric_limits<double>::max();
constexpr double longestMs = 1e9; // eleven days

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// JSON has neither infinities nor NaN; the error of an output full of them is as large as can be.
double finite(double value) { return std::isfinite(value) ? value : largest; }

json planToJson(const Plan &plan) {
  return {{"algorithm", plan.algorithm}, {"parameters", plan.parameters}};
}

void writeTimes(json &object, const Outcome &outcome) {
  object["ms"] = finite(outcome.ms);
  object["spread"] = finite(outcome.spread);
  if (!outcome.samples.empty())
    object["samples_ns"] = outcome.samples;
  if (!outcome.incumbent.empty())
    object["incumbent_ns"] = outcome.incumbent;
  if (outcome.ratio > 0) {
    object["ratio"] = finite(outcome.ratio);
    object["interval"] = {finite(outcome.ratioLow), finite(outcome.ratioHigh)};
    object["confidence"] = finite(outcome.confidence);
  }
  object["better"] = outcome.better;
}

void writeOutcome(json &object, const Outcome &outcome) {
  object["verdict"] = spell(outcome.verdict);
  if (!outcome.reason.empty())
    object["reason"] = outcome.reason.substr(0, longestText);
  if (outcome.right())
    writeTimes(object, outcome);
  if (outcome.spoilt != 0)
    object["spoilt"] = outcome.spoilt;
  object["rel_error"] = finite(outcome.relativeError);
  object["allowed_error"] = finite(outcome.allowedError);
  object["compile_s"] = finite(outcome.compileSeconds);
  object["measure_s"] = finite(outcome.measureSeconds);
  if (outcome.objectBytes != 0)
    object["object_bytes"] = outcome.objectBytes;
  if (!outcome.machineState.empty())
    object["machine_state"] = outcome.machineState;
}

/// Puts other versions' fields back where they were: at the top or in one of our objects.
void addUnknown(json &object, const json &unknown) {
  for (const auto &[name, value] : unknown.items()) {
    json &own = object[name];
    if (own.is_object() && value.is_object())
      own.update(value);
    else if (own.is_null())
      own = value;
  }
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

bool isName(std::string_view text, size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.' || c == '+';
         });
}

/// "2026-11-27T02:00:00Z", so that later dates are greater texts.
bool isDate(std::string_view text) {
  constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:ddZ";
  return text.size() == pattern.size() &&
         std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char expected) {
           return expected == 'd' ? c >= '0' && c <= '9' : c == expected;
         });
}

class Reader {
public:
  Reader(const json &line, Complaint &complaint)
      : fields(line, "", complaint), complaint(complaint) {}

  Record run() {
    Record record;
    if (int64_t version = fields.integer("v", 1, 1000000, 0); version != format)
      complaint.say("field 'v' is " + std::to_string(version) + "; this version reads format " +
                    std::to_string(format));
    readProblem(record);
    readOrigin(record);
    record.plan = plan(fields.need("plan"), "plan");
    if (const json *incumbent = fields.find("incumbent"))
      record.incumbent = plan(incumbent, "incumbent");
    record.role = fields.text("role", 64, "candidate");
    record.measure = fields.text("measure", 64, "local");
    record.cache = fields.text("cache", 64, "warm");
    readOutcome(record.outcome);
    record.strategy = fields.text("strategy", 64, "");
    record.seed = seed();
    record.trial = smallInteger("trial");
    record.session = fields.text("session", 256, "");
    record.date = fields.text("date", 64, "");
    if (!record.date.empty() && !isDate(record.date))
      complaint.say("field 'date' is " + excerpt(record.date) +
                    "; allowed: UTC as 2026-11-27T02:00:00Z");
    unknown.update(fields.unknown());
    record.unknown = std::move(unknown);
    return record;
  }

private:
  void readProblem(Record &record) {
    if (const json *problem = fields.need("problem")) {
      JsonFields inside(*problem, "problem", complaint);
      if (const json *value = inside.need("kernel")) {
        if (auto kernel = kernelFromJson(*value))
          record.problem.kernel = canonicalKernel(*kernel);
        else
          complaint.say("problem: " + kernel.error().message);
      }
      keepUnknown("problem", inside);
    }
    fields.find("key"); // an index for people and tools; the problem decides
    record.problem.target = fields.need("target") ? fields.text("target", 64, "") : "";
    if (!isName(record.problem.target, 64) || record.problem.target == "host")
      complaint.say("field 'target' is " + excerpt(record.problem.target) +
                    "; allowed: the name of a target other than host");
    record.problem.threads = static_cast<int>(fields.integer("threads", 1, 65536, 1));
    record.name = fields.text("name", 1024, "");
  }

  void readOrigin(Record &record) {
    record.hardware = readHardware(fields, complaint);
    if (const json *versions = fields.need("versions")) {
      JsonFields inside(*versions, "versions", complaint);
      record.convwrightVersion = inside.text("convwright", 64, "");
      record.halideVersion = inside.text("halide", 64, "");
      record.templateVersion = static_cast<int>(inside.integer("template", 0, 1000000000, 1));
      keepUnknown("versions", inside);
    }
  }

  Plan plan(const json *value, const char *where) {
    Plan plan;
    if (!value)
      return plan;
    JsonFields inside(*value, where, complaint);
    if (inside.need("algorithm"))
      plan.algorithm = inside.text("algorithm", 64, "");
    if (!isName(plan.algorithm, 64))
      complaint.say(inside.whereOf("algorithm") + " is " + excerpt(plan.algorithm) +
                    "; allowed: the name of an algorithm");
    if (const json *parameters = inside.find("parameters")) {
      if (!parameters->is_object() || parameters->size() > 64)
        complaint.say(inside.whereOf("parameters") + " is " + excerpt(*parameters) +
                      "; allowed: an object of at most 64 integers");
      else
        readParameters(*parameters, inside.whereOf("parameters"), plan);
    }
    keepUnknown(where, inside);
    return plan;
  }

  void readParameters(const json &parameters, const std::string &where, Plan &plan) {
    for (const auto &[name, value] : parameters.items()) {
      if (!isName(name, 64))
        complaint.say(where + " has a parameter " + excerpt(name) +
                      "; allowed: letters, digits and _");
      plan.parameters[name] =
          readInteger(value, where + " " + excerpt(name), INT64_MIN, INT64_MAX, complaint);
    }
  }

  void readOutcome(Outcome &outcome) {
    std::string text = fields.need("verdict") ? fields.text("verdict", 64, "") : "";
    if (auto verdict = verdictFrom(text))
      outcome.verdict = *verdict;
    else
      complaint.say("field 'verdict' is " + excerpt(text) +
                    "; allowed: ok, slower, wrong, crashed, timed_out, out_of_memory, refused");
    outcome.reason = fields.text("reason", longestText, "");
    readTimes(outcome);
    outcome.spoilt = smallInteger("spoilt");
    outcome.better = fields.boolean("better", false);
    outcome.relativeError = fields.number("rel_error", 0, largest, 0);
    outcome.allowedError = fields.number("allowed_error", 0, largest, 0);
    outcome.compileSeconds = fields.number("compile_s", 0, largest, 0);
    outcome.measureSeconds = fields.number("measure_s", 0, largest, 0);
    outcome.objectBytes = fields.integer("object_bytes", 0, INT64_MAX, 0);
    outcome.machineState = fields.text("machine_state", 256, "");
    if (outcome.better && outcome.verdict != Verdict::Ok)
      complaint.say("field 'better' is true beside the verdict " + excerpt(text));
  }

  void readTimes(Outcome &outcome) {
    outcome.ms = fields.number("ms", 0, longestMs, 0);
    if (outcome.right() != (outcome.ms > 0))
      complaint.say("field 'ms' is " + excerpt(outcome.ms) + " beside the verdict \"" +
                    std::string(spell(outcome.verdict)) + "\"");
    outcome.spread = fields.number("spread", 0, largest, 0);
    outcome.samples = times("samples_ns");
    outcome.incumbent = times("incumbent_ns");
    if (!outcome.incumbent.empty() && outcome.incumbent.size() != outcome.samples.size())
      complaint.say("field 'incumbent_ns' has " + std::to_string(outcome.incumbent.size()) +
                    " times; allowed: one for each of the " +
                    std::to_string(outcome.samples.size()) + " in 'samples_ns'");
    outcome.ratio = fields.number("ratio", 0, largest, 0);
    readInterval(outcome);
    outcome.confidence = fields.number("confidence", 0, 1, 0);
  }

  void readInterval(Outcome &outcome) {
    const json *interval = fields.find("interval");
    if (!interval)
      return;
    if (!interval->is_array() || interval->size() != 2)
      return complaint.say("field 'interval' is " + excerpt(*interval) +
                           "; allowed: two numbers around 'ratio'");
    outcome.ratioLow = readNumber((*interval)[0], "field 'interval[0]'", 0, largest, complaint);
    outcome.ratioHigh = readNumber((*interval)[1], "field 'interval[1]'", 0, largest, complaint);
    if (outcome.ratioLow > outcome.ratioHigh)
      complaint.say("field 'interval' ends before it starts");
  }

  std::vector<double> times(const char *name) {
    std::vector<double> times;
    const json *list = fields.find(name);
    if (!list)
      return times;
    if (!list->is_array())
      complaint.say(fields.whereOf(name) + " is " + excerpt(*list) + "; allowed: a list of times");
    else
      for (const json &item : *list)
        times.push_back(readNumber(item, fields.whereOf(name), 0, longestMs * 1e6, complaint));
    return times;
  }

  int smallInteger(const char *name) {
    return static_cast<int>(fields.integer(name, 0, INT32_MAX, 0));
  }

  uint64_t seed() {
    const json *value = fields.find("seed");
    if (!value)
      return 0;
    if (!value->is_number_unsigned())
      complaint.say("field 'seed' is " + excerpt(*value) + "; allowed: an integer from 0");
    return value->is_number_unsigned() ? value->get<uint64_t>() : 0;
  }

  void keepUnknown(const char *name, const JsonFields &inside) {
    if (json rest = inside.unknown(); !rest.empty())
      unknown[name] = std::move(rest);
  }

  JsonFields fields;
  Complaint &complaint;
  json unknown = json::object();
};

} // namespace

std::string toLine(const Record &record) {
  json object{{"v", format},
              {"problem", {{"kernel", kernelToJson(record.problem.kernel)}}},
              {"key", record.key},
              {"target", record.problem.target},
              {"threads", record.problem.threads},
              {"versions",
               {{"convwright", record.convwrightVersion},
                {"halide", record.halideVersion},
                {"template", record.templateVersion}}},
              {"plan", planToJson(record.plan)},
              {"role", record.role},
              {"measure", record.measure},
              {"cache", record.cache}};
  if (record.hardware.is_object() && !record.hardware.empty())
    object["hardware"] = record.hardware;
  for (const auto &[name, value] : {std::pair{"name", &record.name},
                                    {"strategy", &record.strategy},
                                    {"session", &record.session},
                                    {"date", &record.date}})
    if (!value->empty())
      object[name] = *value;
  if (record.incumbent)
    object["incumbent"] = planToJson(*record.incumbent);
  writeOutcome(object, record.outcome);
  if (record.seed != 0)
    object["seed"] = record.seed;
  if (record.trial != 0)
    object["trial"] = record.trial;
  addUnknown(object, record.unknown);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Record> recordFromLine(std::string_view line) {
  Result<json> parsed = parseJson(line);
  if (!parsed)
    return Error{"the line " + parsed.error().message};
  Complaint complaint;
  Record record = Reader(*parsed, complaint).run();
  if (complaint)
    return Error{complaint.message()};
  record.key = problemKey(record.problem.kernel);
  return record;
}

} // namespace convwright::schedules
