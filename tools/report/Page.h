//===- Page.h - data and the page that shows it, in one file ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_PAGE_H
#define CONVWRIGHT_TOOLS_REPORT_PAGE_H

#include <nlohmann/json.hpp>
#include <string>

namespace convwright::report {

/// The page: markup, style and script of page/, and `data` as an inert JSON block, in which no text
/// can end the block. The script makes all text nodes with textContent; a content security policy
/// allows this very script and style and nothing else, no network at all.
std::string pageOf(const nlohmann::json &data);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_PAGE_H
