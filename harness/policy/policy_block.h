#pragma once
// The block of a policy, `latency: {...}`, and the readers of those types that have no policies inside. Within the
// module.

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "harness/policy/reader.h"

namespace tracetax::policy {

inline constexpr std::int64_t most_int = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t least_int = std::numeric_limits<std::int64_t>::min();

struct Block {
  Reader& reader;
  const Node& node;
  Policy& policy;

  // A key that is not known makes the policy one that may decide either way.
  template <class Rule>
  void keep(const std::vector<Reader::Key>& keys, Rule& rule) const {
    const bool known = reader.read_map(node, keys);
    if (known) policy.rule = std::move(rule);
  }
  auto integer(std::int64_t& to, std::int64_t from = least_int, std::int64_t until = most_int) const {
    return [this, &to, from, until](const Node& n) { reader.integer(n, to, from, until); };
  }
  auto text(std::string& to) const {
    return [this, &to](const Node& n) { reader.text(n, to); };
  }
  auto texts(std::vector<std::string>& to) const {
    return [this, &to](const Node& n) { reader.texts(n, to); };
  }
  auto boolean(bool& to) const {
    return [this, &to](const Node& n) { reader.boolean(n, to); };
  }
};

template <class Rule>
void read_nothing(const Block& block) {
  Rule rule;
  block.keep({}, rule);
}
void read_status_code(const Block& block);
void read_latency(const Block& block);
void read_probabilistic(const Block& block);
void read_string_attribute(const Block& block);
void read_numeric_attribute(const Block& block);
void read_boolean_attribute(const Block& block);
void read_span_count(const Block& block);
void read_trace_state(const Block& block);
void read_rate_limiting(const Block& block);

}  // namespace tracetax::policy
