#pragma once
// OTLP over gRPC: opentelemetry.proto.collector.trace.v1.TraceService, and MetricsService, whose counters are kept.

#include <memory>
#include <string>

#include "mock_servers/sink/faults.h"
#include "mock_servers/sink/sink.h"
#include "mock_servers/sink/store.h"

namespace tracetax::sink {

// Takes each request of spans as bytes, without decoding it, and answers at once. When the store is full:
// RESOURCE_EXHAUSTED. Metrics are decoded as they come, and meet no faults.
class GrpcReceiver {
 public:
  // Serves at once on gRPC's own threads; throws std::runtime_error naming the address when it cannot be bound.
  // `tls`: for an address with TLS.
  GrpcReceiver(const ListenAt& where, Store& store, Faults& faults, const TlsPems& tls = {});
  ~GrpcReceiver();  // lets requests in progress end for 1 s
  std::string url() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tracetax::sink
