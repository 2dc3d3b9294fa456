//===- PrettyPrinter.cpp - text that knows where it may break -------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/PrettyPrinter.h"

#include <utility>

namespace convwright::dsl {

/// Columns of a text: code points.
static size_t columnsOf(llvm::StringRef text) {
  size_t columns = 0;
  for (unsigned char c : text)
    columns += (c & 0xC0) != 0x80;
  return columns;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

PrettyPrinter::Doc PrettyPrinter::add(Node node) {
  for (Doc part : node.parts) {
    node.width += nodes[part].width;
    node.hasComment |= nodes[part].hasComment;
  }
  nodes.push_back(std::move(node));
  return static_cast<Doc>(nodes.size() - 1);
}

PrettyPrinter::Doc PrettyPrinter::text(llvm::StringRef text) {
  return add({.kind = Kind::Text, .width = columnsOf(text), .text = text, .parts = {}});
}

PrettyPrinter::Doc PrettyPrinter::space() {
  return add({.kind = Kind::Space, .width = 1, .text = " ", .parts = {}});
}

PrettyPrinter::Doc PrettyPrinter::line(llvm::StringRef flat) {
  return add({.kind = Kind::Line, .width = flat.size(), .text = flat, .parts = {}});
}

PrettyPrinter::Doc PrettyPrinter::comment(llvm::StringRef text, bool ownLine) {
  return add(
      {.kind = Kind::Comment, .ownLine = ownLine, .hasComment = true, .text = text, .parts = {}});
}

PrettyPrinter::Doc PrettyPrinter::concat(std::vector<Doc> parts) {
  return add({.kind = Kind::Concat, .text = "", .parts = std::move(parts)});
}

PrettyPrinter::Doc PrettyPrinter::group(Doc content) {
  return add({.kind = Kind::Group, .text = "", .parts = {content}});
}

PrettyPrinter::Doc PrettyPrinter::indent(unsigned columns, Doc content) {
  return add({.kind = Kind::Indent, .columns = columns, .text = "", .parts = {content}});
}

PrettyPrinter::Doc PrettyPrinter::fill(const std::vector<Doc> &parts) {
  std::vector<Doc> all;
  for (Doc part : parts) {
    unsigned next = nodes[part].width;
    if (!all.empty())
      all.push_back(
          add({.kind = Kind::FillBreak, .columns = next, .width = 1, .text = " ", .parts = {}}));
    all.push_back(part);
  }
  return concat(std::move(all));
}

PrettyPrinter::Doc PrettyPrinter::join(const std::vector<Doc> &parts, Doc separator) {
  std::vector<Doc> all;
  for (Doc part : parts) {
    if (!all.empty())
      all.push_back(separator);
    all.push_back(part);
  }
  return concat(std::move(all));
}

//===----------------------------------------------------------------------===//
// Laying out
//===----------------------------------------------------------------------===//

/// Works off a stack of documents, the next one on top. No recursion: depth costs memory only.
class PrettyPrinter::Layout {
public:
  Layout(const std::vector<Node> &nodes, unsigned indent, unsigned width)
      : nodes(nodes), width(width) {
    startLine(indent);
  }

  std::string run(Doc doc, unsigned indent) {
    stack.push_back({doc, indent, /*flat=*/false});
    while (!stack.empty()) {
      Entry entry = stack.back();
      stack.pop_back();
      step(entry);
    }
    return std::move(out);
  }

private:
  struct Entry {
    Doc doc;
    unsigned indent;
    bool flat;
  };

  void step(const Entry &entry) {
    const Node &node = nodes[entry.doc];
    switch (node.kind) {
    case Kind::Text:
      return write(node, entry.indent);
    case Kind::Space:
      if (!breakPending)
        write(node, entry.indent);
      return;
    case Kind::Line:
      if (!entry.flat)
        startLine(entry.indent);
      else if (!breakPending)
        write(node, entry.indent);
      return;
    case Kind::Comment:
      return writeComment(node, entry.indent);
    case Kind::Concat:
      return pushParts(node, entry.indent, entry.flat);
    case Kind::Group:
      return pushParts(node, entry.indent, entry.flat || fits(node));
    case Kind::Indent:
      return pushParts(node, entry.indent + node.columns, entry.flat);
    case Kind::FillBreak:
      return writeFillBreak(node, entry);
    }
  }

  void pushParts(const Node &node, unsigned indent, bool flat) {
    for (size_t i = node.parts.size(); i-- > 0;)
      stack.push_back({node.parts[i], indent, flat});
  }

  /// Whether the node and what must follow it on the same line fit.
  bool fits(const Node &node) const {
    return !node.hasComment && column + node.width <= width &&
           column + node.width + widthOfRest(width - column - node.width) <= width;
  }

  /// Columns up to the next place where a line may break; gives up beyond `enough`.
  size_t widthOfRest(size_t enough) const {
    size_t total = 0;
    for (size_t i = stack.size(); i-- > 0;) {
      std::vector<Doc> pending{stack[i].doc};
      while (!pending.empty()) {
        const Node &node = nodes[pending.back()];
        pending.pop_back();
        bool mayBreak =
            node.kind == Kind::Line || node.kind == Kind::FillBreak || node.kind == Kind::Comment;
        if (mayBreak || total > enough)
          return total;
        if (node.parts.empty())
          total += node.width;
        pending.insert(pending.end(), node.parts.rbegin(), node.parts.rend());
      }
    }
    return total;
  }

  void writeFillBreak(const Node &node, const Entry &entry) {
    if (breakPending)
      return;
    if (entry.flat || column + node.width + node.columns <= width)
      write(node, entry.indent);
    else
      startLine(entry.indent);
  }

  void write(const Node &node, unsigned indent) {
    if (breakPending)
      startLine(indent);
    out += node.text;
    column += node.width;
  }

  void writeComment(const Node &node, unsigned indent) {
    bool fresh = llvm::StringRef(out).substr(lineStart).trim(' ').empty();
    if (node.ownLine && !fresh) {
      startLine(indent);
    } else if (!fresh) {
      trimLine();
      out += ' ';
    }
    out += node.text;
    breakPending = true;
  }

  void trimLine() { out.resize(llvm::StringRef(out).rtrim(' ').size()); }

  void startLine(unsigned indent) {
    if (started) {
      trimLine();
      out += '\n';
    }
    started = true;
    lineStart = out.size();
    out.append(indent, ' ');
    column = indent;
    breakPending = false;
  }

  const std::vector<Node> &nodes;
  size_t width;
  std::vector<Entry> stack;
  std::string out;
  size_t lineStart = 0, column = 0;
  bool started = false;
  bool breakPending = false; // a comment ended the line
};

std::string PrettyPrinter::render(Doc doc, unsigned indent, unsigned width) const {
  return Layout(nodes, indent, width).run(doc, indent);
}

} // namespace convwright::dsl
