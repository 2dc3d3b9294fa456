# Makes the examples' photographs, weights and expected pictures: independent of Convwright, by numpy
# and OpenCV. Run once; what it writes is kept in the repository.
#
#   make_data.py grace_hopper.jpg       (matplotlib's sample_data/grace_hopper.jpg, public domain)
#
# Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import pathlib
import sys

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
BLUR_SCALE = 2**14  # weights are integers over a power of two: f32 sums are exact


def save(path, picture):
    cv2.imwrite(str(HERE / path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def correlate(image, kernel, border):
    """Plain loops over the taps, in double."""
    rows, columns = kernel.shape
    padded = np.pad(image.astype(np.float64), ((rows // 2,) * 2, (columns // 2,) * 2), border)
    result = np.zeros(image.shape)
    for r in range(rows):
        for s in range(columns):
            result += kernel[r, s] * padded[r : r + image.shape[0], s : s + image.shape[1]]
    return result


def to_u8(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)  # rint rounds half to even


def make_edges(photo):
    sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = correlate(photo, sobel_x, "edge"), correlate(photo, sobel_x.T, "edge")
    save("edges/expected.png", to_u8(np.sqrt(gx * gx + gy * gy)))


def blur_kernel():
    """A Gaussian of 15 x 15, sigma 3, in integers that sum to BLUR_SCALE."""
    x = np.arange(-7, 8)
    line = np.exp(-(x**2) / (2 * 3.0**2))
    kernel = np.outer(line, line)
    kernel = np.rint(kernel / kernel.sum() * BLUR_SCALE).astype(int)
    kernel[7, 7] += BLUR_SCALE - kernel.sum()
    return kernel


def make_blur(photo):
    kernel = blur_kernel()
    rows = ",\n".join("  " + ", ".join(str(value) for value in row) for row in kernel)
    (HERE / "blur/blur.conv").write_text(
        "// A Gaussian, sigma 3, in parts of 16384.\n"
        f"const gaussian: f32[1, 1, 15, 15] = [\n{rows}\n];\n\n"
        "/// Blurs a grey picture; at its borders the picture is mirrored.\n"
        "layer gaussian15(picture: u8[1, 1, H, W]) -> u8[1, 1, H, W] "
        "for H in 8..4320 like 1080, W in 8..7680 like 1920 {\n"
        "  sums = conv2d(f32(picture), gaussian, padding = 7, padding_mode = reflect);\n"
        f"  return u8(sums / {BLUR_SCALE});\n"
        "}\n"
    )
    save("blur/expected.png", to_u8(correlate(photo, kernel, "reflect") / BLUR_SCALE))


def stem_weights():
    """What trained first layers look like: Gabor filters over brightness, blobs of colour."""
    random = np.random.default_rng(50)
    y, x = np.mgrid[-3:4, -3:4]
    filters = np.zeros((64, 3, 7, 7))
    for k in range(64):
        angle, wavelength, phase = np.pi * (k % 8) / 8, 2.5 + k // 16, np.pi / 2 * (k // 8 % 2)
        along = x * np.cos(angle) + y * np.sin(angle)
        wave = np.exp(-(x**2 + y**2) / 6) * np.cos(2 * np.pi * along / wavelength + phase)
        colour = np.ones(3) if k < 40 else random.normal(size=3)
        filters[k] = 0.15 * colour[:, None, None] * wave
    filters += random.normal(scale=0.01, size=filters.shape)
    return {
        "conv1.weight": filters,
        "bn1.running_mean": random.normal(scale=0.1, size=64),
        "bn1.running_var": random.uniform(0.5, 1.5, 64),
        "bn1.weight": random.uniform(0.7, 1.3, 64),
        "bn1.bias": random.normal(scale=0.1, size=64),
    }


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, values in tensors.items():
        content = values.astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(content)]
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": offsets}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (HERE / path).write_bytes(len(text).to_bytes(8, "little") + text + data)


def stem(image, weights):
    """relu(bn(conv(normalised image))), stride 2, padding 3, in double."""
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    x = ((image / 255.0 - mean) / deviation).transpose(2, 0, 1)
    x = np.pad(x, ((0, 0), (3, 3), (3, 3)))
    y = np.zeros((64, 112, 112))
    for r in range(7):
        for s in range(7):
            patch = x[:, r : r + 223 : 2, s : s + 223 : 2]
            y += np.tensordot(weights["conv1.weight"][:, :, r, s], patch, axes=1)
    per_channel = {name: values[:, None, None] for name, values in weights.items() if "bn1" in name}
    y = (y - per_channel["bn1.running_mean"]) / np.sqrt(per_channel["bn1.running_var"] + 1e-5)
    return np.maximum(y * per_channel["bn1.weight"] + per_channel["bn1.bias"], 0)


def contact_sheet(maps):
    """8 x 8 maps, halved by taking the largest of 2 x 2, each scaled to its own maximum."""
    halved = maps.reshape(64, 56, 2, 56, 2).max(axis=(2, 4))
    scaled = to_u8(halved * (255 / np.maximum(halved.max(axis=(1, 2), keepdims=True), 1e-6)))
    return scaled.reshape(8, 8, 56, 56).transpose(0, 2, 1, 3).reshape(448, 448)


def make_resnet_stem(colour):
    side = min(colour.shape[:2])
    square = cv2.resize(colour[:side, :side], (224, 224), interpolation=cv2.INTER_AREA)
    save("resnet_stem/photo.png", square)
    weights = {name: values.astype("f4").astype("f8") for name, values in stem_weights().items()}
    write_safetensors("resnet_stem/resnet.safetensors", weights)
    save("resnet_stem/expected.png", contact_sheet(stem(square[:, :, ::-1].astype("f8"), weights)))


def main():
    colour = cv2.imread(sys.argv[1])
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
    photo = cv2.resize(grey, (384, 450), interpolation=cv2.INTER_AREA)
    save("edges/photo.png", photo)
    make_edges(photo)
    make_blur(photo)
    make_resnet_stem(colour)


if __name__ == "__main__":
    main()
