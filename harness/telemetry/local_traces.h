#pragma once
// Which spans of one process belong together, and what becomes of those that the sampler did not choose: they wait
// until the local root of their trace ends, the span whose parent is in another process or nowhere. Internal.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <opentelemetry/sdk/trace/recordable.h>

#include "harness/scenario/sampler_config.h"

namespace tracetax::telemetry {

using Recorded = std::unique_ptr<opentelemetry::sdk::trace::Recordable>;

class LocalTraces {
 public:
  explicit LocalTraces(const SamplerConfig& config) : config_(config) {}

  struct Trace;
  // A span that has started. `parent` is 0 for a local root. A span whose parent has ended already (or is none of ours)
  // is a local root too: nothing says how long its trace will last.
  std::shared_ptr<Trace> started(std::uint64_t span, std::uint64_t parent);

  struct Ended {
    std::uint64_t span = 0;
    std::shared_ptr<Trace> trace{};
    std::string_view name{};
    Nanos duration{};
    bool failed = false;     // its status is an error
    Recorded not_sampled{};  // null: the sampler chose the span, and it is exported anyway
  };
  struct Outcome {
    std::vector<Recorded> kept{};  // to be exported now
    std::uint64_t overflowed = 0;  // dropped because too many waited
  };
  // As soon as a failed span has ended what waits is kept, and what ends after it; slowness
  // is known when the root ends. What ends after its root follows the root's decision. Where more than config.keep_most
  // wait, the trace that waits longest is dropped, with all that is still to come of it.
  Outcome ended(Ended span);

  // Spans dropped so far because more than config.keep_most waited: those of the trace that waits longest, with all
  // that is still to come of it.
  std::uint64_t overflowed() const;
  std::size_t waiting() const;

 private:
  bool is_slow(const Ended& root) const;
  std::uint64_t make_room();

  const SamplerConfig config_;
  mutable std::mutex mutex_{};
  std::unordered_map<std::uint64_t, std::shared_ptr<Trace>> open_{};  // by the ids of spans that have not ended
  std::map<std::uint64_t, std::shared_ptr<Trace>> with_spans_{};      // in the order in which they began to wait
  std::uint64_t next_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace tracetax::telemetry
