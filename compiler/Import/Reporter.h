//===- Reporter.h - diagnostics with the calls that led there -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_IMPORT_REPORTER_H
#define CONVWRIGHT_COMPILER_IMPORT_REPORTER_H

#include "dsl/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"

#include <string>
#include <utility>

namespace convwright::compiler {

/// A call of a fn or layer that is being inlined.
struct CallFrame {
  std::string callee;
  llvm::SMRange call;
};

/// A diagnostic that ends with a note for each call around it.
class Report {
public:
  Report(dsl::DiagnosticBuilder builder, llvm::ArrayRef<CallFrame> calls)
      : builder(std::move(builder)), calls(calls) {}
  Report(Report &&other) noexcept
      : builder(std::move(other.builder)), calls(std::exchange(other.calls, {})) {}
  Report(const Report &) = delete;
  Report &operator=(Report &&) = delete;
  ~Report();

  template <typename... Args> Report &note(dsl::DiagId id, llvm::SMRange range, Args &&...args) {
    builder.note(id, range, std::forward<Args>(args)...);
    return *this;
  }
  Report &fixIt(llvm::SMRange range, llvm::StringRef text) {
    builder.fixIt(range, text);
    return *this;
  }
  Report &constraint(llvm::StringRef label) {
    builder.constraint(label);
    return *this;
  }
  /// The nearest of `candidates`, if one is near: as a fix and a note.
  Report &didYouMean(llvm::SMRange range, llvm::StringRef typed,
                     llvm::ArrayRef<llvm::StringRef> candidates);

private:
  dsl::DiagnosticBuilder builder;
  llvm::ArrayRef<CallFrame> calls;
};

/// Reports to an engine, and knows which calls are being inlined.
class Reporter {
public:
  explicit Reporter(dsl::DiagnosticEngine &engine) : engine(engine) {}

  template <typename... Args> Report report(dsl::DiagId id, llvm::SMRange range, Args &&...args) {
    return Report(engine.report(id, range, std::forward<Args>(args)...), calls);
  }

  /// While it lives, diagnostics say that they are inside this call.
  class Inside {
  public:
    Inside(Reporter &reporter, llvm::StringRef callee, llvm::SMRange call) : reporter(reporter) {
      reporter.calls.push_back({callee.str(), call});
    }
    ~Inside() { reporter.calls.pop_back(); }
    Inside(const Inside &) = delete;
    Inside &operator=(const Inside &) = delete;

  private:
    Reporter &reporter;
  };

  llvm::ArrayRef<CallFrame> callStack() const { return calls; }
  const llvm::SourceMgr &sourceMgr() const { return engine.sourceMgr(); }

private:
  dsl::DiagnosticEngine &engine;
  llvm::SmallVector<CallFrame, 4> calls;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_IMPORT_REPORTER_H
