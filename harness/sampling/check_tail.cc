#include "harness/sampling/check_parts.h"

namespace tracetax {

void check_tail(const TailDecisionsCheck&, const CheckInput& in, CheckResult& result) {
  if (!in.seen.offered) result.detail = "not measured: no Collector stood between the services and the sink";
}

}  // namespace tracetax
