//===- CallGraph.cpp - who calls whom -------------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/CallGraph.h"

namespace convwright::compiler {

using dsl::DiagId;

void CallGraph::add(const void *decl, const dsl::Name &name) {
  indices[decl] = nodes.size();
  nodes.push_back({decl, name, {}});
}

void CallGraph::addCall(const void *caller, const void *callee, llvm::SMRange call) {
  nodes[indices.lookup(caller)].edges.push_back({indices.lookup(callee), call});
}

/// Depth first, with an explicit stack: a file may declare many functions that call each other.
struct CallGraph::Search {
  enum class State : uint8_t { New, Open, Done };
  struct Step {
    size_t node, nextEdge;
  };
  Reporter &reporter;
  std::vector<State> states;
  std::vector<Step> path;
  std::vector<const void *> onCycles;
};

std::vector<const void *> CallGraph::reportRecursion(Reporter &reporter) const {
  Search search{reporter, std::vector<Search::State>(nodes.size()), {}, {}};
  for (size_t node = 0; node < nodes.size(); ++node)
    if (search.states[node] == Search::State::New)
      visit(node, search);
  return search.onCycles;
}

void CallGraph::visit(size_t start, Search &search) const {
  using State = Search::State;
  search.path = {{start, 0}};
  search.states[start] = State::Open;
  while (!search.path.empty()) {
    auto &[node, nextEdge] = search.path.back();
    if (nextEdge == nodes[node].edges.size()) {
      search.states[node] = State::Done;
      search.path.pop_back();
      continue;
    }
    const Edge &edge = nodes[node].edges[nextEdge++];
    if (search.states[edge.callee] == State::New) {
      search.states[edge.callee] = State::Open;
      search.path.push_back({edge.callee, 0});
    } else if (search.states[edge.callee] == State::Open) {
      // The path from the callee to here is a cycle.
      size_t first = search.path.size();
      while (search.path[--first].node != edge.callee) {
      }
      Report report =
          search.reporter.report(DiagId::Recursion, edge.call, nodes[edge.callee].name.text);
      for (size_t i = first; i < search.path.size(); ++i) {
        const Node &caller = nodes[search.path[i].node];
        const Edge &call = caller.edges[search.path[i].nextEdge - 1];
        search.onCycles.push_back(caller.decl);
        if (i + 1 < search.path.size())
          report.note(DiagId::NoteCalls, call.call, caller.name.text, nodes[call.callee].name.text);
      }
    }
  }
}

std::vector<const void *> CallGraph::callersOf(const llvm::DenseSet<const void *> &decls) const {
  std::vector<std::vector<size_t>> callers(nodes.size());
  std::vector<size_t> pending;
  llvm::DenseSet<size_t> reached;
  for (size_t node = 0; node < nodes.size(); ++node) {
    for (const Edge &edge : nodes[node].edges)
      callers[edge.callee].push_back(node);
    if (decls.contains(nodes[node].decl))
      pending.push_back(node);
  }
  std::vector<const void *> found;
  while (!pending.empty()) {
    size_t node = pending.back();
    pending.pop_back();
    for (size_t caller : callers[node])
      if (reached.insert(caller).second) {
        found.push_back(nodes[caller].decl);
        pending.push_back(caller);
      }
  }
  return found;
}

} // namespace convwright::compiler
