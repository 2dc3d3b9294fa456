//===- JsonFields.h - reading JSON that anybody may have edited -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_SCHEDULES_KERNEL_JSONFIELDS_H
#define CONVWRIGHT_SCHEDULES_KERNEL_JSONFIELDS_H

#include "schedules/kernel/Result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace convwright::schedules {

/// Keeps the first complaint of a reading, so that readers need not test after every field.
class Complaint {
public:
  void say(std::string message) {
    if (!text)
      text = std::move(message);
  }
  explicit operator bool() const { return text.has_value(); }
  const std::string &message() const { return *text; }

private:
  std::optional<std::string> text;
};

/// The value when it is of that kind and within the range; otherwise a complaint that names `where`
/// and what was found, and a harmless value (`lo`, 0, "").
int64_t readInteger(const nlohmann::json &value, const std::string &where, int64_t lo, int64_t hi,
                    Complaint &complaint);
double readNumber(const nlohmann::json &value, const std::string &where, double lo, double hi,
                  Complaint &complaint);
std::string readText(const nlohmann::json &value, const std::string &where, size_t longest,
                     Complaint &complaint);

/// An object's fields, each asked for by name; whatever was not asked for is unknown.
/// `object` and `complaint` must outlive it.
class JsonFields {
public:
  JsonFields(const nlohmann::json &object, std::string where, Complaint &complaint);

  /// The field; null, and no complaint, when it is missing.
  const nlohmann::json *find(const char *name);
  /// The field; a complaint and null when it is missing.
  const nlohmann::json *need(const char *name);
  /// "field 'problem.kernel'"
  std::string whereOf(const char *name) const;

  int64_t integer(const char *name, int64_t lo, int64_t hi, int64_t otherwise);
  double number(const char *name, double lo, double hi, double otherwise);
  std::string text(const char *name, size_t longest, std::string otherwise);
  bool boolean(const char *name, bool otherwise);

  /// What nobody asked for.
  nlohmann::json unknown() const;
  /// Complains when there is any.
  void refuseUnknown();

private:
  const nlohmann::json &object;
  std::string where;
  Complaint &complaint;
  std::set<std::string, std::less<>> asked;
};

/// Parses without throwing; refuses texts nested deeper than any record is, because json's own
/// writer recurses.
Result<nlohmann::json> parseJson(std::string_view text);

/// A value in a message: short, printable.
std::string excerpt(const nlohmann::json &value);

} // namespace convwright::schedules

#endif // CONVWRIGHT_SCHEDULES_KERNEL_JSONFIELDS_H
