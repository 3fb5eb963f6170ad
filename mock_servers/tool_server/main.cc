#include "mock_servers/common/service.h"
#include "mock_servers/tool_server/tool_server.h"

int main(int argc, char** argv) {
  using namespace tracetax;
  return service::service_main(
      "mcp-server", "An MCP server with mock tools (echo, sleep, spin and configured ones), prompts and resources.",
      argc, argv, read_server_config, [](const ServerConfig& config, service::Host host) {
        return std::make_unique<tool_server::ToolServer>(config, host);
      });
}
