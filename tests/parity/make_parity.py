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

GROUPS = ("conv1d", "conv2d", "conv3d", "conv_transpose2d", "padding_modes", "depthwise", "epilogues", "exact",
          "spatially_varying")
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
ACTIVATIONS = ("x", "r", "offset", "mask")
OPERANDS = {"deform_conv2d": ("x", "offset", "w", "b")}


def header(path):
    data = path.read_bytes()
    return json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])


def operation(case):
    return case.get("op", "conv2d")


def activations(case, tensors):
    """Those of the case; dynamic_conv2d's kernels are computed at run time."""
    names = ACTIVATIONS + (("w",) if operation(case) == "dynamic_conv2d" else ())
    return [t for t in names if t in tensors]


def type_of(entry, layout):
    layout = layout if len(entry["shape"]) <= 5 else None
    return "f32[" + ", ".join(map(str, entry["shape"])) + "]" + (f" {layout}" if layout else "")


def attributes(case):
    for name in ("stride", "output_padding"):
        if name in case:
            yield f"{name} = {case[name]}"
    yield "padding = same" if case["padding"] == "same" else f"padding = {case['padding']}"
    for name in ("dilation", "groups", "padding_mode"):
        if name in case:
            yield f"{name} = {case[name]}"


def layer(name, case, tensors, layout):
    given = activations(case, tensors)
    parameters = [f"{t}: {type_of(tensors[t], layout)}" for t in given]
    parameters += [f"weight {t}: {type_of(e, None)}" for t, e in sorted(tensors.items())
                   if t not in given + ["y"]]
    operands = [t for t in OPERANDS.get(operation(case), ("x", "w", "b")) if t in tensors]
    if "mask" in tensors:
        operands.append("mask = mask")
    value = f"{operation(case)}({', '.join(operands + list(attributes(case)))})"
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
