#pragma once
// Hands on what the sink takes: so the sink can stand between services and a Collector and know what that was sent.

#include <cstdint>
#include <memory>
#include <string>

#include "mock_servers/sink/sink.h"

namespace tracetax::sink {

struct ForwardCounts {
  std::uint64_t spans = 0;       // acknowledged by the next receiver, those left out that it rejected
  std::uint64_t failed = 0;      // spans it rejected, refused for good, or was not there for long enough to take
  std::uint64_t refused = 0;     // spans of attempts that were answered with an error; one span may be in several
  std::uint64_t unanswered = 0;  // and of those without an answer in time: what became of them is not known
  std::uint64_t pending_requests = 0;
};

// One thread sends one request after the other over gRPC, in the order in which they came. What the next receiver
// cannot take now (OTLP's retryable codes) is tried again for 30 s.
class Forwarder {
 public:
  explicit Forwarder(const ListenAt& next);
  ~Forwarder();  // what is pending then is not sent
  void forward(std::string protobuf);
  ForwardCounts counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tracetax::sink
