#pragma once
// What has arrived and was not collected yet. Taking a request is cheap: its bytes are kept and decoded later, so that
// the sink costs little while others are being measured.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mock_servers/sink/metric_counters.h"
#include "mock_servers/sink/payload.h"
#include "mock_servers/sink/trace_assembly.h"

namespace tracetax::sink {

// Since the start.
struct Totals {
  std::uint64_t requests = 0;   // taken
  std::uint64_t bytes = 0;      // OTLP payload of those, after decompression
  std::uint64_t spans = 0;      // decoded, duplicates included
  std::uint64_t refused = 0;    // requests turned away: memory was full, or the request too large
  std::uint64_t malformed = 0;  // requests that could not be decoded, and spans without valid ids
};

// Since the last collection.
struct Collection {
  Totals totals{};  // spans: as TraceReport counts them
  TraceReport traces{};
  std::map<std::uint64_t, std::uint64_t> arrived{};  // OTLP payload by the end of the step in which it came, Unix time
};
inline constexpr std::uint64_t arrival_step_ns = 1'000'000;

// A request as it was received; one that came as JSON is protobuf here.
struct RawRequest {
  std::uint64_t arrived_unix_ns = 0;
  std::string protobuf{};  // ExportTraceServiceRequest
};

// Every call may come from any thread.
class Store {
 public:
  // Keeps at most `most_bytes` of OTLP payload; decoded rows, at most as much again, come on top.
  // `pass_on` gets the bytes of every request that is taken.
  explicit Store(std::uint64_t most_bytes, std::function<void(const std::string&)> pass_on = {})
      : most_bytes_(most_bytes), pass_on_(std::move(pass_on)) {}

  // False, and counted, when there is no room for it.
  bool take(Payload payload);
  void count_refused();
  void count_malformed();

  // Decodes what is pending. The counts are exact then.
  Totals flush();
  // Decodes and assembles all that arrived since the last collection, and forgets it; or keeps the requests for one
  // take_collected(), until the next collection.
  Collection collect(bool keep = false);
  std::vector<RawRequest> take_collected();
  // As collect(), but gives the requests themselves, in the order in which they came. What could not be decoded is
  // counted as malformed and left out. A request is in one take_raw() or in one collect(), never in both.
  std::vector<RawRequest> take_raw();
  // Copies of what is not collected yet.
  std::vector<std::string> payloads() const;
  // As of the last flush or collection for spans; exact for everything else.
  Totals totals() const;
  std::uint64_t held_bytes() const;

  // What came as metrics. Never collected, and apart from all that is said of requests and bytes here.
  MetricCounters& counters() { return counters_; }

 private:
  struct Entry {
    Payload payload;
    std::vector<ServiceBatch> batches{};
    bool readable = true;
  };
  Totals decode_pending();
  // What is decoded, out of the store, and the totals of just that.
  std::deque<Entry> take_decoded(Totals& of_these);

  const std::uint64_t most_bytes_;
  const std::function<void(const std::string&)> pass_on_;
  std::mutex decoding_{};       // one flush or collection at a time; taken before mutex_
  mutable std::mutex mutex_{};  // never held while decoding
  std::deque<Payload> pending_{};
  std::vector<RawRequest> kept_{};  // of the last collection
  std::deque<Entry> decoded_{};
  std::uint64_t held_bytes_ = 0;
  Totals totals_{};
  Totals collected_{};  // totals_ when the last collection was made
  MetricCounters counters_{};
};

}  // namespace tracetax::sink
