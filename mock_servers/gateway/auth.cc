#include "mock_servers/gateway/auth.h"

#include <algorithm>
#include <cctype>

#include <openssl/crypto.h>

namespace tracetax::gateway {

std::string_view to_string(AuthOutcome outcome) {
  switch (outcome) {
    case AuthOutcome::not_required:
      return "not required";
    case AuthOutcome::accepted:
      return "accepted";
    case AuthOutcome::missing:
      return "no Authorization header";
    case AuthOutcome::wrong_scheme:
      return "Authorization is not of the form 'Bearer TOKEN'";
    case AuthOutcome::wrong_token:
      return "wrong token";
  }
  return "";
}

AuthOutcome verify_bearer(std::string_view authorization, std::string_view token) {
  if (token.empty()) return AuthOutcome::not_required;
  if (authorization.empty()) return AuthOutcome::missing;
  constexpr std::string_view scheme = "bearer ";
  // The scheme's name is compared without case (RFC 9110, 11.1).
  const bool bearer = authorization.size() >= scheme.size() &&
                      std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char a, char b) {
                        return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
                      });
  if (!bearer) return AuthOutcome::wrong_scheme;
  authorization.remove_prefix(scheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  while (authorization.ends_with(' ')) authorization.remove_suffix(1);
  if (authorization.size() != token.size() || CRYPTO_memcmp(authorization.data(), token.data(), token.size()) != 0)
    return AuthOutcome::wrong_token;
  return AuthOutcome::accepted;
}

}  // namespace tracetax::gateway
