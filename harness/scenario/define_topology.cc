#include "harness/scenario/define_export.h"
#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

Shape<TransportKind> transport() {
  return word<TransportKind>(
      {{"stdio", TransportKind::stdio}, {"http", TransportKind::http}, {"ws", TransportKind::ws}});
}

// A map from names of environment variables to their values.
Shape<std::map<std::string, std::string>> environment() {
  using Map = std::map<std::string, std::string>;
  const auto read = [value = text()](Reading& reading, const Node& node, Map& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from variables to their values")) return;
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      if (entry.key.empty() || entry.key.find('=') != std::string::npos || entry.key.find('\0') != std::string::npos)
        reading.finding(entry.place, "is not the name of an environment variable");
      value.read(reading, entry.value, out[entry.key]);
    }
  };
  const auto write = [](const Map& map) {
    Json out = Json::object();
    for (const auto& [name, value] : map) out[name] = value;
    return out;
  };
  const auto schema = [] { return Json{{"type", "object"}, {"additionalProperties", text().schema()}}; };
  return {read, write, schema};
}

Shape<HopEra> hop_era() {
  const auto words =
      word<HopEra>({{"auto", HopEra::automatic}, {"modern", HopEra::modern}, {"legacy", HopEra::legacy}});
  const auto write = [words](const HopEra& value) { return value == HopEra::unsaid ? Json() : words.write(value); };
  return {words.read, write, words.schema};
}

// `ca` alone, in a map as an exporter's `tls` has it.
Shape<std::string> authority() {
  struct Tls {
    std::string ca{};
  };
  const auto map = record<Tls>({required(field<Tls>("ca", &Tls::ca, text(), "PEM file: whom to believe"))});
  const auto read = [map](Reading& reading, const Node& node, std::string& out) {
    Tls tls;
    map.read(reading, node, tls);
    out = tls.ca;
  };
  const auto write = [map](const std::string& ca) { return ca.empty() ? Json() : map.write(Tls{ca}); };
  return {read, write, map.schema};
}

template <class T>
Fields<T> hop_fields() {
  return {
      field<T>("listen", &Hop::listen, transport(), "how the hop is reached; stdio only for the first hop"),
      field<T>(
          "era", &Hop::era, hop_era(),
          "what its caller speaks to it; auto, for the first hop: found out when a session is opened, as it is where "
          "nothing is said of a program or URL of yours"),
      field<T>("command", &Hop::command, command(),
               "a program of your own instead of the mock, started without a shell (docs/cli.md)"),
      field<T>("environment", &Hop::environment, environment(), "added to the environment of `command`"),
      field<T>("url", &Hop::url, url({"http", "https", "ws", "wss"}),
               "a service that runs already; nothing is started"),
      field<T>("headers", &Hop::headers, export_headers(), "sent to `url`; ${env:NAME} is what the environment says"),
      field<T>("tls", &Hop::ca, authority(),
               "whom to believe at an https or wss `url`; the system's authorities if left out"),
  };
}

ValuePlace place_of(const Node& node, std::string key) {
  const Place& place = node.place;
  return {std::move(key), place.source ? place.source->name : std::string(), place.line, place.column};
}

// What the keys of a hop mean together.
void finish_hop(Reading& reading, const Node& node, Hop& hop) {
  if (!reading.sound(reading.path())) return;
  const Entry* command = node.find("command");
  const Entry* url = node.find("url");
  if (command && url) {
    reading.finding_at(node, "url", "cannot be together with `command`",
                       "`url` is a service that runs already, `command` one to start; remove one of them");
  }
  if (url && !node.find("listen")) {
    hop.listen = hop.url.starts_with("ws") ? TransportKind::ws : TransportKind::http;
  } else if (const TransportKind kind = hop.url.starts_with("ws") ? TransportKind::ws : TransportKind::http;
             url && kind != hop.listen) {
    reading.finding_at(node, "listen",
                       fmt::format("`listen: {}` does not fit the URL {}", to_string(hop.listen), hop.url),
                       fmt::format("write `listen: {}`", to_string(kind)));
  }
  if (const Entry* headers = node.find("headers")) {
    if (!url) reading.finding_at(node, "headers", "are for a hop with a `url`", "a program reads its own environment");
    hop.places.clear();
    for (std::size_t i = 0; i < hop.headers.size() && i < headers->value.entries.size(); ++i)
      hop.places.push_back(place_of(headers->value.entries[i].value, "headers." + hop.headers[i].name));
  }
  if (node.find("tls") && !hop.url.starts_with("https:") && !hop.url.starts_with("wss:"))
    reading.finding_at(node, "tls", "needs a `url` that begins with https:// or wss://");
}

Shape<RouterHop> router() {
  return record<RouterHop>(hop_fields<RouterHop>(), finish_hop);
}

Shape<GatewayHop> gateway() {
  using G = GatewayHop;
  Fields<G> fields = hop_fields<G>();
  fields.insert(
      fields.end(),
      {
          field<G>("connections", &G::connections, whole<std::uint32_t>(1, most_connections), "its caller's pool"),
          field<G>("auth", &G::auth, boolean(), "ask callers for a bearer token, made anew for every run"),
          field<G>("rate_limit", &G::rate_limit, rate_limit(), "calls above it are refused"),
          field<G>("breaker", &G::breaker, circuit_breaker(), "stop calling a server that fails"),
      });
  return record<G>(fields, finish_hop);
}

Shape<ServerHop> server() {
  using S = ServerHop;
  Fields<S> fields{required(field<S>("name", &Hop::name, name(), "as results and budgets call the service"))};
  for (Field<S>& f : hop_fields<S>()) fields.push_back(std::move(f));
  fields.insert(fields.end(),
                {
                    field<S>("replicas", &S::replicas, whole<std::uint32_t>(1, 100), "processes that serve the same"),
                    field<S>("connections", &S::connections, whole<std::uint32_t>(1, most_connections),
                             "the caller's pool towards each replica"),
                    field<S>("tools", &S::tools, list_of(name(), 1, most_tools, "tool names"),
                             "which tools it serves; all if left out"),
                });
  const auto finish = [](Reading& reading, const Node& node, S& hop) {
    finish_hop(reading, node, hop);
    if (!reading.sound(reading.path()) || hop.replicas == 1) return;
    if (hop.listen == TransportKind::stdio)
      reading.finding_at(node, "replicas", "has no meaning over stdio", "every session has a process of its own");
    if (!hop.url.empty())
      reading.finding_at(node, "replicas", "has no meaning with `url`", "list a server for each URL");
  };
  return record<S>(fields, finish);
}

template <class T>
Shape<std::optional<T>> optional_hop(Shape<T> hop, std::string name) {
  const auto read = [=](Reading& reading, const Node& node, std::optional<T>& out) {
    out.emplace().name = name;
    hop.read(reading, node, *out);
  };
  return {read, [=](const std::optional<T>& value) { return value ? hop.write(*value) : Json(); }, hop.schema};
}

}  // namespace

Shape<std::vector<std::string>> command() {
  constexpr std::size_t most_arguments = 1'000;
  return list_of(text(), 1, most_arguments, "words");
}

Shape<Era> era() {
  return word<Era>({{"modern", Era::modern}, {"legacy", Era::legacy}});
}

Shape<RateLimit> rate_limit() {
  using R = RateLimit;
  return record<R>({
      required(field<R>("rate", &R::rate_per_s, rate(1e6), "calls let through, for example 100/s")),
      field<R>("burst", &R::burst, number(0, 1e6), "calls that may come at once; 0: one second's worth"),
  });
}

Shape<CircuitBreaker> circuit_breaker() {
  using C = CircuitBreaker;
  return record<C>({
      field<C>("failures", &C::failures, whole<std::uint32_t>(0, 1'000'000),
               "failures in a row that open it; 0: never opens"),
      field<C>("open_for", &C::open_for, duration(Zero::refused), "then one call tries again"),
  });
}

Shape<Topology> topology() {
  using T = Topology;
  return record<T>({
      field<T>("router", &T::router, optional_hop(router(), "router"), "what the client talks to, if it is there"),
      field<T>("gateway", &T::gateway, optional_hop(gateway(), "gateway"), "authenticates, balances, forwards"),
      required(field<T>("servers", &T::servers, list_of(server(), 1, 100, "servers"), "where the tools are")),
  });
}

Shape<std::map<std::string, std::string>> texts_by_name() {
  using Map = std::map<std::string, std::string>;
  const auto read = [value = text()](Reading& reading, const Node& node, Map& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from names to texts")) return;
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      value.read(reading, entry.value, out[entry.key]);
    }
  };
  return {read, environment().write, environment().schema};
}

}  // namespace tracetax::shapes
