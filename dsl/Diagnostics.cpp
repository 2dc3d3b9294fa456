//===- Diagnostics.cpp - what is said about a .conv file ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <cstdio>
#include <utility>

namespace convwright::dsl {

static const DiagInfo diagnostics[] = {
#define DIAGNOSTIC(Id, owner, severity, text, hint)                                                \
  {DiagId::Id, #Id, DiagOwner::owner, Severity::severity, text, hint},
#include "dsl/Diagnostics.def"
};

llvm::ArrayRef<DiagInfo> allDiagnostics() { return diagnostics; }

const DiagInfo &info(DiagId id) { return diagnostics[static_cast<size_t>(id)]; }

DiagArg::DiagArg(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%.7g", value);
  text = buffer;
}

/// Puts the arguments in the places of {0}, {1} ...
static std::string substitute(llvm::StringRef text, llvm::ArrayRef<DiagArg> args) {
  std::string result;
  while (!text.empty()) {
    size_t brace = text.find('{');
    result += text.take_front(brace);
    text = text.drop_front(std::min(brace, text.size()));
    if (text.size() >= 3 && text[1] >= '0' && text[1] <= '9' && text[2] == '}') {
      size_t index = text[1] - '0';
      assert(index < args.size() && "the message has more places than arguments");
      result += args[index].str();
      text = text.drop_front(3);
    } else if (!text.empty()) {
      result += text.front();
      text = text.drop_front();
    }
  }
  return result;
}

//===----------------------------------------------------------------------===//
// DiagnosticBuilder
//===----------------------------------------------------------------------===//

DiagnosticBuilder::DiagnosticBuilder(DiagnosticEngine &engine, Message message, std::string hint)
    : engine(&engine), hint(std::move(hint)) {
  messages.push_back(std::move(message));
}

DiagnosticBuilder::DiagnosticBuilder(DiagnosticBuilder &&other) noexcept
    : engine(std::exchange(other.engine, nullptr)), messages(std::move(other.messages)),
      hint(std::move(other.hint)) {}

DiagnosticBuilder::~DiagnosticBuilder() {
  if (engine)
    engine->emit(messages, hint);
}

DiagnosticBuilder &DiagnosticBuilder::addNote(DiagId id, llvm::SMRange range,
                                              llvm::ArrayRef<DiagArg> args) {
  assert(info(id).severity == Severity::Note && "only notes are attached");
  messages.push_back({id, Severity::Note, substitute(info(id).text, args), range, {}, {}});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::span(llvm::SMRange range) {
  messages.front().spans.push_back(range);
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::fixIt(llvm::SMRange range, llvm::StringRef text) {
  messages.front().fixIts.push_back({range, text.str()});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::constraint(llvm::StringRef label) {
  messages.front().text += (" [" + label + "]").str();
  return *this;
}

//===----------------------------------------------------------------------===//
// DiagnosticEngine
//===----------------------------------------------------------------------===//

DiagnosticBuilder DiagnosticEngine::make(DiagId id, llvm::SMRange range,
                                         llvm::ArrayRef<DiagArg> args) {
  const DiagInfo &row = info(id);
  return {*this,
          {id, row.severity, substitute(row.text, args), range, {}, {}},
          substitute(row.hint, args)};
}

void DiagnosticEngine::emit(llvm::ArrayRef<Message> messages, llvm::StringRef hint) {
  bool wasFull = limitReached();
  errors += messages.front().severity == Severity::Error;
  if (wasFull)
    return;
  if (limitReached()) {
    print({DiagId::TooManyErrors,
           Severity::Note,
           info(DiagId::TooManyErrors).text.str(),
           {},
           {},
           {}});
    return;
  }
  for (const Message &message : messages)
    print(message);
  // The same advice is given once.
  if (!hint.empty() && hints.insert(hint).second)
    printMessage(out, sources,
                 {messages.front().id, Severity::Note, hint.str(), llvm::SMRange(), {}, {}});
}

void DiagnosticEngine::print(const Message &message) {
  printedIds.push_back(message.id);
  printMessage(out, sources, message);
}

} // namespace convwright::dsl
