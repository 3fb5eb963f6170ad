#include "mock_servers/sink/store.h"

#include <ctime>
#include <iterator>
#include <utility>

namespace tracetax::sink {

namespace {

// A date, because the requests hold dates: when their spans began and ended.
std::uint64_t unix_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

bool Store::take(Payload payload) {
  payload.arrived_unix_ns = unix_now();
  const std::lock_guard lock(mutex_);
  // A JSON request is kept as protobuf: what counts for the limit is what is held.
  const std::uint64_t size = payload.protobuf.size();
  if (size > most_bytes_ - held_bytes_) {
    ++totals_.refused;
    return false;
  }
  if (pass_on_) pass_on_(payload.protobuf);
  held_bytes_ += size;
  ++totals_.requests;
  totals_.bytes += payload.bytes;
  pending_.push_back(std::move(payload));
  return true;
}

void Store::count_refused() {
  const std::lock_guard lock(mutex_);
  ++totals_.refused;
}

void Store::count_malformed() {
  const std::lock_guard lock(mutex_);
  ++totals_.malformed;
}

Totals Store::decode_pending() {
  std::deque<Payload> pending;
  {
    const std::lock_guard lock(mutex_);
    pending.swap(pending_);
  }
  std::deque<Entry> decoded;
  std::uint64_t spans = 0, malformed = 0;
  while (!pending.empty()) {
    Entry entry{std::move(pending.front())};
    pending.pop_front();
    if (auto batches = decode(entry.payload)) {
      entry.batches = std::move(*batches);
    } else {
      entry.readable = false;
      ++malformed;
    }
    for (const ServiceBatch& batch : entry.batches) {
      spans += batch.spans.size();
      malformed += batch.invalid;
    }
    decoded.push_back(std::move(entry));
  }
  const std::lock_guard lock(mutex_);
  decoded_.insert(decoded_.end(), std::make_move_iterator(decoded.begin()), std::make_move_iterator(decoded.end()));
  totals_.spans += spans;
  totals_.malformed += malformed;
  return totals_;
}

Totals Store::flush() {
  const std::lock_guard one(decoding_);
  return decode_pending();
}

std::deque<Store::Entry> Store::take_decoded(Totals& of_these) {
  std::deque<Entry> entries;
  // What has come since decode_pending() stays for the next collection, in all counts.
  const std::lock_guard lock(mutex_);
  entries.swap(decoded_);
  std::uint64_t pending_payload = 0;
  for (const Payload& payload : pending_) pending_payload += payload.bytes;
  Totals upto = totals_;
  upto.requests -= pending_.size();
  upto.bytes -= pending_payload;
  of_these = {upto.requests - collected_.requests, upto.bytes - collected_.bytes, 0, upto.refused - collected_.refused,
              upto.malformed - collected_.malformed};
  collected_ = upto;
  for (const Entry& entry : entries) held_bytes_ -= entry.payload.protobuf.size();
  return entries;
}

Collection Store::collect(bool keep) {
  const std::lock_guard one(decoding_);
  decode_pending();
  Collection collection;
  std::deque<Entry> entries = take_decoded(collection.totals);
  std::vector<ServiceBatch> batches;
  std::vector<RawRequest> kept;
  for (Entry& entry : entries) {
    // Up, so that what came after a moment is never taken for before it.
    const std::uint64_t step = entry.payload.arrived_unix_ns / arrival_step_ns + 1;
    collection.arrived[step * arrival_step_ns] += entry.payload.bytes;
    if (keep && entry.readable) kept.push_back({entry.payload.arrived_unix_ns, std::move(entry.payload.protobuf)});
    batches.insert(batches.end(), std::make_move_iterator(entry.batches.begin()),
                   std::make_move_iterator(entry.batches.end()));
  }
  collection.traces = assemble(batches);
  collection.totals.spans = collection.traces.spans;
  const std::lock_guard lock(mutex_);
  kept_ = std::move(kept);
  return collection;
}

std::vector<RawRequest> Store::take_collected() {
  const std::lock_guard lock(mutex_);
  return std::exchange(kept_, {});
}

std::vector<RawRequest> Store::take_raw() {
  const std::lock_guard one(decoding_);
  decode_pending();
  Totals ignored;
  std::vector<RawRequest> requests;
  for (Entry& entry : take_decoded(ignored)) {
    if (entry.readable) requests.push_back({entry.payload.arrived_unix_ns, std::move(entry.payload.protobuf)});
  }
  return requests;
}

std::vector<std::string> Store::payloads() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> copies;
  for (const Entry& entry : decoded_) copies.push_back(entry.payload.protobuf);
  for (const Payload& payload : pending_) copies.push_back(payload.protobuf);
  return copies;
}

Totals Store::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

std::uint64_t Store::held_bytes() const {
  const std::lock_guard lock(mutex_);
  return held_bytes_;
}

}  // namespace tracetax::sink
