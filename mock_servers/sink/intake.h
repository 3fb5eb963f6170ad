#pragma once
// Between the protocols and the store: what becomes of one well-formed export request, faults included. The one place
// that decides what counts as received.

#include <cstdint>
#include <string>

#include "mock_servers/sink/faults.h"
#include "mock_servers/sink/store.h"

namespace tracetax::sink {

struct Intake {
  enum class Outcome : std::uint8_t {
    taken,        // what was not rejected is in the store
    full,         // the store has no room; counted as refused there
    unavailable,  // the fault `refuse`
    reset,        // end the connection without an answer
    hang,         // give no answer
  };
  Outcome outcome = Outcome::taken;
  Nanos delay{};                     // taken: until the answer; unavailable: how long the sender is told to wait
  std::uint64_t rejected_spans = 0;  // of a request that was taken
};

// A request that meets refuse, reset or hang is not received: none of its spans counts. One that meets slow is received
// when it comes, whether or not its sender still hears the answer. Of one that meets partial the first spans are
// received, and it is as if the request had consisted of these alone; with none left it is not received.
Intake take_in(Payload payload, Store& store, Faults& faults, Nanos now);

// ExportTraceServiceResponse: with partial_success where spans were rejected, else empty.
std::string response_protobuf(const Intake& intake);
std::string response_json(const Intake& intake);

// Protobuf's variable-length number.
void append_varint(std::string& out, std::uint64_t value);

}  // namespace tracetax::sink
