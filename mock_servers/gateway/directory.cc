// What the services behind the gateway have, and which of them a request belongs to.

#include <utility>

#include "harness/mcp/protocol.h"
#include "harness/mcp/uri_template.h"
#include "mock_servers/gateway/gateway.h"

// As in harness/transport/http_client.cc: g++ 12 inlines the operator new of Asio's coroutine frames but not the
// operator delete that belongs to it, and then takes them for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace tracetax::gateway {

namespace {

using mcp::ErrorObject;
using mcp::Json;
using service::McpAnswer;

// Pages of a list that a backend may hand out; more is a backend that goes in circles.
constexpr int most_pages = 1000;

struct ListOf {
  const char* method;
  const char* member;
};
constexpr std::array<ListOf, 4> lists{{{"tools/list", "tools"},
                                       {"prompts/list", "prompts"},
                                       {"resources/list", "resources"},
                                       {"resources/templates/list", "resourceTemplates"}}};

McpAnswer error_answer(int code, std::string message, Json data = {}) {
  McpAnswer answer;
  answer.outcome = ErrorObject{code, std::move(message), std::move(data)};
  answer.http_status = service::http_status_of(code);
  return answer;
}

bool knows_no_such_method(const McpAnswer& answer) {
  const auto* error = std::get_if<ErrorObject>(&answer.outcome);
  return error != nullptr && error->code == mcp::method_not_found;
}

}  // namespace

asio::awaitable<Json> Gateway::capabilities() {
  Json all{{"tools", Json::object()}};
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(service::capabilities_patience);
  for (Service& service : services_) {
    for (Replica& replica : service.replicas) {
      const auto behind = co_await replica.peer.capabilities(deadline);
      if (!behind) continue;  // its next replica serves the same
      all.update(*behind);
      break;
    }
  }
  co_return all;
}

asio::awaitable<McpAnswer> Gateway::list(Kind kind, const Forward& what) {
  // All items come in one page, so no cursor was ever handed out.
  if (what.params.contains("cursor")) co_return error_answer(mcp::invalid_params, "unknown cursor");
  if (services_.empty()) co_return unavailable(what, "", "unreachable", "no backend is configured");
  McpAnswer last;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    if (catalog(kind).fresh(i, monotonic_now())) continue;
    if (auto failure = co_await refresh(kind, i, what)) last = std::move(*failure);
  }
  if (!catalog(kind).any_listed()) co_return last;
  McpAnswer answer;
  answer.outcome = Json{{lists[static_cast<std::size_t>(kind)].member, catalog(kind).items()}};
  co_return answer;
}

asio::awaitable<McpAnswer> Gateway::call_tool(Forward& what) {
  if (services_.empty()) co_return unavailable(what, "", "unreachable", "no backend is configured");
  // With one service there is nothing to choose; what it does not have it says itself.
  if (services_.size() == 1) co_return co_await forward(0, what);
  Find find = [&what](const Catalog& tools) { return tools.service_of(what.tool); };
  McpAnswer unknown = error_answer(mcp::invalid_params, "unknown tool: " + what.tool);
  co_return co_await forward_to_owner(Kind::tools, std::move(find), what, std::move(unknown));
}

asio::awaitable<McpAnswer> Gateway::get_prompt(Forward& what) {
  Find find = [&what](const Catalog& prompts) { return prompts.service_of(what.name); };
  McpAnswer unknown = error_answer(mcp::invalid_params, "unknown prompt: " + what.name);
  co_return co_await forward_to_owner(Kind::prompts, std::move(find), what, std::move(unknown));
}

asio::awaitable<McpAnswer> Gateway::read_resource(Forward& what) {
  McpAnswer unknown =
      error_answer(mcp::resource_not_found, "no resource '" + what.name + "'", Json{{"uri", what.name}});
  if (services_.size() > 1) {
    const Find exact = [&what](const Catalog& resources) { return resources.service_of(what.name); };
    const auto owner = co_await find_owner(Kind::resources, exact, what, unknown);
    if (owner) co_return co_await forward(*owner, what);
  }
  Find find = [&what](const Catalog& templates) {
    return templates.service_with([&](const std::string& one) { return mcp::match_uri(one, what.name).has_value(); });
  };
  co_return co_await forward_to_owner(Kind::templates, std::move(find), what, std::move(unknown));
}

asio::awaitable<McpAnswer> Gateway::complete(Forward& what) {
  const Json& ref = what.params.at("ref");
  const bool of_prompt = ref.at("type") == "ref/prompt";
  const auto key = ref.at(of_prompt ? "name" : "uri").get<std::string>();
  Find find = [key](const Catalog& items) { return items.service_of(key); };
  McpAnswer unknown = error_answer(mcp::invalid_params, "nothing is called '" + key + "'");
  co_return co_await forward_to_owner(of_prompt ? Kind::prompts : Kind::templates, std::move(find), what,
                                      std::move(unknown));
}

asio::awaitable<McpAnswer> Gateway::forward_to_owner(Kind kind, Find find, Forward& what, McpAnswer last) {
  if (services_.empty()) co_return unavailable(what, "", "unreachable", "no backend is configured");
  if (services_.size() == 1) co_return co_await forward(0, what);
  const auto owner = co_await find_owner(kind, find, what, last);
  if (!owner) co_return last;
  co_return co_await forward(*owner, what);
}

asio::awaitable<std::optional<std::size_t>> Gateway::find_owner(Kind kind, const Find& find, const Forward& what,
                                                                McpAnswer& last) {
  auto owner = find(catalog(kind));
  for (std::size_t i = 0; i < services_.size() && !owner; ++i) {
    if (catalog(kind).fresh(i, monotonic_now())) continue;
    // A service that never could be asked may have it: the caller hears of that rather than of something unknown.
    if (auto failure = co_await refresh(kind, i, what); failure && catalog(kind).unknown(i)) last = std::move(*failure);
    owner = find(catalog(kind));
  }
  co_return owner;
}

asio::awaitable<std::optional<McpAnswer>> Gateway::refresh(Kind kind, std::size_t service, const Forward& from) {
  const ListOf& of = lists[static_cast<std::size_t>(kind)];
  Json items = Json::array();
  std::string cursor;
  for (int page = 0; page < most_pages; ++page) {
    Forward what;
    what.method = of.method;
    what.parent = from.parent;
    what.deadline = from.deadline;
    if (!cursor.empty()) what.params["cursor"] = cursor;
    McpAnswer answer = co_await forward(service, what);
    auto* result = std::get_if<Json>(&answer.outcome);
    // A service without prompts or resources has none of them.
    if (result == nullptr && kind != Kind::tools && knows_no_such_method(answer)) break;
    if (result == nullptr) {
      catalog(kind).failed(service);
      co_return answer;
    }
    if (const auto found = result->find(of.member); found != result->end() && found->is_array())
      for (auto& item : *found) items.push_back(std::move(item));
    const auto next = result->find("nextCursor");
    if (next == result->end() || !next->is_string() || next->get_ref<const std::string&>().empty()) break;
    cursor = next->get<std::string>();
  }
  catalog(kind).listed(service, std::move(items), monotonic_now());
  co_return std::nullopt;
}

}  // namespace tracetax::gateway
