//===- JsonFields.cpp - reading JSON that anybody may have edited ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/JsonFields.h"

#include <cmath>
#include <cstdio>

namespace convwright::schedules {

using nlohmann::json;

std::string excerpt(const json &value) {
  if (value.is_structured())
    return value.is_array() ? "a list" : "an object";
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  constexpr size_t longest = 40;
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

static std::string shortNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

/// JSON integers above 2^63 are held as unsigned.
static std::optional<int64_t> asInteger(const json &value) {
  if (!value.is_number_integer())
    return std::nullopt;
  if (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t{INT64_MAX})
    return std::nullopt;
  return value.get<int64_t>();
}

int64_t readInteger(const json &value, const std::string &where, int64_t lo, int64_t hi,
                    Complaint &complaint) {
  std::optional<int64_t> number = asInteger(value);
  if (number && *number >= lo && *number <= hi)
    return *number;
  complaint.say(where + " is " + excerpt(value) + "; allowed: an integer from " +
                std::to_string(lo) + " to " + std::to_string(hi));
  return lo;
}

double readNumber(const json &value, const std::string &where, double lo, double hi,
                  Complaint &complaint) {
  double number = value.is_number() ? value.get<double>() : std::nan("");
  if (number >= lo && number <= hi)
    return number;
  complaint.say(where + " is " + excerpt(value) + "; allowed: a number from " + shortNumber(lo) +
                " to " + shortNumber(hi));
  return lo;
}

std::string readText(const json &value, const std::string &where, size_t longest,
                     Complaint &complaint) {
  if (value.is_string() && value.get_ref<const std::string &>().size() <= longest)
    return value.get<std::string>();
  complaint.say(where + " is " + excerpt(value) + "; allowed: a string of at most " +
                std::to_string(longest) + " bytes");
  return {};
}

static const json emptyObject = json::object();

JsonFields::JsonFields(const json &value, std::string where, Complaint &complaint)
    : object(value.is_object() ? value : emptyObject), where(std::move(where)),
      complaint(complaint) {
  if (!value.is_object())
    complaint.say((this->where.empty() ? "the line" : "field '" + this->where + "'") + " is " +
                  excerpt(value) + ", not an object");
}

std::string JsonFields::whereOf(const char *name) const {
  return "field '" + (where.empty() ? "" : where + ".") + name + "'";
}

const json *JsonFields::find(const char *name) {
  asked.insert(name);
  auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

const json *JsonFields::need(const char *name) {
  const json *found = find(name);
  if (!found)
    complaint.say(whereOf(name) + " is missing");
  return found;
}

int64_t JsonFields::integer(const char *name, int64_t lo, int64_t hi, int64_t otherwise) {
  const json *found = find(name);
  return found ? readInteger(*found, whereOf(name), lo, hi, complaint) : otherwise;
}

double JsonFields::number(const char *name, double lo, double hi, double otherwise) {
  const json *found = find(name);
  return found ? readNumber(*found, whereOf(name), lo, hi, complaint) : otherwise;
}

std::string JsonFields::text(const char *name, size_t longest, std::string otherwise) {
  const json *found = find(name);
  return found ? readText(*found, whereOf(name), longest, complaint) : std::move(otherwise);
}

bool JsonFields::boolean(const char *name, bool otherwise) {
  const json *found = find(name);
  if (!found)
    return otherwise;
  if (!found->is_boolean())
    complaint.say(whereOf(name) + " is " + excerpt(*found) + "; allowed: true and false");
  return found->is_boolean() && found->get<bool>();
}

json JsonFields::unknown() const {
  json rest = json::object();
  for (const auto &[name, value] : object.items())
    if (!asked.contains(name))
      rest[name] = value;
  return rest;
}

void JsonFields::refuseUnknown() {
  for (const auto &[name, value] : object.items())
    if (!asked.contains(name))
      complaint.say("field " + excerpt(json((where.empty() ? "" : where + ".") + name)) +
                    " is not known to this version");
}

/// Brackets open at once at the deepest point; what is in strings does not count.
static size_t nesting(std::string_view text) {
  size_t depth = 0, deepest = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] == '\\')
        ++i;
      else
        quoted = text[i] != '"';
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == '[' || text[i] == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((text[i] == ']' || text[i] == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

Result<json> parseJson(std::string_view text) {
  constexpr size_t deepest = 32;
  if (nesting(text) > deepest)
    return Error{"is nested deeper than " + std::to_string(deepest) + " levels"};
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded())
    return Error{"is not JSON"};
  return value;
}

} // namespace convwright::schedules
