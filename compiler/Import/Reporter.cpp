//===- Reporter.cpp - diagnostics with the calls that led there -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Reporter.h"

#include "dsl/Suggest.h"

#include "llvm/ADT/STLExtras.h"

namespace convwright::compiler {

/// Calls that are noted; beyond that only how many more there are.
static constexpr size_t maxNotedCalls = 8;

Report::~Report() {
  for (const CallFrame &frame : llvm::reverse(calls.take_back(maxNotedCalls)))
    builder.note(dsl::DiagId::NoteInCall, frame.call, frame.callee);
  if (calls.size() > maxNotedCalls)
    builder.note(dsl::DiagId::NoteMoreCalls, llvm::SMRange(), calls.size() - maxNotedCalls);
}

Report &Report::didYouMean(llvm::SMRange range, llvm::StringRef typed,
                           llvm::ArrayRef<llvm::StringRef> candidates) {
  if (auto nearest = dsl::suggest(typed, candidates)) {
    builder.fixIt(range, *nearest);
    builder.note(dsl::DiagId::NoteDidYouMean, llvm::SMRange(), *nearest);
  }
  return *this;
}

} // namespace convwright::compiler
