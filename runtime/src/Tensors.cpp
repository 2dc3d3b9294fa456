//===- Tensors.cpp - are these the tensors that the layer takes? ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tensors.h"

#include "Arithmetic.h"
#include "Status.h"
#include "Strides.h"

#include <cinttypes>

namespace convwright::runtime {

namespace {

const char *dlpackCode(uint8_t code) {
  switch (code) {
  case kDLInt:
    return "int";
  case kDLUInt:
    return "uint";
  case kDLFloat:
    return "float";
  case kDLBfloat:
    return "bfloat";
  case kDLComplex:
    return "complex";
  default:
    return "opaque";
  }
}

/// "[1, 3, H, W]", as the .conv file has it; derived extents by their formula.
Text printDims(const cw_tensor &tensor, const cw_symbol *symbols) {
  Text text;
  for (int64_t d = 0; d < tensor.rank; ++d) {
    const cw_extent &extent = tensor.dims[d];
    text.add("%s", d ? ", " : "[");
    if (extent.symbol < 0)
      text.add("%" PRId64, extent.add);
    else if (extent.mul == 1 && extent.add == 0 && extent.div == 1)
      text.add("%s", symbols[extent.symbol].name);
    else
      text.add("floor((%" PRId64 " %s + %" PRId64 ") / %" PRId64 ")", extent.mul,
               symbols[extent.symbol].name, extent.add, extent.div);
  }
  text.add("]");
  return text;
}

int checkDevice(const DLTensor &tensor, const cw_tensor &info) {
  DLDeviceType type = tensor.device.device_type;
  if (type == kDLCPU || type == kDLCUDAHost || type == kDLROCMHost)
    return CW_OK;
  return fail(CW_ERROR_DEVICE,
              "%s lies on a device of DLPack type %d; this version takes tensors in host memory "
              "(kDLCPU, kDLCUDAHost or kDLROCMHost): copy it there first",
              info.name, static_cast<int>(type));
}

int checkType(const DLTensor &tensor, const cw_tensor &info) {
  DLDataType found = tensor.dtype, wanted = elements[info.type].type;
  if (found.code == wanted.code && found.bits == wanted.bits && found.lanes == wanted.lanes)
    return CW_OK;
  return fail(CW_ERROR_TYPE,
              "%s has the DLPack type %s, %d bits, %d lane%s; the layer takes %s (%s, %d bits, 1 "
              "lane): convert it first, or change the type in the .conv file",
              info.name, dlpackCode(found.code), found.bits, found.lanes,
              found.lanes == 1 ? "" : "s", elements[info.type].spelling, dlpackCode(wanted.code),
              wanted.bits);
}

/// What can be said of a tensor before sizes are known.
int checkForm(const DLTensor *tensor, const cw_tensor &info) {
  if (!tensor)
    return fail(CW_ERROR_NULL_POINTER, "%s is null; the layer needs it", info.name);
  if (int status = checkDevice(*tensor, info))
    return status;
  if (int status = checkType(*tensor, info))
    return status;
  if (tensor->ndim != info.rank) {
    Text wanted;
    if (info.rank == 0)
      wanted.add("one number, whose ndim is 0");
    else
      wanted.add("%" PRId64, info.rank);
    return fail(CW_ERROR_RANK, "%s has %d dimension%s; the layer takes %s", info.name, tensor->ndim,
                tensor->ndim == 1 ? "" : "s", wanted.text());
  }
  if (!tensor->shape && info.rank)
    return fail(CW_ERROR_NULL_POINTER, "%s.shape is null; it has to hold %" PRId64 " extents",
                info.name, info.rank);
  return CW_OK;
}

bool isPlainSymbol(const cw_extent &extent) {
  return extent.symbol >= 0 && extent.mul == 1 && extent.add == 0 && extent.div == 1;
}

/// Reads a symbol's value from the first dimension that is it, and compares the others with that.
int readSymbols(const cw_layer &layer, const DLTensor *const *arguments, SymbolValues &sizes) {
  const char *readFrom[CW_MAX_SYMBOLS] = {};
  for (int64_t a = 0; a < layer.argument_count; ++a) {
    const cw_tensor &info = layer.arguments[a];
    for (int64_t d = 0; d < info.rank; ++d) {
      if (!isPlainSymbol(info.dims[d]))
        continue;
      int64_t s = info.dims[d].symbol, found = arguments[a]->shape[d];
      const cw_symbol &symbol = layer.symbols[s];
      if (readFrom[s] && sizes.values[s] != found)
        return fail(CW_ERROR_SIZE,
                    "%s.shape[%" PRId64 "] is %" PRId64 ", but %s gave %s = %" PRId64
                    ": both have to be equal",
                    info.name, d, found, readFrom[s], symbol.name, sizes.values[s]);
      if (int status = checkSymbol(symbol, found, info.name))
        return status;
      sizes.values[s] = found;
      readFrom[s] = info.name;
    }
  }
  return CW_OK;
}

bool depends(const cw_tensor &tensor, int64_t symbol) {
  for (int64_t d = 0; d < tensor.rank; ++d)
    if (tensor.dims[d].symbol == symbol)
      return true;
  return false;
}

/// `sizes` may be null where the tensor's extents are constants.
int checkExtents(const cw_layer &layer, const DLTensor &tensor, const cw_tensor &info,
                 const int64_t *sizes) {
  bool same = true;
  for (int64_t d = 0; d < info.rank; ++d)
    same &= tensor.shape[d] == evaluate(info.dims[d], sizes);
  if (same)
    return CW_OK;
  Text declared = printDims(info, layer.symbols);
  Text found = printList(info.rank, tensor.shape);
  Text values;
  for (int64_t s = 0; s < layer.symbol_count; ++s)
    if (depends(info, s))
      values.add("%s%s = %" PRId64, *values.text() ? ", " : " for ", layer.symbols[s].name,
                 sizes[s]);
  if (!*values.text()) // nothing but numbers: they are not said twice
    return fail(CW_ERROR_SIZE, "%s has the shape %s; the layer takes %s", info.name, found.text(),
                declared.text());
  Text wanted;
  for (int64_t d = 0; d < info.rank; ++d)
    wanted.add("%s%" PRId64, d ? ", " : "", evaluate(info.dims[d], sizes));
  return fail(CW_ERROR_SIZE, "%s has the shape %s; the layer takes %s, that is [%s]%s", info.name,
              found.text(), declared.text(), wanted.text(), values.text());
}

int checkData(const DLTensor &tensor, const cw_tensor &info) {
  if (isEmpty(tensor))
    return CW_OK;
  if (!tensor.data)
    return fail(CW_ERROR_NULL_POINTER, "%s.data is null, and it has elements", info.name);
  auto bytes = static_cast<uintptr_t>(elementBytes(info.type));
  if (reinterpret_cast<uintptr_t>(dataOf(tensor)) % bytes == 0)
    return CW_OK;
  return fail(CW_ERROR_ALIGNMENT,
              "%s.data + byte_offset is %p; %s elements have to lie at a multiple of %d bytes",
              info.name, static_cast<void *>(dataOf(tensor)), elements[info.type].spelling,
              static_cast<int>(bytes));
}

/// What is left to say once the symbols have values; weights have no `sizes`.
int checkContent(const cw_layer &layer, const DLTensor &tensor, const cw_tensor &info,
                 const int64_t *sizes) {
  if (int status = checkExtents(layer, tensor, info, sizes))
    return status;
  if (bytesOf(info, sizes).overflows())
    return fail(CW_ERROR_SIZE, "%s has more bytes than 64 bits can count", info.name);
  if (int status = checkStrides(tensor, info, /*isWeight=*/!sizes))
    return status;
  return checkData(tensor, info);
}

int checkAliases(const cw_layer &layer, const DLTensor *const *arguments,
                 DLTensor *const *results) {
  for (int64_t r = 0; r < layer.result_count; ++r) {
    const char *result = layer.results[r].name;
    for (int64_t a = 0; a < layer.argument_count; ++a)
      if (overlap(*results[r], *arguments[a]))
        return fail(CW_ERROR_ALIAS, "%s overlaps %s in memory; a layer does not work in place",
                    result, layer.arguments[a].name);
    for (int64_t other = 0; other < r; ++other)
      if (overlap(*results[r], *results[other]))
        return fail(CW_ERROR_ALIAS, "%s overlaps %s in memory; each result needs its own", result,
                    layer.results[other].name);
  }
  return CW_OK;
}

} // namespace

int checkSymbol(const cw_symbol &symbol, int64_t value, const char *where) {
  if (value >= symbol.lo && value <= symbol.hi && (value - symbol.lo) % symbol.step == 0)
    return CW_OK;
  Text step;
  if (symbol.step != 1)
    step.add(" in steps of %" PRId64, symbol.step);
  return fail(CW_ERROR_SIZE,
              "%s has %s = %" PRId64 "; the layer was compiled for %s in %" PRId64 "..%" PRId64
              "%s: widen the range after `for` in the .conv file if this size is wanted",
              where, symbol.name, value, symbol.name, symbol.lo, symbol.hi, step.text());
}

Text printList(int64_t rank, const int64_t *dims) {
  Text text;
  for (int64_t d = 0; d < rank; ++d)
    text.add("%s%" PRId64, d ? ", " : "[", dims[d]);
  text.add("%s", rank ? "]" : "[]");
  return text;
}

const char *layoutName(int64_t rank, int32_t layout) {
  static constexpr const char *first[] = {"ncw", "nchw", "ncdhw"},
                              *last[] = {"nwc", "nhwc", "ndhwc"};
  if (rank < 3 || rank > 5)
    return nullptr;
  return (layout == CW_CHANNELS_LAST ? last : first)[rank - 3];
}

int checkTensors(const cw_layer &layer, const DLTensor *const *arguments, DLTensor *const *results,
                 SymbolValues &sizes) {
  for (int64_t a = 0; a < layer.argument_count; ++a)
    if (int status = checkForm(arguments[a], layer.arguments[a]))
      return status;
  for (int64_t r = 0; r < layer.result_count; ++r)
    if (int status = checkForm(results[r], layer.results[r]))
      return status;
  if (int status = readSymbols(layer, arguments, sizes))
    return status;
  for (int64_t a = 0; a < layer.argument_count; ++a)
    if (int status = checkContent(layer, *arguments[a], layer.arguments[a], sizes.values))
      return status;
  for (int64_t r = 0; r < layer.result_count; ++r)
    if (int status = checkContent(layer, *results[r], layer.results[r], sizes.values))
      return status;
  return checkAliases(layer, arguments, results);
}

int checkWeights(const cw_layer &layer, const DLTensor *const *weights) {
  for (int64_t w = 0; w < layer.weight_count; ++w) {
    if (int status = checkForm(weights[w], layer.weights[w]))
      return status;
    if (int status = checkContent(layer, *weights[w], layer.weights[w], nullptr))
      return status;
  }
  return CW_OK;
}

} // namespace convwright::runtime
