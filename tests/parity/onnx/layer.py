"""A layer that is written step by step, and the tensors that it is given."""

import numpy as np

TYPES = {np.dtype(np.float32): "f32", np.dtype(np.int32): "i32", np.dtype(np.uint8): "u8", np.dtype(np.int8): "i8"}


class DoesNotApply(Exception):
    """Why a case is not in the language."""


def number(value):
    """A literal of the language."""
    value = float(value)
    if not np.isfinite(value):
        raise DoesNotApply("a literal is infinite or NaN")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def listing(numbers):
    return "[" + ", ".join(str(int(n)) for n in numbers) + "]"


class Tensor:
    """A value of the graph: an input or initializer with its data, or something computed."""

    def __init__(self, shape, dtype, data=None, text=None):
        self.shape, self.dtype, self.data, self.text = tuple(shape), np.dtype(dtype), data, text

    @property
    def rank(self):
        return len(self.shape)


class Layer:
    def __init__(self):
        self.inputs = {}  # name: array, as the layer takes it
        self.parameters, self.statements = [], []
        self.declared = {}

    def declare(self, tensor, role, shape=None, data=None):
        """The name of an argument that holds the tensor."""
        shape = tensor.shape if shape is None else shape
        data = tensor.data if data is None else data
        if data is None:
            raise DoesNotApply("weights that are computed")
        if tensor.dtype not in TYPES:
            raise DoesNotApply("element type " + str(tensor.dtype))
        if 0 in shape:
            raise DoesNotApply("a dimension of 0")
        if len(shape) > 6 or (role == "" and len(shape) not in (2, 3, 4, 5)):
            raise DoesNotApply("an activation of rank %d" % len(shape))
        key = (id(tensor), role, tuple(shape))
        if key not in self.declared:
            name = ("w" if role else "x") + str(len(self.parameters))
            self.parameters.append("%s%s: %s%s" % ("weight " if role else "", name, TYPES[tensor.dtype], listing(shape)))
            self.inputs[name] = np.ascontiguousarray(data, dtype=tensor.dtype).reshape(shape)
            self.declared[key] = name
        return self.declared[key]

    def activation(self, tensor):
        return tensor.text if tensor.text is not None else self.declare(tensor, "")

    def weight(self, tensor, shape=None, data=None):
        return self.declare(tensor, "weight", shape, data)

    def compute(self, text, shape, dtype=np.float32):
        """A statement; its value."""
        if any(extent < 1 for extent in shape):
            raise DoesNotApply("a dimension of 0")
        name = "v%d" % len(self.statements)
        self.statements.append("  %s = %s;\n" % (name, text))
        return Tensor(shape, dtype, text=name)

    def text(self, name, results):
        body = "".join(self.statements) + "  return " + ", ".join(r.text for r in results) + ";\n"
        return "layer %s(%s) {\n%s}\n" % (name, ", ".join(self.parameters), body)
