#include "tests/integration/services/chain.h"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/mcp/client_rules.h"

namespace tracetax::test {

namespace {

const mcp::ClientInfo client{"integration-test", "1"};

template <class Config>
Process launch(const std::string& program, const Config& config, const std::vector<std::string>& listen) {
  const TemporaryFile file{write_config(config)};
  Launch how;
  how.program = program;
  how.arguments = {"--config", file.path(), "--admin", "127.0.0.1:0"};
  for (const auto& url : listen) {
    how.arguments.push_back("--listen");
    how.arguments.push_back(url);
    if (url == "stdio") how.stdio = true;
  }
  Process process{std::move(how)};
  process.wait_ready();  // it has read its config by then
  return process;
}

}  // namespace

std::size_t Trace::count(const std::string& name) const {
  return static_cast<std::size_t>(
      std::count_if(spans_.begin(), spans_.end(), [&](const SpanView& span) { return span.name == name; }));
}

const SpanView& Trace::span(const std::string& name) const {
  std::string all;
  const SpanView* found = nullptr;
  for (const auto& span : spans_) {
    all += " " + span.service + ":" + span.name;
    if (span.name == name) found = &span;
  }
  if (count(name) != 1) throw std::runtime_error("not exactly one " + name + " among" + all);
  return *found;
}

std::string Trace::path(const SpanView& span) const {
  std::string text = span.name;
  for (const SpanView* at = &span; !at->parent_id.empty();) {
    const auto parent = std::find_if(spans_.begin(), spans_.end(),
                                     [&](const SpanView& candidate) { return candidate.span_id == at->parent_id; });
    if (parent == spans_.end()) return "? > " + text;
    at = &*parent;
    text = at->name + " > " + text;
  }
  return text;
}

Sink::Sink()
    : process_(
          Launch{.program = "otlp-sink", .arguments = {"--listen", "grpc://127.0.0.1:0", "--admin", "127.0.0.1:0"}}) {
  process_.wait_ready();
}

TracingConfig Sink::tracing(SamplerType sampler) const {
  TracingConfig tracing;
  tracing.sampler.type = sampler;
  const std::string url = const_cast<Process&>(process_).url();
  tracing.exporter.endpoint = "http" + url.substr(url.find("://"));
  return tracing;
}

std::vector<Trace> Sink::traces_with(const std::string& name) {
  std::vector<Trace> found;
  for (auto& trace : traces())
    if (trace.count(name) > 0) found.push_back(std::move(trace));
  return found;
}

Process start(const ServerConfig& config, const std::vector<std::string>& listen) {
  return launch("mcp-server", config, listen);
}
Process start(const GatewayConfig& config, const std::vector<std::string>& listen) {
  return launch("mcp-gateway", config, listen);
}
Process start(const RouterConfig& config, const std::vector<std::string>& listen) {
  return launch("mcp-router", config, listen);
}

void flush(Process& service) {
  const auto reply = http_request("POST", service.admin() + "/flush");
  EXPECT_EQ(reply.status, 200) << reply.body;
}

double metric(Process& service, const std::string& sample) {
  const std::string text = "\n" + http_request("GET", service.admin() + "/metrics").body;
  const auto at = text.find("\n" + sample + " ");
  if (at == std::string::npos) throw std::runtime_error("no sample " + sample + " in" + text);
  return std::stod(text.substr(at + sample.size() + 2));
}

Backend backend(const std::string& name, const std::string& url, Era era) {
  Backend backend;
  backend.name = name;
  backend.url = url;
  backend.era = era;
  return backend;
}

RefusingPort::RefusingPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd_, generic, size) != 0 || ::getsockname(fd_, generic, &size) != 0) throw std::runtime_error("bind");
  port_ = ntohs(address.sin_port);
}
RefusingPort::~RefusingPort() {
  ::close(fd_);
}
std::string RefusingPort::url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/mcp";
}

std::string request_text(int id, const std::string& method, Json params, const Json& meta) {
  if (meta.is_object()) params["_meta"] = meta;
  return mcp::make_request_text(id, method, std::move(params), Era::modern, client);
}

std::string call_text(int id, const std::string& tool, const Json& arguments, const Json& meta) {
  return request_text(id, "tools/call", {{"name", tool}, {"arguments", arguments}}, meta);
}

Json ask(Process& service, int id, const std::string& text) {
  service.write_line(text);
  while (const auto line = service.read_line()) {
    Json answer = Json::parse(*line);
    if (answer.contains("id") && answer["id"] == id) return answer;
  }
  throw std::runtime_error("no answer; stderr: " + service.stderr_text());
}

HttpReply post(const std::string& url, const std::string& text, std::map<std::string, std::string> headers) {
  const Json message = Json::parse(text);
  headers.emplace("Content-Type", "application/json");
  headers.emplace("Accept", "application/json, text/event-stream");
  const auto method = message.at("method").get<std::string>();
  for (auto& [name, value] : mcp::request_headers(method, mcp::name_of(method, message.at("params")), Era::modern))
    headers.emplace(name, value);
  return http_request("POST", url, text, headers);
}

}  // namespace tracetax::test
