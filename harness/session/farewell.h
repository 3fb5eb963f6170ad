#pragma once
// The end of legacy sessions over HTTP (2025-11-25, "Session Management"): a client that no longer needs a session
// SHOULD say so with DELETE.

#include <span>

#include "harness/session/session.h"

namespace tracetax {

inline constexpr Nanos farewell_time = std::chrono::seconds(1);

// Tells the peers of those sessions that have an Mcp-Session-Id, and have not been forgotten by their peer, that they
// are over. Returns when all have answered, whatever they say (405 is a peer that lets nobody end a session), or when
// `patience` has passed. Polls `loop`, which no other thread may use. No call may be in flight, and none may follow.
void end_sessions(EventLoop& loop, std::span<Session* const> sessions, Nanos patience = farewell_time);

}  // namespace tracetax
