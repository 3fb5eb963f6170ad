#include "harness/session/request_frame.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

RequestStyle style(TransportKind kind, Era era) {
  RequestStyle out;
  out.url.kind = kind;
  out.url.host = "127.0.0.1";
  out.url.port = 8080;
  out.url.path = "/mcp";
  out.era = era;
  out.client = {"tracetax", "1"};
  out.session_id = era == Era::legacy ? "s" : "";
  return out;
}

TEST(RequestFrame, MakesTheBytesOfARequestThatWasMadeWhole) {
  const mcp::Json arguments{{"text", "\"arguments\":{} ü"}, {"n", 5}};
  for (const auto kind : {TransportKind::http, TransportKind::ws, TransportKind::stdio}) {
    for (const Era era : {Era::modern, Era::legacy}) {
      for (const CallKind of : {CallKind::tool, CallKind::resource, CallKind::prompt}) {
        RequestBytes whole(style(kind, era), "a:b/ü", arguments, {}, of);
        const RequestFrame frame(style(kind, era), {of, "a:b/ü"});
        std::string buffer;
        EXPECT_EQ(frame.fill(buffer, 1234567890, 42, arguments.dump()), whole.fill(1234567890, 42));
        EXPECT_EQ(frame.fill(buffer, first_id, 0, arguments.dump()), whole.fill(first_id, 0)) << "again";
      }
    }
  }
}

TEST(RequestFrame, NamesWhatItAsksFor) {
  std::string buffer;
  const std::string resource(RequestFrame(style(TransportKind::http, Era::modern), {CallKind::resource, "file:///a"})
                                 .fill(buffer, first_id, 7, ""));
  EXPECT_NE(resource.find("\r\nMcp-Method: resources/read\r\nMcp-Name: file:///a\r\n"), std::string::npos) << resource;
  const auto read = mcp::Json::parse(resource.substr(resource.find("\r\n\r\n") + 4));
  EXPECT_EQ(read["method"], "resources/read");
  EXPECT_EQ(read["params"]["uri"], "file:///a");
  EXPECT_FALSE(read["params"].contains("arguments"));
  EXPECT_EQ(read["params"]["_meta"][mcp::meta_key::draw], 7);
  const std::string prompt(RequestFrame(style(TransportKind::http, Era::modern), {CallKind::prompt, "greet"})
                               .fill(buffer, first_id, 7, R"({"who":"x"})"));
  EXPECT_NE(prompt.find("\r\nMcp-Method: prompts/get\r\nMcp-Name: greet\r\n"), std::string::npos) << prompt;
  const auto got = mcp::Json::parse(prompt.substr(prompt.find("\r\n\r\n") + 4));
  EXPECT_EQ(got["params"]["arguments"], (mcp::Json{{"who", "x"}}));
}

TEST(RequestFrame, RepeatsTheArgumentsOfEachCallInHeaders) {
  const mcp::Json schema = mcp::Json::parse(R"({"properties":{"region":{"type":"string","x-mcp-header":"Region"}}})");
  const RequestFrame frame(style(TransportKind::http, Era::modern), {CallKind::tool, "t"}, schema);
  std::string buffer;
  for (const std::string region : {"eu", "somewhere else"}) {
    const std::string arguments = mcp::Json{{"region", region}}.dump();
    const std::string request(frame.fill(buffer, first_id, 1, arguments));
    EXPECT_NE(request.find("\r\nMcp-Param-Region: " + region + "\r\n"), std::string::npos) << request;
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    EXPECT_NE(request.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"), std::string::npos);
    EXPECT_EQ(mcp::Json::parse(body)["params"]["arguments"]["region"], region);
  }
  const RequestFrame legacy(style(TransportKind::http, Era::legacy), {CallKind::tool, "t"}, schema);
  EXPECT_EQ(legacy.fill(buffer, first_id, 1, R"({"region":"eu"})").find("Mcp-Param"), std::string_view::npos);
}

}  // namespace
}  // namespace tracetax
