#include "mock_servers/sink/intake.h"

#include <utility>

namespace tracetax::sink {

namespace {

constexpr const char* rejection = "rejected on request: POST /fault";

}  // namespace

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

// Protobuf's wire format: tag (number << 3 | type), then a varint (type 0), or a length and bytes (type 2).
std::string response_protobuf(const Intake& intake) {
  if (intake.rejected_spans == 0) return {};
  const std::string message = rejection;
  std::string partial;  // ExportTracePartialSuccess: int64 rejected_spans = 1; string error_message = 2
  partial += static_cast<char>(1 << 3 | 0);
  append_varint(partial, intake.rejected_spans);
  partial += static_cast<char>(2 << 3 | 2);
  append_varint(partial, message.size());
  partial += message;
  std::string response;  // ExportTraceServiceResponse: partial_success = 1
  response += static_cast<char>(1 << 3 | 2);
  append_varint(response, partial.size());
  return response + partial;
}

// Protobuf's JSON writes int64 as a string.
std::string response_json(const Intake& intake) {
  if (intake.rejected_spans == 0) return "{}";
  return "{\"partialSuccess\":{\"rejectedSpans\":\"" + std::to_string(intake.rejected_spans) +
         "\",\"errorMessage\":\"" + rejection + "\"}}";
}

Intake take_in(Payload payload, Store& store, Faults& faults, Nanos now) {
  const FaultPlan fault = faults.next(now);
  Intake intake;
  intake.delay = fault.delay;
  switch (fault.mode) {
    case FaultMode::none:
      break;
    case FaultMode::slow:
      break;
    case FaultMode::refuse:
      intake.outcome = Intake::Outcome::unavailable;
      return intake;
    case FaultMode::reset:
      intake.outcome = Intake::Outcome::reset;
      return intake;
    case FaultMode::hang:
      intake.outcome = Intake::Outcome::hang;
      return intake;
    case FaultMode::partial: {
      intake.delay = Nanos::zero();
      const auto cut = drop_spans(payload, [&](std::uint64_t spans) { return faults.reject(spans, fault.share); });
      intake.rejected_spans = cut.dropped;
      if (cut.dropped > 0 && cut.left == 0) return intake;
      break;
    }
  }
  if (!store.take(std::move(payload))) intake = {Intake::Outcome::full};
  return intake;
}

}  // namespace tracetax::sink
