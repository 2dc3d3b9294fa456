//===- LayerIdentity.cpp - what makes two layers the same ------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/LayerIdentity.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/Lowering/ConstantData.h"
#include "schedules/kernel/ContentHash.h"

#include "mlir/IR/AttrTypeSubElements.h"

namespace convwright::compiler {
namespace {

/// Rewrites a layer until only what it computes is left.
class Anonymiser {
public:
  explicit Anonymiser(mlir::func::FuncOp layer) : layer(layer), builder(layer.getContext()) {
    for (const ir::Symbol &symbol : ir::symbolsOf(layer))
      symbols[symbol.name] = builder.getStringAttr("S" + std::to_string(symbols.size()));
  }

  void run() {
    layer.setName("layer");
    layer->removeAttr(ir::docAttrName);
    renameArguments();
    layer->setAttr(ir::resultsAttrName,
                   positional("y", static_cast<unsigned>(layer.getNumResults())));
    renameSymbols();
    layer.walk([&](ir::ConstantOp constant) { hideData(constant); });
  }

private:
  mlir::ArrayAttr positional(const std::string &letter, unsigned count) {
    llvm::SmallVector<mlir::Attribute> names;
    for (unsigned i = 0; i < count; ++i)
      names.push_back(builder.getStringAttr(letter + std::to_string(i)));
    return builder.getArrayAttr(names);
  }

  void renameArguments() {
    for (unsigned i = 0; i < layer.getNumArguments(); ++i)
      layer.setArgAttr(i, ir::nameAttrName, builder.getStringAttr("x" + std::to_string(i)));
  }

  mlir::StringAttr renamed(mlir::StringAttr name) const {
    auto found = symbols.find(name.getValue());
    return found == symbols.end() ? name : found->second;
  }

  void renameSymbols() {
    mlir::AttrTypeReplacer replacer;
    replacer.addReplacement([&](ir::ExtentAttr extent) -> mlir::Attribute {
      return ir::ExtentAttr::get(extent.getContext(), renamed(extent.getSymbol()), extent.getMul(),
                                 extent.getAdd(), extent.getDiv());
    });
    replacer.addReplacement([&](ir::SymbolAttr symbol) -> mlir::Attribute {
      return ir::SymbolAttr::get(symbol.getContext(), renamed(symbol.getName()), symbol.getLo(),
                                 symbol.getHi(), symbol.getStep(), symbol.getLike());
    });
    replacer.recursivelyReplaceElementsIn(layer, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
  }

  /// The values are named by their digest; algorithms may look at them.
  void hideData(ir::ConstantOp constant) {
    std::vector<std::byte> bytes = bytesOf(constant.getValue());
    constant.setName(
        schedules::contentHash({reinterpret_cast<const char *>(bytes.data()), bytes.size()}, 32));
    auto type = llvm::cast<mlir::RankedTensorType>(constant.getValue().getType());
    constant.setValueAttr(
        mlir::SplatElementsAttr::get(type, builder.getZeroAttr(type.getElementType())));
  }

  mlir::func::FuncOp layer;
  mlir::Builder builder;
  llvm::StringMap<mlir::StringAttr> symbols;
};

} // namespace

LayerIdentity identityOf(mlir::func::FuncOp layer) {
  mlir::OwningOpRef<mlir::func::FuncOp> copy(layer.clone());
  Anonymiser(*copy).run();
  LayerIdentity identity;
  llvm::raw_string_ostream out(identity.text);
  // Without aliases and locations: neither depends on what else the module holds.
  (*copy)->print(out, mlir::OpPrintingFlags().useLocalScope());
  identity.key = schedules::contentHash(identity.text);
  return identity;
}

} // namespace convwright::compiler
