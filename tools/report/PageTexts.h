//===- PageTexts.h - the files of page/, embedded -----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_PAGETEXTS_H
#define CONVWRIGHT_TOOLS_REPORT_PAGETEXTS_H

#include <string_view>

namespace convwright::report {

// Defined in a file that tools/cmake/EmbedTexts.cmake writes.
extern const std::string_view pageTemplate; // page.html
extern const std::string_view pageStyle;    // page.css
extern const std::string_view pageScript;   // the .js files, one after the other

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_PAGETEXTS_H
