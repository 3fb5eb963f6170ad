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
#include "mock_servers/tool_server/shelf.h"
#include "mock_servers/tool_server/tools.h"

namespace tracetax::tool_server {

namespace asio = boost::asio;

using Memory = std::unique_ptr<std::uint64_t[]>;

class ToolServer final : public service::Application {
 public:
  ToolServer(const ServerConfig& config, service::Host host);

  asio::awaitable<service::McpAnswer> answer(service::McpCall call) override;
  bool takes_text() const override { return true; }
  asio::awaitable<mcp::Json> capabilities() override;
  std::string metrics() const override;

 private:
  std::variant<Work, mcp::ErrorObject> plan(const service::McpCall& call);
  void set_own_attributes(telemetry::Span& span, const std::string& name) const;
  asio::awaitable<service::McpAnswer> run_tool(const service::McpCall& call, telemetry::Span& span);
  // The work itself, with what is told of it; ends early when the caller gives up.
  asio::awaitable<void> do_work(const Work& work, const telemetry::Span& parent, service::LiveCall* live,
                                const std::string& tool);
  void tell_step(service::LiveCall* live, std::size_t done, std::size_t all, const std::string& name) const;
  asio::awaitable<void> pass(Nanos total, Nanos compute, service::LiveCall* live);
  asio::awaitable<void> run_steps(const Work& work, const telemetry::Span& parent, service::LiveCall* live);
  void count_llm(const LlmUse& use, telemetry::Span& span);

  service::Host host_;
  Catalog catalog_;
  Shelf shelf_;
  std::size_t page_size_;
  bool logging_;
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
