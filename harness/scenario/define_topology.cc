#include "harness/scenario/define_hop.h"
#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

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
