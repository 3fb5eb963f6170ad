#pragma once
// The machine and the program a result was made with, and what about them makes numbers worse.

#include "harness/results/result.h"

namespace tracetax {

Environment read_environment();

}  // namespace tracetax
