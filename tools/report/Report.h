//===- Report.h - a tuning run as one page of HTML ----------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_REPORT_REPORT_H
#define CONVWRIGHT_TOOLS_REPORT_REPORT_H

#include "schedules/tuning/records/RecordFile.h"

#include <functional>
#include <string>

namespace convwright::report {

struct ReportOptions {
  std::string layer;     // only layers whose name or description holds this text; empty: all
  std::string target;    // only this one; empty: all
  std::string version;   // of convwright, for the page's foot
  bool loopNests = true; // regenerate the winners' and the defaults' loops, in child processes
  /// Called before each layer.
  std::function<void(size_t done, size_t total, const std::string &what)> progress;
};

/// One self-contained page: no network, no other files. Whatever the records hold is shown as text.
/// The same records give the same bytes. Errors: no records at all (with the first broken line), or
/// none that the options ask for (with what there is).
schedules::Result<std::string> renderReport(const schedules::RecordSet &set,
                                            const ReportOptions &options);

} // namespace convwright::report

#endif // CONVWRIGHT_TOOLS_REPORT_REPORT_H
