#!/usr/bin/env python3
"""Checks who may include whom: dsl -> nothing; runtime -> nothing; schedules -> runtime/include;
compiler -> dsl, schedules' plain headers, runtime/include; tools, tests, examples -> all.
Halide.h stays inside schedules/, MLIR inside compiler/ (and the MLIR developers' tools/conv-opt).
Inside schedules/ each room is above what it uses, in the order of SCHEDULES.

usage: include_rule.py ROOT [--self-test]
"""
import pathlib
import re
import sys

ROOMS = ("dsl", "compiler", "schedules", "runtime", "tools", "tests", "examples")
ALLOWED = {
    "dsl": {"dsl"},
    "runtime": {"runtime"},
    "schedules": {"schedules", "runtime"},
    "compiler": {"compiler", "dsl", "schedules", "runtime"},
}
# From the bottom up; schedules/ itself (the interface: choice and compilation) is above algorithms/.
SCHEDULES = ("schedules/kernel", "schedules/targets", "schedules/lowering", "schedules/algorithms", "schedules",
             "schedules/tuning/records", "schedules/tuning/measure", "schedules/tuning/search")
# Rounds on a cluster carry searches, so that executor stands above them.
ABOVE_SEARCH = "schedules/tuning/measure/slurm/"
SUFFIXES = {".h", ".cpp", ".c", ".def", ".td", ".inc"}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)
MLIR_TOOLS = ("tools/conv-opt/",)


def room_of(include):
    """The room that an include path names; convwright/... are the runtime's public headers."""
    head = include.split("/")[0]
    if head == "convwright":
        return "runtime"
    return head if head in ROOMS and "/" in include else None


def height(name):
    """How high in schedules/ a file stands; none for files elsewhere."""
    if not name.startswith("schedules/"):
        return None
    if name.startswith(ABOVE_SEARCH):
        return len(SCHEDULES)
    rooms = [i for i, room in enumerate(SCHEDULES) if name.startswith(room + "/") and room != "schedules"]
    return rooms[0] if rooms else SCHEDULES.index("schedules")


def uses_halide(path):
    """A header of schedules/ that pulls in Halide.h is not a plain one."""
    return path.exists() and any(i.split("/")[-1] == "Halide.h" for i in INCLUDE.findall(path.read_text()))


def violations(root, name, text):
    room = name.split("/")[0]
    for include in INCLUDE.findall(text):
        target = room_of(include)
        if target and room in ALLOWED and target not in ALLOWED[room]:
            yield f"{name}: a file of {room}/ includes {include}; {room}/ may include {', '.join(sorted(ALLOWED[room]))}"
        if target == "schedules" and room == "schedules" and height(include) > height(name):
            yield f"{name}: includes {include}, which stands above it; the order is {', '.join(SCHEDULES)}"
        if room == "compiler" and target == "schedules" and uses_halide(root / include):
            yield f"{name}: includes {include}, which is no plain header: it includes Halide.h"
        if include.split("/")[-1] == "Halide.h" and room != "schedules" and not name.startswith("tests/schedules/"):
            yield f"{name}: includes Halide.h; only schedules/ does"
        if include.startswith("mlir/") and room not in ("compiler",) and not name.startswith(MLIR_TOOLS + ("tests/compiler/",)):
            yield f"{name}: includes {include}; only compiler/ includes MLIR"
        if room == "runtime" and include.startswith(("llvm/", "mlir/")):
            yield f"{name}: includes {include}; the runtime links nothing of LLVM"


def self_test(root):
    """The rule must be able to fail."""
    bad = {
        "dsl/X.cpp": '#include "compiler/IR/ConvOps.h"',
        "runtime/src/X.cpp": '#include "schedules/kernel/Plan.h"',
        "compiler/X.cpp": '#include "Halide.h"',
        "schedules/X.cpp": '#include "dsl/Ast.h"',
        "schedules/kernel/X.cpp": '#include "schedules/targets/Target.h"',
        "schedules/algorithms/X.cpp": '#include "schedules/Schedules.h"',
        "schedules/tuning/records/X.cpp": '#include "schedules/tuning/measure/Timer.h"',
        "tools/X.cpp": "#include <mlir/IR/MLIRContext.h>",
    }
    return [f"self-test: {name} with {text} was accepted" for name, text in bad.items()
            if not list(violations(root, name, text))]


def main():
    root = pathlib.Path(sys.argv[1])
    found = self_test(root)
    files = 0
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                files += 1
                found += violations(root, path.relative_to(root).as_posix(), path.read_text(errors="replace"))
    print("\n".join(found) if found else f"{files} files keep the include rule")
    return 1 if found or not files else 0


sys.exit(main())
