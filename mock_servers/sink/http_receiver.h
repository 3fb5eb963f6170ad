#pragma once
// OTLP over HTTP/1.1: POST /v1/traces in protobuf or JSON, POST /v1/metrics in protobuf, as it is or with gzip.

#include <memory>
#include <string>

#include "mock_servers/sink/faults.h"
#include "mock_servers/sink/sink.h"
#include "mock_servers/sink/store.h"

namespace tracetax::sink {

// Limits: 256 connections, 8 KiB of header, most_request_bytes of body before and after decompression, 60 s without a
// request.
class HttpReceiver {
 public:
  // Serves at once on a thread of its own; throws std::runtime_error naming the address when it cannot be bound.
  // `tls`: for an address with TLS.
  HttpReceiver(const ListenAt& where, Store& store, Faults& faults, const TlsPems& tls = {});
  ~HttpReceiver();
  std::string url() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tracetax::sink
