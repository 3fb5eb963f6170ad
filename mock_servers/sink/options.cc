#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <yaml-cpp/yaml.h>

#include "mock_servers/sink/sink.h"

namespace tracetax::sink {

namespace {

ListenAt checked_listen(const std::string& text) {
  const auto where = parse_listen(text);
  if (!where) {
    throw std::invalid_argument("listen '" + text +
                                "': expected grpc://, grpcs://, http:// or https:// and HOST:PORT, port 0: any");
  }
  return *where;
}

// Strict like every file of ours: an unknown key is a mistake.
void read_file(const std::string& file, SinkOptions& options) {
  const YAML::Node root = YAML::LoadFile(file);
  if (!root.IsMap() && !root.IsNull())
    throw std::invalid_argument("expected a map of listen, admin, max_bytes, cert, key, client_ca");
  for (const auto& entry : root) {
    const auto key = entry.first.as<std::string>();
    const YAML::Node& value = entry.second;
    const std::string at = std::to_string(entry.first.Mark().line + 1) + ": " + key + ": ";
    try {
      if (key == "listen") {
        const auto texts =
            value.IsScalar() ? std::vector{value.as<std::string>()} : value.as<std::vector<std::string>>();
        for (const auto& text : texts) options.listen.push_back(checked_listen(text));
      } else if (key == "admin") {
        options.admin = value.as<std::string>();
      } else if (key == "max_bytes") {
        options.max_bytes = value.as<std::uint64_t>();
      } else if (key == "cert") {
        options.tls.cert = value.as<std::string>();
      } else if (key == "key") {
        options.tls.key = value.as<std::string>();
      } else if (key == "client_ca") {
        options.tls.client_ca = value.as<std::string>();
      } else {
        throw std::invalid_argument("unknown key\n  hint: possible are listen, admin, max_bytes, cert, key, client_ca");
      }
    } catch (const YAML::Exception&) {
      throw std::invalid_argument(at + "not a value of this key");
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(at + error.what());
    }
  }
}

// Throws std::invalid_argument when an address wants what the files do not give.
void check_tls(const SinkOptions& options) {
  const bool wanted = std::ranges::any_of(options.listen, &ListenAt::tls);
  const TlsFiles& files = options.tls;
  if (wanted && (files.cert.empty() || files.key.empty())) {
    throw std::invalid_argument("listen: grpcs:// and https:// need a certificate\n  hint: --cert FILE --key FILE");
  }
  if (!wanted && !(files.cert.empty() && files.key.empty() && files.client_ca.empty())) {
    throw std::invalid_argument("cert: no address has TLS\n  hint: --listen grpcs://HOST:PORT or https://HOST:PORT");
  }
}

}  // namespace

std::string without_port(const ListenAt& where) {
  const std::string scheme = where.protocol == ListenAt::Protocol::grpc ? "grpc" : "http";
  return scheme + (where.tls ? "s" : "") + "://" + where.host;
}

std::optional<ListenAt> parse_listen(std::string_view text) {
  ListenAt where;
  const auto scheme = text.substr(0, text.find("://"));
  if (scheme == "http" || scheme == "https") {
    where.protocol = ListenAt::Protocol::http;
  } else if (scheme != "grpc" && scheme != "grpcs") {
    return {};
  }
  if (scheme.size() == text.size()) return {};
  where.tls = scheme.ends_with('s');
  text.remove_prefix(scheme.size() + 3);
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (host.find('/') != std::string_view::npos || (!bracketed && host.find(':') != std::string_view::npos)) return {};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), where.port);
  if (error != std::errc() || end != port.data() + port.size()) return {};
  where.host = host;
  return where;
}

std::optional<SinkOptions> parse_sink_options(int argc, const char* const* argv, int& exit_code) {
  std::string config, admin;
  TlsFiles tls;
  std::string forward;
  std::vector<std::string> listen;
  std::optional<std::uint64_t> max_bytes;
  CLI::App app("Receives OpenTelemetry traces (OTLP), counts and assembles them", "otlp-sink");
  app.set_version_flag("--version", "otlp-sink " TRACETAX_VERSION);
  app.add_option("--config", config, "Configuration file (YAML or JSON)")->type_name("FILE");
  app.add_option("--listen", listen,
                 "grpc[s]://HOST:PORT or http[s]://HOST:PORT, port 0: any. Repeatable; replaces the file's")
      ->type_name("URL")
      ->allow_extra_args(false);
  app.add_option("--admin", admin,
                 "Admin endpoint (/healthz, /metrics, /traces, POST /flush, POST /collect, POST /take, POST /fault)")
      ->type_name("HOST:PORT");
  app.add_option("--max-bytes", max_bytes, "OTLP payload held until it is collected; more is refused. Default: 1 GiB")
      ->type_name("BYTES");
  app.add_option("--forward", forward, "Receiver that gets everything that is taken: a Collector (grpc://HOST:PORT)")
      ->type_name("URL");
  app.add_option("--cert", tls.cert, "Certificate for grpcs:// and https:// (PEM)")->type_name("FILE");
  app.add_option("--key", tls.key, "Its private key (PEM)")->type_name("FILE");
  app.add_option("--client-ca", tls.client_ca, "Mutual TLS: whose clients are let in (PEM)")->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& shown) {
    exit_code = app.exit(shown);
    return {};
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "otlp-sink: %s\n  hint: otlp-sink --help\n", error.what());
    exit_code = 2;
    return {};
  }
  SinkOptions options;
  try {
    if (!config.empty()) read_file(config, options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s:%s\n", config.c_str(), error.what());
    exit_code = 2;
    return {};
  }
  try {
    if (!listen.empty()) options.listen.clear();
    for (const auto& text : listen) options.listen.push_back(checked_listen(text));
    for (const auto part : {&TlsFiles::cert, &TlsFiles::key, &TlsFiles::client_ca}) {
      if (!(tls.*part).empty()) options.tls.*part = tls.*part;
    }
    check_tls(options);
    if (!forward.empty()) {
      options.forward = parse_listen(forward);
      if (!options.forward || options.forward->protocol != ListenAt::Protocol::grpc || options.forward->tls)
        throw std::invalid_argument("forward '" + forward + "': expected grpc://HOST:PORT");
    }
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "otlp-sink: --%s\n", error.what());
    exit_code = 2;
    return {};
  }
  if (options.listen.empty()) {
    options.listen = {{ListenAt::Protocol::grpc, "127.0.0.1", 4317}, {ListenAt::Protocol::http, "127.0.0.1", 4318}};
  }
  if (!admin.empty()) options.admin = admin;
  if (max_bytes) options.max_bytes = *max_bytes;
  return options;
}

}  // namespace tracetax::sink
