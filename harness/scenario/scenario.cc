#include "harness/scenario/scenario.h"

#include <algorithm>

#include "harness/base/ensure.h"

namespace tracetax {

const Arm& Scenario::control() const {
  const auto found = std::ranges::find(arms, Role::control, &Arm::role);
  ensure(found != arms.end(), "a checked scenario has a control");
  return *found;
}

}  // namespace tracetax
