// What the mock tools look like and what a call of each is to do. The expected draws were computed apart, in Python,
// from the definitions of SplitMix64's finaliser and derive_seed().

#include "mock_servers/tool_server/tools.h"

#include <set>

#include <gtest/gtest.h>

namespace tracetax::tool_server {
namespace {

using namespace std::chrono_literals;
using mcp::Json;

ToolSpec constant_tool(Nanos value) {
  ToolSpec tool;
  tool.name = "lookup";
  tool.service_time.value = value;
  return tool;
}

TEST(PlanWork, TakesTheServiceTimeFromTheDraw) {
  ToolSpec tool = constant_tool({});
  tool.service_time.distribution = ServiceTime::Distribution::uniform;
  tool.service_time.min = 1ms;
  tool.service_time.max = 3ms;
  EXPECT_EQ(plan_work(tool, 7).total, Nanos(1'500'331));
  EXPECT_EQ(plan_work(tool, 8).total, Nanos(1'307'277));
  EXPECT_EQ(plan_work(tool, 9'007'199'254'740'991).total, Nanos(1'301'416));
  tool.service_time.distribution = ServiceTime::Distribution::exponential;
  tool.service_time.mean = 2ms;
  EXPECT_EQ(plan_work(tool, 7).total, Nanos(575'806));
  EXPECT_EQ(plan_work(tool, 9).total, Nanos(3'240'125));
}

TEST(PlanWork, ComputesAShareAndAddsADelayWithoutCpu) {
  ToolSpec tool = constant_tool(2ms);
  tool.cpu_share = 0.25;
  tool.added_delay = 100us;
  const auto work = plan_work(tool, 7);
  EXPECT_EQ(work.compute, 500us);
  EXPECT_EQ(work.total, 2100us);
}

TEST(PlanWork, ADelayOfSampledCallsIsApartFromTheRest) {
  ToolSpec tool = constant_tool(2ms);
  tool.added_delay = 100us;
  tool.added_delay_sampled = 300us;
  const auto work = plan_work(tool, 7);
  EXPECT_EQ(work.total, 2100us);
  EXPECT_EQ(work.when_sampled, 300us);
}

TEST(PlanWork, AnAddedDelayChangesNoDraw) {
  ToolSpec tool = constant_tool({});
  tool.service_time.distribution = ServiceTime::Distribution::exponential;
  tool.service_time.mean = 2ms;
  tool.error_rate = 0.5;
  ToolSpec delayed = tool;
  delayed.added_delay = 40us;
  for (std::uint64_t draw = 0; draw < 100; ++draw) {
    const auto plain = plan_work(tool, draw);
    const auto later = plan_work(delayed, draw);
    EXPECT_EQ(later.total - plain.total, 40us);
    EXPECT_EQ(later.fails, plain.fails);
  }
}

TEST(PlanWork, FailsTheConfiguredShareOfDraws) {
  ToolSpec tool = constant_tool(1ms);
  const auto failures = [&tool](double rate) {
    tool.error_rate = rate;
    int count = 0;
    for (std::uint64_t draw = 0; draw < 4000; ++draw) count += plan_work(tool, draw).fails ? 1 : 0;
    return count;
  };
  EXPECT_EQ(failures(0), 0);
  EXPECT_EQ(failures(0.25), 1022);
  EXPECT_EQ(failures(1), 4000);
}

TEST(PlanWork, AnswersWithExactlySoManyBytes) {
  ToolSpec tool = constant_tool(1ms);
  for (const std::uint64_t bytes : {0u, 1u, 8u, 9u, 10u, 512u, 100'000u}) {
    tool.response_bytes = bytes;
    EXPECT_EQ(plan_work(tool, 7).text.size(), bytes);
  }
}

TEST(PlanWork, SurvivesEndlessTimes) {
  ToolSpec tool = constant_tool(Nanos::max());
  tool.added_delay = Nanos::max();
  EXPECT_EQ(plan_work(tool, 7).total, 48h);
}

TEST(Catalog, ListsBuiltInToolsAndConfiguredOnesInTheirOrder) {
  ToolSpec zebra = constant_tool(1ms);
  zebra.name = "zebra";
  ToolSpec ant = zebra;
  ant.name = "ant";
  ant.description = "Small.";
  const Catalog catalog({zebra, ant});
  std::vector<std::string> names;
  for (const auto& tool : catalog.list()) {
    names.push_back(tool["name"]);
    EXPECT_FALSE(tool["description"].get<std::string>().empty());
    EXPECT_EQ(tool["inputSchema"]["type"], "object");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"echo", "sleep", "spin", "zebra", "ant"}));
  EXPECT_EQ(catalog.list()[4]["description"], "Small.");
  EXPECT_EQ(catalog.list()[0]["inputSchema"], Json::parse(R"({"type":"object",
      "properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false})"));
}

TEST(Catalog, LetsAConfiguredToolReplaceABuiltInOne) {
  ToolSpec echo = constant_tool(5ms);
  echo.name = "echo";
  const Catalog catalog({echo});
  EXPECT_EQ(catalog.list().size(), 3u);
  const auto planned = catalog.plan({{"name", "echo"}}, 7);
  EXPECT_EQ(std::get<Work>(planned).total, 5ms);
}

Work planned(const Catalog& catalog, const char* params) {
  const auto plan = catalog.plan(Json::parse(params), 7);
  if (const auto* error = std::get_if<mcp::ErrorObject>(&plan)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Work>(plan);
}

TEST(Catalog, PlansBuiltInTools) {
  const Catalog catalog({});
  const auto echo = planned(catalog, R"({"name":"echo","arguments":{"text":"héllo\n"}})");
  EXPECT_EQ(echo.text, "héllo\n");
  EXPECT_EQ(echo.total, 0ns);
  EXPECT_EQ(planned(catalog, R"({"name":"sleep","arguments":{"ms":1.5}})").total, 1500us);
  EXPECT_EQ(planned(catalog, R"({"name":"sleep","arguments":{"ms":1.5}})").compute, 0ns);
  EXPECT_EQ(planned(catalog, R"({"name":"spin","arguments":{"us":250}})").compute, 250us);
  EXPECT_FALSE(echo.fails);
}

TEST(Catalog, RefusesUnknownToolsAndWrongArguments) {
  const Catalog catalog({});
  for (const char* params : {
           R"({"name":"nosuch"})",
           R"({"name":""})",
           R"({"name":"Echo","arguments":{"text":"x"}})",
           R"({"name":"echo"})",
           R"({"name":"echo","arguments":{}})",
           R"({"name":"echo","arguments":{"text":5}})",
           R"({"name":"echo","arguments":{"text":null}})",
           R"({"name":"echo","arguments":{"text":"x","more":1}})",
           R"({"name":"sleep","arguments":{"ms":-1}})",
           R"({"name":"sleep","arguments":{"ms":"5"}})",
           R"({"name":"sleep","arguments":{"ms":600001}})",
           R"({"name":"sleep","arguments":{"ms":1e300}})",
           R"({"name":"spin","arguments":{"us":1000001}})",
           R"({"name":"spin","arguments":{"ms":1}})",
           R"({"name":"spin","arguments":{"us":true}})",
       }) {
    const auto plan = catalog.plan(Json::parse(params), 7);
    const auto* error = std::get_if<mcp::ErrorObject>(&plan);
    ASSERT_NE(error, nullptr) << params;
    EXPECT_EQ(error->code, mcp::invalid_params) << params;
  }
}

TEST(Catalog, TakesAnyArgumentsForConfiguredTools) {
  const Catalog catalog({constant_tool(3ms)});
  EXPECT_EQ(planned(catalog, R"({"name":"lookup"})").total, 3ms);
  EXPECT_EQ(planned(catalog, R"({"name":"lookup","arguments":{"a":[1]}})").total, 3ms);
}

}  // namespace
}  // namespace tracetax::tool_server
