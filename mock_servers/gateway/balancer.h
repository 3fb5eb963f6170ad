#pragma once
// Which replica of a service gets the next call: the one with the fewest calls in flight; equals take turns.

#include <cstdint>
#include <optional>
#include <span>

namespace tracetax::gateway {

struct Candidate {
  std::uint32_t in_flight = 0;
  bool available = true;  // its breaker lets a call through, and this call has not failed on it yet
};

class Balancer {
 public:
  // An index into `candidates`; empty when none is available.
  std::optional<std::size_t> pick(std::span<const Candidate> candidates);

 private:
  std::size_t next_ = 0;  // where the search begins, so that equals take turns
};

}  // namespace tracetax::gateway
