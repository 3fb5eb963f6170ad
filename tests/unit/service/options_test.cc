// The command line that all services share.

#include <gtest/gtest.h>

#include "mock_servers/common/service.h"

namespace tracetax::service {
namespace {

struct Parsed {
  std::optional<ServiceOptions> options;
  int exit_code = -1;
  std::string out, err;
};

Parsed parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "mcp-server");
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  Parsed out;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  out.options = parse_options("mcp-server", "Serves.", static_cast<int>(argv.size()), argv.data(), out.exit_code);
  out.out = testing::internal::GetCapturedStdout();
  out.err = testing::internal::GetCapturedStderr();
  return out;
}

TEST(Options, AreOptional) {
  const auto parsed = parse({});
  ASSERT_TRUE(parsed.options);
  EXPECT_TRUE(parsed.options->config.empty());
  EXPECT_TRUE(parsed.options->listen.empty());
  EXPECT_EQ(parsed.options->admin, "");
}

TEST(Options, ListenRepeats) {
  const auto parsed =
      parse({"--listen", "stdio", "--config", "a b.yaml", "--listen=http://127.0.0.1:0/mcp", "--admin", "127.0.0.1:0"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  EXPECT_EQ(parsed.options->listen, (std::vector<std::string>{"stdio", "http://127.0.0.1:0/mcp"}));
  EXPECT_EQ(parsed.options->config, "a b.yaml");
  EXPECT_EQ(parsed.options->admin, "127.0.0.1:0");
}

TEST(Options, ShowHelpAndVersionOnStdout) {
  for (const char* flag : {"--help", "--version"}) {
    const auto parsed = parse({flag});
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.exit_code, 0);
    EXPECT_NE(parsed.out.find("mcp-server"), std::string::npos);
    EXPECT_EQ(parsed.err, "");
  }
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  for (const auto& arguments :
       {std::vector<std::string>{"--nosuch"}, {"extra"}, {"--listen"}, {"--listen", "stdio", "stray"}, {"--config"}}) {
    const auto parsed = parse(arguments);
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_EQ(parsed.out, "");
    EXPECT_TRUE(parsed.err.starts_with("mcp-server: ")) << parsed.err;
  }
}

TEST(ConfigError, GoesToStderr) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(report_config_error(std::runtime_error("server.yaml:1:1: what")), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "server.yaml:1:1: what\n");
}

int run_with(const ServiceOptions& options, std::string& err) {
  testing::internal::CaptureStderr();
  const int code = run_service("mcp-server", options, {}, [](Host) -> std::unique_ptr<Application> {
    throw std::runtime_error("the application is not reached");
  });
  err = testing::internal::GetCapturedStderr();
  return code;
}

TEST(RunService, RefusesBadListenUrls) {
  for (const auto& listen : {std::vector<std::string>{"ftp://127.0.0.1/"}, {""}, {"stdio", "stdio"}}) {
    ServiceOptions options;
    options.listen = listen;
    std::string err;
    EXPECT_EQ(run_with(options, err), 2);
    EXPECT_TRUE(err.starts_with("mcp-server: --listen ")) << err;
  }
}

TEST(RunService, ReportsAFailingWorldInOneLine) {
  ServiceOptions options;
  options.listen = {"http://127.0.0.1:0/mcp"};
  std::string err;
  EXPECT_EQ(run_with(options, err), 4);
  EXPECT_EQ(err, "mcp-server: the application is not reached\n");
}

}  // namespace
}  // namespace tracetax::service
