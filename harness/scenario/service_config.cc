#include "harness/scenario/service_config.h"

#include "harness/scenario/compose.h"
#include "harness/scenario/definitions.h"
#include "harness/scenario/sampling_file.h"

namespace tracetax {
namespace {

using namespace shapes;

Shape<std::string> host_and_port() {
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    Findings of_url;
    Reading inner(of_url);
    Node as_url = node;
    as_url.text = "http://" + node.text;
    std::string accepted;
    if (node.kind == Node::Kind::scalar) url({"http"}).read(inner, as_url, accepted);
    if (accepted.empty() || node.text.find('/') != std::string::npos || node.text.find(':') == std::string::npos) {
      reading.finding(node.place, "must be HOST:PORT, got " + describe(node));
    } else {
      out = node.text;
    }
  };
  const auto schema = [] { return Json{{"type", "string"}}; };
  return {read, [](const std::string& v) { return Json(v); }, schema};
}

Shape<Backend> backend() {
  using B = Backend;
  return record<B>({
      required(field<B>("name", &B::name, name(), "of the service; replicas share it")),
      required(field<B>("url", &B::url, url({"http", "ws"}), "where it listens")),
      field<B>("connections", &B::connections, whole<std::uint32_t>(1, most_connections), "pool size"),
      field<B>("era", &B::era, era(), "what is spoken to it"),
  });
}

template <class C>
Fields<C> common_fields() {
  const auto shape = shapes::tracing();
  Field<C> tracing{"tracing", "how the service traces; wins over OTEL_* variables"};
  tracing.read = [shape](Reading& reading, const Node& node, C& c) {
    c.has_tracing = true;
    shape.read(reading, node, c.tracing);
    if (c.tracing.exporter.tls.generated == ExportTls::Generated::none) return;
    const auto exporter = reading.inside("exporter");
    const auto tls = reading.inside("tls");
    const auto key = reading.inside("generated");
    reading.finding(node.place, "is for scenarios: a service has no harness that makes certificates",
                    "give `ca`, and for mutual TLS `cert` and `key`");
  };
  tracing.write = [shape](const C& c) { return c.has_tracing ? shape.write(c.tracing) : Json(); };
  tracing.schema = shape.schema;
  // Programs of an older commit do not know the key and would refuse it.
  auto arrivals = field<C>("record_arrivals", &ServiceCommon::record_arrivals, whole<std::uint32_t>(0, 1u << 26),
                           "times of tools/call that are kept for POST /arrivals");
  arrivals.write = [](const C& c) { return c.record_arrivals > 0 ? Json(c.record_arrivals) : Json(); };
  const auto allowed = [](std::string name, std::vector<std::string> ServiceCommon::*member, std::string description) {
    const auto texts = list_of(text(300), 1, 1'000, "texts");
    auto out = field<C>(std::move(name), member, texts, std::move(description));
    out.write = [member, texts](const C& c) { return (c.*member).empty() ? Json() : texts.write(c.*member); };
    return out;
  };
  return {
      field<C>("service_name", &ServiceCommon::service_name, name(), "OpenTelemetry's service.name"),
      field<C>("listen", &ServiceCommon::listen, list_of(url({"http", "ws"}, "stdio"), 1, 100, "URLs"),
               "where it listens; --listen replaces it"),
      field<C>("admin", &ServiceCommon::admin, host_and_port(), "HOST:PORT of the admin endpoint; --admin replaces it"),
      tracing,
      field<C>("max_message_bytes", &ServiceCommon::max_message_bytes, bytes(1u << 30), "of one MCP message"),
      arrivals,
      allowed("allowed_origins", &ServiceCommon::allowed_origins,
              "web origins whose pages may call, beside those of this machine"),
      allowed("allowed_hosts", &ServiceCommon::allowed_hosts,
              "names by which a service on a loopback address may be called, beside those of this machine"),
  };
}

template <class C>
Shape<C> config(Fields<C> own) {
  Fields<C> fields = common_fields<C>();
  for (Field<C>& f : own) fields.push_back(std::move(f));
  return record<C>(std::move(fields));
}

Shape<std::string> token() {
  return text(1'000);
}

Shape<ServerConfig> server_config() {
  using C = ServerConfig;
  // Programs of an older commit do not know these two.
  auto page_size = field<C>("page_size", &C::page_size, whole<std::uint32_t>(0, 10'000),
                            "most items of one answer to a list; 0: all of them");
  page_size.write = [](const C& c) { return c.page_size > 0 ? Json(c.page_size) : Json(); };
  auto logging = field<C>("logging", &C::logging, boolean(), "offers log messages of calls that ask for them");
  logging.write = [](const C& c) { return c.logging ? Json(true) : Json(); };
  Fields<C> fields{
      field<C>("tools", &C::tools, tools(), "beside echo, sleep and spin"),
      field<C>("seed", &C::seed, whole<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max()),
               "for calls that bring no draw of their own"),
      page_size,
      logging,
  };
  for (Field<C>& f : offer_fields<C>(&C::offer)) fields.push_back(std::move(f));
  return config<C>(std::move(fields));
}

Shape<GatewayConfig> gateway_config() {
  using C = GatewayConfig;
  const auto limit = rate_limit();
  Field<C> limit_field{"rate_limit", "per caller"};
  limit_field.read = [limit](Reading& reading, const Node& node, C& c) { limit.read(reading, node, c.rate_limit); };
  limit_field.write = [limit](const C& c) { return c.rate_limit.rate_per_s > 0 ? limit.write(c.rate_limit) : Json(); };
  limit_field.schema = limit.schema;
  return config<C>({
      field<C>("backends", &C::backends, list_of(backend(), 1, 10'000, "backends"), "where calls go"),
      field<C>("token", &C::token, token(), "bearer token that callers must show"),
      limit_field,
      field<C>("breaker", &C::breaker, circuit_breaker(), "per replica"),
      field<C>("timeout", &C::timeout, duration(Zero::refused), "for a backend's answer"),
  });
}

Shape<RouterConfig> router_config() {
  using C = RouterConfig;
  const auto next = backend();
  Field<C> gateway{"gateway", "where calls go"};
  gateway.read = [next](Reading& reading, const Node& node, C& c) { next.read(reading, node, c.gateway); };
  gateway.write = [next](const C& c) { return c.gateway.url.empty() ? Json() : next.write(c.gateway); };
  gateway.schema = next.schema;
  return config<C>({
      gateway,
      field<C>("token", &C::token, token(), "bearer token shown to the gateway"),
      field<C>("timeout", &C::timeout, duration(Zero::refused), "for the gateway's answer"),
  });
}

template <class C>
C read_config(const std::filesystem::path& file, const Shape<C>& shape) {
  C config;
  if (file.empty()) return config;
  Findings findings;
  const auto source = std::make_shared<const Source>(Source{file.string(), 0});
  if (std::optional<Node> root = parse_yaml(read_document(file), source, findings)) {
    Entry* tracing = root->find("tracing");
    Entry* sampler = tracing ? tracing->value.find("sampler") : nullptr;
    if (sampler) inline_sampling_file(sampler->value, "tracing.sampler", findings);
    Reading reading(findings);
    shape.read(reading, *root, config);
  }
  throw_findings(std::move(findings));
  return config;
}

}  // namespace

ServerConfig read_server_config(const std::filesystem::path& file) {
  return read_config(file, server_config());
}
GatewayConfig read_gateway_config(const std::filesystem::path& file) {
  return read_config(file, gateway_config());
}
RouterConfig read_router_config(const std::filesystem::path& file) {
  return read_config(file, router_config());
}

std::string write_config(const ServerConfig& config) {
  return server_config().write(config).dump(2) + "\n";
}
std::string write_config(const GatewayConfig& config) {
  return gateway_config().write(config).dump(2) + "\n";
}
std::string write_config(const RouterConfig& config) {
  return router_config().write(config).dump(2) + "\n";
}

}  // namespace tracetax
