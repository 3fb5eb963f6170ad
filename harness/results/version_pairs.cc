#include "harness/results/version_pairs.h"

#include <map>

namespace tracetax {

std::vector<VersionPair> version_pairs(const Environment& before, const Environment& after) {
  std::map<std::string, VersionPair> pairs;
  for (const auto& [name, version] : before.versions) pairs[name].before = version;
  for (const auto& [name, version] : after.versions) pairs[name].after = version;
  std::vector<VersionPair> list;
  for (auto& [name, pair] : pairs) list.push_back({name, pair.before, pair.after});
  return list;
}

}  // namespace tracetax
