//===- Header.cpp - the generated C header -------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/LibraryTexts.h"
#include "compiler/Emit/Mapped.h"
#include "compiler/Emit/Names.h"

#include <algorithm>
#include <cctype>
#include <iomanip>
#include <sstream>

namespace convwright::compiler {

namespace {

/// Cannot end the comment that it stands in.
std::string inComment(std::string text) {
  for (size_t at; (at = text.find("*/")) != std::string::npos;)
    text.insert(at + 1, " ");
  return text;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::vector<std::string> namesOf(const std::vector<TensorInfo> &tensors) {
  return mapped(tensors, [](const TensorInfo &tensor) { return tensor.name; });
}

/// The parameters of a layer's entries, as C names.
struct Parameters {
  explicit Parameters(const LayerProgram &layer) {
    weights = parameterNames(namesOf(layer.weights), {"packed"});
    std::vector<std::string> all = namesOf(layer.arguments);
    std::ranges::copy(namesOf(layer.results), std::back_inserter(all));
    std::vector<std::string> named = parameterNames(all, {"packed", "options"});
    auto middle = named.begin() + static_cast<std::ptrdiff_t>(layer.arguments.size());
    arguments.assign(named.begin(), middle);
    results.assign(middle, named.end());
  }
  std::vector<std::string> arguments, results, weights;
};

class HeaderWriter {
public:
  explicit HeaderWriter(const CompiledLibrary &library) : library(library) {}

  std::string write() {
    begin();
    for (size_t l = 0; l < library.layerCount(); ++l)
      writeLayer(library.layer(l));
    end();
    return out.str();
  }

private:
  void begin() {
    std::string guard = "CONVWRIGHT_GENERATED_" + upper(library.name) + "_H";
    out << "/* " << library.name << ".h - made by Convwright " << CONVWRIGHT_VERSION
        << ". Changes will be lost.\n"
        << " *\n"
        << " * Link lib" << library.name << ".a and Convwright's runtime (CMake: find_package("
        << library.name << ")).\n"
        << " * Targets in it:";
    for (const CompiledTarget &target : library.targets)
      out << ' ' << target.program->target.name;
    out << ". The best that the machine has is chosen at the first call;\n"
        << " * the environment's CONVWRIGHT_TARGET names another.\n"
        << " * Shapes are DLPack's, in the order N, C, H, W whatever the layout in memory; "
           "strides\n"
        << " * count elements and may be null for nchw. Rows, planes and images may lie apart\n"
        << " * (crops, padded rows): <convwright/convwright.h> says how. Every entry checks its\n"
        << " * arguments: what it returns is CW_OK or a status of <convwright/convwright.h>, and\n"
        << " * cw_last_error() says more. NaN and infinities are values like any other; they\n"
        << " * propagate as in PyTorch.\n"
        << " * Entries may be called from many threads at a time.\n"
        << " */\n";
    out << "#ifndef " << guard << "\n#define " << guard << "\n\n"
        << "#include <convwright/convwright.h>\n\n"
        << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        << "/** What this library holds, as JSON: the text of " << library.name << ".json. */\n"
        << "const char *" << library.name << "_description(void);\n";
  }

  void end() { out << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n"; }

  void writeLayer(const LayerProgram &layer) {
    Parameters names(layer);
    std::string prefix = layerPrefix(library.name, layer);
    writeDocumentation(layer, names);
    writeWorkspaceBytes(layer, prefix);
    if (!layer.weights.empty())
      writePack(layer, prefix, names);
    writeRun(layer, prefix, names);
  }

  void writeDocumentation(const LayerProgram &layer, const Parameters &names) {
    out << "\n/* " << std::string(76, '-') << "\n * Layer " << layer.name << "\n *\n";
    std::istringstream documentation(layer.documentation);
    for (std::string line; std::getline(documentation, line);)
      out << (line.empty() ? " *" : " * " + inComment(line)) << '\n';
    if (!layer.documentation.empty())
      out << " *\n";
    writeTensors(layer, layer.arguments, names.arguments);
    writeTensors(layer, layer.weights, names.weights, /*areWeights=*/true);
    writeTensors(layer, layer.results, names.results);
    for (const schedules::Symbol &symbol : layer.symbols) {
      out << " *   " << symbol.name << " in " << symbol.lo << ".." << symbol.hi;
      if (symbol.step != 1)
        out << " in steps of " << symbol.step;
      out << ", fastest at " << symbol.like << '\n';
    }
    out << " */\n";
  }

  void writeTensors(const LayerProgram &layer, const std::vector<TensorInfo> &tensors,
                    const std::vector<std::string> &names, bool areWeights = false) {
    for (size_t t = 0; t < tensors.size(); ++t)
      out << " *   " << std::left << std::setw(10) << names[t] << ' '
          << printType(tensors[t], layer.symbols) << ", "
          << (areWeights ? rowMajor : printLayout(tensors[t])) << '\n';
  }

  void writeWorkspaceBytes(const LayerProgram &layer, const std::string &prefix) {
    out << "\n/** Bytes that options->workspace needs for cw_default_threads() threads; 0 when a "
           "size "
           "is out of range.\n";
    if (layer.symbols.empty()) {
      out << " *  The layer has no symbolic sizes: `sizes` may be null. */\n";
      out << "size_t " << prefix << "_workspace_bytes(const int64_t *sizes);\n";
      return;
    }
    out << " *  `sizes` holds the symbols' values. */\n";
    out << "size_t " << prefix << "_workspace_bytes(const int64_t sizes[/* ";
    for (size_t s = 0; s < layer.symbols.size(); ++s)
      out << (s ? ", " : "") << layer.symbols[s].name;
    out << " */]);\n";
  }

  void writePack(const LayerProgram &layer, const std::string &prefix, const Parameters &names) {
    out << "\n/** Bytes of the packed weights; 0 when no target of the library runs here. */\n"
        << "size_t " << prefix << "_packed_bytes(void);\n"
        << "\n/** Brings the weights into the order that run wants. `packed` lies at a multiple of "
           "64 "
           "bytes and is\n"
        << " *  good for this library in this process; the weights are not needed afterwards. */\n"
        << "int " << prefix << "_pack(";
    for (const std::string &name : names.weights)
      out << "const DLTensor *" << name << ", ";
    out << "void *packed);\n";
  }

  void writeRun(const LayerProgram &layer, const std::string &prefix, const Parameters &names) {
    out << "\n/** Computes the layer. Allocates nothing when options->workspace is given; null "
           "options mean defaults. */\n"
        << "int " << prefix << "_run(";
    if (!layer.weights.empty())
      out << "const void *packed, ";
    for (const std::string &name : names.arguments)
      out << "const DLTensor *" << name << ", ";
    for (const std::string &name : names.results)
      out << "DLTensor *" << name << ", ";
    out << "const cw_options *options);\n";
  }

  const CompiledLibrary &library;
  std::ostringstream out;
};

} // namespace

std::string writeHeader(const CompiledLibrary &library) { return HeaderWriter(library).write(); }

} // namespace convwright::compiler
