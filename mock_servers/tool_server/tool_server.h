#pragma once
// mcp-server: runs mock tools with a configured service time, CPU share, response size, error rate and inner spans.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "harness/base/rng.h"
#include "harness/scenario/service_config.h"
#include "mock_servers/common/service.h"
#include "mock_servers/tool_server/tools.h"

namespace tracetax::tool_server {

namespace asio = boost::asio;

using Memory = std::unique_ptr<std::uint64_t[]>;

class ToolServer final : public service::Application {
 public:
  ToolServer(const ServerConfig& config, service::Host host);

  asio::awaitable<service::McpAnswer> answer(service::McpCall call) override;
  bool takes_text() const override { return true; }
  std::string metrics() const override;

 private:
  std::variant<Work, mcp::ErrorObject> plan(const service::McpCall& call);
  void set_own_attributes(telemetry::Span& span, const std::string& name) const;
  asio::awaitable<service::McpAnswer> run_tool(const service::McpCall& call, telemetry::Span& span);
  asio::awaitable<void> pass(Nanos total, Nanos compute);
  asio::awaitable<void> run_steps(const Work& work, const telemetry::Span& parent);
  void count_llm(const LlmUse& use, telemetry::Span& span);

  service::Host host_;
  Catalog catalog_;
  std::vector<Memory> kept_;  // of the tools that have some
  struct LlmCounts {
    std::uint64_t requests = 0, prompt_tokens = 0, completion_tokens = 0;
  };
  std::map<std::string, LlmCounts> llm_{};  // by model
  Rng rng_;                                 // for calls without a draw
};

// That many bytes, resident from now on.
Memory resident_memory(std::uint64_t bytes);

// Uses that much CPU time of the calling thread (CLOCK_THREAD_CPUTIME_ID), which is longer on the wall clock when the
// thread is made to wait.
void spin_cpu(Nanos cpu_time);

}  // namespace tracetax::tool_server
