//===- SafetensorsTest.cpp - what a safetensors file may and may not say ---===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Safetensors.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace convwright::compiler {
namespace {

using schedules::ElementType;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::byte> withHeader(const std::string &header, size_t dataBytes) {
  uint64_t length = header.size();
  std::vector<std::byte> content(sizeof(length) + header.size() + dataBytes);
  std::memcpy(content.data(), &length, sizeof(length));
  std::memcpy(content.data() + sizeof(length), header.data(), header.size());
  return content;
}

std::string errorOf(std::vector<std::byte> content) {
  auto file = Safetensors::parse(std::move(content), "w.safetensors");
  return file ? "" : file.error().message;
}

std::string entry(const std::string &dtype, const std::string &shape, const std::string &offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string errorOfOne(const std::string &dtype, const std::string &shape,
                       const std::string &offsets, size_t dataBytes) {
  return errorOf(withHeader(R"({"a":)" + entry(dtype, shape, offsets) + "}", dataBytes));
}

struct OwnedTensor {
  std::vector<std::byte> bytes;
  TensorView view;

  OwnedTensor(std::string name, ElementType type, std::vector<int64_t> shape,
              const std::vector<double> &values)
      : bytes(toBytes(values, type)),
        view{std::move(name), safetensorType(type), std::move(shape), bytes} {}
};

TEST(Safetensors, WhatIsWrittenIsReadBack) {
  OwnedTensor a("a", ElementType::F32, {2, 1}, {1.5, -2});
  OwnedTensor b("b", ElementType::U8, {3}, {0, 7, 255});
  OwnedTensor c("c", ElementType::I8, {1, 1, 1}, {-128});
  OwnedTensor d("scalar", ElementType::I32, {}, {-2147483648.0});
  std::vector<TensorView> views{a.view, b.view, c.view, d.view};
  auto file = Safetensors::parse(serialize(views, {{"made_by", "a test"}}), "w.safetensors");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->tensors().size(), 4u);
  EXPECT_EQ(file->find("a")->shape, (std::vector<int64_t>{2, 1}));
  EXPECT_THAT(toDoubles(*file->find("a")), ElementsAre(1.5, -2));
  EXPECT_THAT(toDoubles(*file->find("b")), ElementsAre(0, 7, 255));
  EXPECT_THAT(toDoubles(*file->find("c")), ElementsAre(-128));
  EXPECT_THAT(toDoubles(*file->find("scalar")), ElementsAre(-2147483648.0));
  EXPECT_EQ(file->find("z"), nullptr);
  EXPECT_EQ(file->metadata().at("made_by"), "a test");
}

TEST(Safetensors, ViewsSurviveMovingTheFile) {
  OwnedTensor a("a", ElementType::F32, {1}, {4});
  auto file = Safetensors::parse(serialize({&a.view, 1}), "w");
  Safetensors moved = std::move(*file);
  EXPECT_THAT(toDoubles(*moved.find("a")), ElementsAre(4));
}

TEST(Safetensors, NarrowFloatsAreReadExactly) {
  auto content = withHeader(R"({"b":)" + entry("BF16", "[2]", "[12,16]") + R"(,"h":)" +
                                entry("F16", "[6]", "[0,12]") + "}",
                            16);
  const uint16_t bits[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x7e00, 0x3fc0, 0xff80};
  std::memcpy(content.data() + content.size() - 16, bits, 16);
  auto file = Safetensors::parse(content, "w");
  ASSERT_TRUE(file) << file.error().message;
  auto half = toDoubles(*file->find("h"));
  EXPECT_EQ(half[0], 1);
  EXPECT_EQ(half[1], -2);
  EXPECT_EQ(half[2], std::ldexp(1, -24));
  EXPECT_EQ(half[3], 65504);
  EXPECT_EQ(half[4], -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(half[5]));
  auto bfloat = toDoubles(*file->find("b"));
  EXPECT_EQ(bfloat[0], 1.5);
  EXPECT_EQ(bfloat[1], -std::numeric_limits<double>::infinity());
}

TEST(Safetensors, EmptyTensorsAreAllowed) {
  auto file = Safetensors::parse(withHeader(R"({"b":)" + entry("F32", "[1]", "[0,4]") + R"(,"a":)" +
                                                entry("F32", "[0,9]", "[4,4]") + R"(,"z":)" +
                                                entry("F32", "[0]", "[0,0]") + "}",
                                            4),
                                 "w");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->tensors().size(), 3u);
}

TEST(Safetensors, AMissingFileIsAnError) {
  auto file = Safetensors::read("/nowhere/w.safetensors");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "/nowhere/w.safetensors: no such file");
}

TEST(Safetensors, AFolderIsNoFile) {
  auto file = Safetensors::read("/tmp");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "/tmp: not a regular file");
}

TEST(Safetensors, AFileTooShortForItsHeaderLengthIsAnError) {
  EXPECT_THAT(errorOf(std::vector<std::byte>(7)), HasSubstr("has 7 bytes"));
  EXPECT_THAT(errorOf({}), HasSubstr("has 0 bytes"));
}

TEST(Safetensors, BadHeaderLengthsAreErrors) {
  auto content = withHeader("{}", 0);
  auto lie = [&](uint64_t length) {
    std::memcpy(content.data(), &length, sizeof(length));
    return errorOf(content);
  };
  EXPECT_THAT(lie(0), HasSubstr("header length is 0"));
  EXPECT_THAT(lie(3), HasSubstr("header length 3 is beyond the end of the 10 bytes"));
  EXPECT_THAT(lie(100'000'001), HasSubstr("beyond the format's limit 100000000"));
  EXPECT_THAT(lie(~uint64_t{0}), HasSubstr("beyond the format's limit"));
  EXPECT_EQ(lie(2), "");
}

TEST(Safetensors, HeadersThatAreNoJsonObjectAreErrors) {
  EXPECT_THAT(errorOf(withHeader("{\"a\":", 0)), HasSubstr("not valid JSON"));
  EXPECT_THAT(errorOf(withHeader("[1]", 0)), HasSubstr("not a JSON object"));
  EXPECT_THAT(errorOf(withHeader(R"({"a":3})", 0)), HasSubstr("tensor \"a\""));
  EXPECT_THAT(errorOf(withHeader(R"({"__metadata__":{"a":3}})", 0)), HasSubstr("__metadata__"));
  EXPECT_THAT(errorOf(withHeader("{\"\xff\":3}", 0)), HasSubstr("not valid JSON"));
}

TEST(Safetensors, DeeplyNestedHeadersAreErrorsAndNoStackOverflow) {
  EXPECT_NE(errorOf(withHeader(R"({"a":)" + std::string(2'000'000, '['), 0)), "");
  EXPECT_NE(errorOf(withHeader(
                R"({"a":)" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}", 0)),
            "");
}

TEST(Safetensors, MissingFieldsAreErrors) {
  EXPECT_THAT(errorOf(withHeader(R"({"a":{}})", 0)), HasSubstr("no \"dtype\""));
  EXPECT_THAT(errorOf(withHeader(R"({"a":{"dtype":"U8"}})", 0)), HasSubstr("no \"shape\""));
  EXPECT_THAT(errorOf(withHeader(R"({"a":{"dtype":"U8","shape":[]}})", 0)),
              HasSubstr("no \"data_offsets\""));
}

TEST(Safetensors, UnknownTypesAreErrorsThatNameTheKnownOnes) {
  EXPECT_EQ(
      errorOfOne("F8_E4M3", "[4]", "[0,4]", 4),
      "w.safetensors: tensor \"a\": unknown dtype \"F8_E4M3\"; known are F64, F32, F16, BF16, "
      "I64, I32, I8, U8, BOOL");
}

TEST(Safetensors, OffsetsOutOfTheFileAreErrors) {
  EXPECT_THAT(errorOfOne("F32", "[2]", "[0,8]", 4), HasSubstr("lie outside the file's 4 bytes"));
  EXPECT_THAT(errorOfOne("F32", "[1]", "[4,0]", 4), HasSubstr("lie outside"));
  EXPECT_THAT(errorOfOne("F32", "[1]", "[0,18446744073709551615]", 4), HasSubstr("lie outside"));
  EXPECT_THAT(errorOfOne("F32", "[1]", "[-4,4]", 8), HasSubstr("no \"data_offsets\" pair"));
}

TEST(Safetensors, OverlapsHolesAndLeftoversAreErrors) {
  auto two = [](const std::string &first, const std::string &second, size_t bytes) {
    return errorOf(withHeader(R"({"a":)" + entry("F32", "[1]", first) + R"(,"b":)" +
                                  entry("F32", "[1]", second) + "}",
                              bytes));
  };
  EXPECT_EQ(two("[0,4]", "[4,8]", 8), "");
  EXPECT_THAT(two("[0,4]", "[0,4]", 8), HasSubstr("overlap"));
  EXPECT_THAT(two("[0,4]", "[8,12]", 12), HasSubstr("hole"));
  EXPECT_THAT(two("[0,4]", "[4,8]", 9), HasSubstr("end at byte 8 of the data, which has 9"));
}

TEST(Safetensors, ShapesThatDoNotFitTheBytesAreErrors) {
  EXPECT_THAT(errorOfOne("F32", "[2,3]", "[0,20]", 20),
              HasSubstr("shape [2, 3] of F32 takes 24 bytes, but its data_offsets span 20"));
  EXPECT_THAT(errorOfOne("F32", "[0,3]", "[0,4]", 4), HasSubstr("takes 0 bytes"));
  EXPECT_THAT(errorOfOne("F32", "[9223372036854775807,9223372036854775807,3]", "[0,4]", 4),
              HasSubstr("overflows 64 bits"));
  EXPECT_THAT(errorOfOne("F32", "[-1]", "[0,4]", 4), HasSubstr("no size"));
  EXPECT_THAT(errorOfOne("F32", "[1.5]", "[0,4]", 4), HasSubstr("no size"));
}

TEST(Safetensors, RepeatedNamesAreErrors) {
  std::string one = R"("a":)" + entry("F32", "[1]", "[0,4]");
  EXPECT_THAT(errorOf(withHeader("{" + one + "," + one + "}", 4)),
              HasSubstr("tensor \"a\" appears twice"));
}

TEST(Safetensors, NothingIsLeftWhenWritingFails) {
  OwnedTensor a("a", ElementType::F32, {1}, {4});
  auto written = writeSafetensors("/nowhere/w.safetensors", {&a.view, 1});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("No such file or directory"));

  auto folder = std::filesystem::path(testing::TempDir()) / "convwright_safetensors_full";
  std::filesystem::create_directories(folder / "w.safetensors" / "occupied");
  EXPECT_FALSE(writeSafetensors((folder / "w.safetensors").string(), {&a.view, 1}));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

TEST(Safetensors, FilesSurviveTheDisk) {
  OwnedTensor a("a", ElementType::I32, {2}, {4, -5});
  std::string path = testing::TempDir() + "/convwright_safetensors_disk.safetensors";
  ASSERT_TRUE(writeSafetensors(path, {&a.view, 1}));
  auto file = Safetensors::read(path);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_THAT(toDoubles(*file->find("a")), ElementsAre(4, -5));
  std::filesystem::remove(path);
}

/// Whatever the bytes say, reading ends with a file whose views lie inside it, or with a message.
TEST(Safetensors, RandomDamageGivesAMessageOrASoundFile) {
  OwnedTensor a("a", ElementType::F32, {2, 3}, {1, 2, 3, 4, 5, 6});
  OwnedTensor b("bb", ElementType::U8, {5}, {1, 2, 3, 4, 5});
  std::vector<TensorView> views{a.view, b.view};
  const auto sound = serialize(views, {{"k", "v"}});
  std::mt19937 random(20261123);
  int accepted = 0, refused = 0;
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (std::chrono::steady_clock::now() < end) {
    auto content = sound;
    for (unsigned edits = 1 + random() % 4; edits > 0 && !content.empty(); --edits) {
      size_t at = random() % content.size();
      switch (random() % 4) {
      case 0:
        content[at] = static_cast<std::byte>(random());
        break;
      case 1:
        content[at] = static_cast<std::byte>("0123456789[]{},:\"-"[random() % 18]);
        break;
      case 2:
        content.erase(content.begin() + static_cast<ptrdiff_t>(at));
        break;
      default:
        content.resize(at + 1);
      }
    }
    auto file = Safetensors::parse(content, "w");
    if (!file) {
      ++refused;
      ASSERT_FALSE(file.error().message.empty());
      continue;
    }
    ++accepted;
    for (const TensorView &tensor : file->tensors())
      ASSERT_EQ(toDoubles(tensor).size() * byteWidth(tensor.type), tensor.bytes.size());
  }
  EXPECT_GT(accepted, 0);
  EXPECT_GT(refused, 0);
}

} // namespace
} // namespace convwright::compiler
