#include "harness/scenario/define_hop.h"

#include "harness/scenario/define_export.h"

namespace tracetax::shapes {
namespace {

ValuePlace place_of(const Node& node, std::string key) {
  const Place& place = node.place;
  return {std::move(key), place.source ? place.source->name : std::string(), place.line, place.column};
}

bool has_tls(const std::string& url) {
  return url.starts_with("https:") || url.starts_with("wss:");
}

TransportKind transport_of(const std::string& url) {
  return url.starts_with("ws") ? TransportKind::ws : TransportKind::http;
}

void finish_headers(Reading& reading, const Node& node, Hop& hop) {
  if (const Entry* headers = node.find("headers")) {
    if (hop.url.empty())
      reading.finding_at(node, "headers", "are for a hop with a `url`", "a program reads its own environment");
    hop.places.clear();
    for (std::size_t i = 0; i < hop.headers.size() && i < headers->value.entries.size(); ++i)
      hop.places.push_back(place_of(headers->value.entries[i].value, "headers." + hop.headers[i].name));
  }
  if (node.find("tls") && !has_tls(hop.url))
    reading.finding_at(node, "tls", "needs a `url` that begins with https:// or wss://");
}

void both(Reading& reading, const Node& node) {
  if (node.find("command") && node.find("url")) {
    reading.finding_at(node, "url", "cannot be together with `command`",
                       "`url` is a service that runs already, `command` one to start; remove one of them");
  }
}

// What only something that is started can have.
void finish_program(Reading& reading, const Node& node, const Hop& hop) {
  for (const char* key : {"cwd", "start_timeout"}) {
    if (node.find(key) && !hop.url.empty())
      reading.finding_at(node, key, "has no meaning with `url`", "what runs already is not started; remove it");
  }
}

}  // namespace

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

Shape<std::vector<ExportHeader>> hop_headers() {
  return export_headers();
}

Shape<std::vector<std::string>> command() {
  constexpr std::size_t most_arguments = 1'000;
  return list_of(text(), 1, most_arguments, "words");
}

Shape<Nanos> start_timeout() {
  return duration(Zero::refused, std::chrono::hours(1));
}

// What the keys of a hop mean together.
void finish_hop(Reading& reading, const Node& node, Hop& hop) {
  if (!reading.sound(reading.path())) return;
  both(reading, node);
  const Entry* url = node.find("url");
  if (url && !node.find("listen")) {
    hop.listen = transport_of(hop.url);
  } else if (url && transport_of(hop.url) != hop.listen) {
    reading.finding_at(node, "listen",
                       fmt::format("`listen: {}` does not fit the URL {}", to_string(hop.listen), hop.url),
                       fmt::format("write `listen: {}`", to_string(transport_of(hop.url))));
  }
  finish_program(reading, node, hop);
  finish_headers(reading, node, hop);
}

void finish_hop_of_arm(Reading& reading, const Node& node, Hop& hop) {
  if (!reading.sound(reading.path())) return;
  both(reading, node);
  if (node.find("url")) {
    hop.command.clear();
    hop.listen = transport_of(hop.url);
    if (!node.find("tls") && !has_tls(hop.url)) hop.ca.clear();
    if (node.find("environment"))
      reading.finding_at(node, "environment", "has no meaning with `url`", "what runs already has its own");
  } else if (node.find("command")) {
    hop.url.clear();
    hop.ca.clear();
    hop.headers.clear();
    hop.places.clear();
  }
  finish_program(reading, node, hop);
  finish_headers(reading, node, hop);
  for (const char* key : {"environment", "cwd"}) {
    if (node.find(key) && hop.is_mock())
      reading.finding_at(node, key, "has no meaning without `command`",
                         "mocks follow the arm's `tracing`; give the service a program here or in the topology");
  }
}

}  // namespace tracetax::shapes
