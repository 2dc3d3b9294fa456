/*===- abi.h - the tables inside generated libraries ------------------------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* Generated entries hand these constant tables to the runtime, which checks the arguments and calls
|* the kernels. Not for applications: the layout may change with CW_ABI_VERSION.
|*
\*===----------------------------------------------------------------------===*/

#ifndef CONVWRIGHT_ABI_H
#define CONVWRIGHT_ABI_H

#include "convwright/convwright.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CW_ABI_VERSION 3
/* A layer takes at most so many symbolic sizes. */
#define CW_MAX_SYMBOLS 32

/* CPU features that a variant needs (cw_variant.cpu_features). */
enum cw_cpu_feature {
  CW_CPU_SSE41 = 1 << 0,  /* SSSE3, SSE4.1, SSE4.2, POPCNT: x86-64-v2 */
  CW_CPU_AVX2 = 1 << 1,   /* AVX, AVX2, FMA, F16C, BMI: x86-64-v3; needs the OS to save ymm */
  CW_CPU_AVX512 = 1 << 2, /* F, BW, CD, DQ, VL: x86-64-v4; needs the OS to save zmm */
  CW_CPU_AVX512_VNNI = 1 << 3,
  CW_CPU_AVX512_BF16 = 1 << 4,
  CW_CPU_NEON = 1 << 8, /* every aarch64 */
  CW_CPU_FP16 = 1 << 9,
  CW_CPU_DOTPROD = 1 << 10
};

/* floor((mul * sizes[symbol] + add) / div); symbol < 0: add. */
typedef struct cw_extent {
  int64_t symbol, mul, add, div;
} cw_extent;

typedef struct cw_symbol {
  const char *name;
  int64_t lo, hi, step;
} cw_symbol;

enum cw_element_type { CW_F32 = 0, CW_I32 = 1, CW_U8 = 2, CW_I8 = 3 };
enum cw_layout { CW_CHANNELS_FIRST = 0, CW_CHANNELS_LAST = 1 };

/* A tensor: an argument, a result, a weight, or an intermediate. dims in logical order. The
 * `pitched` dimensions that are outermost in memory may lie any distance apart, the others densely.
 */
typedef struct cw_tensor {
  const char *name;
  int32_t type;   /* cw_element_type */
  int32_t layout; /* cw_layout; of three dimensions and more */
  int64_t rank;
  const cw_extent *dims;
  int64_t pitched; /* 0: all of it is dense */
} cw_tensor;

/* Where a kernel's argument lies. */
enum cw_place {
  CW_PLACE_ARGUMENT = 0, /* index into cw_layer.arguments */
  CW_PLACE_RESULT = 1,   /* index into cw_layer.results */
  CW_PLACE_BUFFER = 2    /* index into cw_layer.buffers */
};
/* A part of a tensor as a kernel sees it: along each dimension `dims` elements from `starts` on,
 * `steps` apart. */
typedef struct cw_view {
  int64_t rank; /* as kernels see the tensor: two and three dimensions as four */
  const cw_extent *dims, *starts;
  const int64_t *steps;
} cw_view;

typedef struct cw_reference {
  int32_t place, index;
  const cw_view *view; /* null: all of the tensor, as it is */
} cw_reference;

/* An intermediate tensor, living in workspace slot `slot`; a slot is as large as its largest
 * buffer. */
typedef struct cw_buffer {
  cw_tensor tensor;
  int64_t slot;
} cw_buffer;

/* A packed parameter buffer: dims innermost first, dense. */
typedef struct cw_packed {
  int64_t type; /* cw_element_type */
  int64_t rank;
  const int64_t *dims;
} cw_packed;

/* Scratch of one call: up to prod(dims) * element_bytes + 64 bytes. */
typedef struct cw_scratch {
  int64_t rank;
  const cw_extent *dims;
  int64_t element_bytes;
  int64_t per_thread; /* 0: once a call; 1: once a worker */
} cw_scratch;

/* A weight that pack reads: of the caller (constant == null; index into cw_layer.weights), or
 * known. */
typedef struct cw_weight_reference {
  int64_t index;
  cw_tensor tensor;
  const void *constant;
} cw_weight_reference;

typedef int (*cw_kernel_function)(void **args); /* see schedules/Schedules.h */

/* One kernel of one variant. */
typedef struct cw_kernel {
  const char *name;
  cw_kernel_function run;
  cw_kernel_function pack; /* null: nothing to pack at run time */
  int64_t input_count;
  const cw_reference *inputs;
  int64_t output_count;
  const cw_reference *outputs;
  int64_t weight_count;
  const cw_weight_reference *weights;
  int64_t packed_count;
  const cw_packed *packed;
  const void *constant_packed; /* all packed buffers when known at compile time, 64-byte aligned */
  int64_t scratch_count;
  const cw_scratch *scratch;
  /* Where `run` takes dense tensors only: for the others, with scratch of its own. Null: `run`
   * takes them, or no argument and no result is among the kernel's tensors. */
  cw_kernel_function strided;
  int64_t strided_scratch_count;
  const cw_scratch *strided_scratch;
} cw_kernel;

/* Machines that a variant is for. */
enum cw_machine { CW_MACHINE_CPU = 0, CW_MACHINE_OPENCL = 1, CW_MACHINE_CUDA = 2 };

/* What the runtime needs of the device runtime that a GPU variant brings along (Halide's, renamed).
 */
typedef void (*cw_message_handler)(void *user_context, const char *message);
typedef struct cw_device_api {
  cw_message_handler (*set_error_handler)(cw_message_handler handler);
  cw_message_handler (*set_print)(cw_message_handler handler);
} cw_device_api;

/* A layer's kernels for one target, in order of execution. */
typedef struct cw_variant {
  const char *target;
  int64_t machine;       /* cw_machine */
  uint64_t cpu_features; /* all must be there */
  int64_t kernel_count;
  const cw_kernel *kernels;
  const cw_device_api *device; /* null: CPU */
} cw_variant;

typedef struct cw_layer {
  int64_t abi_version;
  const char *name; /* "edges_sobel" */
  uint64_t hash;    /* of the layer's interface and plans: packed parameters carry it */
  int64_t symbol_count;
  const cw_symbol *symbols;
  int64_t argument_count; /* activations, in order of declaration */
  const cw_tensor *arguments;
  int64_t result_count;
  const cw_tensor *results;
  int64_t weight_count; /* in order of declaration */
  const cw_tensor *weights;
  int64_t buffer_count;
  const cw_buffer *buffers;
  int64_t slot_count;
  int64_t variant_count; /* best first */
  const cw_variant *variants;
} cw_layer;

/* What generated entries call. `arguments`, `results`, `weights`: arrays of DLTensor pointers in
 * the layer's order. See convwright.h for statuses. */
size_t cwrt_workspace_bytes(const cw_layer *layer, const int64_t *sizes);
size_t cwrt_packed_bytes(const cw_layer *layer);
int cwrt_pack(const cw_layer *layer, const DLTensor *const *weights, void *packed);
int cwrt_run(const cw_layer *layer, const void *packed, const DLTensor *const *arguments,
             DLTensor *const *results, const cw_options *options);

/* For the compiler's reports: what a variant needs at these sizes, on whatever machine it is asked.
 * 0: 64 bits do not hold it. */
size_t cwrt_variant_workspace_bytes(const cw_layer *layer, const cw_variant *variant,
                                    const int64_t *sizes, int workers);
size_t cwrt_variant_packed_bytes(const cw_variant *variant);

#ifdef __cplusplus
}
#endif

#endif /* CONVWRIGHT_ABI_H */
