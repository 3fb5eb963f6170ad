#pragma once
// What must not leave the process: values of attributes with telling keys, and telling texts anywhere.

#include <memory>
#include <string>
#include <string_view>

#include "harness/scenario/tracing_config.h"

namespace tracetax::telemetry {

// May be used by several threads at once.
//
// Keys. A word matches the keys in which it stands between separators (. _ - / : blank, the ends, and a capital after a
// small letter or a digit), whatever the separators and the case: `password` matches user.password, password_hash and
// userPassword, but not passwordless; `api_key` matches apiKey and x-api-key. A glob (with * or ?) must match the whole
// key, without regard to case.
//
// Patterns. RE2: time is linear in the text. What matches is replaced where it stands, the rest of the text stays.
class Redactor {
 public:
  // Throws std::invalid_argument naming a pattern that RE2 cannot have; the configuration's reader has refused it
  // before.
  explicit Redactor(const RedactConfig& config);
  ~Redactor();
  Redactor(Redactor&&) noexcept;

  bool active() const;
  // The whole value of an attribute of this key is to be masked, of whatever type it is.
  bool masks_key(std::string_view key) const;
  // Masks what matches a pattern; false: the text is as it was.
  bool mask(std::string& text) const;
  const std::string& replacement() const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace tracetax::telemetry
