//===- Driver.cpp - the whole flow on one page ----------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"

#include "compiler/Driver/AstText.h"
#include "compiler/Driver/KernelSources.h"
#include "compiler/Driver/KernelTexts.h"
#include "compiler/Driver/LayerIdentity.h"
#include "compiler/Driver/MlirMessages.h"
#include "compiler/IR/ConvTypes.h"
#include "compiler/Import/Import.h"
#include "compiler/Lowering/PlanLowering.h"
#include "compiler/Lowering/ProgramLowering.h"
#include "compiler/Reference/Interpreter.h"
#include "compiler/Transforms/Passes.h"
#include "dsl/Parser.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_os_ostream.h"

#include <set>

namespace convwright::compiler {

using schedules::Target;

/// A stage's result, or nothing; then blame and messages say why.
using MaybeModule = mlir::OwningOpRef<mlir::ModuleOp>;

struct Driver::State {
  explicit State(std::ostream &messages) : out(messages), diagnostics(sources, out) {
    context.disableMultithreading(); // modules are small, and messages keep their order
  }

  bool parseAndImport(std::unique_ptr<llvm::MemoryBuffer> text, const std::string &directory);
  bool describeLayers();
  MaybeModule plan(const Target &target, const PlanOverrides &overrides,
                   std::string_view onlyLayer);
  bool formKernels(mlir::func::FuncOp layer, const LayerForm &form);
  void noteKernels(mlir::ModuleOp planned, TargetProgram &program);
  mlir::func::FuncOp find(std::string_view layer);
  bool runPasses(mlir::Operation *op, llvm::function_ref<void(mlir::OpPassManager &)> build,
                 Blame onFailure);
  void internalError(const std::string &message);
  bool userError(const std::string &message);

  llvm::raw_os_ostream out;
  llvm::SourceMgr sources;
  dsl::DiagnosticEngine diagnostics;
  mlir::MLIRContext context;
  dsl::Module tree;
  MaybeModule module;
  std::vector<LayerInterface> layers;
  std::vector<std::string> filesRead;
  std::map<std::string, FormAdvice> forms;        // of the layers planned last
  std::map<std::string, KernelContents> contents; // of the kernels compiled, by target
  Blame blame = Blame::Nobody;
};

Driver::Driver(std::ostream &messages) : state(std::make_unique<State>(messages)) {}
Driver::~Driver() = default;

Blame Driver::blame() const { return state->blame; }
const std::vector<LayerInterface> &Driver::layers() const { return state->layers; }
const std::vector<std::string> &Driver::filesRead() const { return state->filesRead; }

const LayerInterface *Driver::findLayer(std::string_view name) const {
  for (const LayerInterface &layer : state->layers)
    if (layer.name == name)
      return &layer;
  return nullptr;
}

void Driver::State::internalError(const std::string &message) {
  out << "internal error: " << message << "\n";
  out.flush();
  blame = Blame::Compiler;
}

bool Driver::State::userError(const std::string &message) {
  out << "error: " << message << "\n";
  out.flush();
  blame = Blame::User;
  return false;
}

//===----------------------------------------------------------------------===//
// Text → tree → module
//===----------------------------------------------------------------------===//

bool Driver::open(const std::string &path) {
  auto text = llvm::MemoryBuffer::getFile(path, /*IsText=*/false);
  if (!text)
    return state->userError("cannot read " + path + ": " + text.getError().message());
  state->filesRead = {path};
  std::string directory = llvm::sys::path::parent_path(path).str();
  return state->parseAndImport(std::move(*text), directory.empty() ? "." : directory);
}

bool Driver::openText(std::string text, const std::string &name, const std::string &directory) {
  return state->parseAndImport(llvm::MemoryBuffer::getMemBufferCopy(text, name), directory);
}

bool Driver::State::parseAndImport(std::unique_ptr<llvm::MemoryBuffer> text,
                                   const std::string &directory) {
  assert(sources.getNumBuffers() == 0 && "a driver opens one file");
  unsigned buffer = sources.AddNewSourceBuffer(std::move(text), llvm::SMLoc());
  tree = dsl::parse(diagnostics, buffer);
  if (!diagnostics.hasErrors()) {
    ImportResult imported =
        importModule(context, tree, diagnostics, {directory, schedules::algorithmNames()});
    module = std::move(imported.module);
    filesRead.insert(filesRead.end(), imported.filesRead.begin(), imported.filesRead.end());
  }
  out.flush();
  if (!module) {
    blame = Blame::User;
    return false;
  }
  MlirMessages messages(&context);
  if (mlir::succeeded(mlir::verify(*module)))
    return describeLayers();
  internalError("the imported module does not verify\n" + messages.text());
  return false;
}

/// The interfaces, from the functions' attributes.
bool Driver::State::describeLayers() {
  for (auto function : module->getOps<mlir::func::FuncOp>())
    layers.push_back(interfaceOf(function));
  return true;
}

//===----------------------------------------------------------------------===//
// Module → planned module → program
//===----------------------------------------------------------------------===//

mlir::func::FuncOp Driver::State::find(std::string_view layer) {
  return module->lookupSymbol<mlir::func::FuncOp>(llvm::StringRef(layer));
}

/// Runs a pipeline on a module or a layer; its errors are the user's or ours.
bool Driver::State::runPasses(mlir::Operation *op,
                              llvm::function_ref<void(mlir::OpPassManager &)> build,
                              Blame onFailure) {
  MlirMessages messages(&context);
  mlir::PassManager manager(&context, op->getName().getStringRef());
  build(manager);
  if (mlir::succeeded(manager.run(op)))
    return true;
  if (onFailure == Blame::User && messages.any()) {
    messages.reportAsUserErrors(diagnostics);
    out.flush();
    blame = Blame::User;
  } else {
    internalError("a pass failed\n" + messages.text());
  }
  return false;
}

bool Driver::State::formKernels(mlir::func::FuncOp layer, const LayerForm &form) {
  return runPasses(
      layer, [&](mlir::OpPassManager &manager) { ir::buildLayerPipeline(manager, form); },
      Blame::Compiler);
}

/// The form that is asked for, or advised, or the default; and why.
static FormAdvice chooseForm(mlir::func::FuncOp layer, const Target &target,
                             const PlanOverrides &overrides) {
  if (auto found = overrides.forms.find(layer.getName().str()); found != overrides.forms.end())
    return {found->second, "asked for"};
  if (overrides.form)
    return {overrides.form, "asked for"};
  bool mayAdvise = overrides.algorithm.empty() && overrides.parameters.empty();
  return mayAdvise && overrides.formAdvisor ? overrides.formAdvisor(identityOf(layer), target)
                                            : FormAdvice();
}

MaybeModule Driver::State::plan(const Target &target, const PlanOverrides &overrides,
                                std::string_view onlyLayer) {
  MaybeModule planned = module->clone();
  for (auto function : llvm::make_early_inc_range(planned->getOps<mlir::func::FuncOp>()))
    if (!onlyLayer.empty() && function.getName() != llvm::StringRef(onlyLayer))
      function.erase();
  ir::SelectPlanOptions options;
  options.target = target.here ? "host" : target.name;
  options.algorithm = overrides.algorithm;
  for (const auto &[name, value] : overrides.parameters)
    options.parameters.push_back(name + "=" + std::to_string(value));
  planned.get()->setAttr(ir::targetAttrName, mlir::StringAttr::get(&context, target.name));

  for (auto function : planned->getOps<mlir::func::FuncOp>()) {
    FormAdvice &form = forms[function.getName().str()] = chooseForm(function, target, overrides);
    if (!formKernels(function, form.form.value_or(LayerForm())))
      return {};
  }
  bool done = runPasses(
                  *planned,
                  [&](mlir::OpPassManager &manager) {
                    manager.addPass(ir::createSelectPlan(options, overrides.advisor));
                  },
                  Blame::User) &&
              runPasses(
                  *planned,
                  [](mlir::OpPassManager &manager) {
                    manager.addNestedPass<mlir::func::FuncOp>(ir::createPlanWorkspace());
                  },
                  Blame::Compiler);
  return done ? std::move(planned) : MaybeModule();
}

/// What --explain says beside what the lowering knows.
void Driver::State::noteKernels(mlir::ModuleOp planned, TargetProgram &program) {
  KernelContents &known = contents[program.target.name];
  for (LayerProgram &layer : program.layers) {
    auto function = planned.lookupSymbol<mlir::func::FuncOp>(layer.name);
    for (auto [step, kernel] :
         llvm::zip_equal(layer.steps, function.getBody().getOps<ir::KernelOp>())) {
      known[{layer.name, step.kernel.name}] = sourcesOf(kernel, sources);
      if (double tolerance = requestOf(kernel).tolerance; tolerance > 0)
        leaveOutByTolerance(step, tolerance);
    }
  }
}

std::string Driver::explain(const TargetProgram &program) const {
  return explainPlans(program, state->contents[program.target.name]);
}

std::optional<TargetProgram> Driver::compile(const Target &target, const PlanOverrides &overrides,
                                             std::string_view onlyLayer) {
  MaybeModule planned = state->plan(target, overrides, onlyLayer);
  if (!planned)
    return std::nullopt;
  MlirMessages messages(&state->context);
  llvm::FailureOr<TargetProgram> program = lowerModule(*planned, target);
  if (llvm::failed(program)) {
    state->internalError("lowering failed\n" + messages.text());
    return std::nullopt;
  }
  state->noteKernels(*planned, *program);
  for (LayerProgram &layer : program->layers) {
    const FormAdvice &form = state->forms.at(layer.name);
    layer.form = form.form.value_or(LayerForm());
    layer.formNote = form.note;
  }
  return std::optional<TargetProgram>(std::move(program));
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

/// The kernels of a formed layer. Long constants are left out: forms share them.
static std::string kernelText(mlir::func::FuncOp layer) {
  std::string text;
  llvm::raw_string_ostream out(text);
  layer->print(out, mlir::OpPrintingFlags().useLocalScope().elideLargeElementsAttrs());
  return text;
}

std::vector<LayerForm> Driver::distinctForms(std::string_view layer) {
  std::vector<LayerForm> distinct;
  std::set<std::string> seen;
  mlir::func::FuncOp function = state->find(layer);
  for (const LayerForm &form : function ? allLayerForms() : std::vector<LayerForm>()) {
    mlir::OwningOpRef<mlir::func::FuncOp> formed(function.clone());
    if (!state->formKernels(*formed, form))
      return {};
    if (seen.insert(kernelText(*formed)).second)
      distinct.push_back(form);
  }
  return distinct;
}

std::optional<LayerIdentity> Driver::identity(std::string_view layer) const {
  mlir::func::FuncOp function = state->find(layer);
  return function ? std::optional(identityOf(function)) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

static std::string print(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  module.print(out);
  return text;
}

std::optional<std::string> Driver::textAt(Stage stage, const Target &target,
                                          const PlanOverrides &overrides) {
  if (stage == Stage::Ast)
    return printTree(state->tree);
  if (stage == Stage::Mlir)
    return print(*state->module);
  if (stage == Stage::Plan) {
    MaybeModule planned = state->plan(target, overrides, "");
    return planned ? std::optional(print(*planned)) : std::nullopt;
  }
  std::optional<TargetProgram> program = compile(target, overrides);
  if (!program)
    return std::nullopt;
  auto text = kernelTexts(*program, stage);
  if (text)
    return *text;
  state->internalError(text.error().message);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Reference
//===----------------------------------------------------------------------===//

schedules::Result<ExactTensors> Driver::runReference(std::string_view layer,
                                                     const ExactTensors &inputs) {
  mlir::func::FuncOp function = state->find(layer);
  if (!function)
    return schedules::Error{"there is no layer '" + std::string(layer) + "'"};
  return interpret(function, inputs);
}

} // namespace convwright::compiler
