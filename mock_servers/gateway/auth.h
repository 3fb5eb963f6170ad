#pragma once
// Who may call: one bearer token (RFC 6750), shown in the Authorization header of the HTTP request or of the WebSocket
// handshake.

#include <string_view>

namespace tracetax::gateway {

enum class AuthOutcome {
  not_required,  // no token is configured, or the caller is a local parent process (stdio)
  accepted,
  missing,       // no Authorization header
  wrong_scheme,  // not "Bearer"
  wrong_token,
};

constexpr bool may_pass(AuthOutcome outcome) {
  return outcome == AuthOutcome::not_required || outcome == AuthOutcome::accepted;
}
std::string_view to_string(AuthOutcome outcome);

// `authorization` is the header's value, empty when there is none; `token` is the expected one. Takes as long for a
// nearly right token as for a wrong one of the same length.
AuthOutcome verify_bearer(std::string_view authorization, std::string_view token);

}  // namespace tracetax::gateway
