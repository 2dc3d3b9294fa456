#!/usr/bin/env python3
"""The ONNX package's own tests of its operators, those that the language has, through `convwright run`.

usage: onnx_node_test.py CONVWRIGHT [--only TEXT] [--keep FOLDER] [--jobs N]

Each case of onnx.backend.test is a model with inputs and outputs. What can be said in the language is written as a
layer, run and compared; the others are counted by the reason. Fails when a case that applies is not right, or when
fewer apply than once did."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np

try:
    import onnx
    import onnx.backend.test
    from onnx import numpy_helper
except ImportError:
    print("the package onnx is not installed: tools/setup.sh installs it")
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import pointwise  # noqa: E402
from layer import DoesNotApply, Layer, Tensor  # noqa: E402
from operators import OPERATORS  # noqa: E402

KINDS = ("node", "simple", "pytorch-converted", "pytorch-operator")
# How many apply.
FLOOR = 298


def attributes_of(node, opset):
    values = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    values = {k: v.decode() if isinstance(v, bytes) else v for k, v in values.items()}
    return {**values, "op": node.op_type, "opset": opset}


def read(path):
    content = path.read_bytes()
    tensor = onnx.TensorProto()
    tensor.ParseFromString(content)
    return numpy_helper.to_array(tensor)


class Case:
    def __init__(self, folder):
        self.name = folder.parent.name.replace("-", "_") + "_" + folder.name.removeprefix("test_")
        self.model = onnx.load(folder / "model.onnx")
        data = folder / "test_data_set_0"
        try:
            self.inputs = [read(data / ("input_%d.pb" % i)) for i in range(len(list(data.glob("input_*.pb"))))]
            self.wanted = [read(data / ("output_%d.pb" % i)) for i in range(len(list(data.glob("output_*.pb"))))]
        except Exception as error:  # sequences, optionals, strings and the like
            raise DoesNotApply("a value that is no tensor") from error

    def translate(self):
        """The layer and its results."""
        graph = self.model.graph
        operators = [node.op_type for node in graph.node]
        for name in operators:
            if name not in OPERATORS and name != "Constant":
                raise DoesNotApply("operators that the language does not have")
        values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        names = [i.name for i in graph.input]
        if len(self.inputs) == len(names):
            values.update(zip(names, self.inputs))
        else:
            values.update(zip([n for n in names if n not in values], self.inputs))
        tensors = {name: Tensor(data.shape, data.dtype, data) for name, data in values.items()}
        if set(operators) <= pointwise.ELEMENTWISE:
            self.raise_ranks(tensors, operators)
        opset = max([o.version for o in self.model.opset_import if o.domain in ("", "ai.onnx")] or [0])
        layer = Layer()
        for node in graph.node:
            attributes = attributes_of(node, opset)
            if node.op_type == "Constant":
                data = numpy_helper.to_array(attributes["value"])
                tensors[node.output[0]] = Tensor(data.shape, data.dtype, data)
                continue
            operands = [tensors[name] if name else None for name in node.input]
            outputs = len([name for name in node.output if name])
            tensors.update(zip(node.output, OPERATORS[node.op_type](layer, operands, attributes, outputs)))
        results = [tensors[o.name] for o in graph.output]
        if any(r.text is None for r in results):
            raise DoesNotApply("a result that is an input")
        for result, wanted in zip(results, self.wanted):
            if result.dtype != wanted.dtype:
                raise DoesNotApply("results in " + str(wanted.dtype))
        return layer, results

    @staticmethod
    def raise_ranks(tensors, operators):
        """numpy aligns shapes at their ends; the language wants equal ranks, two at least."""
        rank = max([2] + [t.rank for t in tensors.values()])
        perChannel = "PRelu" in operators
        for name, t in tensors.items():
            shape = (1,) * (rank - t.rank) + t.shape
            if not (perChannel and t.rank and t.rank == rank - 1):
                tensors[name] = Tensor(shape, t.dtype, t.data.reshape(shape))


def write_safetensors(path, tensors):
    header, blob = {}, b""
    types = {"float32": "F32", "int32": "I32", "uint8": "U8", "int8": "I8"}
    for name, data in tensors.items():
        content = data.tobytes()
        header[name] = {
            "dtype": types[str(data.dtype)],
            "shape": list(data.shape),
            "data_offsets": [len(blob), len(blob) + len(content)],
        }
        blob += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + blob)


def read_safetensors(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    types = {"F32": np.float32, "I32": np.int32, "U8": np.uint8, "I8": np.int8}
    tensors = {}
    for name, info in json.loads(content[8 : 8 + length]).items():
        if name != "__metadata__":
            begin, end = (8 + length + offset for offset in info["data_offsets"])
            tensors[name] = np.frombuffer(content[begin:end], types[info["dtype"]]).reshape(info["shape"])
    return tensors


def check(tool, folder, case, layer, results):
    """What is wrong; None: nothing."""
    source = folder / (case.name + ".conv")
    source.write_text(layer.text("case_" + case.name, results))
    inputs, outputs = source.with_suffix(".in"), source.with_suffix(".out")
    write_safetensors(inputs, layer.inputs)
    command = [tool, "run", str(source), "--in", str(inputs), "--out", str(outputs)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return done.stderr.strip()
    found = read_safetensors(outputs)
    for result, wanted in zip(results, case.wanted):
        got = found["result" if len(results) == 1 else result.text]
        if got.size != wanted.size:
            return "the result has the shape %s, not %s" % (got.shape, wanted.shape)
        if not np.allclose(got.reshape(wanted.shape), wanted, rtol=1e-4, atol=1e-5, equal_nan=True):
            difference = np.abs(got.reshape(wanted.shape).astype(np.float64) - wanted)
            return "differs by up to %g" % np.nanmax(difference)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tool")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    root = pathlib.Path(onnx.backend.test.__file__).parent / "data"
    reasons, applying = collections.Counter(), []
    for folder in sorted(f for kind in KINDS for f in (root / kind).iterdir() if (f / "model.onnx").exists()):
        if options.only not in folder.name:
            continue
        try:
            case = Case(folder)
            applying.append((case, *case.translate()))
        except DoesNotApply as reason:
            reasons[str(reason)] += 1
    with tempfile.TemporaryDirectory() as temporary, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        work = pathlib.Path(options.keep or temporary)
        work.mkdir(parents=True, exist_ok=True)
        wrong = pool.map(lambda entry: check(options.tool, work, *entry), applying)
        failed = [(case.name, message) for (case, *_), message in zip(applying, wrong) if message]
    for name, message in failed:
        print("FAIL %s: %s" % (name, message))
    applied = len(applying)
    print("%d apply, %d pass, %d do not apply because:" % (applied, applied - len(failed), sum(reasons.values())))
    for reason, count in reasons.most_common():
        print("  %4d %s" % (count, reason))
    if applied < FLOOR and not options.only:
        print("fewer apply than the %d that did once" % FLOOR)
    return 1 if failed or (applied < FLOOR and not options.only) else 0


if __name__ == "__main__":
    sys.exit(main())
