"""ONNX operators as calls of the language. Each translation is a function of the layer that is written, the
operands (Tensors or None), the attributes, and how many outputs are wanted; it gives the outputs."""

import numpy as np

from layer import DoesNotApply, listing, number

OPERATORS = {}


def operator(*names):
    def register(function):
        for name in names:
            OPERATORS[name] = function
        return function

    return register


def known(tensor, what):
    if tensor.data is None:
        raise DoesNotApply(what + " that is computed")
    return tensor.data


def pairs(before, after):
    return "[" + ", ".join("[%d, %d]" % pair for pair in zip(before, after)) + "]"


# Windows.


def window(x, kernel, attributes):
    """stride, dilation, pads before, pads after; auto_pad as numbers."""
    axes = len(kernel)
    stride = list(attributes.get("strides") or [1] * axes)
    dilation = list(attributes.get("dilations") or [1] * axes)
    pads = list(attributes.get("pads") or [0] * (2 * axes))
    before, after = pads[:axes], pads[axes:]
    auto = attributes.get("auto_pad", "NOTSET")
    if auto.startswith("SAME"):
        for i in range(axes):
            out = -(-x.shape[2 + i] // stride[i])
            total = max((out - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 - x.shape[2 + i], 0)
            small, large = total // 2, total - total // 2
            before[i], after[i] = (small, large) if auto == "SAME_UPPER" else (large, small)
    return stride, dilation, before, after


def extents(x, kernel, stride, dilation, before, after, ceil=False):
    result = []
    for i, size in enumerate(x.shape[2:]):
        room = size + before[i] + after[i] - dilation[i] * (kernel[i] - 1) - 1
        out = (room + (stride[i] - 1 if ceil else 0)) // stride[i] + 1
        if ceil and (out - 1) * stride[i] >= size + before[i]:
            out -= 1
        result.append(out)
    return result


def spatial(x):
    if x.rank not in (3, 4, 5):
        raise DoesNotApply("%d spatial axes" % (x.rank - 2))
    return x.rank - 2


@operator("Conv")
def conv(layer, operands, attributes, _):
    x, w, b = (list(operands) + [None])[:3]
    axes = spatial(x)
    kernel = w.shape[2:]
    stride, dilation, before, after = window(x, kernel, attributes)
    call = "conv%dd(%s, %s" % (axes, layer.activation(x), layer.weight(w))
    call += ", " + layer.weight(b) if b else ""
    auto = attributes.get("auto_pad", "NOTSET")
    padding = auto.lower() if auto.startswith("SAME") else "valid" if auto == "VALID" else pairs(before, after)
    call += ", stride = %s, dilation = %s, padding = %s, groups = %d)" % (
        listing(stride),
        listing(dilation),
        padding,
        attributes.get("group", 1),
    )
    out = extents(x, kernel, stride, dilation, before, after)
    return [layer.compute(call, [x.shape[0], w.shape[0]] + out)]


@operator("ConvTranspose")
def conv_transpose(layer, operands, attributes, _):
    x, w, b = (list(operands) + [None])[:3]
    axes = spatial(x)
    kernel = w.shape[2:]
    plain = {k: v for k, v in attributes.items() if k != "auto_pad"}
    stride, dilation, before, after = window(x, kernel, plain)
    more = list(attributes.get("output_padding") or [0] * axes)
    auto = attributes.get("auto_pad", "NOTSET")
    wanted = attributes.get("output_shape")
    if auto.startswith("SAME") and not wanted:
        wanted = [x.shape[2 + i] * stride[i] for i in range(axes)]
    if wanted:
        for i in range(axes):
            whole = stride[i] * (x.shape[2 + i] - 1) + more[i] + dilation[i] * (kernel[i] - 1) + 1
            total = whole - wanted[-axes + i]
            if total < 0:  # padding does not reach so far
                more[i] -= total
            total = max(total, 0)
            small, large = total // 2, total - total // 2
            before[i], after[i] = (large, small) if auto == "SAME_LOWER" else (small, large)
    if any(m >= max(s, d) for m, s, d in zip(more, stride, dilation)):
        raise DoesNotApply("an output_padding that is no less than the stride and the dilation")
    call = "conv_transpose%dd(%s, %s" % (axes, layer.activation(x), layer.weight(w))
    call += ", " + layer.weight(b) if b else ""
    groups = attributes.get("group", 1)
    call += ", stride = %s, dilation = %s, padding = %s, output_padding = %s, groups = %d)" % (
        listing(stride),
        listing(dilation),
        pairs(before, after),
        listing(more),
        groups,
    )
    out = [
        (x.shape[2 + i] - 1) * stride[i] - before[i] - after[i] + dilation[i] * (kernel[i] - 1) + more[i] + 1
        for i in range(axes)
    ]
    return [layer.compute(call, [x.shape[0], w.shape[1] * groups] + out)]


@operator("DeformConv")
def deform_conv(layer, operands, attributes, _):
    x, w, offset, b, mask = (list(operands) + [None, None])[:5]
    if x.rank != 4:
        raise DoesNotApply("deform_conv2d is of two spatial axes")
    stride, dilation, before, after = window(x, w.shape[2:], attributes)
    call = "deform_conv2d(%s, %s, %s" % (layer.activation(x), layer.activation(offset), layer.weight(w))
    call += ", " + layer.weight(b) if b else ""
    call += ", stride = %s, dilation = %s, padding = %s" % (listing(stride), listing(dilation), pairs(before, after))
    call += ", mask = " + layer.activation(mask) if mask else ""
    out = extents(x, w.shape[2:], stride, dilation, before, after)
    return [layer.compute(call + ")", [x.shape[0], w.shape[0]] + out)]


@operator("MaxPool", "AveragePool")
def pool(layer, operands, attributes, outputs):
    (x,) = operands
    axes = spatial(x)
    isMax = attributes["op"] == "MaxPool"
    if outputs > 1:
        raise DoesNotApply("the places of maxima")
    kernel = attributes["kernel_shape"]
    stride, dilation, before, after = window(x, kernel, attributes)
    counts = attributes.get("count_include_pad", 0)
    if not isMax and any(d != 1 for d in dilation):
        raise DoesNotApply("a mean of a dilated window")
    ceil = bool(attributes.get("ceil_mode", 0))
    out = extents(x, kernel, stride, dilation, before, after, ceil)
    value = layer.activation(x)
    if any(2 * p > k for p, k in zip(before + after, list(kernel) * 2)):
        # More than half of the window: elements of their own.
        if not isMax and not counts and any(before + after):
            raise DoesNotApply("a mean that does not count a padding of more than half of the window")
        if ceil:
            raise DoesNotApply("ceil_mode with a padding of more than half of the window")
        least = {"f": "-3.4028234e38", "u": "0", "i": "-128"}[x.dtype.kind] if isMax else "0"
        value = layer.compute("pad(%s, padding = %s, value = %s)" % (value, pairs(before, after), least), x.shape).text
        before, after = [0] * axes, [0] * axes
    call = "%s_pool%dd(%s, kernel_size = %s, stride = %s, padding = %s" % (
        "max" if isMax else "avg",
        axes,
        value,
        listing(kernel),
        listing(stride),
        pairs(before, after),
    )
    call += ", dilation = " + listing(dilation) if isMax else ""
    call += ", ceil_mode = true" if ceil else ""
    call += ", count_include_pad = false" if not isMax and not counts else ""
    return [layer.compute(call + ")", list(x.shape[:2]) + out, x.dtype)]


@operator("GlobalAveragePool", "GlobalMaxPool")
def global_pool(layer, operands, attributes, _):
    (x,) = operands
    spatial(x)
    name = "global_avg_pool" if attributes["op"] == "GlobalAveragePool" else "global_max_pool"
    return [layer.compute("%s(%s)" % (name, layer.activation(x)), list(x.shape[:2]) + [1] * (x.rank - 2), x.dtype)]


# Matrix products and normalisation.


def linear(layer, x, w, transposed, bias=None):
    if x.rank != 2 or w.rank != 2:
        raise DoesNotApply("matrix products of rank %d and %d" % (x.rank, w.rank))
    data = known(w, "a matrix")
    data = data if transposed else data.T
    call = "linear(%s, %s" % (layer.activation(x), layer.weight(w, data.shape, data))
    call += ", " + layer.weight(bias) if bias else ""
    return layer.compute(call + ")", [x.shape[0], data.shape[0]])


@operator("Gemm")
def gemm(layer, operands, attributes, _):
    a, b, c = (list(operands) + [None])[:3]
    if attributes.get("transA"):
        raise DoesNotApply("a transposed activation")
    alpha, beta = attributes.get("alpha", 1.0), attributes.get("beta", 1.0)
    isBias = c is not None and c.data is not None and alpha == beta == 1 and c.shape == (b.shape[0 if attributes.get("transB") else 1],)
    y = linear(layer, a, b, attributes.get("transB", 0), c if isBias else None)
    if alpha != 1:
        y = layer.compute("%s * %s" % (y.text, number(alpha)), y.shape)
    if c is None or isBias:
        return [y]
    shape = [1] * (2 - c.rank) + list(c.shape)
    term = layer.declare(c, "", shape) if c.text is None else c.text
    return [layer.compute("%s + %s * %s" % (y.text, term, number(beta)), y.shape)]


@operator("MatMul")
def matmul(layer, operands, _attributes, _outputs):
    return [linear(layer, operands[0], operands[1], False)]


@operator("BatchNormalization")
def batch_norm(layer, operands, attributes, outputs):
    x, scale, bias, mean, var = operands
    if attributes.get("training_mode") or outputs > 1:
        raise DoesNotApply("statistics of training")
    if x.rank < 2:
        raise DoesNotApply("batch_norm of rank 1")
    call = "batch_norm(%s, %s, eps = %s)" % (
        layer.activation(x),
        ", ".join(layer.weight(t) for t in (mean, var, scale, bias)),
        number(attributes.get("epsilon", 1e-5)),
    )
    return [layer.compute(call, x.shape)]


@operator("Softmax")
def softmax(layer, operands, attributes, _):
    (x,) = operands
    isOld = attributes["opset"] < 13
    axis = attributes.get("axis", 1 if isOld else -1) % x.rank
    if axis == 0:
        raise DoesNotApply("softmax along the batch")
    if isOld and axis != x.rank - 1:
        raise DoesNotApply("softmax along several axes")
    return [layer.compute("softmax(%s, dim = %d)" % (layer.activation(x), axis), x.shape)]


# What moves elements.


@operator("Flatten")
def flatten(layer, operands, attributes, _):
    (x,) = operands
    axis = attributes.get("axis", 1)
    axis = axis + x.rank if axis < 0 else axis
    if axis != 1 or x.rank not in (2, 3, 4, 5):
        raise DoesNotApply("flatten at another axis than the channels")
    shape = [x.shape[0], int(np.prod(x.shape[1:]))]
    return [x if x.rank == 2 and x.text else layer.compute("flatten(%s)" % layer.activation(x), shape, x.dtype)]


@operator("Concat")
def concat(layer, operands, attributes, _):
    axis = attributes.get("axis", 1)
    rank = operands[0].rank
    axis = axis % rank
    if rank < 2 or len(operands) < 2:
        raise DoesNotApply("concat of rank 1, or of one tensor")
    shape = list(operands[0].shape)
    shape[axis] = sum(t.shape[axis] for t in operands)
    return [layer.compute("concat(%s, dim = %d)" % (", ".join(layer.activation(t) for t in operands), axis), shape, operands[0].dtype)]


@operator("Slice")
def slice_(layer, operands, attributes, _):
    x = operands[0]
    given = [known(t, "a slice's place").astype(np.int64).tolist() if t is not None else None for t in operands[1:]]
    given += [None] * (4 - len(given))
    starts, ends, axes, steps = given
    if starts is None:
        starts, ends, axes = attributes["starts"], attributes["ends"], attributes.get("axes")
    axes = axes or list(range(len(starts)))
    steps = steps or [1] * len(starts)
    value, shape = layer.activation(x), list(x.shape)
    for start, end, axis, step in zip(starts, ends, axes, steps):
        if step < 0:
            raise DoesNotApply("a slice that goes backwards")
        axis %= x.rank
        begin, stop, _ = slice(start, end, step).indices(shape[axis])
        count = len(range(begin, stop, step))
        call = "slice(%s, dim = %d, start = %d, stop = %d, step = %d)" % (value, axis, begin, stop, step)
        if not count:
            raise DoesNotApply("a dimension of 0")
        if stop == shape[axis]:
            call = call.replace(", stop = %d" % stop, "")
        shape[axis] = count
        value = layer.compute(call, shape, x.dtype).text
    result = layer.compute(value, shape, x.dtype) if value == layer.activation(x) else None
    return [result] if result else [type(x)(shape, x.dtype, text=value)]


@operator("Split")
def split(layer, operands, attributes, outputs):
    x = operands[0]
    axis = attributes.get("axis", 0) % x.rank
    if len(operands) > 1 and operands[1] is not None:
        parts = known(operands[1], "a split").astype(np.int64).tolist()
    else:
        each = -(-x.shape[axis] // outputs)
        parts = attributes.get("split") or [min(each, x.shape[axis] - i * each) for i in range(outputs)]
    results, begin = [], 0
    for part in parts:
        shape = list(x.shape)
        shape[axis] = part
        call = "slice(%s, dim = %d, start = %d" % (layer.activation(x), axis, begin)
        begin += part
        call += ", stop = %d" % begin if begin < x.shape[axis] else ""
        results.append(layer.compute(call + ")", shape, x.dtype))
    return results


@operator("Pad")
def pad(layer, operands, attributes, _):
    x = operands[0]
    mode = attributes.get("mode", "constant")
    pads = attributes.get("pads") or known(operands[1], "a padding").astype(np.int64).tolist()
    value = attributes.get("value", 0)
    if len(operands) > 2 and operands[2] is not None:
        value = known(operands[2], "a value").reshape(-1)[0]
    axes = list(range(x.rank))
    if len(operands) > 3 and operands[3] is not None:
        axes = [int(a) % x.rank for a in known(operands[3], "the axes")]
    before, after = [0] * x.rank, [0] * x.rank
    for i, axis in enumerate(axes):
        before[axis], after[axis] = pads[i], pads[len(axes) + i]
    if min(before + after) < 0:
        raise DoesNotApply("a negative padding")
    if any(before[:2] + after[:2]):
        raise DoesNotApply("a padding of the batch or the channels")
    spatial(x)
    word = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}[mode]
    call = "pad(%s, padding = %s, mode = %s" % (layer.activation(x), pairs(before[2:], after[2:]), word)
    call += ", value = " + number(value) if mode == "constant" else ""
    shape = [s + b + a for s, b, a in zip(x.shape, before, after)]
    return [layer.compute(call + ")", shape, x.dtype)]


@operator("DepthToSpace")
def depth_to_space(layer, operands, attributes, _):
    (x,) = operands
    r = attributes["blocksize"]
    value = layer.activation(x)
    if attributes.get("mode", "DCR") == "DCR":
        value = layer.compute("channel_shuffle(%s, groups = %d)" % (value, r * r), x.shape).text
    n, c, h, w = x.shape
    return [layer.compute("pixel_shuffle(%s, factor = %d)" % (value, r), [n, c // r // r, h * r, w * r])]


@operator("SpaceToDepth")
def space_to_depth(layer, operands, attributes, _):
    (x,) = operands
    r = attributes["blocksize"]
    n, c, h, w = x.shape
    shape = [n, c * r * r, h // r, w // r]
    value = layer.compute("pixel_unshuffle(%s, factor = %d)" % (layer.activation(x), r), shape).text
    return [layer.compute("channel_shuffle(%s, groups = %d)" % (value, c), shape)]


def nearest_index(i, size, out, scale, coordinates, rounding):
    """Where ONNX reads."""
    x = {
        "half_pixel": (i + 0.5) / scale - 0.5,
        "pytorch_half_pixel": (i + 0.5) / scale - 0.5 if out > 1 else 0,
        "asymmetric": i / scale,
        "align_corners": i * (size - 1) / (out - 1) if out > 1 else 0,
    }.get(coordinates)
    if x is None:
        raise DoesNotApply("positions by " + coordinates)
    place = {
        "round_prefer_floor": np.ceil(x - 0.5),
        "round_prefer_ceil": np.floor(x + 0.5),
        "floor": np.floor(x),
        "ceil": np.ceil(x),
    }[rounding]
    return int(np.clip(place, 0, size - 1))


@operator("Resize", "Upsample")
def resize(layer, operands, attributes, _):
    x = operands[0]
    axes = spatial(x)
    isUpsample = attributes["op"] == "Upsample"
    given = operands[1:2] if isUpsample else operands[2:4]
    scales = known(given[0], "a scale").tolist() if given and given[0] is not None and len(given[0].data) else None
    sizes = known(given[1], "a size").tolist() if len(given) > 1 and given[1] is not None else None
    if attributes.get("antialias") or attributes.get("exclude_outside"):
        raise DoesNotApply("resizing with antialiasing, or without what lies outside")
    if attributes.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise DoesNotApply("resizing that keeps the aspect ratio")
    chosen = [a % x.rank for a in attributes.get("axes") or range(x.rank)]
    if sorted(chosen) != chosen:
        raise DoesNotApply("resizing by axes in another order")
    values = scales or sizes
    full = [1.0] * x.rank if scales else list(x.shape)
    for axis, value in zip(chosen, values):
        full[axis] = value
    scale = full if scales else [out / size for out, size in zip(full, x.shape)]
    out = [int(np.floor(s * f)) for s, f in zip(x.shape, full)] if scales else [int(s) for s in full]
    if out[:2] != list(x.shape[:2]):
        raise DoesNotApply("resizing of the batch or the channels")
    mode = attributes.get("mode", "nearest")
    coordinates = attributes.get("coordinate_transformation_mode", "asymmetric" if isUpsample else "half_pixel")
    call = "interpolate(%s, " % layer.activation(x)
    whole = all(abs(s * f - o) < 1e-6 for s, f, o in zip(x.shape, scale, out))
    if whole:
        call += "size = " + listing(out[2:])
    elif len(set(scale[2:])) == 1:
        call += "scale_factor = " + number(scale[2])
    else:
        raise DoesNotApply("resizing by factors that differ and leave a rest")
    if mode == "nearest":
        rounding = attributes.get("nearest_mode", "floor" if isUpsample else "round_prefer_floor")
        for axis in range(2, x.rank):
            for i in range(out[axis]):
                ours = min(int(np.floor(i / scale[axis])), x.shape[axis] - 1)
                if nearest_index(i, x.shape[axis], out[axis], scale[axis], coordinates, rounding) != ours:
                    raise DoesNotApply("nearest elements by another rounding than PyTorch's")
        return [layer.compute(call + ")", out, x.dtype)]
    if axes != 2:
        raise DoesNotApply("smooth resizing along %d axes" % axes)
    if coordinates not in ("half_pixel", "pytorch_half_pixel", "align_corners") or (
        coordinates == "pytorch_half_pixel" and 1 in out[2:]
    ):
        raise DoesNotApply("positions by " + coordinates)
    if mode == "cubic" and attributes.get("cubic_coeff_a", -0.75) != -0.75:
        raise DoesNotApply("another cubic coefficient than PyTorch's")
    if coordinates == "align_corners" and not whole:
        raise DoesNotApply("corners that align with a size that is not whole")
    call += ", mode = " + {"linear": "bilinear", "cubic": "bicubic"}[mode]
    call += ", align_corners = true" if coordinates == "align_corners" else ""
    return [layer.compute(call + ")", out, x.dtype)]
