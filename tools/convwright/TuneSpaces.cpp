//===- TuneSpaces.cpp - what `tune` would search ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/convwright/TuneSpaces.h"

#include "tools/convwright/Interrupt.h"
#include "tools/tune/Summary.h"

#include <cmath>
#include <future>
#include <iomanip>
#include <ostream>

namespace convwright::tools {

static void printSpace(std::ostream &out, const schedules::Space &space,
                       const schedules::Space::Count &count, const std::string &name) {
  out << name << ": " << schedules::describeProblem(space.kernel()) << "\n  "
      << (count.exact ? "" : "about ") << std::llround(count.plans) << " legal plans of "
      << std::llround(space.productSize()) << " combinations; the default is "
      << describePlan(space.defaultPlan()) << '\n';
  for (const schedules::Space::Part &part : space.parts()) {
    out << "  " << part.algorithm->name() << ": " << part.algorithm->summary() << '\n';
    for (const schedules::Parameter &parameter : part.parameters) {
      out << "    " << std::left << std::setw(16) << parameter.name << ' ';
      for (int64_t value : parameter.values)
        out << value << ' ';
      out << "  (" << parameter.doc << ")\n";
    }
  }
}

void printSpaces(std::ostream &out, const std::vector<TuneTask> &tasks,
                 const schedules::Target &target, const schedules::SpaceOptions &options,
                 Progress &progress) {
  for (size_t i = 0; i < tasks.size() && !interrupted(); ++i) {
    schedules::Space space(tasks[i].problem.kernel, target, options);
    auto counting = std::async(std::launch::async, [&] { return space.count(); });
    while (counting.wait_for(std::chrono::milliseconds(200)) != std::future_status::ready)
      progress.update(i, tasks.size(), tasks[i].name);
    schedules::Space::Count count = counting.get();
    progress.pause();
    printSpace(out, space, count, tasks[i].name);
  }
}

} // namespace convwright::tools
