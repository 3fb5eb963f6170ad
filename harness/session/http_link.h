#pragma once
// Streamable HTTP, the load's end: one POST a call on keep-alive connections of which a session has at most so many.

#include <cstdint>
#include <memory>

#include "harness/session/address.h"
#include "harness/session/event_loop.h"
#include "harness/session/link.h"

namespace tracetax {

// Connects when a call needs it. RequestBytes hold the whole request.
std::unique_ptr<Link> make_http_link(EventLoop& loop, LinkUser& user, const Address& address, std::uint32_t connections,
                                     std::uint64_t message_bytes);
// The same over TLS.
class TlsContext;
std::unique_ptr<Link> make_https_link(EventLoop& loop, LinkUser& user, const Address& address,
                                      std::uint32_t connections, std::uint64_t message_bytes,
                                      std::shared_ptr<TlsContext> tls);

}  // namespace tracetax
