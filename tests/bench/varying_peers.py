#!/usr/bin/env python3
"""Times kernels that vary over the image beside what people use for them.

    varying_peers.py CONVWRIGHT [--rounds N] [--seconds S] [--filter TEXT]

needs numpy; with torch and torchvision, theirs too.

dynamic_conv2d and region_conv2d beside unfold + einsum, deform_conv2d beside torchvision's operator,
local_conv2d beside the bandwidth at which a dot product of large arrays reads memory. One thread;
rounds of ours and theirs alternate, the ratio is that of the medians (theirs / ours), with the lowest
and the highest of the rounds. Sources of the shapes: involution (Li et al. 2021), kernel prediction
networks for denoising (Mildenhall et al. 2018), spatially varying blur of a lens, DCNv2 (Zhu et al.
2019), DeepFace's locally connected layers (Taigman et al. 2014).
"""
# Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import functools
import json
import os
import statistics
import subprocess
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

try:
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
except ImportError:
    torch = None
try:
    from torchvision.ops import deform_conv2d
except ImportError:
    deform_conv2d = None

random = np.random.default_rng(1)


def array(*shape):
    return random.standard_normal(shape, dtype=np.float32)


def unfolded(x, size):
    """[N, C, R·S, P·Q] of an image padded by half the window."""
    n, c, h, w = x.shape
    if torch:
        columns = F.unfold(torch.from_numpy(x), size, padding=size // 2)
        return columns.view(n, c, size * size, h * w)
    pad = size // 2
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(2, 3))
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, c, size * size, h * w)


def einsum(equation, *operands):
    if torch:
        return torch.einsum(equation, *operands)
    return np.einsum(equation, *operands, optimize=True)


def tensor(x):
    return torch.from_numpy(x) if torch else x


def dynamic(name, channels, groups, size, height, width):
    each = channels // groups
    text = (
        f"layer {name}(x: f32[1, {channels}, {height}, {width}] nhwc, "
        f"w: f32[1, {groups}, {size}, {size}, {height}, {width}]) {{\n"
        f"  return dynamic_conv2d(x, w, padding = {size // 2}, groups = {groups});\n}}\n"
    )
    x = array(1, channels, height, width)
    w = tensor(array(groups, size * size, height * width))

    def call():
        columns = unfolded(x, size).reshape(groups, each, size * size, height * width)
        return einsum("gctp,gtp->gcp", columns, w)

    return name, text, call, 0


def region(name, grid, size, height, width):
    text = (
        f"layer {name}(x: f32[1, 1, {height}, {width}], weight w: f32[{grid}, {grid}, {size}, {size}]) {{\n"
        f"  return region_conv2d(x, w, padding = {size // 2});\n}}\n"
    )
    x = array(1, 1, height, width)
    w = tensor(array(size * size, height * width))  # interpolated ahead

    def call():
        return einsum("tp,tp->p", unfolded(x, size)[0, 0], w)

    return name, text, call, 0


def deformable(name, channels, size, mask):
    offsets = 18
    extra = f", m: f32[1, 9, {size}, {size}]" if mask else ""
    text = (
        f"layer {name}(x: f32[1, {channels}, {size}, {size}] nhwc, o: f32[1, {offsets}, {size}, {size}]{extra}, "
        f"weight w: f32[{channels}, {channels}, 3, 3]) {{\n"
        f"  return deform_conv2d(x, o, w, padding = 1{', mask = m' if mask else ''});\n}}\n"
    )
    if not deform_conv2d:
        return name, text, None, 0
    x, o = tensor(array(1, channels, size, size)), tensor(array(1, offsets, size, size))
    w, m = tensor(array(channels, channels, 3, 3)), tensor(array(1, 9, size, size))

    def call():
        return deform_conv2d(x, o, w, padding=1, mask=m if mask else None)

    return name, text, call, 0


@functools.cache
def big():
    return array(1 << 26)


def local(name, c, k, size, taps):
    text = (
        f"layer {name}(x: f32[1, {c}, {size}, {size}] nhwc, "
        f"weight w: f32[{size}, {size}, {k}, {c}, {taps}, {taps}]) {{\n"
        f"  return local_conv2d(x, w, padding = {taps // 2});\n}}\n"
    )
    # A dot product of as many bytes as the weights have.
    half = size * size * k * c * taps * taps // 2
    return name, text, lambda: np.dot(big()[:half], big()[half : 2 * half]), 8 * half


CASES = [
    dynamic("involution_7x7_64_g4_56", 64, 4, 7, 56, 56),
    dynamic("involution_7x7_256_g16_14", 256, 16, 7, 14, 14),
    dynamic("kpn_5x5_3_256", 3, 1, 5, 256, 256),
    dynamic("kpn_5x5_1_720p", 1, 1, 5, 720, 1280),
    region("lens_15x15_4x4_512", 4, 15, 512, 512),
    region("lens_7x7_8x8_1080p", 8, 7, 1080, 1920),
    region("lens_31x31_4x4_256", 4, 31, 256, 256),
    deformable("dcn_v1_64_56", 64, 56, False),
    deformable("dcn_v2_64_56", 64, 56, True),
    deformable("dcn_v2_256_28", 256, 28, True),
    local("local_3x3_32_28", 32, 32, 28, 3),
    local("local_5x5_16_32", 16, 16, 32, 5),
    local("local_9x9_16_25", 16, 16, 25, 9),
]


def ours(convwright, folder, name, text, seconds):
    path = os.path.join(folder, name + ".conv")
    with open(path, "w") as file:
        file.write(text)
    result = os.path.join(folder, name + ".json")
    subprocess.run(
        [convwright, "bench", path, "--json", result, "--seconds", str(seconds), "--peer", "none"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with open(result) as file:
        row = json.load(file)["rows"][0]
    assert row["verified"], row
    return row["ms"]


def theirs(call, seconds):
    call()  # what is made at the first call is there
    times = []
    begin = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("convwright")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1, help="of each side in a round")
    parser.add_argument("--filter", default="", help="only layers whose name contains this")
    options = parser.parse_args()
    known = [case[0] for case in CASES]
    if not any(options.filter in name for name in known):
        parser.error(f"no layer's name contains '{options.filter}'; the layers are {', '.join(known)}")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(f"{'layer':28} {'ms':>9} {'theirs':>9} {'ratio':>7}  lowest .. highest")
    with tempfile.TemporaryDirectory() as folder:
        for name, text, call, weight_bytes in CASES:
            if options.filter not in name:
                continue
            pairs = []
            for _ in range(options.rounds):
                mine = ours(options.convwright, folder, name, text, options.seconds)
                pairs.append((mine, theirs(call, options.seconds) if call else float("nan")))
            mine, other = (statistics.median(column) for column in zip(*pairs))
            ratios = sorted(b / a for a, b in pairs)
            note = f"  {weight_bytes / mine / 1e6:.1f} GB/s of weights" if weight_bytes else ""
            print(f"{name:28} {mine:9.3f} {other:9.3f} {other / mine:7.2f}  {ratios[0]:.2f} .. {ratios[-1]:.2f}{note}", flush=True)


if __name__ == "__main__":
    main()
