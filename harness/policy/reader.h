#pragma once
// What the readers of the configuration's parts share. Within the module.

#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/policy/collector_config.h"
#include "harness/scenario/reading.h"

namespace tracetax::policy {

class Reader {
 public:
  Reader(CollectorConfig& config, const Environment& environment, Findings& findings)
      : reading(findings), config_(config), environment_(environment) {}

  struct Key {
    std::string_view name;
    std::function<void(const Node&)> read;  // empty: known, and of no concern to sampling
  };
  // Calls each present key's function; a key without a value has its default, as in the Collector. False when there was
  // a key that is not known; it has been named among the unknown.
  bool read_map(const Node& node, const std::vector<Key>& keys);
  void read_list(const Node& node, const std::function<void(const Node&)>& read);

  // Each leaves `to` as it is, with a finding, when the value is none.
  void integer(const Node& node, std::int64_t& to, std::int64_t least, std::int64_t most);
  void number(const Node& node, double& to);
  void boolean(const Node& node, bool& to);
  void text(const Node& node, std::string& to);
  void texts(const Node& node, std::vector<std::string>& to);
  void duration(const Node& node, Nanos& to);

  // With what the environment says in place of ${…}.
  Node resolved(const Node& node);

  // At the key where the reading is.
  void unknown(const Place& place, std::string what) { config_.unknown.push_back(remark(place, std::move(what))); }
  void note(const Place& place, std::string what) { config_.notes.push_back(remark(place, std::move(what))); }

  shapes::Reading reading;

 private:
  Remark remark(const Place& place, std::string what) const;
  std::string expanded(const Node& node, bool& whole);

  CollectorConfig& config_;
  const Environment& environment_;
};

TailSampling read_tail_sampling(Reader& reader, const Node& node);
HeadSampling read_head_sampling(Reader& reader, const Node& node);
// An entry of tail_sampling's `policies`. `parent` is the type that it stands in, "" at the top.
Policy read_policy(Reader& reader, const Node& node, std::string_view parent);

// What later samplers of a pipeline look at, besides trace ids.
struct LookedAt {
  std::set<std::string> keys{};  // of attributes of spans and resources
  bool priority = false;         // the attribute sampling.priority, of spans alone
  bool content = false;          // anything else of a span
  bool anything = false;         // who knows what
  bool timing = false;
};
void add_looked_at(const Processor& processor, LookedAt& looked_at);
// A processor that is no sampler, in front of what looks at `later`.
Processor read_other(Reader& reader, const std::string& name, const Node& node, const LookedAt& later);

}  // namespace tracetax::policy
