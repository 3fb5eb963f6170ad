#include "harness/scenario/call_names.h"

#include <algorithm>
#include <array>
#include <set>

namespace tracetax {
namespace {

constexpr std::array<std::string_view, 3> words{"tool ", "resource ", "prompt "};

}  // namespace

std::string call_name(CallKind kind, std::string_view name) {
  const bool like_a_word = std::ranges::any_of(words, [&](std::string_view word) { return name.starts_with(word); });
  if (kind == CallKind::tool && !like_a_word) return std::string(name);
  return std::string(word_for(kind)) + " " + std::string(name);
}

CallKind kind_of(const CallSpec& call) {
  if (!call.resource.empty()) return CallKind::resource;
  return call.prompt.empty() ? CallKind::tool : CallKind::prompt;
}

const std::string& target_of(const CallSpec& call) {
  if (!call.resource.empty()) return call.resource;
  return call.prompt.empty() ? call.tool : call.prompt;
}

std::string call_name(const CallSpec& call) {
  return call_name(kind_of(call), target_of(call));
}

std::vector<CallTarget> call_targets(const Load& load) {
  std::vector<CallTarget> targets;
  std::set<std::string, std::less<>> known;
  for (const CallSpec& call : load.calls) {
    if (!call.recorded) {
      targets.push_back({kind_of(call), target_of(call)});
      known.insert(call_name(call));
      continue;
    }
    for (const RecordedCall& one : call.recorded->calls) {
      if (known.insert(call_name(one.kind, one.name)).second) targets.push_back({one.kind, one.name});
    }
  }
  return targets;
}

std::vector<std::string> call_names(const Load& load) {
  std::vector<std::string> names;
  for (const CallTarget& target : call_targets(load)) names.push_back(call_name(target.kind, target.name));
  return names;
}

}  // namespace tracetax
