//===- BlockAnalyser.cpp - instruction counts and pipeline cycles of assembly ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/static/BlockAnalyser.h"

#include "schedules/tuning/measure/static/LlvmTarget.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/MC/MCInstrAnalysis.h>
#include <llvm/MCA/Context.h>
#include <llvm/MCA/CustomBehaviour.h>
#include <llvm/MCA/InstrBuilder.h>
#include <llvm/MCA/Pipeline.h>
#include <llvm/MCA/SourceMgr.h>

#include <algorithm>
#include <map>

namespace convwright::schedules {

namespace {

using namespace llvm;

/// Collects instructions instead of emitting them; labels of ours start the next block.
class Collector final : public MCStreamer {
public:
  Collector(MCContext &context, std::vector<std::vector<MCInst>> &blocks)
      : MCStreamer(context), blocks(blocks) {}

  void emitLabel(MCSymbol *symbol, SMLoc location) override {
    MCStreamer::emitLabel(symbol, location);
    blocks.emplace_back();
  }
  void emitInstruction(const MCInst &instruction, const MCSubtargetInfo &) override {
    if (!blocks.empty())
      blocks.back().push_back(instruction);
  }
  bool emitSymbolAttribute(MCSymbol *, MCSymbolAttr) override { return true; }
  void emitCommonSymbol(MCSymbol *, uint64_t, Align) override {}

private:
  std::vector<std::vector<MCInst>> &blocks;
};

} // namespace

struct BlockAnalyser::State {
  LlvmTarget llvm;
  MachineModel model;
  int fullBits = 128;
  std::unique_ptr<MCInstrAnalysis> analysis;
  std::vector<std::vector<MCInst>> blocks;

  StringRef nameOf(const MCInst &inst) const {
    return llvm.instructions->getName(inst.getOpcode());
  }

  /// Bits of the widest vector register among the operands; 0: none.
  int vectorBits(const MCInst &inst) const {
    int bits = 0;
    for (const MCOperand &operand : inst)
      if (operand.isReg() && operand.getReg())
        bits = std::max(bits, bitsOf(llvm.registers->getName(operand.getReg())));
    return bits;
  }
  int bitsOf(StringRef name) const {
    if (llvm.triple.isX86())
      return name.starts_with("ZMM")   ? 512
             : name.starts_with("YMM") ? 256
             : name.starts_with("XMM") ? 128
                                       : 0;
    bool numbered = name.size() > 1 && isDigit(name[1]);
    if (name.starts_with("Q") && numbered)
      return 128;
    return numbered && StringRef("DSHB").contains(name[0]) ? 64 : 0;
  }

  bool usesStack(const MCInst &inst) const {
    return std::any_of(inst.begin(), inst.end(), [&](const MCOperand &operand) {
      if (!operand.isReg() || !operand.getReg())
        return false;
      StringRef name = llvm.registers->getName(operand.getReg());
      return name == "RSP" || name == "SP";
    });
  }

  /// What tells apart stack slots: the immediates of the address.
  std::string slotOf(const MCInst &inst) const {
    std::string slot;
    for (const MCOperand &operand : inst)
      if (operand.isImm())
        slot += std::to_string(operand.getImm()) + ",";
    return slot;
  }

  bool isFma(StringRef name) const {
    return llvm.triple.isX86()
               ? name.starts_with("VFM") || name.starts_with("VFNM")
               : name.starts_with("FMLA") || name.starts_with("FMLS") || name.starts_with("FMADD");
  }
  bool isBroadcast(StringRef name) const {
    return llvm.triple.isX86() ? name.starts_with("VBROADCAST") || name.ends_with("mb")
                               : name.starts_with("LD1R");
  }
  /// Moves data and computes nothing.
  bool isMove(StringRef name) const {
    if (llvm.triple.isX86())
      return name.starts_with("VMOV") || name.starts_with("MOV") ||
             (name.starts_with("VBROADCAST") && name.ends_with("rm"));
    return name.starts_with("LD") || name.starts_with("ST");
  }
  int transfers(StringRef name) const {
    return name.starts_with("LDP") || name.starts_with("STP") ? 2 : 1;
  }

  void count(const MCInst &inst, InstructionCounts &counts,
             std::map<std::string, std::pair<int, int>> &slots) const {
    const MCInstrDesc &desc = llvm.instructions->get(inst.getOpcode());
    StringRef name = nameOf(inst);
    int bits = vectorBits(inst);
    bool full = bits >= fullBits, call = desc.isCall();
    ++counts.all;
    counts.calls += call;
    if (bits && isFma(name))
      ++counts.vectorFma;
    else if (bits && !isMove(name))
      ++counts.vectorOther;
    if (desc.mayLoad() && !call && !desc.isReturn()) {
      int &loads = isBroadcast(name) ? counts.broadcasts
                   : full            ? counts.fullLoads
                                     : counts.narrowLoads;
      loads += transfers(name);
    }
    if (desc.mayStore() && !call)
      (full ? counts.fullStores : counts.narrowStores) += transfers(name);
    if (full && usesStack(inst) && (desc.mayLoad() || desc.mayStore())) {
      auto &[loads, stores] = slots[slotOf(inst)];
      loads += desc.mayLoad();
      stores += desc.mayStore();
      counts.spillLoads += desc.mayLoad();
      counts.spillStores += desc.mayStore();
    }
  }

  /// LLVM's models send a load-and-broadcast through a vector pipe, too; where the machine does
  /// not, a plain load of the same operands stands in.
  MCInst corrected(const MCInst &inst) const {
    static const std::pair<StringRef, StringRef> loads[] = {
        {"VBROADCASTSSYrm", "VMOVUPSYrm"},
        {"VBROADCASTSSrm", "VMOVUPSrm"},
        {"VBROADCASTSSZrm", "VMOVUPSZrm"},
        {"VBROADCASTSSZ256rm", "VMOVUPSZ256rm"},
        {"VBROADCASTSSZ128rm", "VMOVUPSZ128rm"}};
    if (!model.broadcastIsNarrow)
      return inst;
    for (auto [from, to] : loads)
      if (nameOf(inst) == from)
        if (unsigned opcode = opcodeOf(to)) {
          MCInst load = inst;
          load.setOpcode(opcode);
          return load;
        }
    return inst;
  }
  unsigned opcodeOf(StringRef name) const {
    auto [found, added] = opcodes.try_emplace(name, 0);
    if (added)
      for (unsigned opcode = 0; opcode < llvm.instructions->getNumOpcodes(); ++opcode)
        if (llvm.instructions->getName(opcode) == name)
          found->second = opcode;
    return found->second;
  }
  mutable std::map<StringRef, unsigned> opcodes;
};

BlockAnalyser::BlockAnalyser(std::unique_ptr<State> state) : state(std::move(state)) {}
BlockAnalyser::BlockAnalyser(BlockAnalyser &&) noexcept = default;
BlockAnalyser::~BlockAnalyser() = default;

Result<BlockAnalyser> BlockAnalyser::create(const std::string &triple, const MachineModel &model,
                                            int fullBits) {
  Result<LlvmTarget> llvm = LlvmTarget::find(triple, model.name);
  if (!llvm)
    return llvm.error();
  if (!llvm->subtarget->getSchedModel().hasInstrSchedModel())
    return Error{"LLVM has no scheduling model of CPU '" + model.name + "'"};
  auto state = std::make_unique<State>();
  state->analysis.reset(llvm->target->createMCInstrAnalysis(llvm->instructions.get()));
  state->llvm = std::move(*llvm);
  state->model = model;
  state->fullBits = fullBits;
  return BlockAnalyser(std::move(state));
}

Result<bool> BlockAnalyser::load(const std::vector<std::string> &blocks) {
  State &s = *state;
  std::string text;
  for (size_t i = 0; i < blocks.size(); ++i)
    text += "block_" + std::to_string(i) + ":\n" + blocks[i];
  s.blocks.clear();
  auto collector = [&](MCContext &context) {
    return std::make_unique<Collector>(context, s.blocks);
  };
  if (std::optional<Error> error = s.llvm.parse(text, /*finish=*/false, collector))
    return *error;
  // Symbols and expressions go away with the context: what refers to them becomes a number.
  for (std::vector<MCInst> &block : s.blocks)
    for (MCInst &inst : block)
      for (MCOperand &operand : inst)
        if (operand.isExpr())
          operand = MCOperand::createImm(0);
  return true;
}

InstructionCounts BlockAnalyser::counts(size_t block) const {
  InstructionCounts counts;
  std::map<std::string, std::pair<int, int>> slots;
  for (const MCInst &inst : state->blocks.at(block))
    state->count(inst, counts, slots);
  for (const auto &[slot, uses] : slots)
    counts.spillChain = std::max(counts.spillChain, std::min(uses.first, uses.second));
  return counts;
}

namespace {

class Simulation {
public:
  Simulation(const MCSubtargetInfo &subtarget, const MCInstrInfo &instructions,
             const MCRegisterInfo &registers, const MCInstrAnalysis *analysis)
      : subtarget(subtarget), instructions(instructions), registers(registers),
        instruments(subtarget, instructions),
        builder(subtarget, instructions, registers, analysis, instruments, /*CallLatency=*/100) {}

  /// Lowers what the model knows; calls and unknown instructions are left out.
  void add(const MCInst &inst) {
    if (Expected<std::unique_ptr<mca::Instruction>> lowered =
            builder.createInstruction(inst, SmallVector<mca::Instrument *>()))
      sequence.push_back(std::move(*lowered));
    else
      consumeError(lowered.takeError());
  }
  bool empty() const { return sequence.empty(); }

  Expected<unsigned> run(unsigned iterations, int dispatchWidth) {
    mca::CircularSourceMgr source(sequence, iterations);
    mca::CustomBehaviour behaviour(subtarget, source, instructions);
    mca::Context context(registers, subtarget);
    mca::PipelineOptions options(0, 0, static_cast<unsigned>(dispatchWidth), 0, 0, 0,
                                 /*NoAlias=*/true);
    return context.createDefaultPipeline(options, source, behaviour)->run();
  }

private:
  const MCSubtargetInfo &subtarget;
  const MCInstrInfo &instructions;
  const MCRegisterInfo &registers;
  mca::InstrumentManager instruments;
  mca::InstrBuilder builder;
  std::vector<std::unique_ptr<mca::Instruction>> sequence;
};

} // namespace

Result<double> BlockAnalyser::cycles(size_t block, int instructions) const {
  State &s = *state;
  Simulation simulation(*s.llvm.subtarget, *s.llvm.instructions, *s.llvm.registers,
                        s.analysis.get());
  for (const MCInst &inst : s.blocks.at(block)) {
    const MCInstrDesc &desc = s.llvm.instructions->get(inst.getOpcode());
    if (!desc.isCall() && !desc.isReturn())
      simulation.add(s.corrected(inst));
  }
  if (simulation.empty())
    return 0.0;
  auto size = static_cast<int>(std::max<size_t>(1, s.blocks[block].size()));
  int many = std::clamp(instructions * 3 / 4 / size, 4, 36), few = std::max(1, many / 3);
  Expected<unsigned> first = simulation.run(static_cast<unsigned>(few), s.model.dispatchWidth);
  if (!first)
    return Error{"MCA cannot simulate the block: " + toString(first.takeError())};
  Expected<unsigned> second = simulation.run(static_cast<unsigned>(many), s.model.dispatchWidth);
  if (!second)
    return Error{"MCA cannot simulate the block: " + toString(second.takeError())};
  return static_cast<double>(*second - *first) / (many - few);
}

} // namespace convwright::schedules
