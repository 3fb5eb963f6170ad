#pragma once
// Which service has which tool (prompt, resource, template): the answers of the services behind the gateway to one kind
// of list, merged. Time is given in.

#include <cstddef>
#include <functional>
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

  // `key`: the member by which items are told apart, "name" or "uri" or "uriTemplate".
  explicit Catalog(std::size_t services, std::string key = "name") : key_(std::move(key)), services_(services) {}

  // The service has answered: `items` is the array of all it has, all pages together.
  void listed(std::size_t service, mcp::Json items, Nanos now);
  // It could not be asked, or failed a call. Its items are no longer listed, but calls to them still go to it: they are
  // to hear that it is unavailable, not that there is no such tool.
  void failed(std::size_t service);

  bool fresh(std::size_t service, Nanos now) const;
  // The service with the item of that key; the first in the configuration's order when several have it.
  std::optional<std::size_t> service_of(const std::string& key) const;
  // The first service with an item whose key `fits`.
  std::optional<std::size_t> service_with(const std::function<bool(const std::string& key)>& fits) const;
  // No listing of it has ever come: it may have anything.
  bool unknown(std::size_t service) const { return !services_[service].ever_listed; }
  // The items of all services that could be asked last time, in the configuration's order, each key once.
  mcp::Json items() const;
  bool any_listed() const;

 private:
  struct Service {
    mcp::Json items = mcp::Json::array();
    bool ever_listed = false;
    bool listed = false;
    Nanos listed_at{};
  };
  void index();
  std::string key_in(const mcp::Json& item) const;  // empty for what has none: a backend's mistake is not passed on

  std::string key_;
  std::vector<Service> services_;
  std::unordered_map<std::string, std::size_t> service_of_;
};

}  // namespace tracetax::gateway
