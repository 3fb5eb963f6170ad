#pragma once
// Real processes for the integration tests: sink, servers, gateway and router, each with its config file, all on ports
// that the kernel chose; and a client that speaks to them.

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/wire.h"
#include "harness/scenario/service_config.h"
#include "tests/support/http.h"
#include "tests/support/process.h"

namespace tracetax::test {

struct SpanView {
  std::string service, name, trace_id, span_id, parent_id, kind;  // parent_id is empty for a root
  std::string status, description;                                // status: "unset", "ok", "error"
  Json attributes = Json::object();
  std::vector<std::string> links{};   // span ids
  std::vector<std::string> events{};  // names
};

// The spans of one trace.
class Trace {
 public:
  explicit Trace(std::vector<SpanView> spans) : spans_(std::move(spans)) {}
  const std::vector<SpanView>& spans() const { return spans_; }
  std::size_t count(const std::string& name) const;
  // The only span of that name; a failing test names what there is.
  const SpanView& span(const std::string& name) const;
  // "stdio.read > gateway.request": the names from the root to this span.
  std::string path(const SpanView& span) const;

 private:
  std::vector<SpanView> spans_;
};

class Sink {
 public:
  Sink();
  TracingConfig tracing(SamplerType sampler = SamplerType::parentbased_always_on) const;
  // Every trace received so far, in no order. Flush the services first, or end them.
  std::vector<Trace> traces();
  // Those that have a span of that name.
  std::vector<Trace> traces_with(const std::string& name);
  Process& process() { return process_; }

 private:
  Process process_;
};

// Starts a service with that config and waits until it is ready. `stdio`: the test is its caller.
Process start(const ServerConfig& config, const std::vector<std::string>& listen = {"http://127.0.0.1:0/mcp"});
Process start(const GatewayConfig& config, const std::vector<std::string>& listen = {"ws://127.0.0.1:0/mcp"});
Process start(const RouterConfig& config, const std::vector<std::string>& listen = {"stdio"});

// POST /flush of the service's admin endpoint.
void flush(Process& service);
// The value of one sample of GET /metrics: its name and labels as they are printed.
double metric(Process& service, const std::string& sample);

Backend backend(const std::string& name, const std::string& url, Era era = Era::modern);

// A port of 127.0.0.1 that refuses connections for as long as this lives: bound, but not listened to.
class RefusingPort {
 public:
  RefusingPort();
  ~RefusingPort();
  std::string url() const;

 private:
  int fd_;
  int port_ = 0;
};

// A modern request as text; `meta` is merged into params._meta.
std::string request_text(int id, const std::string& method, Json params = Json::object(), const Json& meta = {});
std::string call_text(int id, const std::string& tool, const Json& arguments, const Json& meta = {});

// One request over stdio; the answer with its id.
Json ask(Process& service, int id, const std::string& text);
// One request over HTTP: the headers of the modern era are made from the text.
HttpReply post(const std::string& url, const std::string& text, std::map<std::string, std::string> headers = {});

// "00-TRACE-SPAN-01"
inline constexpr const char* client_trace_id = "0af7651916cd43dd8448eb211c80319c";
inline constexpr const char* client_span_id = "b7ad6b7169203331";
inline constexpr const char* client_traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

}  // namespace tracetax::test
