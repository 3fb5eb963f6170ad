#pragma once
// HTTP header fields as a small list: names compare without case, order and duplicates are kept.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracetax::transport {

bool same_header_name(std::string_view a, std::string_view b);  // ASCII, without case

// One line of an HTTP head.
inline void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

class Headers {
 public:
  // The first value of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view{}); }
  bool has(std::string_view name) const { return find(name).has_value(); }
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace tracetax::transport
