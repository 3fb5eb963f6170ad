#pragma once
// Ctrl-C and SIGTERM, for verbs that start processes.

#include <atomic>

namespace tracetax::cli {

// Set by the first signal, which ends the verb in order; a second one ends it at once, and the kernel then ends the
// services (PR_SET_PDEATHSIG). Call it once, before anything starts.
const std::atomic<bool>& stop_on_signals();

}  // namespace tracetax::cli
