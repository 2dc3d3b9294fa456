//===- KernelLowering.cpp - conv.kernel to schedules::Kernel ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/KernelLowering.h"

#include "compiler/IR/ConvTypes.h"
#include "compiler/IR/Placement.h"
#include "compiler/Lowering/ConstantData.h"
#include "compiler/Lowering/ExpressionLowering.h"
#include "schedules/kernel/Access.h"
#include "schedules/kernel/Phases.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace convwright;
using namespace convwright::compiler;
using schedules::Kernel;
using schedules::Operand;
using schedules::ScalarExpr;
using schedules::ScalarOp;

namespace {

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

std::string nameOfArgument(mlir::BlockArgument argument) {
  auto layer = llvm::cast<mlir::func::FuncOp>(argument.getOwner()->getParentOp());
  auto name = layer.getArgAttrOfType<mlir::StringAttr>(argument.getArgNumber(), ir::nameAttrName);
  return name ? name.str() : "arg" + std::to_string(argument.getArgNumber());
}

Operand lowerOperand(mlir::Value input, ir::Symbols symbols) {
  Operand operand;
  ir::TensorSpec spec = ir::specOf(input.getType(), symbols);
  operand.type = spec.type;
  operand.dims = spec.dims.empty() ? ir::Dims{schedules::Extent::constant(1)} : spec.dims;
  operand.layout = ir::layoutOf(input.getType());
  operand.role = spec.weightSide ? Operand::Role::Weight : Operand::Role::Activation;
  if (auto argument = llvm::dyn_cast<mlir::BlockArgument>(input)) {
    operand.name = nameOfArgument(argument);
  } else if (auto constant = input.getDefiningOp<ir::ConstantOp>()) {
    operand.name = constant.getName().str();
    operand.role = Operand::Role::Constant;
    operand.data = bytesOf(constant.getValue());
  } else if (auto producer = input.getDefiningOp<ir::KernelOp>()) {
    unsigned number = llvm::cast<mlir::OpResult>(input).getResultNumber();
    operand.name = producer.getName().str() + "_out" + std::to_string(number);
  } else {
    operand.name = input.getDefiningOp()->getName().stripDialect().str();
  }
  if (!spec.weightSide)
    operand.part = ir::placementOf(input, symbols).part;
  return operand;
}

//===----------------------------------------------------------------------===//
// Stages and outputs
//===----------------------------------------------------------------------===//

/// Packing evaluates one expression for each filter and bias.
constexpr size_t maxWeightOperations = 1024;

class Lowering {
public:
  explicit Lowering(ir::KernelOp op) : op(op), symbols(ir::symbolsOf(op)) {
    for (unsigned i = 0; i < op.getInputs().size(); ++i)
      reads.push_back({i});
  }

  llvm::FailureOr<LoweredKernel> run() {
    if (llvm::failed(checkWeightWork()))
      return llvm::failure();
    result.kernel.name = op.getName().str();
    result.kernel.symbols = symbols;
    for (auto stage : op.getBody().getOps<ir::StageOp>())
      indices[stage->getResult(0)] = static_cast<int32_t>(indices.size());
    for (auto stage : op.getBody().getOps<ir::StageOp>())
      lowerStage(stage);
    mlir::Operation *yield = op.getBody().front().getTerminator();
    for (auto [i, value] : llvm::enumerate(yield->getOperands()))
      lowerResult(value, static_cast<unsigned>(i));
    if (failed)
      return llvm::failure();
    keepUsedOperands();
    raiseRanks();
    layOnePixelImagesAlike();
    return std::move(result);
  }

private:
  /// Before expressions are built of it, recursively.
  llvm::LogicalResult checkWeightWork() {
    size_t count = 0;
    for (auto map : op.getBody().getOps<ir::MapOp>())
      if (ir::isWeightSide(map.getResult()))
        count += map.getBody().front().getOperations().size() - 1; // without the yield
    if (count <= maxWeightOperations)
      return llvm::success();
    return op.emitError() // C53
           << ir::violate(53, {std::to_string(count), std::to_string(maxWeightOperations)}).text();
  }

  /// Operands go by their numbers in `reads`, until keepUsedOperands.
  std::optional<ScalarExpr> leafOf(mlir::Value tensor) {
    if (auto found = indices.find(tensor); found != indices.end()) {
      ScalarExpr stage = ScalarExpr::conv(found->second + static_cast<int32_t>(phase));
      stage.nodes.back().type = ir::specOf(tensor.getType(), symbols).type;
      return stage;
    }
    if (llvm::isa<mlir::BlockArgument>(tensor))
      return elementOf(tensor, {});
    if (auto access = tensor.getDefiningOp<ir::AccessOp>())
      return accessedElement(access);
    return std::nullopt;
  }

  /// Where an element of a phase's output lies in a tensor of the whole result's extents, or one
  /// that broadcasts against it.
  schedules::Access inWhole(const ir::Dims &seen) const {
    schedules::Access access;
    const schedules::Part &part = parts[phase];
    for (size_t i = 0; i < seen.size(); ++i) {
      access.axes.emplace_back();
      if (seen[i] == schedules::Extent::constant(1)) {
        access.dims.push_back(seen[i]);
        continue;
      }
      access.dims.push_back(result.kernel.stages[phase].outputDims[i]);
      access.axes[i].offset = part.start[i];
      access.axes[i].terms = {{.axis = schedules::axisAt(i, seen.size()), .mul = part.step[i]}};
    }
    return access;
  }

  /// An element of an operand, or of an access of one, through `accesses`.
  ScalarExpr elementOf(mlir::Value tensor, std::vector<schedules::Access> accesses) {
    ir::TensorSpec seen = ir::specOf(tensor.getType(), symbols);
    if (inPart && !seen.weightSide && seen.dims.size() > 1)
      accesses.insert(accesses.begin(),
                      inWhole(accesses.empty() ? seen.dims : accesses.front().dims));
    ir::Dims reshaped;
    while (auto access = tensor.getDefiningOp<ir::AccessOp>()) {
      ir::AccessForm form = access.accessForm(symbols);
      assert(form.isOneElement() && "FormKernels stores what accesses read otherwise");
      tensor = access->getOperand(0);
      if (form.keepsOrder && ir::liesInOrder(tensor.getType()) &&
          llvm::isa<mlir::BlockArgument>(tensor))
        reshaped = form.reads.front().dims;
      else
        accesses.push_back(std::move(form.reads.front()));
    }
    auto argument = llvm::cast<mlir::BlockArgument>(tensor);
    return ScalarExpr::operand(
        numberOf({argument.getArgNumber(), std::move(accesses), std::move(reshaped)}),
        ir::specOf(tensor.getType(), symbols).type);
  }

  ScalarExpr accessedElement(ir::AccessOp access) {
    ir::AccessForm form = access.accessForm(symbols);
    auto firstSampling = static_cast<int32_t>(result.kernel.samplings.size());
    auto firstFold = static_cast<int32_t>(result.kernel.folds.size());
    llvm::append_range(result.kernel.samplings, form.samplings);
    auto place = [&](ScalarExpr &expr) {
      for (schedules::ScalarNode &node : expr.nodes) {
        if (node.op == ScalarOp::Operand)
          node = elementOf(access->getOperand(0), {form.reads[node.index]}).root();
        else if (node.op == ScalarOp::Fraction)
          node.index += firstSampling;
        else if (node.op == ScalarOp::Fold)
          node.index += firstFold;
      }
    };
    for (schedules::Fold &fold : form.folds)
      place(fold.value);
    place(form.value);
    llvm::append_range(result.kernel.folds, form.folds);
    return std::move(form.value);
  }

  /// A block argument, and what it is read through; `reshaped`: its extents, where they are not its
  /// type's.
  struct Read {
    unsigned argument;
    std::vector<schedules::Access> accesses = {};
    ir::Dims reshaped = {};
    bool operator==(const Read &) const = default;
  };

  int32_t numberOf(Read read) {
    auto found = llvm::find(reads, read);
    if (found == reads.end())
      found = reads.insert(reads.end(), std::move(read));
    return static_cast<int32_t>(found - reads.begin());
  }

  ScalarExpr expression(mlir::Value tensor) {
    auto leaf = [this](mlir::Value value) { return leafOf(value); };
    llvm::FailureOr<ScalarExpr> expr = ExpressionLowering(leaf).lower(tensor);
    failed |= llvm::failed(expr);
    return llvm::succeeded(expr) ? *expr : ScalarExpr::constant(0, schedules::ElementType::F32);
  }

  /// A transposed convolution, alone in its kernel, becomes a stage for each phase.
  void lowerStage(ir::StageOp op) {
    auto expressionOf = [this](mlir::Value tensor) { return expression(tensor); };
    schedules::Stage stage = op.lowerToStage(expressionOf, symbols);
    if (!stage.transposed) {
      result.kernel.stages.push_back(std::move(stage));
      return;
    }
    for (schedules::Phase &phase : schedules::phasesOf(stage, symbols)) {
      result.kernel.stages.push_back(std::move(phase.stage));
      parts.push_back(std::move(phase.part));
    }
  }

  /// One output, or one for each phase.
  void lowerResult(mlir::Value value, unsigned number) {
    std::optional<schedules::Part> place = ir::placementOf(op->getResult(number), symbols).part;
    inPart = !parts.empty();
    for (phase = 0; phase < std::max<size_t>(parts.size(), 1); ++phase) {
      lowerOutput(value, number);
      result.results.push_back(number);
      schedules::Output &output = result.kernel.outputs.back();
      output.part = place;
      if (parts.empty())
        continue;
      output.dims = result.kernel.stages[phase].outputDims;
      output.part = place ? ir::within(*place, parts[phase], symbols) : parts[phase];
    }
    phase = 0;
    inPart = false;
  }

  void lowerOutput(mlir::Value value, size_t number) {
    schedules::Output output;
    ir::TensorSpec spec = ir::specOf(value.getType(), symbols);
    output.name = op.getName().str() + "_out" + std::to_string(number);
    output.value = expression(value);
    output.type = spec.type;
    output.dims = spec.dims;
    if (spec.dims.size() < 2)
      output.dims.insert(output.dims.begin(), 2 - spec.dims.size(), schedules::Extent::constant(1));
    output.layout = ir::layoutOf(value.getType());
    result.kernel.outputs.push_back(std::move(output));
  }

  /// Kernels have two or three spatial axes: what has fewer gets leading ones of extent 1, which
  /// lies alike in memory; so do the weights beside it.
  void raiseRanks() {
    Kernel &kernel = result.kernel;
    size_t rank = 4;
    for (const Operand &operand : kernel.operands)
      if (operand.role == Operand::Role::Activation && operand.dims.size() <= 5)
        rank = std::max(rank, operand.dims.size());
    for (const schedules::Output &output : kernel.outputs)
      rank = std::max(rank, output.dims.size());
    auto raise = [rank](ir::Dims &dims) {
      if (dims.size() > 1 && dims.size() < rank)
        dims.insert(dims.begin() + 2, rank - dims.size(), schedules::Extent::constant(1));
    };
    auto raisePart = [&](std::optional<schedules::Part> &part) {
      if (!part)
        return;
      size_t more = rank - part->step.size();
      part->start.insert(part->start.begin() + 2, more, schedules::Extent::constant(0));
      part->step.insert(part->step.begin() + 2, more, 1);
      raise(part->whole);
    };
    for (schedules::Fold &fold : kernel.folds)
      raise(fold.dims);
    for (Operand &operand : kernel.operands) {
      raisePart(operand.part);
      raise(operand.dims);
      for (schedules::Access &access : operand.accesses)
        raiseAxes(access, rank), raise(access.dims);
    }
    for (schedules::Output &output : kernel.outputs) {
      raisePart(output.part);
      raise(output.dims);
    }
    for (schedules::Stage &stage : kernel.stages) {
      size_t more = rank - 2 - stage.window.size();
      stage.window.insert(stage.window.begin(), more, {});
      if (stage.phase) {
        stage.phase->first.insert(stage.phase->first.begin(), more, 0);
        stage.phase->step.insert(stage.phase->step.begin(), more, 1);
      }
      raise(stage.inputDims);
      raise(stage.outputDims);
    }
  }

  /// Images of one pixel lie alike in both layouts; algorithms are at their best with one of them.
  void layOnePixelImagesAlike() {
    Kernel alike = result.kernel;
    for (Operand &operand : alike.operands)
      if (operand.role == Operand::Role::Activation)
        operand.layout = schedules::Layout::ChannelsLast;
    for (schedules::Output &output : alike.outputs)
      output.layout = schedules::Layout::ChannelsLast;
    if (schedules::hasOnePixelImages(alike))
      result.kernel = std::move(alike);
  }

  static void raiseAxes(schedules::Access &access, size_t rank) {
    for (size_t missing = rank - access.axes.size(); missing > 0; --missing) {
      schedules::Axis axis = schedules::axisAt(1 + missing, rank);
      access.axes.insert(access.axes.begin() + 2, schedules::sameIndex(axis));
    }
  }

  template <typename Visitor> void forEachExpression(Visitor visit) {
    for (schedules::Stage &stage : result.kernel.stages)
      schedules::forEachExpression(stage, visit);
    for (schedules::Fold &fold : result.kernel.folds)
      visit(fold.value);
    for (schedules::Output &output : result.kernel.outputs)
      visit(output.value);
  }

  /// Expressions name reads so far; unused ones go, the others are renumbered.
  void keepUsedOperands() {
    std::vector<int32_t> renumbered(reads.size(), -1);
    forEachExpression([&](ScalarExpr &expr) {
      for (schedules::ScalarNode &node : expr.nodes)
        if (node.op == ScalarOp::Operand)
          renumbered[node.index] = 0;
    });
    for (unsigned i = 0; i < renumbered.size(); ++i) {
      if (renumbered[i] < 0)
        continue;
      renumbered[i] = static_cast<int32_t>(result.inputs.size());
      result.inputs.push_back(reads[i].argument);
      result.kernel.operands.push_back(lowerOperand(op.getInputs()[reads[i].argument], symbols));
      Operand &operand = result.kernel.operands.back();
      operand.accesses = std::move(reads[i].accesses);
      if (!reads[i].reshaped.empty())
        operand.dims = std::move(reads[i].reshaped);
    }
    forEachExpression([&](ScalarExpr &expr) {
      for (schedules::ScalarNode &node : expr.nodes)
        if (node.op == ScalarOp::Operand)
          node.index = renumbered[node.index];
    });
  }

  ir::KernelOp op;
  std::vector<ir::Symbol> symbols;
  llvm::DenseMap<mlir::Value, int32_t> indices; // of the stages; of the first of phases
  std::vector<Read> reads;                      // the block's arguments first
  std::vector<schedules::Part> parts;           // of the result, that the phases give
  size_t phase = 0;                             // whose output is being lowered
  bool inPart = false;                          // whether such an output is
  LoweredKernel result;
  bool failed = false;
};

} // namespace

llvm::FailureOr<LoweredKernel> compiler::lowerKernel(ir::KernelOp op) { return Lowering(op).run(); }
