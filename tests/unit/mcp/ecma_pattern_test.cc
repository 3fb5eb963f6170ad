// ECMA-262's expressions where other engines read them otherwise, and those that nobody should have to wait for.

#include "harness/mcp/ecma_pattern.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax::mcp {
namespace {

constexpr auto unknown = std::nullopt;

TEST(EcmaPattern, IsFoundAnywhere) {
  EXPECT_EQ(finds_pattern("b", "abc"), true);
  EXPECT_EQ(finds_pattern("^b", "abc"), false);
  EXPECT_EQ(finds_pattern("^abc$", "abc"), true);
  EXPECT_EQ(finds_pattern("^abc$", "abc\n"), false) << "$ is the end, not before a last line feed";
  EXPECT_EQ(finds_pattern("^b$", "a\nb"), false);
  EXPECT_EQ(finds_pattern("", "x"), true);
}

TEST(EcmaPattern, OfCharacters) {
  EXPECT_EQ(finds_pattern("^.$", "ü"), true) << "a character, not a byte";
  EXPECT_EQ(finds_pattern("^.$", "\r"), false);
  EXPECT_EQ(finds_pattern("^.$", "\u2028"), false);
  EXPECT_EQ(finds_pattern(R"(^\s\S$)", "\u00a0x"), true);
  EXPECT_EQ(finds_pattern(R"(^[\sx]+$)", "x\u3000\ufeff"), true);
  EXPECT_EQ(finds_pattern(R"(^\u00fc\u{1F600}\uD83D\uDE00\x41$)", "ü😀😀A"), true);
  EXPECT_EQ(finds_pattern(R"(^\u00fc$)", "u"), false);
  EXPECT_EQ(finds_pattern(R"(^\d$)", "\u0663"), false) << "ASCII digits alone";
  EXPECT_EQ(finds_pattern(R"(^\p{Lu}\.\/\-$)", "Ä./-"), true);
  EXPECT_EQ(finds_pattern(R"(^[[:alpha:]]$)", "a]"), true) << "a bracket, colons and letters, and then a bracket";
  EXPECT_EQ(finds_pattern(R"(^[[:alpha:]]$)", "b"), false);
  EXPECT_EQ(finds_pattern(R"(^(?<year>\d{4})-(?:0[1-9]|1[0-2])$)", "2026-11"), true);
  EXPECT_EQ(finds_pattern(R"([\b])", "\b"), true);
}

TEST(EcmaPattern, WhatCannotBeSaidIsNotSaid) {
  for (const char* const expression : {"(?=a)",
                                       "(?!a)",
                                       "(?<=a)",
                                       "(?<!a)",
                                       R"((a)\1)",
                                       R"(\k<a>)",
                                       "(",
                                       "[",
                                       "a{2000}",
                                       "[]",
                                       "[^]",
                                       R"(\A)",
                                       R"(\Qa)",
                                       R"(\cA)",
                                       R"([\S])",
                                       "\\",
                                       R"(\u12)",
                                       R"(\uD83D\u0041)",
                                       R"(\p{Script=Greek})",
                                       "\xff"})
    EXPECT_EQ(finds_pattern(expression, "a"), unknown) << expression;
  EXPECT_EQ(finds_pattern(std::string(10'001, 'a'), "a"), unknown);
}

// Backtracking engines take longer than anybody lives for these.
TEST(EcmaPattern, TakesTimeLinearInTheText) {
  const std::string text(100'000, 'a');
  EXPECT_EQ(finds_pattern("^(a+)+$", text + "!"), false);
  EXPECT_EQ(finds_pattern("^(a|a|ab)*c$", text), false);
}

}  // namespace
}  // namespace tracetax::mcp
