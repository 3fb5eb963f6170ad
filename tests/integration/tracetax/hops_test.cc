// Hops that are different in each arm: a program that starts others, and a service that runs elsewhere.

#include <fstream>

#include <gtest/gtest.h>

#include "harness/experiment/ports.h"
#include "harness/experiment/process.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

std::string variables_in(const fs::path& file) {
  std::ifstream in(file);
  return "\n" + std::string(std::istreambuf_iterator<char>(in), {});
}

bool any_runs_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code gone;
    if (fs::read_symlink(entry.path() / "cwd", gone) == folder && !gone) return true;
  }
  return false;
}

const Json& named(const Json& list, const std::string& name) {
  for (const Json& one : list) {
    if (one.at("name") == name) return one;
  }
  throw std::runtime_error("nothing is called " + name);
}

TEST(HopsOfArms, AProgramThatStartsAnotherAndAServiceThatRunsElsewhere) {
  const Workplace place;
  const fs::path app = place.folder() / "app";
  fs::create_directory(app);
  const std::string server = TRACETAX_BIN_DIR "/mcp-server";
  const std::string url = "http://127.0.0.1:" + std::to_string(free_port()) + "/mcp";
  ProcessOptions elsewhere;
  elsewhere.command = {server, "--listen", url};
  elsewhere.log = place.folder() / "elsewhere.log";
  tracetax::Process running(elsewhere);
  while (running.last_log_lines(1).find("ready") == std::string::npos) ASSERT_TRUE(running.running());

  const auto scenario = place.write(
      "s.yaml",
      short_scenario(
          "topology: { servers: [ { name: mine, cwd: app, environment: { ARM: none, KEPT: yes }, command: [sh, "
          "-c, \"env > variables.$ARM; " +
              server + " --listen {url}; true\"] } ] }\n",
          "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: echo, arguments: { text: hi "
          "} } ] }\n"
          "arms:\n"
          "  base: { role: control, services: { mine: { environment: { ARM: base } } } }\n"
          "  traced: { tracing: { sampler: always_on, exporter: { type: otlp_http, headers: { X-Tenant: 'a b,c' } }, "
          "batch: { delay: 100ms } "
          "}, services: { mine: { environment: { ARM: traced, OTEL_LOGS_EXPORTER: console } } } }\n"
          "  away: { services: { mine: { url: '" +
              url +
              "' } } }\n"
              "plan: { warmup: 100ms, settle: 50ms, window: 400ms, phases: [blocks], blocks: 2 }\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  ASSERT_TRUE(fs::exists(place.folder() / "out/result.json")) << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_TRUE(result.at("valid").get<bool>()) << run.out << run.err;
  for (const Json& arm : result.at("arms")) {
    EXPECT_GT(arm.at("calls").at("planned").get<int>(), 0) << arm.dump();
    EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned")) << arm.dump();
    EXPECT_EQ(arm.at("spans").at("received").get<int>() > 0, arm.at("name") == "traced") << arm.dump();
    const Json& mine = named(arm.at("services"), "mine");
    if (arm.at("name") == "away") {
      EXPECT_EQ(mine.at("measured"), "outside");
      EXPECT_EQ(mine.at("processes"), 0);
    } else {
      EXPECT_FALSE(mine.contains("measured"));
      EXPECT_EQ(mine.at("processes"), 2) << "the shell and the server";
      EXPECT_GT(mine.at("cpu_ns").get<std::int64_t>(), 0);
      EXPECT_GT(mine.at("network_sent_bytes_per_call").get<double>(), 0) << "the server's, not the shell's";
    }
  }
  bool of_traced = false;
  for (const Json& comparison : result.at("comparisons")) {
    if (comparison.at("metric") != "cpu_per_call") continue;
    EXPECT_NE(comparison.at("treatment"), "away") << "the sums are not of the same services";
    of_traced = of_traced || comparison.at("treatment") == "traced";
  }
  EXPECT_TRUE(of_traced);
  EXPECT_NE(run.out.find("mine runs elsewhere in away: it is measured from outside only"), std::string::npos)
      << run.out;
  EXPECT_NE(run.err.find("it is not started anew and keeps its state"), std::string::npos) << run.err;
  EXPECT_TRUE(running.running()) << "it is not ours to end";
  EXPECT_FALSE(any_runs_in(app));

  const std::string base = variables_in(app / "variables.base");
  const std::string traced = variables_in(app / "variables.traced");
  EXPECT_FALSE(fs::exists(app / "variables.none"));
  for (const std::string& variables : {base, traced}) {
    for (const std::string& line : {std::string("KEPT=yes"), "PWD=" + app.string(),
                                    std::string("OTEL_SERVICE_NAME=mine"), std::string("OTEL_METRICS_EXPORTER=none")})
      EXPECT_NE(variables.find("\n" + line + "\n"), std::string::npos) << line << " is not in" << variables;
  }
  EXPECT_NE(base.find("\nOTEL_SDK_DISABLED=true\n"), std::string::npos);
  EXPECT_NE(base.find("\nOTEL_LOGS_EXPORTER=none\n"), std::string::npos);
  EXPECT_EQ(base.find("OTEL_TRACES"), std::string::npos);
  EXPECT_EQ(traced.find("OTEL_SDK_DISABLED"), std::string::npos);
  for (const char* line : {"OTEL_TRACES_SAMPLER=always_on", "OTEL_TRACES_EXPORTER=otlp", "OTEL_LOGS_EXPORTER=console",
                           "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_EXPORTER_OTLP_TIMEOUT=10000",
                           "OTEL_EXPORTER_OTLP_HEADERS=x-tenant=a%20b%2Cc", "OTEL_BSP_SCHEDULE_DELAY=100",
                           "OTEL_BSP_EXPORT_TIMEOUT=30000"})
    EXPECT_NE(traced.find(std::string("\n") + line + "\n"), std::string::npos) << line << " is not in" << traced;
  EXPECT_EQ(traced.find("OTEL_TRACES_SAMPLER_ARG"), std::string::npos) << "always_on takes none";
}

TEST(HopsOfArms, AProgramThatDoesNotComeUpIsSaidWithItsTime) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario("topology: { servers: [ { name: mine, command: [sleep, '1000'], start_timeout: 300ms } ] }\n",
                     "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: echo } ] }\n"
                     "arms: { base: { role: control }, same: {} }\n"
                     "plan: { warmup: 0s, settle: 0s, window: 200ms, phases: [blocks], blocks: 1 }\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 4);
  EXPECT_NE(run.err.find("within 300 ms; `start_timeout` gives it longer"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace tracetax::test
