#pragma once
// What every service is besides its work: command line, listeners, admin endpoint, ready line, signals, shutdown
// (docs/services.md). A service's main() is one call of service_main().

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/service_config.h"
#include "harness/telemetry/tracing.h"
#include "mock_servers/common/mcp_service.h"

namespace tracetax::service {

struct ServiceOptions {
  std::filesystem::path config{};
  std::vector<std::string> listen{};  // replaces the config's
  std::string admin{};                // replaces the config's
};

// The service's own work. Lives on the io_context's one thread.
class Application : public McpApplication {
 public:
  // Further families for GET /metrics, in OpenMetrics text without the closing "# EOF".
  virtual std::string metrics() const { return {}; }
  virtual asio::awaitable<void> start() { co_return; }  // before the listeners accept
  virtual asio::awaitable<void> stop() { co_return; }   // after they have drained
};

// What an application may use. Outlives it.
struct Host {
  asio::io_context& io;
  telemetry::Tracing& tracing;
};

using MakeApplication = std::function<std::unique_ptr<Application>(Host)>;

// --config FILE, --listen URL..., --admin HOST:PORT, --help, --version. Empty when the process should end with
// `exit_code` (help shown: 0; usage error: 2).
std::optional<ServiceOptions> parse_options(const std::string& name, const std::string& description, int argc,
                                            char** argv, int& exit_code);

// Runs until SIGTERM, SIGINT or (stdio) end of input: listeners, admin (/healthz, /metrics, POST /flush), the ready
// line on stderr, then drain, flush, exit code. A port in use and the like: one line on stderr, 4.
int run_service(const std::string& name, const ServiceOptions& options, ServiceCommon common,
                const MakeApplication& make_application);

// Prints a ScenarioError's problems to stderr; 2.
int report_config_error(const std::exception& error);

// read: std::filesystem::path -> Config (derived from ServiceCommon). make: (Config, Host) -> unique_ptr<Application>.
template <class Read, class Make>
int service_main(const std::string& name, const std::string& description, int argc, char** argv, Read read, Make make) {
  int exit_code = 0;
  const auto options = parse_options(name, description, argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    const auto config = read(options->config);
    return run_service(name, *options, config, [&](Host host) { return make(config, host); });
  } catch (const ScenarioError& error) {
    return report_config_error(error);
  }
}

}  // namespace tracetax::service
