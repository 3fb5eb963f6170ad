#include <string>

#include <fmt/format.h>

#include "mock_servers/gateway/gateway.h"

namespace tracetax::gateway {

namespace {

void family(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += fmt::format("# TYPE {0} {1}\n# HELP {0} {2}\n", name, type, help);
}

}  // namespace

// URLs and names of backends come from our configuration reader, which lets no quotes or line breaks through.
std::string Gateway::metrics() const {
  std::string out;
  const auto single = [&out](std::string_view name, std::string_view help, std::uint64_t value) {
    family(out, name, "counter", help);
    out += fmt::format("{}_total {}\n", name, value);
  };
  single("mcp_gateway_calls", "Requests of callers.", calls_);
  single("mcp_gateway_unauthorized", "Requests without the token.", unauthorized_);
  single("mcp_gateway_rate_limited", "Requests beyond the rate limit.", rate_limited_);

  const auto per_replica = [&](std::string_view name, std::string_view type, std::string_view help, auto&& value) {
    family(out, name, type, help);
    for (const auto& service : services_)
      for (const auto& replica : service.replicas)
        out += fmt::format("{}{}{{service=\"{}\",replica=\"{}\"}} {}\n", name, type == "counter" ? "_total" : "",
                           service.name, replica.url, value(replica));
  };
  per_replica("mcp_gateway_backend_calls", "counter", "Calls sent to a replica.",
              [](const Replica& r) { return r.calls; });
  per_replica("mcp_gateway_backend_failures", "counter", "Of these: refused, lost, timed out, 5xx.",
              [](const Replica& r) { return r.failures; });
  per_replica("mcp_gateway_breaker_opened", "counter", "Times a replica's circuit breaker opened.",
              [](const Replica& r) { return r.breaker.times_opened(); });
  per_replica("mcp_gateway_breaker_state", "gauge", "0 closed, 1 open, 2 half-open.",
              [now = monotonic_now()](const Replica& r) { return static_cast<int>(r.breaker.state(now)); });
  per_replica("mcp_gateway_in_flight", "gauge", "Calls in flight to a replica.",
              [](const Replica& r) { return r.in_flight; });
  per_replica("mcp_gateway_pool_size", "gauge", "Most connections to a replica.",
              [](const Replica& r) { return r.peer.pool().size; });
  per_replica("mcp_gateway_pool_open", "gauge", "WebSocket channels to a replica that are open.",
              [](const Replica& r) { return r.peer.pool().open; });
  return out;
}

asio::awaitable<void> Gateway::stop() {
  for (auto& service : services_)
    for (auto& replica : service.replicas) co_await replica.peer.close();
}

}  // namespace tracetax::gateway
