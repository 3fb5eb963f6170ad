#pragma once
// A hop's two names: "router" in scenarios and results, "mcp-router" as service.name of its spans. A server has one.

#include <string>

namespace tracetax {

inline std::string name_in_spans(const std::string& service) {
  return service == "router" || service == "gateway" ? "mcp-" + service : service;
}
inline std::string service_of_spans(const std::string& name) {
  return name == "mcp-router" || name == "mcp-gateway" ? name.substr(4) : name;
}

}  // namespace tracetax
