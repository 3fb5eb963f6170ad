#include "harness/scenario/define_export.h"

#include <cctype>

#include "harness/scenario/env_text.h"
#include "harness/scenario/redact_patterns.h"
#include "harness/scenario/secret_names.h"

namespace tracetax::shapes {

namespace {

constexpr std::size_t most_headers = 50;
constexpr std::size_t most_redactions = 200;
constexpr std::size_t longest_expression = 1'000;

// gRPC's metadata takes no more than this.
bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

// At the value of one header.
void check_header_value(Reading& reading, const Node& node, const std::string& name) {
  if (!reading.expect(node, Node::Kind::scalar, "a text")) return;
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (node.text.empty() || !std::ranges::all_of(node.text, printable)) {
    reading.finding(node.place, "must be printable ASCII, at least one character");
  } else if (const auto wrong = wrong_reference(node.text)) {
    reading.finding(node.place, *wrong);
  } else if (is_secret_name(name) && !has_reference(node.text)) {
    // Not shown: describe() would put it into a terminal and a log.
    reading.finding(node.place, "must not hold a secret: this file is copied into the results",
                    "write ${env:NAME} and set the variable NAME where the services are started");
  }
}

}  // namespace

Shape<std::vector<ExportHeader>> export_headers() {
  using Headers = std::vector<ExportHeader>;
  const auto read = [](Reading& reading, const Node& node, Headers& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from names to texts")) return;
    if (node.entries.size() > most_headers) {
      reading.finding(node.place,
                      fmt::format("must have at most {} headers, got {}", most_headers, node.entries.size()));
      return;
    }
    out.clear();
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      std::string name = entry.key;
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (!is_header_name(name)) {
        reading.finding(entry.place, "must be a header's name of letters, digits, `-`, `_` and `.`");
      } else if (name.ends_with("-bin")) {
        reading.finding(entry.place, "must not end in -bin: gRPC would take its value for base64");
      } else {
        check_header_value(reading, entry.value, name);
      }
      out.push_back({std::move(name), entry.value.text});
    }
  };
  const auto write = [](const Headers& headers) {
    Json out = Json::object();
    for (const ExportHeader& header : headers) out[header.name] = header.value;
    return out;
  };
  const auto schema = [] {
    return Json{{"type", "object"},
                {"propertyNames", {{"pattern", "^[A-Za-z0-9_.-]{1,100}$"}}},
                {"additionalProperties", {{"type", {"string", "number", "boolean"}}, {"minLength", 1}}},
                {"maxProperties", most_headers}};
  };
  return {read, write, schema};
}

Shape<ExportTls> export_tls() {
  using T = ExportTls;
  const auto both = [](Reading& reading, const Node& node, const T& tls) {
    if (tls.cert.empty() == tls.key.empty() || !reading.sound(reading.path())) return;
    reading.finding_at(node, tls.key.empty() ? "cert" : "key", "needs `cert` and `key`, both of them",
                       "mutual TLS shows the certificate and proves it with the key");
  };
  return record<T>(
      {
          field<T>("ca", &T::ca, text(), "PEM file: whom to believe; without it the system's authorities"),
          field<T>("cert", &T::cert, text(), "PEM file: our own certificate, for mutual TLS"),
          field<T>("key", &T::key, text(), "PEM file: its private key"),
          field<T>("insecure_skip_verify", &T::insecure_skip_verify, boolean(), "believe every receiver; for tests"),
          where_given(field<T>(
              "generated", &T::generated,
              word<T::Generated>(
                  {{"none", T::Generated::none}, {"server", T::Generated::server}, {"mutual", T::Generated::mutual}}),
              "the harness makes certificates for the run and its receivers listen with TLS; mutual: "
              "the services have certificates, too")),
      },
      both);
}

Shape<ExportRetry> export_retry() {
  using R = ExportRetry;
  const auto in_order = [](Reading& reading, const Node& node, const R& retry) {
    if (retry.initial <= retry.max || !reading.sound(reading.path())) return;
    reading.finding_at(node, node.find("max") ? "max" : "initial",
                       fmt::format("`initial` must be at most `max`, got {} and {}", duration_text(retry.initial),
                                   duration_text(retry.max)));
  };
  return record<R>(
      {
          field<R>("attempts", &R::attempts, whole<std::uint32_t>(1, 100),
                   "with the first one; 1: nothing is repeated"),
          field<R>("initial", &R::initial, duration(Zero::refused), "longest pause after the first attempt"),
          field<R>("max", &R::max, duration(Zero::refused), "longest pause after any attempt"),
          field<R>("multiplier", &R::multiplier, number(1, 100), "of the longest pause from attempt to attempt"),
      },
      in_order);
}

Shape<RedactConfig> redact() {
  using R = RedactConfig;
  const auto texts = [] { return list_of(text(longest_expression), 0, most_redactions, "texts"); };
  const auto check = [](Reading& reading, const Node& node, const R& r) {
    const Entry* const patterns = node.find("patterns");
    if (!patterns || patterns->value.items.size() != r.patterns.size()) return;
    const auto inside = reading.inside("patterns");
    for (std::size_t i = 0; i < r.patterns.size(); ++i) {
      if (find_redact_pattern(r.patterns[i])) continue;
      const auto item = reading.inside(std::to_string(i));
      // A single word is rather a name with a slip than an expression; [word] is how to say otherwise.
      const bool word = std::ranges::all_of(r.patterns[i], [](unsigned char c) { return std::islower(c) || c == '_'; });
      std::vector<std::string_view> names;
      for (const RedactPattern& pattern : redact_patterns()) names.push_back(pattern.name);
      if (word) {
        reading.finding(patterns->value.items[i].place, "unknown pattern `" + r.patterns[i] + "`",
                        hint_towards(r.patterns[i], names) + "; an expression for just this word: [" +
                            r.patterns[i].substr(0, 1) + "]" + r.patterns[i].substr(1));
      } else if (const std::string wrong = wrong_expression(r.patterns[i]); !wrong.empty()) {
        reading.finding(patterns->value.items[i].place, "is no expression that RE2 can use: " + wrong, one_of(names));
      }
    }
  };
  return record<R>(
      {
          field<R>("keys", &R::keys, texts(), "attributes whose value is masked: words of their keys, or globs"),
          field<R>("patterns", &R::patterns, texts(), "masked in every text: names, or RE2 expressions"),
          field<R>("replace", &R::replace, text(100), "what is written instead"),
      },
      check);
}

Shape<LogConfig> call_log() {
  using L = LogConfig;
  return record<L>({
      field<L>("calls", &L::calls, boolean(), "a line of JSON for each tool call, with the ids of its span"),
      field<L>("file", &L::file, text(), "appended to; without it stderr"),
  });
}

void check_exporter(Reading& reading, const Node& node, ExporterConfig& exporter) {
  if (!reading.sound(reading.path())) return;
  const bool otlp = exporter.type == ExporterType::otlp_grpc || exporter.type == ExporterType::otlp_http;
  for (const char* key : {"headers", "tls", "retry"}) {
    if (otlp || !node.find(key)) continue;
    reading.finding_at(node, key, fmt::format("`{}` has none: only OTLP does", to_string(exporter.type)),
                       "use `type: otlp_grpc` or `type: otlp_http`");
  }
  const ExportTls& tls = exporter.tls;
  const bool generated = tls.generated != ExportTls::Generated::none;
  if (generated && (!exporter.endpoint.empty() || !tls.ca.empty() || !tls.cert.empty() || tls.insecure_skip_verify)) {
    reading.finding_at(node, "tls",
                       "`generated` is for the harness's own sink and excludes `endpoint` and all other keys",
                       "leave them out, or `generated`");
  } else if (otlp && !generated && node.find("tls") && !exporter.endpoint.starts_with("https:")) {
    reading.finding_at(node, "tls", "needs an `endpoint` that begins with https://",
                       "give the endpoint of a receiver that has TLS, or let the harness's own sink have it: "
                       "`tls: { generated: server }`");
  }
  if (exporter.type == ExporterType::otlp_grpc && exporter.tls.insecure_skip_verify && !exporter.tls.ca.empty()) {
    reading.finding_at(node, "tls", "`ca` and `insecure_skip_verify` exclude each other", "leave one of them out");
  }
}

}  // namespace tracetax::shapes
