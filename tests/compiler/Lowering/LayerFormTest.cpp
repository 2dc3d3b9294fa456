//===- LayerFormTest.cpp - forms of a layer as text ------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Lowering/LayerForm.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace convwright::compiler {
namespace {

TEST(LayerForm, EveryFormReadsBackFromItsText) {
  std::vector<LayerForm> forms = allLayerForms();
  EXPECT_EQ(forms.size(), 12u);
  EXPECT_EQ(forms.front(), LayerForm());
  for (const LayerForm &form : forms) {
    auto parsed = parseLayerForm(print(form));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, form);
    EXPECT_EQ(std::count(forms.begin(), forms.end(), form), 1);
  }
}

TEST(LayerForm, IsSpelledInWords) {
  EXPECT_EQ(print({Fusion::None, Intermediates::Nhwc}), "fusion = none, intermediates = nhwc");
  EXPECT_EQ(print({}), "fusion = full, intermediates = declared");
}

TEST(LayerForm, WhatIsLeftOutIsTheDefaultAndSpacesDoNotCount) {
  EXPECT_EQ(*parseLayerForm("intermediates=nchw"), (LayerForm{Fusion::Full, Intermediates::Nchw}));
  EXPECT_EQ(*parseLayerForm("  fusion  =prologue "),
            (LayerForm{Fusion::Prologue, Intermediates::Declared}));
}

TEST(LayerForm, WrongWordsAreNamedWithWhatIsAllowed) {
  auto message = [](const char *text) {
    auto parsed = parseLayerForm(text);
    return parsed ? "fine" : parsed.error().message;
  };
  EXPECT_EQ(message("fusoin = none"),
            "the choice 'fusoin' of a layer's form is unknown, did you mean 'fusion'?; allowed are "
            "fusion, intermediates");
  EXPECT_EQ(message("fusion = nine"),
            "fusion 'nine' of a layer's form is unknown, did you mean 'none'?; allowed are full, "
            "epilogue, prologue, none");
  EXPECT_EQ(message("fusion = none, intermediates = nhcw"),
            "the layout of intermediates 'nhcw' of a layer's form is unknown, did you mean "
            "'nchw'?; allowed are declared, nchw, nhwc");
  EXPECT_EQ(message(""), "the choice '' of a layer's form is unknown; allowed are fusion, "
                         "intermediates");
  EXPECT_EQ(message("fusion"), "fusion '' of a layer's form is unknown; allowed are full, "
                               "epilogue, prologue, none");
}

} // namespace
} // namespace convwright::compiler
