#pragma once
// What is the same and what is not between the software of two results.

#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

struct VersionPair {
  std::string name{};
  std::string before{}, after{};  // empty: not named there
};
// All that either names, by name.
std::vector<VersionPair> version_pairs(const Environment& before, const Environment& after);

}  // namespace tracetax
