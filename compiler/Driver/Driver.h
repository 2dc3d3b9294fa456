//===- Driver.h - from a .conv file to programs, texts and reference results ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler as its tools see it: no MLIR type crosses this header.
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_COMPILER_DRIVER_DRIVER_H
#define CONVWRIGHT_COMPILER_DRIVER_DRIVER_H

#include "compiler/Lowering/LayerForm.h"
#include "compiler/Lowering/Program.h"
#include "compiler/Reference/ExactTensor.h"

#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convwright::compiler {

/// What `convwright compile --emit` shows.
enum class Stage : uint8_t { Ast, Mlir, Plan, LoopNest, Halide, Assembly, LlvmIr };
/// "ast", "mlir", "plan", "loopnest", "halide", "asm", "llvm-ir".
std::string_view spell(Stage stage);
/// All of them, in the order of the flow.
const std::vector<Stage> &allStages();

/// Whose fault the last failure was.
enum class Blame : uint8_t { Nobody, User, Compiler };

/// What makes two layers the same: the imported function without names, documentation and
/// places.
struct LayerIdentity {
  std::string key;  // 16 hexadecimal digits of a hash of the text: an index, the text decides
  std::string text; // the function; constants by a digest of their values
};

/// What somebody who has measured a layer's forms says of it: records.
struct FormAdvice {
  std::optional<LayerForm> form; // none: the default
  std::string note;              // for people; may be empty
};
using FormAdvisor = std::function<FormAdvice(const LayerIdentity &, const schedules::Target &)>;

/// What the command line asks of every kernel with convolutions (a convolution's own `algorithm =`
/// gives way) and of the layers' forms. Then comes what the advisors know, then the compiler's own
/// choice. Whoever asks for an algorithm or parameters is not advised on forms: those were measured
/// with other plans.
struct PlanOverrides {
  std::string algorithm;                     // empty: the compiler chooses
  std::map<std::string, int64_t> parameters; // of the algorithm's plan
  schedules::Advisor advisor = {};           // may be empty
  std::optional<LayerForm> form{};           // of every layer
  std::map<std::string, LayerForm> forms{};  // of single layers, by name; goes before `form`
  FormAdvisor formAdvisor{};                 // asked for all other layers; may be empty
};

/// A layer as its callers see it.
struct LayerInterface {
  std::string name;
  std::string documentation;
  std::vector<schedules::Symbol> symbols;
  std::vector<TensorInfo> arguments; // activations, in order of declaration
  std::vector<TensorInfo> weights;
  std::vector<TensorInfo> results;
};

/// One .conv file on its way through the compiler. Everything that goes wrong is written to
/// `messages` in the style of clang, warnings too; failing functions return nothing, and blame()
/// says whose fault it was. One thread at a time.
class Driver {
public:
  explicit Driver(std::ostream &messages);
  ~Driver();
  Driver(const Driver &) = delete;
  Driver &operator=(const Driver &) = delete;

  /// Reads, parses, checks and imports a file: what `convwright check` does. False: not usable.
  /// The same for a text; `name` stands for the file in messages, `directory` is where `load`
  /// looks.
  bool open(const std::string &path);
  bool openText(std::string text, const std::string &name, const std::string &directory);

  /// After open. The layers, in order of the file.
  const std::vector<LayerInterface> &layers() const;
  const LayerInterface *findLayer(std::string_view name) const;
  /// The .conv file and the files that its constants came from.
  const std::vector<std::string> &filesRead() const;

  /// Chooses plans for `target` and lowers all layers, or that one.
  std::optional<TargetProgram> compile(const schedules::Target &target,
                                       const PlanOverrides &overrides = {},
                                       std::string_view onlyLayer = "");

  /// What `--explain` prints of a program that compile() gave: a layer's form when it is not the
  /// default, what stands in each kernel, its plan, and why every other algorithm was not chosen.
  std::string explain(const TargetProgram &program) const;

  /// The forms of a layer that differ in at least one kernel, the default first. Nothing but the
  /// default for a layer that there is only one way to form. Empty: failed, or no such layer.
  std::vector<LayerForm> distinctForms(std::string_view layer);
  /// None: there is no such layer.
  std::optional<LayerIdentity> identity(std::string_view layer) const;

  /// The file at a stage of the flow, for `target` where the stage depends on it.
  std::optional<std::string> textAt(Stage stage, const schedules::Target &target,
                                    const PlanOverrides &overrides = {});

  /// Runs a layer in the reference interpreter: double precision, plain loops. `inputs` are its
  /// arguments and weights by name. The error says what does not fit.
  schedules::Result<ExactTensors> runReference(std::string_view layer, const ExactTensors &inputs);

  Blame blame() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace convwright::compiler

#endif // CONVWRIGHT_COMPILER_DRIVER_DRIVER_H
