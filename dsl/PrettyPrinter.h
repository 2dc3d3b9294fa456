//===- PrettyPrinter.h - text that knows where it may break ---------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef CONVWRIGHT_DSL_PRETTYPRINTER_H
#define CONVWRIGHT_DSL_PRETTYPRINTER_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace convwright::dsl {

/// Builds documents of text, possible line breaks and groups, and lays them out.
///   A group is written on one line when it fits; otherwise each line() that stands directly in it
///   breaks, and the groups inside are asked anew. A comment ends its line: what follows it begins
///   another, and no group around it is written on one line.
/// Source    D. C. Oppen, "Prettyprinting", TOPLAS 1980; P. Wadler, "A prettier printer", 1998
class PrettyPrinter {
public:
  /// A handle to a part of the document; valid as long as the printer lives.
  using Doc = uint32_t;

  Doc text(llvm::StringRef text);
  Doc space();
  /// `flat` on one line, or a line break.
  Doc line(llvm::StringRef flat = " ");
  /// On a line of its own, or at the end of the line that it is met in.
  Doc comment(llvm::StringRef text, bool ownLine);
  Doc concat(std::vector<Doc> parts);
  Doc group(Doc content);
  /// Lines that begin within it are indented by `columns` more.
  Doc indent(unsigned columns, Doc content);
  /// Parts separated by single spaces, as many on a line as fit.
  Doc fill(const std::vector<Doc> &parts);
  Doc join(const std::vector<Doc> &parts, Doc separator);

  /// Lays the document out from column `indent` on. The first line gets its indentation; the last
  /// has no line end.
  std::string render(Doc doc, unsigned indent, unsigned width) const;

private:
  enum class Kind : uint8_t { Text, Space, Line, FillBreak, Comment, Concat, Group, Indent };
  struct Node {
    Kind kind;
    bool ownLine = false;    // Comment
    bool hasComment = false; // somewhere within
    unsigned columns = 0;    // Indent: how far; FillBreak: the width of what follows
    size_t width = 0;        // on one line
    llvm::StringRef text;
    std::vector<Doc> parts;
  };
  class Layout;

  Doc add(Node node);
  std::vector<Node> nodes;
};

} // namespace convwright::dsl

#endif // CONVWRIGHT_DSL_PRETTYPRINTER_H
