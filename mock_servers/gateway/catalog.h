#pragma once
// Which service has which tool: the tools/list answers of the services behind the gateway, merged. Time is given in.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/base/time.h"
#include "harness/mcp/message.h"

namespace tracetax::gateway {

class Catalog {
 public:
  // How long a listing is believed: a tool that a service gained is seen after this long at the latest.
  static constexpr Nanos ttl = std::chrono::seconds(1);

  explicit Catalog(std::size_t services) : services_(services) {}

  // The service has answered: `tools` is the array of all its tools, all pages together.
  void listed(std::size_t service, mcp::Json tools, Nanos now);
  // It could not be asked, or failed a call. Its tools are no longer listed, but calls to them still go to it: they are
  // to hear that it is unavailable, not that there is no such tool.
  void failed(std::size_t service);

  bool fresh(std::size_t service, Nanos now) const;
  // The service with that tool; the first in the configuration's order when several have it.
  std::optional<std::size_t> service_of(const std::string& tool) const;
  // No listing of it has ever come: it may have any tool.
  bool unknown(std::size_t service) const { return !services_[service].ever_listed; }
  // The tools of all services that could be asked last time, in the configuration's order, each name once.
  mcp::Json tools() const;
  bool any_listed() const;

 private:
  struct Service {
    mcp::Json tools = mcp::Json::array();
    bool ever_listed = false;
    bool listed = false;
    Nanos listed_at{};
  };
  void index();

  std::vector<Service> services_;
  std::unordered_map<std::string, std::size_t> service_of_;
};

}  // namespace tracetax::gateway
