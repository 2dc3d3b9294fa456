/*===- convwright.h - what generated libraries and their callers share ------===*\
|*
|* Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#ifndef CONVWRIGHT_CONVWRIGHT_H
#define CONVWRIGHT_CONVWRIGHT_H

#include <dlpack/dlpack.h>
#include <stddef.h>
#include <stdint.h>

/* Also visible where the runtime is linked into a shared library that hides its symbols. */
#define CW_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* Tensors. Shapes are in logical order, N, C, then the spatial dimensions, whatever lies how in
 * memory; strides count elements, and null stands for row-major order. Activations and results may
 * be parts of something larger: rows, planes and images lie any distance apart that leaves each
 * element a place of its own, as long as the innermost dimension of the layout is dense (the last
 * of ncw, nchw and ncdhw; of channels last, the channels, and pixels of a row follow each other).
 * Where the layer says that it has one element, the next one further out is the innermost: planes
 * of [N, C, 1, 1] follow each other. Dimensions of one element have any stride. From the first
 * element to the last are at most 2^31 - 1. What lies between the elements is neither written nor
 * does it matter. An argument that a layer reads in another shape (flatten), and a result that it
 * reads again as a part of another tensor (concat), have dense images. Weights are dense and
 * row-major. A result shares no element with an argument: both may be parts of one frame, beside
 * each other.
 * Tensors without elements, where a size may be 0, need no data. */

/** What a call came to. Anything but CW_OK has a sentence in cw_last_error(). */
enum cw_status {
  CW_OK = 0,
  CW_ERROR_NULL_POINTER = 1, /* a required pointer is null */
  CW_ERROR_TYPE = 2,         /* wrong element type */
  CW_ERROR_DEVICE = 3,       /* a tensor lies on a device that this kernel does not run on */
  CW_ERROR_RANK = 4,         /* wrong number of dimensions */
  CW_ERROR_SIZE = 5,         /* an extent does not fit, or a symbolic size is out of its range */
  CW_ERROR_STRIDE = 6,       /* not in the declared layout, or elements overlap */
  CW_ERROR_ALIGNMENT =
      7, /* data pointer not a multiple of the element size (64 for packed, workspace) */
  CW_ERROR_ALIAS = 8,     /* the result overlaps an argument */
  CW_ERROR_WORKSPACE = 9, /* the caller's workspace is too small */
  CW_ERROR_PACKED = 10,   /* packed parameters are of another layer, target or version */
  CW_ERROR_TARGET = 11,   /* no variant in the library runs on this machine */
  CW_ERROR_OPTIONS = 12,  /* an option has no meaning */
  CW_ERROR_MEMORY = 13,   /* the runtime's arena could not grow */
  CW_ERROR_INTERNAL = 14  /* our bug */
};

/** The last error's text on this thread: which argument, what was found, what is allowed.
 *  Empty after success. Valid until the next call on this thread. Never null. */
CW_EXPORT const char *cw_last_error(void);
/** "CW_ERROR_STRIDE" for CW_ERROR_STRIDE. */
CW_EXPORT const char *cw_status_name(int status);

/** Runs task(argument, worker, i) for every i in [0, count), in any order, concurrently on at most
 *  `workers` threads; `worker` in [0, workers) is unique among the calls running at any moment.
 *  Returns when all are done; returns the first non-zero result of a task, otherwise 0. */
typedef int (*cw_task)(void *argument, int worker, int64_t i);
typedef int (*cw_parallel_for)(void *context, int64_t count, int workers, cw_task task,
                               void *argument);

/** How to run. Zero-initialise and set what is wanted; a null pointer for the whole means defaults.
 */
typedef struct cw_options {
  /** At least <layer>_workspace_bytes(sizes) bytes, 64-byte aligned, used by no other call
   * meanwhile. Null: the runtime's arena, which grows at need and is kept for the next call. */
  void *workspace;
  size_t workspace_bytes;
  /** Threads to use; 0: cw_default_threads(). A caller's workspace that is large enough for fewer
   *  workers only runs on that many. */
  int threads;
  /** The caller's thread pool; null: the runtime's. */
  cw_parallel_for parallel_for;
  void *parallel_for_context;
  /** The CUDA stream or OpenCL queue; null: the default one, which is all that GPU kernels of this
   *  version take. CPU kernels ignore it. */
  void *stream;
} cw_options;

/** Threads that runs use by default: env CONVWRIGHT_THREADS, otherwise the CPUs this process may
 *  use. A value of the environment that is no number of threads is said on standard error, once. */
CW_EXPORT int cw_default_threads(void);

#ifdef __cplusplus
}
#endif

#endif /* CONVWRIGHT_CONVWRIGHT_H */
