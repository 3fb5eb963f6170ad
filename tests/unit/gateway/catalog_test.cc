#include "mock_servers/gateway/catalog.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tracetax::gateway {
namespace {

using namespace std::chrono_literals;
using mcp::Json;

Json tool(const char* name, const char* description = "") {
  return {{"name", name}, {"description", description}};
}

TEST(Catalog, MergesInTheConfigurationsOrderEachNameOnce) {
  Catalog catalog{2};
  catalog.listed(1, Json::array({tool("c"), tool("a", "second")}), 0s);
  catalog.listed(0, Json::array({tool("b"), tool("a", "first")}), 0s);
  EXPECT_EQ(catalog.items(), Json::array({tool("b"), tool("a", "first"), tool("c")}));
  EXPECT_EQ(catalog.service_of("a"), 0u);
  EXPECT_EQ(catalog.service_of("c"), 1u);
  EXPECT_EQ(catalog.service_of("d"), std::nullopt);
}

TEST(Catalog, AListingIsFreshForItsTtl) {
  Catalog catalog{1};
  EXPECT_FALSE(catalog.fresh(0, 0s));
  catalog.listed(0, Json::array(), 5s);
  EXPECT_TRUE(catalog.fresh(0, 5s + Catalog::ttl - 1ns));
  EXPECT_FALSE(catalog.fresh(0, 5s + Catalog::ttl));
}

TEST(Catalog, AServiceThatFailedIsNotListedButStillFound) {
  Catalog catalog{2};
  EXPECT_FALSE(catalog.any_listed());
  catalog.listed(0, Json::array({tool("a")}), 0s);
  catalog.listed(1, Json::array({tool("b")}), 0s);
  catalog.failed(0);
  EXPECT_FALSE(catalog.fresh(0, 0s));
  EXPECT_EQ(catalog.items(), Json::array({tool("b")}));
  EXPECT_EQ(catalog.service_of("a"), 0u);
  EXPECT_FALSE(catalog.unknown(0));
  catalog.failed(1);
  EXPECT_FALSE(catalog.any_listed());
}

TEST(Catalog, ANewListingReplacesTheOld) {
  Catalog catalog{1};
  EXPECT_TRUE(catalog.unknown(0));
  catalog.listed(0, Json::array({tool("a")}), 0s);
  catalog.listed(0, Json::array({tool("b")}), 1s);
  EXPECT_EQ(catalog.service_of("a"), std::nullopt);
  EXPECT_EQ(catalog.service_of("b"), 0u);
}

TEST(Catalog, WhatIsNoToolIsNotPassedOn) {
  Catalog catalog{1};
  catalog.listed(0, Json::array({1, Json::object(), {{"name", 7}}, {{"name", ""}}, tool("a")}), 0s);
  EXPECT_EQ(catalog.items(), Json::array({tool("a")}));
}

}  // namespace
}  // namespace tracetax::gateway
