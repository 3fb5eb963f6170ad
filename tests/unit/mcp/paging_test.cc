// Pages of lists and templates of URIs.

#include "harness/mcp/paging.h"

#include <gtest/gtest.h>

#include "harness/mcp/uri_template.h"

namespace tracetax::mcp {
namespace {

Json numbers(int count) {
  Json out = Json::array();
  for (int i = 0; i < count; ++i) out.push_back(i);
  return out;
}

Json all_pages(int count, std::size_t page_size) {
  Json out = Json::array();
  Json params = Json::object();
  for (int page = 0; page < 20; ++page) {
    const auto result = std::get<Json>(page_of("things", numbers(count), page_size, params));
    out.push_back(result["things"]);
    if (!result.contains("nextCursor")) break;
    params["cursor"] = result["nextCursor"];
  }
  return out;
}

TEST(Paging, GivesTheListInPages) {
  EXPECT_EQ(all_pages(5, 2), Json::parse("[[0,1],[2,3],[4]]"));
  EXPECT_EQ(all_pages(4, 2), Json::parse("[[0,1],[2,3]]"));
  EXPECT_EQ(all_pages(2, 5), Json::parse("[[0,1]]"));
  EXPECT_EQ(all_pages(5, 0), Json::parse("[[0,1,2,3,4]]"));
  EXPECT_EQ(all_pages(0, 3), Json::parse("[[]]"));
}

TEST(Paging, RefusesCursorsThatWereNotGiven) {
  const auto cursor = std::get<Json>(page_of("things", numbers(5), 2, Json::object()))["nextCursor"];
  const auto refused = [](const char* member, int count, std::size_t page_size, const Json& given) {
    const auto out = page_of(member, numbers(count), page_size, Json{{"cursor", given}});
    const auto* error = std::get_if<ErrorObject>(&out);
    return error != nullptr && error->code == invalid_params;
  };
  EXPECT_FALSE(refused("things", 5, 2, cursor));
  EXPECT_TRUE(refused("other", 5, 2, cursor));
  EXPECT_TRUE(refused("things", 2, 2, cursor));
  EXPECT_TRUE(refused("things", 5, 0, cursor));
  EXPECT_TRUE(refused("things", 5, 2, ""));
  EXPECT_TRUE(refused("things", 5, 2, "4"));
  EXPECT_TRUE(refused("things", 5, 2, 4));
}

using Match = std::optional<Variables>;

TEST(UriTemplates, TakeApartWhatFits) {
  EXPECT_EQ(match_uri("mock://users/{id}", "mock://users/7"), (Match{{{"id", "7"}}}));
  EXPECT_EQ(match_uri("mock://users/{id}", "mock://users/a%20b%zz"), (Match{{{"id", "a b%zz"}}}));
  EXPECT_EQ(match_uri("file:///{+path}", "file:///a/b.txt"), (Match{{{"path", "a/b.txt"}}}));
  EXPECT_EQ(match_uri("x://{a}/{b}.json", "x://1/2.3.json"), (Match{{{"a", "1"}, {"b", "2.3"}}}));
  EXPECT_EQ(match_uri("x://{a}-{b}", "x://1-2-3"), (Match{{{"a", "1"}, {"b", "2-3"}}}));
  EXPECT_EQ(match_uri("plain", "plain"), Match(Variables{}));
}

TEST(UriTemplates, RefuseWhatDoesNot) {
  const std::pair<const char*, const char*> table[] = {
      {"mock://users/{id}", "mock://users/"},
      {"mock://users/{id}", "mock://users/7/8"},
      {"mock://users/{id}", "mock://user/7"},
      {"x://{a}/{b}.json", "x://1/2.xml"},
      {"x://{a}/{b}.json", "x://1"},
      {"plain", "plain2"},
      {"x://{a}{b}", "x://1"},
      {"x://{open", "x://1"},
  };
  for (const auto& [uri_template, uri] : table)
    EXPECT_FALSE(match_uri(uri_template, uri)) << uri_template << " " << uri;
}

TEST(UriTemplates, FillInWhatIsKnown) {
  const auto value = [](std::string_view name) -> std::optional<std::string> {
    if (name == "id") return "{id}7";
    return {};
  };
  EXPECT_EQ(fill_in(R"({"id":"{id}"} {other} {id}{)", value), R"({"id":"{id}7"} {other} {id}7{)");
  EXPECT_EQ(fill_in("", value), "");
}

}  // namespace
}  // namespace tracetax::mcp
