//===- KernelFromJson.cpp - JSON that anybody may have edited to a kernel ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/kernel/JsonFields.h"
#include "schedules/kernel/KernelCheck.h"
#include "schedules/kernel/KernelSpelling.h"
#include "schedules/kernel/Problem.h"

#include "llvm/Support/Base64.h"

#include <algorithm>
#include <limits>

namespace convwright::schedules {

using nlohmann::json;

namespace {

constexpr int64_t largestSize = std::numeric_limits<int32_t>::max();
constexpr size_t longestName = 256;

/// Form alone: kinds of values, spellings, ranges, and that children come before their parents.
/// What the parts must be for each other is KernelCheck's.
class Reader {
public:
  explicit Reader(Complaint &complaint) : complaint(complaint) {}

  Kernel kernel(const json &value) {
    JsonFields fields(value, "kernel", complaint);
    Kernel kernel;
    kernel.name = fields.text("name", longestName, "k");
    each(fields.find("symbols"), "symbols", 64, [&](const json &item, const std::string &where) {
      kernel.symbols.push_back(symbol(item, where, kernel.symbols.size()));
    });
    each(fields.find("operands"), "operands", 4096,
         [&](const json &item, const std::string &where) {
           kernel.operands.push_back(operand(item, where, kernel.operands.size()));
         });
    each(fields.find("convolutions"), "convolutions", 256,
         [&](const json &item, const std::string &where) {
           kernel.stages.push_back(stage(item, where));
         });
    each(fields.find("outputs"), "outputs", 4096, [&](const json &item, const std::string &where) {
      kernel.outputs.push_back(output(item, where, kernel.outputs.size()));
    });
    each(fields.find("samplings"), "samplings", 4096,
         [&](const json &item, const std::string &where) {
           kernel.samplings.push_back(sampling(item, where));
         });
    each(fields.find("folds"), "folds", 256, [&](const json &item, const std::string &where) {
      kernel.folds.push_back(fold(item, where));
    });
    fields.refuseUnknown();
    return kernel;
  }

private:
  /// Visits a list's items until the first complaint.
  template <typename Visit>
  void each(const json *list, const std::string &where, size_t most, Visit visit) {
    if (!list)
      return;
    if (!list->is_array() || list->size() > most)
      return complaint.say("field '" + where + "' is " + excerpt(*list) +
                           "; allowed: a list of at most " + std::to_string(most));
    for (size_t i = 0; i < list->size() && !complaint; ++i)
      visit((*list)[i], where + "[" + std::to_string(i) + "]");
  }

  template <typename Table>
  auto spelled(const json *value, const std::string &where, const Table &table) {
    std::string allowed;
    for (const auto &[known, text] : table) {
      if (!value || *value == text)
        return known;
      allowed += (allowed.empty() ? "" : ", ") + std::string(text);
    }
    complaint.say("field '" + where + "' is " + excerpt(*value) + "; allowed: " + allowed);
    return table[0].first;
  }

  Symbol symbol(const json &value, const std::string &where, size_t index) {
    JsonFields fields(value, where, complaint);
    Symbol symbol;
    symbol.name = fields.text("name", longestName, positionalName('S', index));
    symbol.lo = fields.integer("lo", 0, largestSize, 1);
    symbol.hi = fields.integer("hi", 1, largestSize, 1);
    symbol.like = fields.integer("like", 1, largestSize, symbol.lo);
    symbol.step = fields.integer("step", 1, largestSize, 1);
    fields.refuseUnknown();
    return symbol;
  }

  Extent extent(const json &value, const std::string &where, int64_t least = 1) {
    if (!value.is_array())
      return Extent::constant(
          readInteger(value, "field '" + where + "'", least, largestSize, complaint));
    std::vector<int64_t> parts;
    each(&value, where, 4, [&](const json &item, const std::string &itemWhere) {
      parts.push_back(
          readInteger(item, "field '" + itemWhere + "'", INT64_MIN, INT64_MAX, complaint));
    });
    if (parts.size() != 4)
      complaint.say("field '" + where + "' has " + std::to_string(parts.size()) +
                    " numbers; allowed: [symbol, mul, add, div]");
    parts.resize(4);
    if (parts[0] < 0 || parts[0] > 63 || parts[1] < 1 || parts[3] < 1)
      complaint.say("field '" + where +
                    "' has a symbol, mul or div out of range; allowed: symbols "
                    "0 to 63, mul and div from 1");
    return {static_cast<int32_t>(parts[0]), parts[1], parts[2], parts[3]};
  }

  std::vector<Extent> dims(const json *value, const std::string &where) {
    std::vector<Extent> dims;
    each(value, where, 8, [&](const json &item, const std::string &itemWhere) {
      dims.push_back(extent(item, itemWhere));
    });
    return dims;
  }

  /// An activation's: two or three spatial axes.
  Dims activationDims(const json *value, const std::string &where) {
    Dims read = dims(value, where);
    if (read.size() != 4 && read.size() != 5)
      complaint.say("field '" + where + "' has " + std::to_string(read.size()) +
                    " extents; allowed: 4 or 5");
    read.resize(std::clamp<size_t>(read.size(), 4, 5));
    return read;
  }

  std::vector<int64_t> integers(const json *value, const std::string &where, int64_t lo,
                                size_t least, size_t most) {
    std::vector<int64_t> numbers;
    if (!value->is_array() || value->size() < least || value->size() > most) {
      complaint.say("field '" + where + "' is " + excerpt(*value) + "; allowed: a list of " +
                    std::to_string(least) + (least == most ? "" : " to " + std::to_string(most)) +
                    " integers");
      return std::vector<int64_t>(least, lo);
    }
    for (size_t i = 0; i < value->size(); ++i)
      numbers.push_back(readInteger((*value)[i], "field '" + where + "[" + std::to_string(i) + "]'",
                                    lo, largestSize, complaint));
    return numbers;
  }

  /// A number for each spatial axis; as they stand when there is no such field.
  void axes(JsonFields &fields, const char *name, const std::string &where, int64_t lo,
            Stage &stage, int64_t WindowAxis::*number) {
    const json *value = fields.find(name);
    if (!value)
      return;
    size_t count = stage.window.size();
    std::vector<int64_t> numbers = integers(value, where + "." + name, lo, count, count);
    for (size_t i = 0; i < count; ++i)
      stage.window[i].*number = numbers[i];
  }

  Layout layout(const json *value, const std::string &where, size_t rank) {
    if (!value)
      return Layout::ChannelsFirst;
    std::optional<Layout> known;
    if (value->is_string())
      known = layoutFrom(value->get_ref<const std::string &>(), rank);
    if (!known)
      complaint.say("field '" + where + "' is " + excerpt(*value) +
                    "; allowed: " + layoutNames(rank));
    return known.value_or(Layout::ChannelsFirst);
  }

  std::vector<std::byte> data(JsonFields &fields) {
    std::vector<char> bytes;
    if (llvm::Error error = llvm::decodeBase64(fields.text("data", size_t{1} << 26, ""), bytes)) {
      llvm::consumeError(std::move(error));
      complaint.say(fields.whereOf("data") + " is not base64");
      return {};
    }
    auto *begin = reinterpret_cast<const std::byte *>(bytes.data());
    return {begin, begin + bytes.size()};
  }

  AccessTerm term(const json &value, const std::string &where) {
    AccessTerm term;
    if (!value.is_array() || value.empty() || value.size() > 5) {
      complaint.say("field '" + where + "' is " + excerpt(value) +
                    "; allowed: [axis, mul, scale, div, modulus]");
      return term;
    }
    term.axis = spelled(&value[0], where + "[0]", axisSpellings);
    int64_t *numbers[] = {&term.mul, &term.scale, &term.div, &term.modulus};
    const int64_t least[] = {-largestSize, 1, 1, 0};
    for (size_t i = 1; i < value.size(); ++i)
      *numbers[i - 1] = readInteger(value[i], "field '" + where + "[" + std::to_string(i) + "]'",
                                    least[i - 1], largestSize, complaint);
    return term;
  }

  Sampling sampling(const json &value, const std::string &where) {
    JsonFields fields(value, where, complaint);
    Sampling sampling;
    sampling.axis = spelled(fields.find("axis"), where + ".axis", axisSpellings);
    sampling.grid = spelled(fields.find("grid"), where + ".grid", gridSpellings);
    for (auto [name, extent] : {std::pair("in", &sampling.in), std::pair("out", &sampling.out)})
      if (const json *found = fields.need(name))
        *extent = this->extent(*found, where + "." + name);
    sampling.factor = fields.number("factor", 0, 1e9, 0);
    sampling.atLeastZero = fields.boolean("at_least_zero", false);
    fields.refuseUnknown();
    return sampling;
  }

  AxisAccess axisAccess(const json &value, const std::string &where) {
    JsonFields fields(value, where, complaint);
    AxisAccess axis;
    if (const json *offset = fields.find("offset"))
      axis.offset = extent(*offset, where + ".offset", -largestSize);
    each(fields.find("terms"), where + ".terms", 16,
         [&](const json &item, const std::string &itemWhere) {
           axis.terms.push_back(term(item, itemWhere));
         });
    if (const json *found = fields.find("sampling"))
      axis.sampling = sampling(*found, where + ".sampling");
    fields.refuseUnknown();
    return axis;
  }

  Access access(const json &value, const std::string &where) {
    JsonFields fields(value, where, complaint);
    Access access;
    access.dims = activationDims(fields.need("dims"), where + ".dims");
    each(fields.need("axes"), where + ".axes", 5,
         [&](const json &item, const std::string &itemWhere) {
           access.axes.push_back(axisAccess(item, itemWhere));
         });
    access.border = spelled(fields.find("border"), where + ".border", borderSpellings);
    if (const json *outside = fields.find("outside"))
      access.outside = constant(*outside, where + ".outside");
    fields.refuseUnknown();
    return access;
  }

  Operand operand(const json &value, const std::string &where, size_t index) {
    JsonFields fields(value, where, complaint);
    Operand operand;
    operand.role = spelled(fields.find("role"), where + ".role", roleSpellings);
    operand.type = spelled(fields.find("type"), where + ".type", elementTypeSpellings);
    operand.name =
        fields.text("name", longestName, positionalName(positionalKind(operand.role), index));
    operand.dims = dims(fields.need("dims"), where + ".dims");
    operand.layout = layout(fields.find("layout"), where + ".layout", operand.dims.size());
    operand.data = data(fields);
    each(fields.find("accesses"), where + ".accesses", 16,
         [&](const json &item, const std::string &itemWhere) {
           operand.accesses.push_back(access(item, itemWhere));
         });
    if (const json *value = fields.find("part"))
      operand.part = part(*value, where + ".part", operand.dims.size());
    fields.refuseUnknown();
    return operand;
  }

  Displacement displacement(const json &value, const std::string &where) {
    JsonFields fields(value, where, complaint);
    Displacement displacement;
    displacement.offsets = expression(fields.need("by"), where + ".by");
    if (const json *mask = fields.find("mask"))
      displacement.mask = expression(mask, where + ".mask");
    displacement.groups = fields.integer("groups", 1, largestSize, 1);
    fields.refuseUnknown();
    return displacement;
  }

  Stage stage(const json &value, const std::string &where) {
    JsonFields fields(value, where, complaint);
    Stage stage;
    stage.input = expression(fields.need("x"), where + ".x");
    stage.inputDims = activationDims(fields.need("x_dims"), where + ".x_dims");
    stage.filterKind = spelled(fields.find("filter"), where + ".filter", filterKindSpellings);
    if (stage.filterKind != FilterKind::None)
      stage.filter = expression(fields.need("w"), where + ".w");
    if (const json *bias = fields.find("b"))
      stage.bias = expression(bias, where + ".b");
    std::vector<int64_t> sizes(stage.inputDims.size(), 1);
    if (const json *kcrs = fields.need("kcrs"))
      sizes = integers(kcrs, where + ".kcrs", 1, sizes.size(), sizes.size());
    stage.K = sizes[0], stage.C = sizes[1];
    for (size_t i = 2; i < sizes.size(); ++i)
      stage.window.push_back({.taps = sizes[i]});
    if (const json *grid = fields.find("grid"))
      stage.grid = integers(grid, where + ".grid", 1, stage.window.size(), stage.window.size());
    stage.reduction = spelled(fields.find("reduce"), where + ".reduce", reductionSpellings);
    stage.partialWindows = fields.boolean("partial_windows", false);
    stage.wholeInput = fields.boolean("whole_input", false);
    stage.countPadding = fields.boolean("count_padding", true);
    if (const json *displaced = fields.find("displaced"))
      stage.displacement = displacement(*displaced, where + ".displaced");
    stage.groups = fields.integer("groups", 1, largestSize, 1);
    axes(fields, "stride", where, 1, stage, &WindowAxis::stride);
    axes(fields, "dilation", where, 1, stage, &WindowAxis::dilation);
    if (const json *phase = fields.find("phase"))
      stage.phase = phaseFilter(*phase, where + ".phase", stage.window.size());
    int64_t leastPad = stage.phase ? -largestSize : 0;
    axes(fields, "pad_before", where, leastPad, stage, &WindowAxis::padBefore);
    axes(fields, "pad_after", where, leastPad, stage, &WindowAxis::padAfter);
    stage.paddingMode =
        spelled(fields.find("padding_mode"), where + ".padding_mode", paddingModeSpellings);
    stage.outputDims = activationDims(fields.need("y_dims"), where + ".y_dims");
    fields.refuseUnknown();
    return stage;
  }

  PhaseFilter phaseFilter(const json &value, const std::string &where, size_t axes) {
    JsonFields fields(value, where, complaint);
    PhaseFilter filter;
    filter.first = numbers(fields, "first", where, 0, axes);
    filter.step = numbers(fields, "step", where, -largestSize, axes);
    fields.refuseUnknown();
    return filter;
  }

  Part part(const json &value, const std::string &where, size_t rank) {
    JsonFields fields(value, where, complaint);
    Part part;
    part.whole = activationDims(fields.need("whole"), where + ".whole");
    if (const json *start = fields.need("start"))
      each(start, where + ".start", rank, [&](const json &item, const std::string &itemWhere) {
        part.start.push_back(item.is_array() ? extent(item, itemWhere)
                                             : Extent::constant(readInteger(
                                                   item, itemWhere, 0, largestSize, complaint)));
      });
    part.step = numbers(fields, "step", where, 1, rank);
    part.whole.resize(rank);
    part.start.resize(rank);
    fields.refuseUnknown();
    return part;
  }

  std::vector<int64_t> numbers(JsonFields &fields, const char *name, const std::string &where,
                               int64_t lo, size_t count) {
    const json *value = fields.need(name);
    return value ? integers(value, where + "." + name, lo, count, count)
                 : std::vector<int64_t>(count, lo);
  }

  Output output(const json &value, const std::string &where, size_t index) {
    JsonFields fields(value, where, complaint);
    Output output;
    output.name = fields.text("name", longestName, positionalName('o', index));
    output.value = expression(fields.need("value"), where + ".value");
    output.type = spelled(fields.find("type"), where + ".type", elementTypeSpellings);
    output.dims = activationDims(fields.need("dims"), where + ".dims");
    output.layout = layout(fields.find("layout"), where + ".layout", output.dims.size());
    if (const json *value = fields.find("part"))
      output.part = part(*value, where + ".part", output.dims.size());
    fields.refuseUnknown();
    return output;
  }

  Fold fold(const json &value, const std::string &where) {
    JsonFields fields(value, where, complaint);
    Fold fold;
    fold.value = expression(fields.need("value"), where + ".value");
    fold.dims = activationDims(fields.need("dims"), where + ".dims");
    fold.axis = spelled(fields.need("axis"), where + ".axis", axisSpellings);
    fold.reduction = spelled(fields.find("reduce"), where + ".reduce", foldSpellings);
    fields.refuseUnknown();
    return fold;
  }

  ScalarExpr expression(const json *value, const std::string &where) {
    ScalarExpr expr;
    each(value, where, 65536, [&](const json &item, const std::string &itemWhere) {
      expr.push(node(item, itemWhere, expr.nodes.size()));
    });
    if (expr.nodes.empty())
      complaint.say("field '" + where + "' has no nodes");
    return expr;
  }

  std::optional<ScalarOp> operation(const json &value) {
#define SCALAR_OP(Name, spelling, operands)                                                        \
  if (value == spelling)                                                                           \
    return ScalarOp::Name;
#include "schedules/kernel/ScalarOps.def"
    return std::nullopt;
  }

  /// The node with that many before it, which its arguments may be.
  ScalarNode node(const json &value, const std::string &where, size_t before) {
    ScalarNode node;
    std::optional<ScalarOp> op;
    if (value.is_array() && !value.empty())
      op = operation(value[0]);
    if (!op) {
      complaint.say("field '" + where + "' is no operation with its arguments: " +
                    excerpt(value.is_array() && !value.empty() ? value[0] : value));
      return node;
    }
    node.op = *op;
    unsigned arguments = operandCount(*op);
    size_t used = 1 + std::max(1u, arguments);
    if (value.size() != used && value.size() != used + 1) {
      complaint.say("field '" + where + "' has " + std::to_string(value.size() - 1) +
                    " arguments; allowed: " + std::to_string(used - 1) + " and a type");
      return node;
    }
    std::string first = "field '" + where + "[1]'";
    if (*op == ScalarOp::Constant)
      node.value = constant(value[1], first);
    else if (arguments == 0)
      node.index = static_cast<int32_t>(readInteger(value[1], first, 0, 65535, complaint));
    for (unsigned i = 0; i < arguments; ++i)
      node.args[i] = static_cast<int32_t>(
          readInteger(value[i + 1], "field '" + where + "[" + std::to_string(i + 1) + "]'", 0,
                      static_cast<int64_t>(before) - 1, complaint));
    if (value.size() > used)
      node.type = spelled(&value[used], where + " type", elementTypeSpellings);
    return node;
  }

  double constant(const json &value, const std::string &where) {
    constexpr double largest = std::numeric_limits<double>::max();
    if (value == "nan")
      return std::numeric_limits<double>::quiet_NaN();
    if (value == "inf" || value == "-inf")
      return value == "inf" ? HUGE_VAL : -HUGE_VAL;
    return readNumber(value, where, -largest, largest, complaint);
  }

  Complaint &complaint;
};

} // namespace

Result<Kernel> kernelFromJson(const json &value) {
  Complaint complaint;
  Kernel kernel = Reader(complaint).kernel(value);
  if (complaint)
    return Error{complaint.message()};
  if (auto wrong = checkKernel(kernel))
    return Error{*wrong};
  return kernel;
}

} // namespace convwright::schedules
