#!/usr/bin/env python3
"""Writes <group>.conv for each golden group: a layer per case and memory layout.

usage: make_parity.py GOLDEN_DIR OUT_DIR

Layer case_c007 takes the case's tensors with channels first, case_c007_nhwc (_nwc, _ndhwc) channels last. Weights are `weight` arguments, so
that packing is part of what is compared. The files are kept in the tree; run this again when the
golden data changes.
"""
import json
import pathlib
import struct
import sys

GROUPS = ("conv1d", "conv2d", "conv3d", "conv_transpose2d", "padding_modes", "depthwise", "epilogues", "exact")
# Channels last, by the rank of x.
LAYOUTS = {3: "nwc", 4: "nhwc", 5: "ndhwc"}
THEN = {
    "gelu_tanh": "gelu({}, approximate = tanh)",
    "leaky_relu": "leaky_relu({}, 0.1)",
    "clamp": "clamp({}, -0.25, 0.75)",
    "add r": "{} + r",
    "batch_norm eps=1e-5": "batch_norm({}, mean, var, gamma, beta, eps = 1e-5)",
    "prelu slope": "prelu({}, slope)",
}
ACTIVATIONS = ("x", "r")


def header(path):
    data = path.read_bytes()
    return json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])


def type_of(entry, layout):
    return "f32[" + ", ".join(map(str, entry["shape"])) + "]" + (f" {layout}" if layout else "")


def attributes(case):
    yield f"stride = {case['stride']}"
    if "output_padding" in case:
        yield f"output_padding = {case['output_padding']}"
    yield "padding = same" if case["padding"] == "same" else f"padding = {case['padding']}"
    yield f"dilation = {case['dilation']}"
    yield f"groups = {case['groups']}"
    if "padding_mode" in case:
        yield f"padding_mode = {case['padding_mode']}"


def layer(name, case, tensors, layout):
    parameters = [f"{t}: {type_of(tensors[t], layout)}" for t in ACTIVATIONS if t in tensors]
    parameters += [f"weight {t}: {type_of(e, None)}" for t, e in sorted(tensors.items())
                   if t not in ACTIVATIONS + ("y",)]
    operands = "x, w, b" if "b" in tensors else "x, w"
    value = f"{case.get('op', 'conv2d')}({operands}, {', '.join(attributes(case))})"
    lines = [f"layer {name}({', '.join(parameters)}) {{", f"  y = {value};"]
    value = "y"
    for step in case.get("then", ()):
        value = THEN.get(step, step + "({})").format(value)
    return "\n".join(lines + [f"  return {value};", "}"])


def main():
    golden, out = map(pathlib.Path, sys.argv[1:])
    for group in GROUPS:
        h = header(golden / f"{group}.safetensors")
        cases = json.loads(h["__metadata__"]["cases"])
        text = [f"// PyTorch's {group} cases; written by make_parity.py."]
        for name, case in cases.items():
            tensors = {k.split("/")[1]: v for k, v in h.items() if k.startswith(name + "/")}
            for layout in (None, LAYOUTS[len(tensors["x"]["shape"])]):
                text.append(layer("case_" + name + (f"_{layout}" if layout else ""), case, tensors, layout))
        (out / f"{group}.conv").write_text("\n\n".join(text) + "\n")


main()
