#pragma once
// What a recording does not keep. Pure.

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace tracetax::tap {

inline constexpr std::string_view redacted = "[redacted]";

class Redaction {
 public:
  // The values of `keys` (in any case of letters, at any depth) are replaced; and, unless `keep_secrets`, those of keys
  // whose names speak of secrets (is_secret_name), where the value can hold one: no truth values and no null.
  explicit Redaction(std::vector<std::string> keys = {}, bool keep_secrets = false);

  // `text` is a JSON object on one line. As it is where nothing in it is to be replaced.
  std::string arguments(std::string_view text) const;

  // A URI: the values of its query's parameters by the same rule, and unless `keep_secrets` the user information before
  // the host (RFC 3986, section 3.2.1).
  std::string uri(std::string_view text) const;

 private:
  bool hides(std::string_view key, bool can_hold_a_secret) const;
  bool replace_in(nlohmann::ordered_json& value) const;
  std::string query(std::string_view text) const;

  std::vector<std::string> keys_;  // in small letters
  bool keep_secrets_;
};

}  // namespace tracetax::tap
