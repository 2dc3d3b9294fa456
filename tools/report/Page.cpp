//===- Page.cpp - data and the page that shows it, in one file ----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/report/Page.h"

#include "tools/report/PageTexts.h"

#include "llvm/Support/Base64.h"
#include "llvm/Support/SHA256.h"

#include <map>

namespace convwright::report {

namespace {

/// As a content security policy names an inline script or style.
std::string sourceHash(std::string_view text) {
  auto digest =
      llvm::SHA256::hash({reinterpret_cast<const uint8_t *>(text.data()), text.size()}); // NOLINT
  return "'sha256-" + llvm::encodeBase64(digest) + "'";
}

/// JSON that may stand inside a <script> element: "<", ">" and "&" occur in strings only, and are
/// spelled there by their numbers.
std::string inertJson(const nlohmann::json &data) {
  std::string text = data.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  std::string inert;
  inert.reserve(text.size());
  for (char letter : text) {
    if (letter == '<')
      inert += "\\u003c";
    else if (letter == '>')
      inert += "\\u003e";
    else if (letter == '&')
      inert += "\\u0026";
    else
      inert += letter;
  }
  return inert;
}

/// Replaces each "@NAME@" of the template; what is put in is not looked at again.
std::string filled(std::string_view pattern, const std::map<std::string, std::string> &values) {
  std::string text;
  while (!pattern.empty()) {
    size_t at = pattern.find('@');
    text += pattern.substr(0, at);
    if (at == std::string_view::npos)
      break;
    size_t end = pattern.find('@', at + 1);
    text += values.at(std::string(pattern.substr(at + 1, end - at - 1)));
    pattern.remove_prefix(end + 1);
  }
  return text;
}

} // namespace

std::string pageOf(const nlohmann::json &data) {
  std::string script = "(() => {\n'use strict';\n" + std::string(pageScript) + "})();\n";
  std::string policy = "default-src 'none'; img-src data:; script-src " + sourceHash(script) +
                       "; style-src " + sourceHash(pageStyle);
  return filled(pageTemplate, {{"POLICY", policy},
                               {"STYLE", std::string(pageStyle)},
                               {"SCRIPT", script},
                               {"DATA", inertJson(data)}});
}

} // namespace convwright::report
