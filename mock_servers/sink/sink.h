#pragma once
// otlp-sink: receives OTLP traces, counts and assembles them. Beside the services under test, never one of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_servers/sink/tls_files.h"

namespace tracetax::sink {

// Larger requests are refused. An export of the SDKs' default queue (2048 spans of about 1 kB) is 2 MB; gRPC's own
// default limit of 4 MB would refuse what the C++ SDK sends in one piece when it is flushed.
inline constexpr int most_request_bytes = 256 << 20;

struct ListenAt {
  enum class Protocol { grpc, http };
  Protocol protocol = Protocol::grpc;
  std::string host = "127.0.0.1";  // IPv6 in brackets
  std::uint16_t port = 0;          // 0: any
  bool tls = false;
};

// "grpc://HOST:PORT", "http://HOST:PORT", with TLS "grpcs://" or "https://"; a "/" at the end allowed. Empty for
// anything else.
std::optional<ListenAt> parse_listen(std::string_view text);

struct SinkOptions {
  std::vector<ListenAt> listen{};  // empty: grpc://127.0.0.1:4317 and http://127.0.0.1:4318, OTLP's own ports
  std::string admin{};             // HOST:PORT; empty: none
  std::uint64_t max_bytes = 1u << 30;
  TlsFiles tls{};                     // for the addresses with TLS
  std::optional<ListenAt> forward{};  // gRPC receiver that gets all that is taken
};

// "grpcs://HOST" and so on: the address without its port.
std::string without_port(const ListenAt& where);

// Command line and --config file (YAML: the same keys, max_bytes, client_ca; the command line wins). Empty when the
// process should end with `exit_code`; what is wrong has been said on stderr.
std::optional<SinkOptions> parse_sink_options(int argc, const char* const* argv, int& exit_code);

// Runs until SIGTERM or SIGINT. Returns the exit code: 0, or 4 when an address cannot be bound.
int run_sink(const SinkOptions& options);

}  // namespace tracetax::sink
