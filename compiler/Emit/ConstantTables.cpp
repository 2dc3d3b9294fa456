//===- ConstantTables.cpp - AbiTables as LLVM constants ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/ConstantTables.h"

#include "compiler/Emit/Names.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/DerivedTypes.h>

using namespace llvm;

namespace convwright::compiler {

namespace {

/// Every function writes the structure of abi.h that it names, field by field in abi.h's order.
class TableWriter {
public:
  TableWriter(Module &module, const AbiTables &tables)
      : module(module), context(module.getContext()), tables(tables) {}

  GlobalVariable *layer() {
    const cw_layer &t = tables.layer();
    SmallVector<Constant *> variants;
    for (int64_t v = 0; v < t.variant_count; ++v)
      variants.push_back(variant(static_cast<size_t>(v)));
    return global(
        row({i64(t.abi_version), addString(module, t.name), i64(static_cast<int64_t>(t.hash)),
             i64(t.symbol_count), list(t.symbols, t.symbol_count, &TableWriter::symbol),
             i64(t.argument_count), list(t.arguments, t.argument_count, &TableWriter::tensor),
             i64(t.result_count), list(t.results, t.result_count, &TableWriter::tensor),
             i64(t.weight_count), list(t.weights, t.weight_count, &TableWriter::tensor),
             i64(t.buffer_count), list(t.buffers, t.buffer_count, &TableWriter::buffer),
             i64(t.slot_count), i64(t.variant_count), array(variants)}),
        Align(8), Twine(t.name) + "_layer");
  }

private:
  Constant *i32(int32_t value) { return ConstantInt::getSigned(Type::getInt32Ty(context), value); }
  Constant *i64(int64_t value) { return ConstantInt::getSigned(Type::getInt64Ty(context), value); }
  Constant *null() { return ConstantPointerNull::get(PointerType::getUnqual(context)); }
  Constant *row(ArrayRef<Constant *> fields) { return ConstantStruct::getAnon(context, fields); }

  GlobalVariable *global(Constant *value, Align align, const Twine &name = "") {
    auto *variable = new GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                        GlobalValue::PrivateLinkage, value, name);
    variable->setAlignment(align);
    return variable;
  }

  /// A pointer to the rows; null when there are none.
  Constant *array(ArrayRef<Constant *> rows) {
    if (rows.empty())
      return null();
    return global(ConstantArray::get(ArrayType::get(rows[0]->getType(), rows.size()), rows),
                  Align(8));
  }

  template <typename T>
  Constant *list(const T *rows, int64_t count, Constant *(TableWriter::*write)(const T &)) {
    SmallVector<Constant *> written;
    for (int64_t i = 0; i < count; ++i)
      written.push_back((this->*write)(rows[i]));
    return array(written);
  }

  Constant *bytes(const void *data, int64_t count) {
    StringRef text(static_cast<const char *>(data), static_cast<size_t>(count));
    return global(ConstantDataArray::getString(context, text, /*AddNull=*/false), Align(64));
  }

  Constant *function(const std::string &symbol) {
    auto *type = FunctionType::get(Type::getInt32Ty(context), {PointerType::getUnqual(context)},
                                   /*isVarArg=*/false);
    return cast<Constant>(module.getOrInsertFunction(symbol, type).getCallee());
  }

  Constant *number(const int64_t &value) { return i64(value); }

  Constant *extent(const cw_extent &t) {
    return row({i64(t.symbol), i64(t.mul), i64(t.add), i64(t.div)});
  }

  Constant *symbol(const cw_symbol &t) {
    return row({addString(module, t.name), i64(t.lo), i64(t.hi), i64(t.step)});
  }

  Constant *tensor(const cw_tensor &t) {
    return row({addString(module, t.name), i32(t.type), i32(t.layout), i64(t.rank),
                list(t.dims, t.rank, &TableWriter::extent), i64(t.pitched)});
  }

  Constant *buffer(const cw_buffer &t) { return row({tensor(t.tensor), i64(t.slot)}); }

  Constant *view(const cw_view &t) {
    return row({i64(t.rank), list(t.dims, t.rank, &TableWriter::extent),
                list(t.starts, t.rank, &TableWriter::extent),
                list(t.steps, t.rank, &TableWriter::number)});
  }

  Constant *reference(const cw_reference &t) {
    return row({i32(t.place), i32(t.index), t.view ? list(t.view, 1, &TableWriter::view) : null()});
  }

  Constant *packed(const cw_packed &t) {
    return row({i64(t.type), i64(t.rank), list(t.dims, t.rank, &TableWriter::number)});
  }

  Constant *scratch(const cw_scratch &t) {
    return row({i64(t.rank), list(t.dims, t.rank, &TableWriter::extent), i64(t.element_bytes),
                i64(t.per_thread)});
  }

  /// Known weights that a kernel packs together with the caller's.
  Constant *weight(const cw_weight_reference &t) {
    Constant *data = null();
    if (t.constant) {
      auto type = static_cast<schedules::ElementType>(t.tensor.type);
      auto size = static_cast<int64_t>(schedules::byteWidth(type));
      for (int64_t d = 0; d < t.tensor.rank; ++d)
        size *= t.tensor.dims[d].add;
      data = bytes(t.constant, size);
    }
    return row({i64(t.index), tensor(t.tensor), data});
  }

  Constant *kernel(const cw_kernel &t, const schedules::CompiledKernel &compiled) {
    Constant *pack = t.pack ? function(entrySymbol(compiled.packEntry)) : null();
    Constant *strided = t.strided ? function(entrySymbol(compiled.stridedEntry)) : null();
    Constant *constants =
        t.constant_packed
            ? bytes(t.constant_packed, static_cast<int64_t>(compiled.constantPacked.size()))
            : null();
    return row(
        {addString(module, t.name), function(entrySymbol(compiled.entry)), pack, i64(t.input_count),
         list(t.inputs, t.input_count, &TableWriter::reference), i64(t.output_count),
         list(t.outputs, t.output_count, &TableWriter::reference), i64(t.weight_count),
         // Weights that were packed at compile time are not needed any more.
         t.pack ? list(t.weights, t.weight_count, &TableWriter::weight) : null(),
         i64(t.packed_count), list(t.packed, t.packed_count, &TableWriter::packed), constants,
         i64(t.scratch_count), list(t.scratch, t.scratch_count, &TableWriter::scratch), strided,
         i64(t.strided_scratch_count),
         list(t.strided_scratch, t.strided_scratch_count, &TableWriter::scratch)});
  }

  /// cw_device_api, out of the device runtime in the library.
  Constant *deviceApi() {
    std::string prefix = deviceSymbolPrefix;
    return global(row({function(prefix + "halide_set_error_handler"),
                       function(prefix + "halide_set_custom_print")}),
                  Align(8));
  }

  Constant *variant(size_t target) {
    const cw_variant &t = tables.variant(target);
    SmallVector<Constant *> kernels;
    for (int64_t k = 0; k < t.kernel_count; ++k)
      kernels.push_back(
          kernel(t.kernels[k], tables.compiledKernel(target, static_cast<size_t>(k))));
    return row({addString(module, t.target), i64(t.machine),
                i64(static_cast<int64_t>(t.cpu_features)), i64(t.kernel_count), array(kernels),
                t.machine == CW_MACHINE_CPU ? null() : deviceApi()});
  }

  Module &module;
  LLVMContext &context;
  const AbiTables &tables;
};

} // namespace

Constant *addString(Module &module, StringRef text) {
  Constant *data = ConstantDataArray::getString(module.getContext(), text);
  auto *variable = new GlobalVariable(module, data->getType(), /*isConstant=*/true,
                                      GlobalValue::PrivateLinkage, data);
  variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global); // equal strings may be merged
  return variable;
}

GlobalVariable *addTables(Module &module, const AbiTables &tables) {
  return TableWriter(module, tables).layer();
}

} // namespace convwright::compiler
