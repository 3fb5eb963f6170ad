#include "harness/tap/redaction.h"

#include <gtest/gtest.h>

namespace tracetax::tap {
namespace {

TEST(Redaction, ReplacesWhatSpeaksOfSecretsAtAnyDepth) {
  EXPECT_EQ(Redaction().arguments(R"({"q":"x","apiKey":"s3","deep":[{"Session_Token":{"a":1}}],"pin":5})"),
            R"({"q":"x","apiKey":"[redacted]","deep":[{"Session_Token":"[redacted]"}],"pin":5})");
}

TEST(Redaction, KeepsTruthValuesOfKeysThatAreNotNamed) {
  const std::string text = R"({"has_key":true,"token":null})";
  EXPECT_EQ(Redaction().arguments(text), text);
  EXPECT_EQ(Redaction({"HAS_KEY"}).arguments(text), R"({"has_key":"[redacted]","token":null})");
}

TEST(Redaction, OfNamedKeysAloneWhereSecretsAreKept) {
  EXPECT_EQ(Redaction({"Customer"}, true).arguments(R"({"customer":{"name":"x"},"token":"t"})"),
            R"({"customer":"[redacted]","token":"t"})");
}

TEST(Redaction, KeepsTheBytesOfWhatHasNothingToHide) {
  const std::string text = R"( { "n" : 12345678901234567890123 , "m":1.50,"u":"\u00e4" } )";
  EXPECT_EQ(Redaction().arguments(text), text);
}

TEST(Redaction, OfUris) {
  EXPECT_EQ(Redaction().uri("file:///a/token/b"), "file:///a/token/b");
  EXPECT_EQ(Redaction().uri("https://me:pw@host/a@b?q=1&api_key=s3&x#y?token=1"),
            "https://[redacted]@host/a@b?q=1&api_key=[redacted]&x#y?token=1");
  EXPECT_EQ(Redaction({"q"}, true).uri("db://me@host?q=1;token=2"), "db://me@host?q=[redacted];token=2");
  EXPECT_EQ(Redaction().uri("x?"), "x?");
  EXPECT_EQ(Redaction().uri(""), "");
}

}  // namespace
}  // namespace tracetax::tap
