#!/usr/bin/env python3
"""Hashes of every library of a table of layers and of .conv files, for every target: two runs with two builds of the
compiler show what a change did to the code. A change that only restructures changes nothing.

usage: library_bytes.py CONVWRIGHT OUT.tsv [--table TABLE.tsv] [--targets A,B] [FILE.conv ...]
       library_bytes.py --compare OLD.tsv NEW.tsv

Each line: what was compiled, the target, the member of the archive (or the header), its SHA-256.
"""
import argparse
import csv
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import time

TARGETS = ("znver4 skylake-avx512 x86-64-v4 x86-64-v3 x86-64-v2 neoverse-n1 armv8-a opencl cuda-sm_80").split()
LAYERS_A_FILE = 8  # few enough to see progress, many enough that starting the tool does not count


def layer(row, index, layout):
    """A row of the table as `bench` writes it."""
    pair = lambda what: f"[{row[what + '_h']}, {row[what + '_w']}]"
    C, groups = int(row["C"]), int(row["groups"])
    return (f"layer l{index}_{layout}(x: f32[{row['N']}, {C}, {row['H']}, {row['W']}] {layout}, "
            f"weight w: f32[{row['K']}, {C // groups}, {row['R']}, {row['S']}], weight b: f32[{row['K']}]) {{\n"
            f"  return relu(conv2d(x, w, b, stride = {pair('stride')}, padding = {pair('pad')}, "
            f"dilation = {pair('dil')}, groups = {groups}));\n}}\n")


def texts(table):
    rows = list(csv.DictReader(open(table), delimiter="\t"))
    layers = [layer(row, i, layout) for i, row in enumerate(rows) for layout in ("nhwc", "nchw")]
    for first in range(0, len(layers), LAYERS_A_FILE):
        yield f"table{first}", "".join(layers[first:first + LAYERS_A_FILE])


def members(folder):
    """(name, digest) of what the library is made of."""
    for path in sorted(folder.iterdir()):
        if path.suffix != ".a":
            yield path.name, hashlib.sha256(path.read_bytes()).hexdigest()
            continue
        for name in subprocess.run(["ar", "t", path], check=True, capture_output=True, text=True).stdout.split():
            data = subprocess.run(["ar", "p", path, name], check=True, capture_output=True).stdout
            yield name, hashlib.sha256(data).hexdigest()


def compile_all(tool, sources, targets, out):
    total, done, begin = len(sources) * len(targets), 0, time.time()
    for target in targets:
        for name, path in sources:
            with tempfile.TemporaryDirectory() as folder:
                run = subprocess.run([tool, "compile", path, "-o", folder, "--target", target],
                                     capture_output=True, text=True)
                if run.returncode:
                    out.write(f"{name}\t{target}\texit {run.returncode}\t{run.stderr.splitlines()[:1]}\n")
                for member, digest in members(pathlib.Path(folder)):
                    out.write(f"{name}\t{target}\t{member}\t{digest}\n")
            out.flush()
            done += 1
            left = (time.time() - begin) / done * (total - done)
            print(f"\r{done}/{total} about {left:.0f} s left ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def read(path):
    return {tuple(line.split("\t")[:3]): line.split("\t")[3] for line in open(path).read().splitlines()}


def compare(old, new):
    old, new = read(old), read(new)
    wrong = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    for key in wrong[:40]:
        state = "differs" if key in old and key in new else "is new" if key in new else "is gone"
        print(" ".join(key), state)
    print(f"{len(old)} of before, {len(new)} now, {len(wrong)} differ")
    return 1 if wrong or not new else 0


def main():
    if sys.argv[1:2] == ["--compare"]:
        return compare(sys.argv[2], sys.argv[3])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("out")
    parser.add_argument("--table")
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("files", nargs="*")
    options = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as folder, open(options.out, "w") as out:
        sources = []
        for name, text in texts(options.table) if options.table else ():
            path = pathlib.Path(folder) / f"{name}.conv"
            path.write_text(text)
            sources.append((name, path))
        # The library's name is the file's, and symbols begin with it: other folders must not matter.
        sources += [(path, path) for path in options.files]
        compile_all(options.tool, sources, options.targets.split(","), out)
    return 0


sys.exit(main())
