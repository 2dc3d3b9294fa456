"""ONNX operators that work element by element."""

import numpy as np

from layer import TYPES, DoesNotApply, number
from operators import known, operator

# Of one operand; {0} is it, the others attributes with their defaults.
UNARY = {
    "Relu": "relu({0})",
    "Sigmoid": "sigmoid({0})",
    "Tanh": "tanh({0})",
    "Exp": "exp({0})",
    "Log": "log({0})",
    "Sqrt": "sqrt({0})",
    "Abs": "abs({0})",
    "Neg": "-{0}",
    "Reciprocal": "1 / {0}",
    "Softplus": "log(1 + exp({0}))",
    "Softsign": "{0} / (1 + abs({0}))",
    "Mish": "mish({0})",
    "HardSwish": "hardswish({0})",
    "Sign": "where({0} > 0, 1, where({0} < 0, -1, {0} * 0))",
}
FORMS = {
    "LeakyRelu": (("alpha", 0.01), "leaky_relu({0}, {alpha})"),
    "Elu": (("alpha", 1.0), "elu({0}, {alpha})"),
    "Celu": (("alpha", 1.0), "max({0}, 0) + min(elu({0} / {alpha}, 1) * {alpha}, 0)"),
    "ThresholdedRelu": (("alpha", 1.0), "where({0} > {alpha}, {0}, 0)"),
}
BINARY = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}
# Whose operands numpy broadcasts; a graph of these alone may have any rank up to five.
ELEMENTWISE = set(UNARY) | set(FORMS) | set(BINARY) | {
    "Min",
    "Max",
    "Sum",
    "Mean",
    "Clip",
    "Selu",
    "HardSigmoid",
    "Gelu",
    "Swish",
    "Identity",
    "Dropout",
    "Cast",
    "PRelu",
    "Constant",
}


def broadcast(operands):
    return list(np.broadcast_shapes(*[t.shape for t in operands]))


def unary(layer, x, text):
    return [layer.compute(text.replace("{0}", layer.activation(x)), x.shape, x.dtype)]


@operator(*UNARY)
def simple(layer, operands, attributes, _):
    if attributes["op"] == "Softplus":  # PyTorch's is linear above 20, which f32 does not tell apart
        return unary(layer, operands[0], "softplus({0})")
    return unary(layer, operands[0], UNARY[attributes["op"]])


@operator(*FORMS)
def form(layer, operands, attributes, _):
    (name, default), text = FORMS[attributes["op"]]
    value = number(attributes.get(name, default))
    return unary(layer, operands[0], text.replace("{alpha}", value))


@operator("Selu")
def selu(layer, operands, attributes, _):
    alpha = number(attributes.get("alpha", 1.67326319217681884765625))
    gamma = number(attributes.get("gamma", 1.05070102214813232421875))
    return unary(layer, operands[0], "%s * elu({0}, %s)" % (gamma, alpha))


@operator("HardSigmoid")
def hard_sigmoid(layer, operands, attributes, _):
    alpha, beta = number(attributes.get("alpha", 0.2)), number(attributes.get("beta", 0.5))
    return unary(layer, operands[0], "clamp({0} * %s + %s, 0, 1)" % (alpha, beta))


@operator("Gelu")
def gelu(layer, operands, attributes, _):
    tanh = attributes.get("approximate", "none") == "tanh"
    return unary(layer, operands[0], "gelu({0}%s)" % (", approximate = tanh" if tanh else ""))


@operator("Swish")
def swish(layer, operands, attributes, _):
    return unary(layer, operands[0], "{0} * sigmoid({0} * %s)" % number(attributes.get("alpha", 1.0)))


@operator(*BINARY)
def arithmetic(layer, operands, attributes, _):
    a, b = operands
    if a.dtype.kind == "i" and attributes["op"] == "Div":
        raise DoesNotApply("a division of integers")
    if a.dtype not in (np.float32, np.int32):
        raise DoesNotApply("arithmetic in " + str(a.dtype))
    text = "%s %s %s" % (layer.activation(a), BINARY[attributes["op"]], layer.activation(b))
    return [layer.compute(text, broadcast(operands), a.dtype)]


@operator("Min", "Max", "Sum", "Mean")
def several(layer, operands, attributes, _):
    name = attributes["op"]
    if operands[0].dtype not in (np.float32, np.int32):
        raise DoesNotApply("arithmetic in " + str(operands[0].dtype))
    text = layer.activation(operands[0])
    for other in operands[1:]:
        value = layer.activation(other)
        text = "%s + %s" % (text, value) if name in ("Sum", "Mean") else "%s(%s, %s)" % (name.lower(), text, value)
    if name == "Mean":
        text = "(%s) / %d" % (text, len(operands))
    if len(operands) == 1:
        text += " * 1"
    return [layer.compute(text, broadcast(operands), operands[0].dtype)]


@operator("Clip")
def clip(layer, operands, attributes, _):
    x = operands[0]
    if x.dtype not in (np.float32, np.int32):
        raise DoesNotApply("arithmetic in " + str(x.dtype))
    bounds = [attributes.get("min"), attributes.get("max")]
    for i, t in enumerate(operands[1:]):
        if t is not None:
            bounds[i] = known(t, "a bound").reshape(-1)[0]
    text = "{0}"
    if bounds[0] is not None:
        text = "max(%s, %s)" % (text, number(bounds[0]))
    if bounds[1] is not None:
        text = "min(%s, %s)" % (text, number(bounds[1]))
    return unary(layer, x, text if text != "{0}" else "{0} * 1")


@operator("Identity", "Dropout")
def identity(layer, operands, attributes, outputs):
    if outputs > 1:
        raise DoesNotApply("a dropout's mask")
    if attributes["op"] == "Dropout" and len(operands) > 2 and operands[2] is not None and operands[2].data.any():
        raise DoesNotApply("training")
    x = operands[0]
    if x.dtype not in (np.float32, np.int32):
        raise DoesNotApply("arithmetic in " + str(x.dtype))
    return unary(layer, x, "{0} * 1")


@operator("Cast")
def cast(layer, operands, attributes, _):
    from onnx import TensorProto

    x = operands[0]
    types = {TensorProto.FLOAT: "float32", TensorProto.INT32: "int32", TensorProto.UINT8: "uint8", TensorProto.INT8: "int8"}
    to = types.get(attributes["to"])
    if to is None or x.dtype not in TYPES or np.dtype(to) == x.dtype:
        raise DoesNotApply("conversions to or from other types")
    return [layer.compute("%s(%s)" % (TYPES[np.dtype(to)], layer.activation(x)), x.shape, to)]


@operator("PRelu")
def prelu(layer, operands, attributes, _):
    x, slope = operands
    ofChannels = slope.data is not None and x.rank >= 2 and slope.data.size == x.shape[1]
    isOld = attributes["opset"] < 7  # one for each channel, whatever numpy would make of it
    if ofChannels and (isOld or (slope.rank == x.rank - 1 and slope.shape[0] == x.shape[1])):
        text = "prelu({0}, %s)" % layer.weight(slope, [x.shape[1]])
    else:
        if slope.rank != x.rank:
            raise DoesNotApply("slopes that are not by channel, of another rank")
        text = "where({0} < 0, {0} * %s, {0})" % layer.activation(slope)
    return unary(layer, x, text)
