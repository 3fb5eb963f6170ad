#pragma once
// Which names speak of secrets: one rule for headers of exporters and of peers, and for what a recording keeps.

#include <string_view>

namespace tracetax {

// The name, whatever the case of its letters, has one of these in it: authorization, cookie, token, secret, password,
// key, credential, session.
bool is_secret_name(std::string_view name);

}  // namespace tracetax
