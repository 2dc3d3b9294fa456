//===- ParserTest.cpp - tokens to a tree -----------------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dsl/Parser.h"

#include "tests/dsl/Goldens.h"

#include "llvm/Support/Casting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace convwright::dsl;
using convwright::dsl::testing::Parsed;
using llvm::cast;
using ::testing::HasSubstr;

/// The expression of `fn f(...) = <text>;`.
struct Expression {
  explicit Expression(const std::string &text) : parsed("fn f(a, b, c) = " + text + ";") {
    EXPECT_EQ(parsed.messages, "") << text;
  }
  const Expr &operator*() const { return *parsed.module.functions.at(0).body; }
  Parsed parsed;
};

static std::string show(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Number:
    return cast<NumberExpr>(expr).literal.spelling.str();
  case Expr::Kind::Reference:
    return cast<ReferenceExpr>(expr).name.text.str();
  case Expr::Kind::Unary:
    return "(-" + show(*cast<UnaryExpr>(expr).operand) + ")";
  case Expr::Kind::Call: {
    std::string text = cast<CallExpr>(expr).callee.text.str() + "(";
    for (const ExprPtr &argument : cast<CallExpr>(expr).arguments)
      text += show(*argument) + ",";
    return text + ")";
  }
  case Expr::Kind::Binary: {
    const auto &binary = cast<BinaryExpr>(expr);
    return "(" + show(*binary.lhs) + spell(binary.op).str() + show(*binary.rhs) + ")";
  }
  }
  return "";
}

static std::string show(const std::string &text) { return show(*Expression(text)); }

static std::string nested(const std::string &open, const std::string &inner,
                          const std::string &close, unsigned times) {
  std::string text;
  for (unsigned i = 0; i < times; ++i)
    text += open;
  text += inner;
  for (unsigned i = 0; i < times; ++i)
    text += close;
  return text;
}

TEST(Parser, StemOfTheDesignParses) {
  Parsed parsed(R"(/// First layer of ResNet-50.
layer stem(x: f32[1, 3, 224, 224] nhwc, weight w: f32[64, 3, 7, 7], weight b: f32[64]) {
  return relu(conv2d(x, w, b, stride = 2, padding = 3));
}
)");
  EXPECT_EQ(parsed.messages, "");
  const LayerDecl &layer = parsed.module.layers.at(0);
  EXPECT_EQ(layer.documentation, "First layer of ResNet-50.");
  ASSERT_EQ(layer.parameters.size(), 3u);
  EXPECT_FALSE(layer.parameters[0].isWeight);
  EXPECT_EQ(layer.parameters[0].type->layout, "nhwc");
  EXPECT_EQ(layer.parameters[0].type->dims[3].integer(), 224);
  EXPECT_TRUE(layer.parameters[2].isWeight);
  const Return &result = std::get<Return>(layer.body.at(0));
  const auto &relu = cast<CallExpr>(*result.values.at(0));
  const auto &conv = cast<CallExpr>(*relu.arguments.at(0));
  EXPECT_EQ(conv.arguments.size(), 3u);
  EXPECT_EQ(conv.attribute("padding")->value.number()->integer, 3);
  EXPECT_EQ(conv.attribute("groups"), nullptr);
}

TEST(Parser, SobelOfTheDesignParses) {
  Parsed parsed(R"(const sobel_x: f32[1, 1, 3, 3] = [-1, 0, 1,  -2, 0, 2,  -1, 0, 1];
const sobel_y: f32[1, 1, 3, 3] = [-1, -2, -1,  0, 0, 0,  1, 2, 1];

/// Edge strength of a camera frame, in one pass over it.
layer sobel(frame: u8[1, 1, H, W]) -> u8[1, 1, H, W] for H in 3..4320 like 1080, W in 3..7680 like 1920 {
  gx = conv2d(f32(frame), sobel_x, padding = 1, padding_mode = replicate);
  gy = conv2d(f32(frame), sobel_y, padding = 1, padding_mode = replicate);
  return u8(sqrt(gx * gx + gy * gy));
}
)");
  EXPECT_EQ(parsed.messages, "");
  const Value &value = std::get<Value>(parsed.module.constants.at(0).value);
  ASSERT_EQ(value.list()->size(), 9u);
  EXPECT_EQ(value.list()->at(3).number()->integer, -2);
  const LayerDecl &layer = parsed.module.layers.at(0);
  ASSERT_EQ(layer.symbols.size(), 2u);
  EXPECT_EQ(layer.symbols[0].name.text, "H");
  EXPECT_EQ(layer.symbols[1].lo.integer, 3);
  EXPECT_EQ(layer.symbols[1].hi.integer, 7680);
  EXPECT_EQ(layer.symbols[1].like->integer, 1920);
  EXPECT_FALSE(layer.symbols[1].step);
  EXPECT_EQ(layer.results.at(0).type.element, ElementType::U8);
  EXPECT_EQ(layer.results.at(0).type.dims.at(2).symbol(), "H");
  EXPECT_EQ(layer.body.size(), 3u);
}

TEST(Parser, BlockOfTheDesignParses) {
  Parsed parsed(R"(fn swish(v) = v * sigmoid(v);
const w1 = load("block.safetensors", "conv1.weight");
const b1 = load("block.safetensors", "conv1.bias");

layer block(x: f32[N, 64, 56, 56]) for N in 1..32 like 1 {
  return swish(conv2d(x, w1, b1, padding = same)) + x;
}
)");
  EXPECT_EQ(parsed.messages, "");
  EXPECT_EQ(parsed.module.functions.at(0).parameters.at(0).text, "v");
  const Load &load = std::get<Load>(parsed.module.constants.at(1).value);
  EXPECT_EQ(load.path, "block.safetensors");
  EXPECT_EQ(load.tensor, "conv1.bias");
  EXPECT_FALSE(parsed.module.constants[1].type);
}

TEST(Parser, OperatorsBindAsInPython) {
  EXPECT_EQ(show("a + b * c"), "(a+(b*c))");
  EXPECT_EQ(show("a - b - c"), "((a-b)-c)");
  EXPECT_EQ(show("a / b * c"), "((a/b)*c)");
  EXPECT_EQ(show("-a * b"), "((-a)*b)");
  EXPECT_EQ(show("a - -b"), "(a-(-b))");
  EXPECT_EQ(show("(a + b) * c"), "((a+b)*c)");
  EXPECT_EQ(show("where(a + b <= c, a, b)"), "where(((a+b)<=c),a,b,)");
  EXPECT_EQ(show("f()"), "f()");
}

TEST(Parser, RangeOfAnExpressionIncludesItsParentheses) {
  Expression expression("(a + b)");
  const char *start = (*expression).range.Start.getPointer();
  const char *end = (*expression).range.End.getPointer();
  EXPECT_EQ(std::string(start, end), "(a + b)");
}

TEST(Parser, AttributeValuesOfEveryKindAreRead) {
  Expression expression(R"(conv2d(a, b, stride = [1, 2], padding = [[1, 2], [0, 1]], )"
                        R"(padding_mode = replicate, eps = -1e-5, name = "a b"))");
  const auto &call = cast<CallExpr>(*expression);
  EXPECT_EQ(call.attribute("stride")->value.list()->at(1).number()->integer, 2);
  EXPECT_EQ(call.attribute("padding")->value.list()->at(0).list()->at(1).number()->integer, 2);
  EXPECT_EQ(call.attribute("padding_mode")->value.word()->text, "replicate");
  EXPECT_EQ(call.attribute("eps")->value.number()->value, -1e-5);
  EXPECT_EQ(*call.attribute("name")->value.string(), "a b");
}

TEST(Parser, QuantisedTypesAreRead) {
  Parsed parsed("layer q(x: u8[1, 3, 8, 8] scale = 0.0078125 zero_point = 12, weight s: f32[16], "
                "weight w: i8[16, 3, 3, 3] nhwc scale = s) { return x; }");
  EXPECT_EQ(parsed.messages, "");
  const LayerDecl &layer = parsed.module.layers.at(0);
  EXPECT_EQ(std::get<NumberLiteral>(*layer.parameters[0].type->scale).value, 0.0078125);
  EXPECT_EQ(layer.parameters[0].type->zeroPoint->integer, 12);
  EXPECT_EQ(std::get<Name>(*layer.parameters[2].type->scale).text, "s");
  EXPECT_EQ(layer.parameters[2].type->layout, "nhwc");
}

TEST(Parser, SeveralResultsAndParametersWithoutTypes) {
  Parsed parsed(
      "layer two(x, weight w) -> (a: f32[1, 2, 3, 4], b: u8[N]) for N in 1..8 step 2 like 4 "
      "{ return x, w; }");
  EXPECT_EQ(parsed.messages, "");
  const LayerDecl &layer = parsed.module.layers.at(0);
  EXPECT_FALSE(layer.parameters[0].type);
  EXPECT_EQ(layer.results.at(1).name->text, "b");
  EXPECT_EQ(layer.symbols.at(0).step->integer, 2);
  EXPECT_EQ(layer.symbols.at(0).like->integer, 4);
  EXPECT_EQ(std::get<Return>(layer.body.at(0)).values.size(), 2u);
}

TEST(Parser, ContextualWordsRemainNames) {
  Parsed parsed("layer l(weight: f32[1], weight weight: f32[1], in: f32[1], step: f32[1]) "
                "{ like = in; load = like; return load * step; }");
  EXPECT_EQ(parsed.messages, "");
  EXPECT_FALSE(parsed.module.layers.at(0).parameters[0].isWeight);
  EXPECT_TRUE(parsed.module.layers.at(0).parameters[1].isWeight);
}

TEST(Parser, ConstantMayBeANumberAScalarTypeOrNestedLists) {
  Parsed parsed("const a = -0.5; const b: f32 = 2; const c = [[1, 2], [3, 4]];");
  EXPECT_EQ(parsed.messages, "");
  EXPECT_EQ(std::get<Value>(parsed.module.constants.at(0).value).number()->value, -0.5);
  EXPECT_TRUE(parsed.module.constants.at(1).type->dims.empty());
  EXPECT_EQ(std::get<Value>(parsed.module.constants.at(2).value).list()->size(), 2u);
}

TEST(Parser, NumbersOfConstantsAreComputed) {
  Parsed parsed(
      "const a = 1 / 9;\n"
      "const b: f32[6] = [1 + 2 * 3, (1 + 2) * 3, -2 * -3, 7 - 2 - 1, 8 / 2 / 2, -(-(4))];\n");
  EXPECT_EQ(parsed.messages, "");
  const auto &a = std::get<Value>(parsed.module.constants.at(0).value);
  EXPECT_EQ(a.number()->value, 1.0 / 9);
  EXPECT_EQ(a.number()->spelling, "");
  EXPECT_EQ(a.number()->integer, std::nullopt);
  std::vector<double> values;
  for (const Value &element : *std::get<Value>(parsed.module.constants.at(1).value).list())
    values.push_back(element.number()->value);
  EXPECT_EQ(values, (std::vector<double>{7, 9, 6, 4, 2, 4}));
}

TEST(Parser, LongChainsOfNumbersAreReadAndDeepOnesAreAnError) {
  EXPECT_EQ(Parsed("const a = " + nested("1 + ", "1", "", 100000) + ";").messages, "");
  EXPECT_EQ(Parsed("const a = " + nested("(", "1", ")", 200) + ";").messages, "");
  EXPECT_THAT(Parsed("const a = " + nested("(", "1", ")", 300) + ";").messages,
              HasSubstr("nested deeper than 256 levels"));
  EXPECT_THAT(Parsed("const a = " + nested("-", "1", "", 300) + ";").messages,
              HasSubstr("nested deeper than 256 levels"));
}

TEST(Parser, ASemicolonIsProposedOnlyWhereItIsAWayOut) {
  auto proposes = [](const std::string &text) {
    return Parsed("layer l(x: f32[1]) {\n" + text).messages.find(" ;\n") != std::string::npos;
  };
  for (const char *way :
       {"y = x return y; }", "y = x z = x; return z; }", "return x }", "y = x\nreturn y; }"})
    EXPECT_TRUE(proposes(way)) << way;
  for (const char *none : {"y = x[0]; return y; }", "y = x 2; return y; }", "return x(1)(2); }"})
    EXPECT_FALSE(proposes(none)) << none;
}

TEST(Parser, DocumentationIsJoinedWithoutSlashes) {
  Parsed parsed("/// One.\n///  Two.\n///\n// no documentation\n/// Three.\nconst k = 1;");
  EXPECT_EQ(parsed.messages, "");
  EXPECT_EQ(parsed.module.constants.at(0).documentation, "One.\n Two.\n\nThree.");
}

TEST(Parser, ErrorsInSeveralPlacesAreAllReported) {
  Parsed parsed("const a = ;\n"
                "layer l(x: f33[1]) {\n"
                "  y = relu(x;\n"
                "  z = x +;\n"
                "  return z\n"
                "}\n"
                "fn f(v) = v v;\n");
  EXPECT_EQ(parsed.engine.errorCount(), 6u) << parsed.messages;
}

TEST(Parser, StatementAfterAMissingSemicolonIsStillRead) {
  Parsed parsed("layer l(x: f32[1]) {\n  y = x\n  return y;\n}\n");
  EXPECT_EQ(parsed.engine.errorCount(), 1u);
  EXPECT_EQ(parsed.module.layers.at(0).body.size(), 2u);
}

TEST(Parser, BodyIsReadBehindABrokenHeader) {
  Parsed parsed("layer l(x f32[1]) {\n  return relu(;\n}\nconst k = 1;");
  EXPECT_EQ(parsed.engine.errorCount(), 2u) << parsed.messages;
  EXPECT_EQ(parsed.module.constants.size(), 1u);
}

TEST(Parser, NestingUpToTheLimitIsReadAndBeyondItIsAnError) {
  // The body of the fn is itself one level.
  EXPECT_EQ(show(nested("(", "a", ")", MaxNesting - 1)), "a");
  for (auto [open, close] :
       {std::pair("(", ")"), std::pair("-", ""), std::pair("f(", ")"), std::pair("a + (", ")")}) {
    Parsed parsed("fn f(a) = " + nested(open, "a", close, 100'000) + ";");
    EXPECT_THAT(parsed.messages, HasSubstr("nested deeper than 256 levels")) << open;
  }
  Parsed list("const k = " + nested("[", "1", "]", 100'000) + ";");
  EXPECT_THAT(list.messages, HasSubstr("nested deeper than 256 levels"));
}

TEST(Parser, LongChainsOfOperatorsAreAnErrorAndNoStackOverflow) {
  for (const char *op : {" + a", " * a", " - -a"}) {
    Parsed parsed("fn f(a) = a" + nested(op, "", "", 100'000) + ";");
    EXPECT_EQ(parsed.engine.errorCount(), 1u);
    EXPECT_THAT(parsed.messages, HasSubstr("nested deeper than 256 levels")) << op;
  }
}

TEST(Parser, LargeConstantsAreReadQuickly) {
  std::string text = "const k = [0";
  for (int i = 0; i < 300'000; ++i)
    text += ", -1.5";
  Parsed parsed(text + "];");
  EXPECT_EQ(parsed.messages, "");
  EXPECT_EQ(std::get<Value>(parsed.module.constants.at(0).value).list()->size(), 300'001u);
}

TEST(Parser, UnfinishedTextsEndWithAnError) {
  const std::string whole = "layer l(x: f32[1, H] nhwc) -> (r: f32[1]) for H in 1..2 like 1 step 1 "
                            "{ y = f(x, s = [1, -2]); return (y) < -1; }";
  for (size_t length = 1; length < whole.size(); ++length) {
    Parsed parsed(whole.substr(0, length));
    EXPECT_TRUE(parsed.engine.hasErrors()) << whole.substr(0, length);
  }
  EXPECT_EQ(Parsed(whole).messages, "");
}
