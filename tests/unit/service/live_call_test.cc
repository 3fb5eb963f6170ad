// Calls while they are worked on: what is told to their callers, and who gives up which.

#include "mock_servers/common/live_call.h"

#include <gtest/gtest.h>

namespace tracetax::service {
namespace {

using mcp::Json;

struct Heard final : transport::Caller {
  bool say(std::string text) override {
    said.push_back(Json::parse(text));
    return true;
  }
  std::vector<Json> said{};
};

mcp::Accepted accepted(mcp::Id id, Era era = Era::modern, std::string session = {}) {
  mcp::Accepted out;
  out.request.id = std::move(id);
  out.era = era;
  out.session_id = std::move(session);
  return out;
}

TEST(LiveCall, TellsWhatIsWishedFor) {
  LiveCalls calls;
  Heard heard;
  auto what = accepted(mcp::Id("seven"));
  {
    LiveCall call(calls, 1, TransportKind::ws, what, &heard);
    call.progress(1, 2, "a");
    call.log(mcp::LogLevel::emergency, "l", "x");
  }
  EXPECT_TRUE(heard.said.empty());
  what.wishes.progress_token = "tok";
  what.wishes.log_level = mcp::LogLevel::info;
  LiveCall call(calls, 1, TransportKind::ws, what, &heard);
  call.progress(1, 2, "a");
  call.log(mcp::LogLevel::debug, "l", "x");
  call.log(mcp::LogLevel::info, "l", {{"k", 1}});
  ASSERT_EQ(heard.said.size(), 2u);
  EXPECT_EQ(heard.said[0]["params"],
            Json::parse(R"({"progressToken":"tok","progress":1.0,"total":2.0,"message":"a"})"));
  EXPECT_EQ(heard.said[1]["params"], Json::parse(R"({"level":"info","logger":"l","data":{"k":1},
                                                     "_meta":{"dev.tracetax/request":"seven"}})"));
  // The stream of a call over http needs no name for it.
  LiveCall over_http(calls, 2, TransportKind::http, what, &heard);
  over_http.log(mcp::LogLevel::info, "l", "x");
  EXPECT_FALSE(heard.said.back()["params"].contains("_meta"));
}

TEST(LiveCall, PassesAHopsNoticesOnInItsOwnWords) {
  LiveCalls calls;
  Heard heard;
  auto what = accepted(3);
  what.wishes.progress_token = 99;
  what.wishes.log_level = mcp::LogLevel::warning;
  LiveCall call(calls, 1, TransportKind::stdio, what, &heard);
  call.pass_on(mcp::make_progress(12, 1, 0, ""));
  auto log = mcp::make_log(mcp::LogLevel::error, "l", "x");
  log.params["_meta"] = {{mcp::meta_key::request, 12}};
  call.pass_on(log);
  call.pass_on(mcp::make_log(mcp::LogLevel::info, "l", "x"));
  ASSERT_EQ(heard.said.size(), 2u);
  EXPECT_EQ(heard.said[0]["params"]["progressToken"], 99);
  EXPECT_EQ(heard.said[1]["params"]["_meta"]["dev.tracetax/request"], 3);
}

TEST(LiveCall, IsCancelledByItsOwnCallerOnly) {
  LiveCalls calls;
  const auto seven = accepted(7), text = accepted(mcp::Id("7")), in_session = accepted(7, Era::legacy, "s");
  Heard heard;
  LiveCall a(calls, 1, TransportKind::ws, seven, &heard), b(calls, 2, TransportKind::ws, seven, &heard),
      c(calls, 1, TransportKind::ws, text, &heard), d(calls, 1, TransportKind::http, in_session, &heard);
  int told = 0;
  b.on_cancel([&] { ++told; });
  calls.cancel(2, {mcp::Id(7), {}});
  calls.cancel(2, {mcp::Id(7), {}});
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(b.cancelled());
  EXPECT_FALSE(a.cancelled() || c.cancelled() || d.cancelled());
  calls.cancel(5, {mcp::Id(7), "other"});
  EXPECT_FALSE(d.cancelled());
  calls.cancel(5, {mcp::Id(7), "s"});
  EXPECT_TRUE(d.cancelled());
  EXPECT_FALSE(a.cancelled());
  calls.cancel(1, {mcp::Id("7"), {}});
  EXPECT_TRUE(c.cancelled());
  EXPECT_FALSE(a.cancelled());
  // Whoever asks afterwards hears at once, and nothing more is said to the caller.
  b.on_cancel([&] { ++told; });
  EXPECT_EQ(told, 2);
}

TEST(LiveCall, EndsWithItsConnectionUnlessItsCallerMayBeBack) {
  LiveCalls calls;
  const auto modern = accepted(1), legacy = accepted(2, Era::legacy, "s");
  LiveCall on_ws(calls, 1, TransportKind::ws, legacy, nullptr), on_http(calls, 1, TransportKind::http, modern, nullptr),
      may_be_back(calls, 1, TransportKind::http, legacy, nullptr), other(calls, 2, TransportKind::ws, modern, nullptr);
  calls.connection_lost(1);
  EXPECT_TRUE(on_ws.cancelled());
  EXPECT_TRUE(on_http.cancelled());
  EXPECT_FALSE(may_be_back.cancelled());
  EXPECT_FALSE(other.cancelled());
}

TEST(LiveCall, LeavesTheChainInAnyOrder) {
  LiveCalls calls;
  const auto what = accepted(1);
  auto a = std::make_unique<LiveCall>(calls, 1, TransportKind::ws, what, nullptr);
  auto b = std::make_unique<LiveCall>(calls, 1, TransportKind::ws, what, nullptr);
  auto c = std::make_unique<LiveCall>(calls, 1, TransportKind::ws, what, nullptr);
  b.reset();
  c.reset();
  auto d = std::make_unique<LiveCall>(calls, 1, TransportKind::ws, what, nullptr);
  calls.connection_lost(1);
  EXPECT_TRUE(a->cancelled());
  EXPECT_TRUE(d->cancelled());
}

}  // namespace
}  // namespace tracetax::service
