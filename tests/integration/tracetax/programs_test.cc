// Arms with programs of their own: two binaries compared in one experiment.

#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

const std::string topology = "topology: { servers: [ { name: mine, listen: http } ] }\n";

std::string compared(const std::string& arms) {
  return short_scenario(topology,
                        "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: echo, arguments: { "
                        "text: hi } } ] }\n"
                        "arms:\n  base: { role: control, tracing: { sampler: none } }\n" +
                            arms +
                            "plan: { warmup: 100ms, settle: 50ms, window: 500ms, phases: [blocks], blocks: 1 }\n");
}

TEST(ArmPrograms, ACommandAndAFolderTakeThePlaceOfTheMocks) {
  const Workplace place;
  const auto mark = place.folder() / "the other one was here";
  const std::string server = TRACETAX_BIN_DIR "/mcp-server";
  const std::string tracing = "tracing: { sampler: always_on, batch: { delay: 200ms } }";
  const auto scenario =
      place.write("s.yaml", compared("  other: { " + tracing + ", commands: { mine: [sh, -c, \"touch '" +
                                     mark.string() + "'; exec " + server + " --listen {url}\"] } }\n  folder: { " +
                                     tracing + ", programs: " TRACETAX_BIN_DIR " }\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  ASSERT_TRUE(std::filesystem::exists(place.folder() / "out/result.json")) << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  ASSERT_EQ(result.at("arms").size(), 3U);
  for (const Json& arm : result.at("arms")) {
    EXPECT_GT(arm.at("calls").at("planned").get<int>(), 0) << arm.dump();
    EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned")) << arm.dump();
    const bool traces = arm.at("name") != "base";
    EXPECT_EQ(arm.at("spans").at("received").get<int>() > 0, traces) << arm.dump();
  }
  EXPECT_TRUE(std::filesystem::exists(mark));
}

TEST(ArmPrograms, AMissingFolderOrProgramIsNamedWithItsArm) {
  const Workplace place;
  std::filesystem::create_directory(place.folder() / "empty");
  place.write("empty/mcp-router", "not executable");
  const auto said = [&](const std::string& folder) {
    const auto scenario = place.write("s.yaml", compared("  other: { programs: \"" + folder + "\" }\n"));
    std::filesystem::remove_all(place.folder() / "out");
    const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
    EXPECT_EQ(run.code, 4);
    return run.err;
  };
  const std::string nowhere = place.folder() / "nowhere";
  EXPECT_NE(said(nowhere).find("arm other: programs: there is no folder " + nowhere), std::string::npos);
  const std::string empty = place.folder() / "empty";
  EXPECT_NE(said(empty).find("arm other: programs: " + empty + "/mcp-server does not exist"), std::string::npos);
  std::filesystem::rename(empty + "/mcp-router", empty + "/mcp-server");
  EXPECT_NE(said(empty).find(empty + "/mcp-server is not executable"), std::string::npos);
}

}  // namespace
}  // namespace tracetax::test
