#pragma once
// One line a second from each place that logs. Pure: the caller brings the time. Internal.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/time.h"

namespace tracetax::telemetry {

class LogLimiter {
 public:
  // Empty: leave this line out. Else the number of lines from the same place left out since the last one let through.
  std::optional<std::uint64_t> admit(const char* file, int line, Nanos now) {
    // The SDK gives string literals: the pointer is the file.
    const auto [entry, is_new] = places_.try_emplace({file, line});
    Place& place = entry->second;
    if (!is_new && now - place.last < std::chrono::seconds(1)) {
      ++place.left_out;
      return {};
    }
    place.last = now;
    return std::exchange(place.left_out, 0);
  }

 private:
  struct Place {
    Nanos last{};
    std::uint64_t left_out = 0;
  };
  std::map<std::pair<const char*, int>, Place> places_{};
};

}  // namespace tracetax::telemetry
