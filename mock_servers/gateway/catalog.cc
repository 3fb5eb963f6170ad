#include "mock_servers/gateway/catalog.h"

#include <algorithm>
#include <unordered_set>

namespace tracetax::gateway {

namespace {

// Empty for what is no tool: a backend's mistake is not passed on.
std::string name_of(const mcp::Json& tool) {
  const auto name = tool.is_object() ? tool.find("name") : tool.end();
  return name != tool.end() && name->is_string() ? name->get<std::string>() : std::string{};
}

}  // namespace

void Catalog::listed(std::size_t service, mcp::Json tools, Nanos now) {
  const bool changed = services_[service].tools != tools;
  services_[service] = {std::move(tools), true, true, now};
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
    for (const auto& tool : services_[i].tools)
      if (auto name = name_of(tool); !name.empty()) service_of_.emplace(std::move(name), i);
}

std::optional<std::size_t> Catalog::service_of(const std::string& tool) const {
  const auto found = service_of_.find(tool);
  return found == service_of_.end() ? std::nullopt : std::optional(found->second);
}

mcp::Json Catalog::tools() const {
  auto all = mcp::Json::array();
  std::unordered_set<std::string> seen;
  for (const auto& service : services_) {
    if (!service.listed) continue;
    for (const auto& tool : service.tools)
      if (auto name = name_of(tool); !name.empty() && seen.insert(std::move(name)).second) all.push_back(tool);
  }
  return all;
}

bool Catalog::any_listed() const {
  return std::any_of(services_.begin(), services_.end(), [](const Service& service) { return service.listed; });
}

}  // namespace tracetax::gateway
