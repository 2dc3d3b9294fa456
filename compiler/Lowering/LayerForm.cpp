//===- LayerForm.cpp - forms of a layer as text ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/LayerForm.h"

#include "dsl/Suggest.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {
namespace {

// In the enumerations' order.
constexpr llvm::StringRef fusions[] = {"full", "epilogue", "prologue", "none"};
constexpr llvm::StringRef intermediateLayouts[] = {"declared", "nchw", "nhwc"};
constexpr llvm::StringRef choices[] = {"fusion", "intermediates"};

/// The word's place in the list.
Result<size_t> find(llvm::StringRef what, llvm::StringRef word,
                    llvm::ArrayRef<llvm::StringRef> allowed) {
  if (const auto *found = llvm::find(allowed, word); found != allowed.end())
    return static_cast<size_t>(found - allowed.begin());
  std::string message = what.str() + " '" + word.str() + "' of a layer's form is unknown";
  if (auto meant = dsl::suggest(word, allowed))
    message += ", did you mean '" + meant->str() + "'?";
  return Error{message + "; allowed are " + llvm::join(allowed, ", ")};
}

/// One "name = value" into the form.
Result<size_t> parseChoice(llvm::StringRef text, LayerForm &form) {
  auto [name, value] = text.split('=');
  Result<size_t> choice = find("the choice", name.trim(), choices);
  if (!choice)
    return choice;
  if (*choice == 0) {
    Result<size_t> fusion = find("fusion", value.trim(), fusions);
    if (fusion)
      form.fusion = static_cast<Fusion>(*fusion);
    return fusion;
  }
  Result<size_t> layout = find("the layout of intermediates", value.trim(), intermediateLayouts);
  if (layout)
    form.intermediates = static_cast<Intermediates>(*layout);
  return layout;
}

} // namespace

std::string_view spell(Fusion fusion) { return fusions[static_cast<size_t>(fusion)]; }
std::string_view spell(Intermediates intermediates) {
  return intermediateLayouts[static_cast<size_t>(intermediates)];
}

std::string print(const LayerForm &form) {
  return "fusion = " + std::string(spell(form.fusion)) +
         ", intermediates = " + std::string(spell(form.intermediates));
}

Result<LayerForm> parseLayerForm(std::string_view text) {
  LayerForm form;
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(text).split(parts, ',');
  for (llvm::StringRef part : parts)
    if (Result<size_t> parsed = parseChoice(part, form); !parsed)
      return parsed.error();
  return form;
}

std::vector<LayerForm> allLayerForms() {
  std::vector<LayerForm> forms;
  for (size_t fusion = 0; fusion < std::size(fusions); ++fusion)
    for (size_t layout = 0; layout < std::size(intermediateLayouts); ++layout)
      forms.push_back({static_cast<Fusion>(fusion), static_cast<Intermediates>(layout)});
  return forms;
}

} // namespace convwright::compiler
