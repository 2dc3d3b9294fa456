// Pointwise work without end is divided: the code generator's time grows faster than the work.
// RUN: %python %S/Inputs/chain.py 600 | conv-opt -conv-kernels | FileCheck %s

// CHECK: conv.kernel "layer_0"(
// CHECK: conv.kernel "layer_1"(
// CHECK: conv.kernel "layer_2"(
// CHECK-NOT: conv.kernel

// Work on weights is one expression for each filter: there is a limit, and no crash beyond it.
// RUN: %python %S/Inputs/chain.py 1024 weights | conv-opt -conv-kernels | FileCheck %s --check-prefix=WEIGHTS
// RUN: %python %S/Inputs/chain.py 30000 weights | not conv-opt -conv-compile=target=x86-64-v3 2>&1 | FileCheck %s --check-prefix=LIMIT
// WEIGHTS: conv.kernel "layer"(
// C53
// LIMIT: error: one kernel's work on weights has 30000 operations; the limit is 1024 [C53]
