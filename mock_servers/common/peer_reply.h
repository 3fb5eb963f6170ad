#pragma once
// What an answer of a hop means for the caller of the hop. Pure.

#include <string>
#include <string_view>

#include "harness/scenario/service_config.h"
#include "harness/transport/client.h"
#include "mock_servers/common/peer.h"

namespace tracetax::service {

// Why a hop failed, in the words of a span.
struct HopFailure {
  std::string type;    // error.type: connection_refused, unreachable, timeout, disconnected, an http status, bad_answer
  std::string detail;  // "connection refused" for what the kernel refused, else as the transport says
};
HopFailure reason_of(transport::CallStatus status, std::string_view detail, int http_status);

// `text` is the request as it was to be sent: its params are given back when it never was.
PeerReply make_reply(transport::Answer answer, std::string_view method, const Backend& backend,
                     const std::string& text);

}  // namespace tracetax::service
