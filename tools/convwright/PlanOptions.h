//===- PlanOptions.h - what compile, run and bench are asked of plans -----===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_TOOLS_CONVWRIGHT_PLANOPTIONS_H
#define CONVWRIGHT_TOOLS_CONVWRIGHT_PLANOPTIONS_H

#include "compiler/Driver/Driver.h"

#include <string>

namespace CLI {
class App;
}

namespace convwright::tools {

/// What the command line says of every convolution's plan and of every layer's form.
struct PlanOptions {
  std::string algorithm, parameters, form;
};

/// --algorithm, --tune-params and --form.
void addPlanOptions(CLI::App &command, PlanOptions &options);

/// The same for the compiler; the advisors are the caller's. Errors are the command line's.
schedules::Result<compiler::PlanOverrides> overridesFrom(const PlanOptions &options);

} // namespace convwright::tools

#endif // CONVWRIGHT_TOOLS_CONVWRIGHT_PLANOPTIONS_H
