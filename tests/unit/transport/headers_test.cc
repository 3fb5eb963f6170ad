#include "harness/transport/headers.h"

#include <gtest/gtest.h>

namespace tracetax::transport {
namespace {

TEST(Headers, FindsNamesWithoutCase) {
  Headers headers;
  headers.add("Content-Type", "application/json");
  EXPECT_EQ(headers.get("content-type"), "application/json");
  EXPECT_TRUE(headers.has("CONTENT-TYPE"));
  EXPECT_FALSE(headers.has("Content-Typ"));
  EXPECT_EQ(headers.get("Accept"), "");
}

TEST(Headers, KeepsOrderAndDuplicatesAndGivesTheFirst) {
  Headers headers;
  headers.add("tracestate", "a=1");
  headers.add("Host", "x");
  headers.add("Tracestate", "b=2");
  EXPECT_EQ(headers.get("TRACESTATE"), "a=1");
  std::string seen;
  for (const auto& [name, value] : headers) seen += name + "=" + value + ";";
  EXPECT_EQ(seen, "tracestate=a=1;Host=x;Tracestate=b=2;");
}

TEST(Headers, TellsAnEmptyValueFromNone) {
  Headers headers;
  headers.add("X-Empty", "");
  EXPECT_TRUE(headers.has("x-empty"));
  EXPECT_FALSE(headers.has("x-none"));
}

TEST(Headers, ComparesAsciiOnly) {
  EXPECT_TRUE(same_header_name("aZ-9", "Az-9"));
  EXPECT_FALSE(same_header_name("a[", "a{"));  // 0x20 apart, as letters of either case are
  EXPECT_FALSE(same_header_name("\xc4", "\xe4"));
}

}  // namespace
}  // namespace tracetax::transport
