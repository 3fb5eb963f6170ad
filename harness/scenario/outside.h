#pragma once

#include "harness/scenario/scenario.h"

namespace tracetax {

// In this arm the hop runs elsewhere, reached by its URL: nothing of it is started, and it is measured from outside.
inline bool is_outside(const Hop& hop, const Arm& arm) {
  return !hop_in(hop, arm).url.empty();
}

}  // namespace tracetax
