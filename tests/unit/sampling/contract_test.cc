#include "harness/sampling/contract.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "world.h"

namespace tracetax {
namespace {

using test::World;

class ContractTest : public ::testing::Test {
 protected:
  ContractTest() : folder_(std::filesystem::temp_directory_path() / ("contract-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    world_.scenario.folder = folder_.string();
    world_.keep([](std::size_t) { return true; });
  }
  ~ContractTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) { std::ofstream(folder_ / "contract.yaml") << text; }
  CheckResult run() { return world_.run(TraceContractCheck{.arm = "on", .file = "contract.yaml"}); }

  std::filesystem::path folder_;
  World world_{20};
};

constexpr const char* whole = R"(version: 1
traces:
  - outcome: ok
    others: refused
    spans:
      - name: stdio.read
        service: mcp-router
        kind: server
        attributes: { jsonrpc.request.id: "*" }
        resource: { service.namespace: mcp }
        children:
          - name: gateway.request
            kind: client
            children:
              - name: http.request
                service: mcp-gateway
                children:
                  - { name: auth.verify, optional: true }
                  - { name: backend.*, children: [ { name: "tools/call *", service: tools, status: unset } ] }
)";

TEST_F(ContractTest, IsKeptByAWholeTrace) {
  write(whole);
  const CheckResult result = run();
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
  EXPECT_EQ(result.detail, "0 of 20 traces break contract.yaml");
}

TEST_F(ContractTest, NamesWhatIsMissing) {
  write(whole);
  test::remove_service(world_.seen.kept[3], "tools");
  const CheckResult result = run();
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("tools `tools/call *` under mcp-gateway `backend.forward` is missing (1, trace "),
            std::string::npos)
      << result.detail;
}

TEST_F(ContractTest, NamesWhatIsOtherwise) {
  write(whole);
  world_.seen.kept[0].spans[4].status = otlp::Status::error;
  world_.seen.kept[1].spans[1].kind = otlp::Kind::internal;
  world_.seen.kept[2].spans[0].attributes.clear();
  world_.seen.kept[2].spans[0].attributes.push_back({"jsonrpc.request.id", {std::to_string(world_.seen.calls[2].id)}});
  const CheckResult result = run();
  EXPECT_NE(result.detail.find("status error instead of unset"), std::string::npos) << result.detail;
  EXPECT_NE(result.detail.find("kind internal instead of client"), std::string::npos) << result.detail;
  EXPECT_NE(result.detail.find("2 of 20"), std::string::npos) << result.detail;
}

TEST_F(ContractTest, NamesASpanThatShouldNotBeThere) {
  write(whole);
  otlp::Span extra = world_.seen.kept[0].spans[4];
  extra.id[0] = 9;
  extra.name = "surprise";
  world_.seen.kept[0].spans.push_back(extra);
  EXPECT_NE(run().detail.find("tools `surprise` is not in the contract"), std::string::npos);
}

TEST_F(ContractTest, IsAboutTheCallsItNames) {
  write("version: 1\ntraces: [ { tool: other, spans: [ { name: nowhere } ] } ]\n");
  const CheckResult result = run();
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("5 of 5 traces"), std::string::npos) << result.detail;
}

TEST_F(ContractTest, SaysAllThatIsWrongWithItsFile) {
  write("version: 2\ntraces:\n  - tool: x\n    spans: [ { kind: servant, name: a, colour: red } ]\n");
  try {
    read_contract(folder_ / "contract.yaml");
    FAIL();
  } catch (const ScenarioError& error) {
    const std::string text = error.what();
    EXPECT_EQ(error.problems().size(), 3u) << text;
    EXPECT_NE(text.find("contract.yaml:4:"), std::string::npos) << text;
    EXPECT_NE(text.find("colour"), std::string::npos) << text;
    EXPECT_NE(text.find("server"), std::string::npos) << text;
  }
}

TEST(Matches, StarsStandForAnyText) {
  EXPECT_TRUE(matches("tools/call *", "tools/call lookup"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "a--b--b-c"));
  EXPECT_FALSE(matches("a*b", "a--c"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_TRUE(matches("", "anything"));
}

}  // namespace
}  // namespace tracetax
