# Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: chain.py N [weights]
# Writes a layer of N maps, each of one operation on the one before; on a filter when asked to.
import sys

n = int(sys.argv[1])
on_weights = sys.argv[2:] == ["weights"]
x = "tensor<1x8x9x9xf32, #conv.tensor<layout = nhwc, dims = [1, 8, 9, 9]>>"
w = "tensor<8x8x1x1xf32>"
t = w if on_weights else x
print(f'func.func @layer(%x: {x} {{conv.name = "x", conv.role = "activation"}}, '
      f'%w: {w} {{conv.name = "w", conv.role = "weight"}}) -> {x} attributes {{conv.results = ["y"]}} {{')
last = "w" if on_weights else "x"
for i in range(n):
    print(f"  %v{i} = conv.map(%{last}) : ({t}) -> {t} {{ ^bb0(%e: f32): "
          f"%r = conv.exp %e : f32 conv.yield %r : f32 }}")
    last = f"v{i}"
if on_weights:
    print(f"  %y = conv.conv2d %x, %{last} : ({x}, {w}) -> {x}")
    last = "y"
print(f"  return %{last} : {x}\n}}")
