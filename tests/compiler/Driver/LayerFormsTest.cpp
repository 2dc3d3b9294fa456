//===- LayerFormsTest.cpp - forms and identities, as tools see them --------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace convwright::compiler {
namespace {

using schedules::Layout;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class LayerFormsTest : public ::testing::Test {
protected:
  void open(const std::string &text) {
    ASSERT_TRUE(driver.openText(text, "test.conv", ".")) << messages.str();
  }
  LayerIdentity identityOf(const std::string &text) {
    std::ostringstream said;
    Driver other(said);
    bool opened = other.openText(text, "test.conv", ".");
    EXPECT_TRUE(opened) << said.str();
    return opened ? *other.identity(other.layers()[0].name) : LayerIdentity();
  }
  schedules::Target target = *schedules::findTarget("x86-64-v3");
  std::ostringstream messages;
  Driver driver{messages};
};

constexpr const char *twoConvolutions =
    "layer net(x: f32[1, 4, 9, 9], weight v: f32[8, 4, 3, 3], weight w: f32[4, 8, 3, 3]) {\n"
    "  return sigmoid(conv2d(relu(conv2d(x, v)), w));\n}\n"
    "layer bare(x: f32[1, 4, 9, 9], weight w: f32[4, 4, 3, 3]) { return conv2d(x, w); }\n";

constexpr LayerForm separate{Fusion::None, Intermediates::Nhwc};

TEST_F(LayerFormsTest, TheDefaultFormIsWhatTheCompilerDoesUnasked) {
  open(twoConvolutions);
  auto program = driver.compile(target, {}, "net");
  ASSERT_TRUE(program) << messages.str();
  EXPECT_EQ(program->layers[0].form, LayerForm());
  EXPECT_EQ(program->layers[0].steps.size(), 2u);
  EXPECT_THAT(driver.explain(*program), Not(HasSubstr("form:")));
}

TEST_F(LayerFormsTest, AFormForAllLayersIsKeptAndExplained) {
  open(twoConvolutions);
  PlanOverrides overrides;
  overrides.form = separate;
  auto program = driver.compile(target, overrides);
  ASSERT_TRUE(program) << messages.str();
  const LayerProgram &net = program->layers[0];
  EXPECT_EQ(net.form, separate);
  EXPECT_EQ(net.steps.size(), 4u);
  ASSERT_EQ(net.buffers.size(), 3u);
  for (const Buffer &buffer : net.buffers)
    EXPECT_EQ(buffer.tensor.layout, Layout::ChannelsLast);
  EXPECT_EQ(net.arguments[0].layout, Layout::ChannelsFirst);
  EXPECT_EQ(net.results[0].layout, Layout::ChannelsFirst);
  EXPECT_EQ(program->layers[1].steps.size(), 1u);
  EXPECT_THAT(driver.explain(*program), HasSubstr("layer net on x86-64-v3\n  form: fusion = none, "
                                                  "intermediates = nhwc (asked for)\n"));
}

TEST_F(LayerFormsTest, OneLayersFormGoesBeforeThatOfAll) {
  open(twoConvolutions);
  PlanOverrides overrides;
  overrides.form = separate;
  overrides.forms["net"] = {};
  auto program = driver.compile(target, overrides);
  ASSERT_TRUE(program) << messages.str();
  EXPECT_EQ(program->layers[0].form, LayerForm());
  EXPECT_EQ(program->layers[0].steps.size(), 2u);
  EXPECT_EQ(program->layers[1].form, separate);
}

TEST_F(LayerFormsTest, FormsWithEqualKernelsAreListedOnce) {
  open(twoConvolutions);
  // Declared and nchw are the same here.
  EXPECT_THAT(driver.distinctForms("net"),
              ElementsAre(LayerForm{Fusion::Full, Intermediates::Declared},
                          LayerForm{Fusion::Full, Intermediates::Nhwc},
                          LayerForm{Fusion::Prologue, Intermediates::Declared},
                          LayerForm{Fusion::Prologue, Intermediates::Nhwc},
                          LayerForm{Fusion::None, Intermediates::Declared},
                          LayerForm{Fusion::None, Intermediates::Nhwc}));
  EXPECT_THAT(driver.distinctForms("bare"), ElementsAre(LayerForm()));
  EXPECT_TRUE(driver.distinctForms("nothing").empty());
}

TEST_F(LayerFormsTest, DistinctFormsHaveDifferentKernels) {
  open(twoConvolutions);
  std::vector<LayerForm> forms = driver.distinctForms("net");
  for (size_t i = 0; i < forms.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      PlanOverrides one, other;
      one.form = forms[i];
      other.form = forms[j];
      EXPECT_NE(driver.textAt(Stage::Plan, target, one), driver.textAt(Stage::Plan, target, other))
          << print(forms[i]) << " and " << print(forms[j]);
    }
}

TEST_F(LayerFormsTest, FormsAreVerifiedAndGiveThePlansTheirLayouts) {
  open(twoConvolutions);
  for (const LayerForm &form : allLayerForms()) {
    PlanOverrides overrides;
    overrides.form = form;
    auto text = driver.textAt(Stage::Plan, target, overrides);
    ASSERT_TRUE(text) << print(form) << messages.str();
    bool inside = form.intermediates == Intermediates::Nhwc;
    EXPECT_EQ(text->find("layout = nhwc") != std::string::npos, inside) << print(form);
  }
}

//===----------------------------------------------------------------------===//
// Identity
//===----------------------------------------------------------------------===//

TEST_F(LayerFormsTest, EqualLayersHaveOneIdentityWhateverTheyAreCalled) {
  LayerIdentity a = identityOf("/// First.\nlayer a(x: f32[1, 4, H, 9], weight w: f32[8, 4, 3, 3])"
                               " for H in 3..64 like 16 {\n  return relu(conv2d(x, w));\n}\n");
  LayerIdentity b = identityOf("\n\nlayer other(frame: f32[1, 4, N, 9], weight taps: f32[8, 4, 3, "
                               "3]) for N in 3..64 like 16 {\n"
                               "  t = conv2d(frame, taps);\n  return relu(t);\n}\n");
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.key.size(), 16u);
  EXPECT_EQ(a.key.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_THAT(a.text, AllOf(HasSubstr("conv.conv2d"), Not(HasSubstr("First")),
                            Not(HasSubstr("loc(")), Not(HasSubstr("\"w\""))));
}

TEST_F(LayerFormsTest, NamesOfResultsDoNotCount) {
  EXPECT_EQ(
      identityOf("layer a(x: f32[1, 1, 3, 3]) { return relu(x); }\n").key,
      identityOf("layer b(y: f32[1, 1, 3, 3]) -> (z: f32[1, 1, 3, 3]) { return relu(y); }\n").key);
}

TEST_F(LayerFormsTest, AKeyIsTheSameInEveryBuild) {
  EXPECT_EQ(identityOf("layer a(x: f32[1, 1, 3, 3]) { return relu(x); }\n").key,
            "2cb55495c9471eeb");
}

TEST_F(LayerFormsTest, DifferentWorkHasAnotherIdentity) {
  auto text = [](const std::string &type, const std::string &body) {
    return "const k: f32[1, 1, 3, 1] = [1, 2, 3];\nconst l: f32[1, 1, 3, 1] = [1, 2, 4];\nlayer "
           "a(x: " +
           type + ") for H in 3..64 like 16 { return " + body + "; }\n";
  };
  std::vector<std::string> keys = {
      identityOf(text("f32[1, 1, H, 9]", "conv2d(x, k)")).key,
      identityOf(text("f32[1, 1, H, 9] nhwc", "conv2d(x, k)")).key,
      identityOf(text("f32[2, 1, H, 9]", "conv2d(x, k)")).key,
      identityOf(text("f32[1, 1, H, 9]", "conv2d(x, l)")).key,
      identityOf(text("f32[1, 1, H, 9]", "conv2d(x, k, stride = 2)")).key,
      identityOf(text("f32[1, 1, H, 9]", "conv2d(x, k, algorithm = loops)")).key,
      identityOf(text("f32[1, 1, H, 9]", "relu(conv2d(x, k))")).key,
      identityOf(text("f32[1, 1, H, 9]", "relu6(conv2d(x, k))")).key};
  for (size_t i = 0; i < keys.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_NE(keys[i], keys[j]) << i << " and " << j;
}

TEST_F(LayerFormsTest, ConstantsCountByTheirValuesWithoutSpellingThem) {
  std::string numbers = "1";
  for (int i = 1; i < 900; ++i)
    numbers += ", " + std::to_string(i);
  LayerIdentity identity = identityOf("const k: f32[1, 1, 30, 30] = [" + numbers +
                                      "];\nlayer a(x: f32[1, 1, 40, 40]) { return conv2d(x, k); }");
  EXPECT_LT(identity.text.size(), 1000u);
  EXPECT_THAT(identity.text, Not(HasSubstr("\"k\"")));
}

TEST_F(LayerFormsTest, FindingAnIdentityLeavesTheLayerAsItWas) {
  open(twoConvolutions);
  auto before = driver.textAt(Stage::Mlir, target);
  ASSERT_TRUE(driver.identity("net"));
  EXPECT_EQ(driver.textAt(Stage::Mlir, target), before);
  EXPECT_FALSE(driver.identity("nothing"));
}

} // namespace
} // namespace convwright::compiler
