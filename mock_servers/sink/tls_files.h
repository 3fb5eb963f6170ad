#pragma once
// The sink's certificate, for gRPC and HTTP alike.

#include <string>

namespace tracetax::sink {

// Paths of PEM files. Empty: none.
struct TlsFiles {
  std::string cert{};       // the sink's own, followed by those of intermediate authorities
  std::string key{};        // of `cert`
  std::string client_ca{};  // whose clients are let in; empty: everybody
};

// The same files' contents.
struct TlsPems {
  std::string cert{};
  std::string key{};
  std::string client_ca{};
};

// Throws std::invalid_argument naming the file that cannot be read, is no PEM of its kind, or does not belong to the
// other.
TlsPems read_tls(const TlsFiles& files);

}  // namespace tracetax::sink
