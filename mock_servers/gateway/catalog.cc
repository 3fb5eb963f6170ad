#include "mock_servers/gateway/catalog.h"

#include <algorithm>
#include <unordered_set>

namespace tracetax::gateway {

std::string Catalog::key_in(const mcp::Json& item) const {
  const auto key = item.is_object() ? item.find(key_) : item.end();
  return item.is_object() && key != item.end() && key->is_string() ? key->get<std::string>() : std::string{};
}

void Catalog::listed(std::size_t service, mcp::Json items, Nanos now) {
  const bool changed = services_[service].items != items;
  services_[service] = {std::move(items), true, true, now};
  if (changed) index();
}

void Catalog::failed(std::size_t service) {
  services_[service].listed = false;
}

bool Catalog::fresh(std::size_t service, Nanos now) const {
  return services_[service].listed && now - services_[service].listed_at < ttl;
}

void Catalog::index() {
  service_of_.clear();
  for (std::size_t i = 0; i < services_.size(); ++i)
    for (const auto& item : services_[i].items)
      if (auto key = key_in(item); !key.empty()) service_of_.emplace(std::move(key), i);
}

std::optional<std::size_t> Catalog::service_of(const std::string& key) const {
  const auto found = service_of_.find(key);
  return found == service_of_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> Catalog::service_with(const std::function<bool(const std::string& key)>& fits) const {
  for (std::size_t i = 0; i < services_.size(); ++i) {
    for (const auto& item : services_[i].items)
      if (const auto key = key_in(item); !key.empty() && fits(key)) return i;
  }
  return std::nullopt;
}

mcp::Json Catalog::items() const {
  auto all = mcp::Json::array();
  std::unordered_set<std::string> seen;
  for (const auto& service : services_) {
    if (!service.listed) continue;
    for (const auto& item : service.items)
      if (auto key = key_in(item); !key.empty() && seen.insert(std::move(key)).second) all.push_back(item);
  }
  return all;
}

bool Catalog::any_listed() const {
  return std::any_of(services_.begin(), services_.end(), [](const Service& service) { return service.listed; });
}

}  // namespace tracetax::gateway
