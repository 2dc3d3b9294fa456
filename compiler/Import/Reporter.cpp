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

Report::~Report() {
  for (const CallFrame &frame : llvm::reverse(calls))
    builder.note(dsl::DiagId::NoteInCall, frame.call, frame.callee);
}

Report &Report::didYouMean(llvm::SMRange range, llvm::StringRef typed,
                           llvm::ArrayRef<llvm::StringRef> candidates) {
  if (auto nearest = dsl::suggest(typed, candidates)) {
    builder.fixIt(range, *nearest);
    builder.note(dsl::DiagId::NoteDidYouMean, range, *nearest);
  }
  return *this;
}

} // namespace convwright::compiler
