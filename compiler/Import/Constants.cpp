//===- Constants.cpp - what the constants of a .conv file hold ------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Constants.h"

#include "llvm/Support/Path.h"

#include <cmath>
#include <limits>

namespace convwright::compiler {

using dsl::DiagId;
using schedules::ElementType;

ConstantTable::ConstantTable(const dsl::Module &module, const std::string &directory,
                             Reporter &reporter)
    : directory(directory), reporter(reporter) {
  for (const dsl::ConstDecl &decl : module.constants) {
    if (std::optional<Constant> constant = import(decl))
      constants.try_emplace(decl.name.text, std::move(*constant));
    else
      anyFailed = true;
  }
}

const Constant *ConstantTable::find(llvm::StringRef name) const {
  auto found = constants.find(name);
  return found == constants.end() ? nullptr : &found->second;
}

std::optional<Constant> ConstantTable::import(const dsl::ConstDecl &decl) {
  if (const auto *load = std::get_if<dsl::Load>(&decl.value))
    return importLoad(decl, *load);
  const auto &value = std::get<dsl::Value>(decl.value);
  return value.list() ? importList(decl, value) : importNumber(decl, value);
}

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

static bool fits(double value, ElementType type) {
  if (type == ElementType::F32)
    return std::fabs(value) <= std::numeric_limits<float>::max();
  return schedules::convertValue(value, type) == value;
}

/// As it is written, and of one that is computed its value.
static std::string describe(const dsl::NumberLiteral &number) {
  llvm::StringRef text(
      number.range.Start.getPointer(),
      static_cast<size_t>(number.range.End.getPointer() - number.range.Start.getPointer()));
  std::string value(dsl::DiagArg(number.value).str());
  if (!number.spelling.empty())
    return text.str();
  return text.contains('\n') ? value : (text + " = " + value).str();
}

/// The numbers of a flat list; reports what is not a number of that type.
static std::optional<std::vector<double>> readNumbers(llvm::ArrayRef<dsl::Value> list,
                                                      ElementType type, Reporter &reporter) {
  std::vector<double> numbers;
  bool sound = true;
  for (const dsl::Value &element : list) {
    const dsl::NumberLiteral *number = element.number();
    if (!number) {
      reporter.report(DiagId::ConstantNotFlat, element.range);
      return std::nullopt;
    }
    if (!fits(number->value, type)) {
      reporter.report(DiagId::NumberDoesNotFit, number->range, describe(*number),
                      std::string(schedules::spell(type)));
      sound = false;
    }
    numbers.push_back(number->value);
  }
  if (!sound)
    return std::nullopt;
  return numbers;
}

static int64_t elementCount(const ir::TensorSpec &spec) {
  int64_t count = 1; // within 2^31: checkTensor has seen to it
  for (const schedules::Extent &extent : spec.dims)
    count *= extent.add;
  return count;
}

std::optional<Constant> ConstantTable::importNumber(const dsl::ConstDecl &decl,
                                                    const dsl::Value &value) {
  if (!decl.type)
    return Constant{value.number()->value, value.range};
  dsl::Value list{std::vector<dsl::Value>{value}, value.range};
  std::optional<Constant> constant = importList(decl, list);
  if (constant && decl.type->dims.empty()) // a type without dimensions is that of a number
    constant->value = value.number()->value;
  return constant;
}

std::optional<Constant> ConstantTable::importList(const dsl::ConstDecl &decl,
                                                  const dsl::Value &value) {
  if (!decl.type) {
    reporter.report(DiagId::ConstantNeedsType, decl.name.range, decl.name.text)
        .fixIt({decl.name.range.End, decl.name.range.End},
               ": f32[" + std::to_string(value.list()->size()) + "]");
    return std::nullopt;
  }
  auto spec = importType(*decl.type, TypeRole::Constant, Sizes(), reporter);
  if (!spec)
    return std::nullopt;
  auto numbers = readNumbers(*value.list(), spec->type, reporter);
  if (!numbers)
    return std::nullopt;
  if (static_cast<int64_t>(numbers->size()) != elementCount(*spec)) {
    reporter
        .report(DiagId::ConstantCount, value.range, decl.name.text, numbers->size(),
                elementCount(*spec))
        .note(DiagId::NoteTypeIs, decl.type->range, decl.name.text, typeText(*spec, {}));
    return std::nullopt;
  }
  return Constant{ConstantTensor{*spec, toBytes(*numbers, spec->type)}, decl.type->range};
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

const Safetensors *ConstantTable::open(const dsl::Load &load) {
  llvm::SmallString<256> path(load.path);
  if (!llvm::sys::path::is_absolute(path)) {
    path = directory;
    llvm::sys::path::append(path, load.path);
  }
  auto [place, isNew] = opened.try_emplace(path.str());
  if (isNew) {
    auto file = Safetensors::read(path.str().str());
    if (!file) {
      reporter.report(DiagId::LoadFailed, load.pathRange, file.error().message);
      return nullptr;
    }
    files.push_back(path.str().str());
    place->second = std::move(*file);
  }
  // A file that cannot be read is reported once.
  return place->second ? &*place->second : nullptr;
}

const TensorView *ConstantTable::findTensor(const dsl::Load &load, const Safetensors &file) {
  if (const TensorView *tensor = file.find(load.tensor))
    return tensor;
  std::vector<std::string> quoted;
  for (const TensorView &tensor : file.tensors())
    quoted.push_back("\"" + tensor.name + "\"");
  llvm::SmallVector<llvm::StringRef> candidates(quoted.begin(), quoted.end());
  reporter.report(DiagId::LoadNoTensor, load.tensorRange, load.path, load.tensor)
      .didYouMean(load.tensorRange, "\"" + load.tensor + "\"", candidates);
  return nullptr;
}

std::optional<Constant> ConstantTable::importLoad(const dsl::ConstDecl &decl,
                                                  const dsl::Load &load) {
  std::optional<ir::TensorSpec> declared;
  llvm::SMRange origin = load.range;
  if (decl.type) {
    origin = decl.type->range;
    declared = importType(*decl.type, TypeRole::Constant, Sizes(), reporter);
    if (!declared)
      return std::nullopt;
  }
  const Safetensors *file = open(load);
  const TensorView *tensor = file ? findTensor(load, *file) : nullptr;
  if (!tensor)
    return std::nullopt;
  std::optional<ElementType> type = compiler::elementType(tensor->type);
  if (!type) {
    reporter.report(DiagId::LoadTypeNotYet, load.tensorRange, load.tensor,
                    std::string(spell(tensor->type)));
    return std::nullopt;
  }
  if (tensor->shape.empty() && !declared)
    return Constant{toDoubles(*tensor).front(), load.range};

  ir::TensorSpec spec{*type, ir::constantDims(tensor->shape), /*weightSide=*/true};
  if (auto violation = ir::checkTensor(spec, {})) {
    reportViolation(reporter, *violation, load.tensorRange);
    return std::nullopt;
  }
  if (declared && (declared->type != spec.type || declared->dims != spec.dims)) {
    reporter
        .report(DiagId::LoadTypeMismatch, load.tensorRange, load.tensor, typeText(spec, {}),
                typeText(*declared, {}))
        .note(DiagId::NoteTypeIs, origin, decl.name.text, typeText(*declared, {}));
    return std::nullopt;
  }
  return Constant{ConstantTensor{spec, {tensor->bytes.begin(), tensor->bytes.end()}}, origin};
}

} // namespace convwright::compiler
