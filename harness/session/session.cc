#include "harness/session/session.h"

#include <stdexcept>

#include <boost/asio/this_coro.hpp>

#include "harness/mcp/client_rules.h"

namespace tracetax {
namespace asio = boost::asio;
namespace {

constexpr Nanos setup_timeout = std::chrono::seconds(10);

const mcp::ClientInfo client_info{"tracetax", TRACETAX_VERSION};

std::string_view reason(const transport::Answer& answer) {
  return answer.detail.empty() ? std::string_view("no answer") : std::string_view(answer.detail);
}

}  // namespace

Session::Session(std::unique_ptr<transport::Channel> channel, const Target& target)
    : channel_(std::move(channel)), era_(target.era), kind_(target.url.kind) {}

Session::~Session() = default;

asio::awaitable<std::unique_ptr<Session>> Session::open(const Target& target) {
  std::unique_ptr<transport::Channel> channel;
  if (target.url.kind == TransportKind::stdio) {
    if (target.read_fd < 0) throw std::runtime_error("the process at the other end of the pipe is gone");
    channel = transport::stdio_channel(co_await asio::this_coro::executor, target.read_fd, target.write_fd);
  } else {
    transport::ChannelOptions options;
    options.connections = target.connections;
    if (!target.token.empty()) options.headers.add("Authorization", "Bearer " + target.token);
    channel = co_await transport::connect(target.url, options);
  }
  std::unique_ptr<Session> session(new Session(std::move(channel), target));
  if (target.era == Era::legacy) co_await session->initialize();
  co_return session;
}

asio::awaitable<mcp::Json> Session::request(std::string method, mcp::Json params) {
  transport::Call call;
  call.id = next_id_++;
  call.text = mcp::make_request_text(call.id, method, std::move(params), era_, client_info, protocol_version_);
  if (kind_ == TransportKind::http) {
    for (auto& [name, value] : mcp::request_headers(method, {}, era_, protocol_version_, session_id_)) {
      call.headers.add(std::move(name), std::move(value));
    }
  }
  call.deadline = Clock::now() + setup_timeout;
  transport::Answer answer = co_await channel_->call(std::move(call));
  if (answer.status != transport::CallStatus::answered) {
    throw std::runtime_error(method + ": " + std::string(reason(answer)));
  }
  if (const auto* error = std::get_if<mcp::ErrorObject>(&answer.response.outcome)) {
    throw std::runtime_error(method + ": error " + std::to_string(error->code) + ": " + error->message);
  }
  if (method == "initialize") session_id_ = answer.headers.get("Mcp-Session-Id");
  co_return std::get<mcp::Json>(std::move(answer.response.outcome));
}

asio::awaitable<void> Session::initialize() {
  mcp::Json params = mcp::initialize_params(client_info);
  const mcp::Json result = co_await request("initialize", std::move(params));
  const auto initialized = mcp::read_initialize(result);
  if (!initialized) throw std::runtime_error("initialize: the answer names no protocol version that tracetax speaks");
  protocol_version_ = initialized->version;
  transport::Headers headers;
  if (kind_ == TransportKind::http) {
    for (auto& [name, value] :
         mcp::request_headers("notifications/initialized", {}, era_, protocol_version_, session_id_)) {
      headers.add(std::move(name), std::move(value));
    }
  }
  std::string text = mcp::make_notification_text("notifications/initialized");
  if (!co_await channel_->notify(std::move(text), std::move(headers))) {
    throw std::runtime_error("notifications/initialized could not be sent");
  }
}

transport::Call Session::prepare(const std::string& tool, const mcp::Json& arguments, std::uint64_t draw) {
  transport::Call call;
  call.id = next_id_++;
  mcp::Json params = {{"name", tool}, {"arguments", arguments}};
  mcp::write_draw(params, draw);
  call.text = mcp::make_request_text(call.id, "tools/call", std::move(params), era_, client_info, protocol_version_);
  if (kind_ == TransportKind::http) {
    for (auto& [name, value] : mcp::request_headers("tools/call", tool, era_, protocol_version_, session_id_)) {
      call.headers.add(std::move(name), std::move(value));
    }
  }
  return call;
}

asio::awaitable<transport::Answer> Session::call(transport::Call prepared) {
  return channel_->call(std::move(prepared));
}

asio::awaitable<std::vector<std::string>> Session::list_tools() {
  std::vector<std::string> names;
  mcp::Json params = mcp::Json::object();
  for (;;) {
    const mcp::Json result = co_await request("tools/list", params);
    for (const auto& tool : result.value("tools", mcp::Json::array()))
      names.push_back(tool.value("name", std::string{}));
    const auto cursor = result.find("nextCursor");
    if (cursor == result.end() || !cursor->is_string()) co_return names;
    params["cursor"] = *cursor;
  }
}

bool Session::alive() const {
  return channel_->alive();
}

asio::awaitable<void> Session::close() {
  co_await channel_->close();
}

}  // namespace tracetax
