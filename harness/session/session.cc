#include "harness/session/session.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "harness/mcp/client_rules.h"
#include "harness/session/http_link.h"
#include "harness/session/stream_link.h"
#include "harness/session/tls_socket.h"

namespace tracetax {
namespace {

constexpr Nanos connect_time = std::chrono::seconds(5);
constexpr std::uint64_t message_bytes = 4u << 20;
constexpr std::size_t most_pages = 100;

const mcp::ClientInfo client_info{"tracetax", TRACETAX_VERSION};

// Answers to a probe that are no evidence of an era: the request did not get to an MCP server, or not in.
bool keeps_out(int status) {
  return status / 100 == 3 || status == 401 || status == 403 || status == 407 || status == 429 ||
         (status >= 502 && status <= 504);
}

// Whose user an open session has, whatever happens on the way.
class UserAgain {
 public:
  UserAgain(const std::unique_ptr<Link>& link, LinkUser& user) : link_(link), user_(user) {}
  ~UserAgain() {
    if (link_) link_->set_user(user_);
  }
  UserAgain(const UserAgain&) = delete;
  UserAgain& operator=(const UserAgain&) = delete;

 private:
  const std::unique_ptr<Link>& link_;
  LinkUser& user_;
};

}  // namespace

std::unique_ptr<Session> Session::open(EventLoop& loop, const Target& target, LinkUser& user) {
  std::unique_ptr<Session> session(new Session());
  session->style_ = {target.url, target.era.value_or(Era::modern), client_info, {}, {}, target.token, target.headers,
                     target.tls};
  session->connect(loop, target, user);
  const UserAgain again(session->link_, user);
  if (!target.era) {
    session->find_era(loop, target, user);
  } else if (*target.era == Era::legacy) {
    Setup setup(loop, *session->link_, session->setup_);
    session->initialize(setup, {});
  }
  return session;
}

void Session::connect(EventLoop& loop, const Target& target, LinkUser& user) {
  link_.reset();
  switch (target.url.kind) {
    case TransportKind::stdio:
      if (target.read_fd < 0) throw std::runtime_error("the process at the other end of the pipe is gone");
      link_ = make_stdio_link(loop, user, target.read_fd, target.write_fd, message_bytes);
      break;
    case TransportKind::ws: {
      mcp::HeaderFields headers = target.headers;
      if (!target.token.empty()) headers.emplace_back("Authorization", "Bearer " + target.token);
      if (target.tls) {
        const auto tls = std::make_shared<TlsContext>(target.ca, target.url.host);
        link_ = make_wss_link(loop, user, open_wss(target.url, headers, tls, connect_time), message_bytes);
      } else {
        link_ = make_ws_link(loop, user, open_ws(target.url, headers, connect_time), message_bytes);
      }
      break;
    }
    case TransportKind::http:
      if (target.tls) {
        link_ = make_https_link(loop, user, resolve(target.url), target.connections, message_bytes,
                                std::make_shared<TlsContext>(target.ca, target.url.host));
      } else {
        link_ = make_http_link(loop, user, resolve(target.url), target.connections, message_bytes);
      }
      break;
  }
}

void Session::find_era(EventLoop& loop, const Target& target, LinkUser& user) {
  const std::string discover = "server/discover";
  Setup setup(loop, *link_, setup_);
  const Setup::Answer answer = setup.ask(style_, discover, mcp::Json::object(),
                                         target.url.kind == TransportKind::http ? setup_time : probe_time);
  mcp::Probe probe;
  if (answer.response) {
    probe = mcp::read_probe(*answer.response);
  } else if (answer.outcome == Outcome::never_sent || keeps_out(answer.status)) {
    throw std::runtime_error(answer.trouble);
  }
  switch (probe.says) {
    case mcp::Probe::Says::modern:
      return;
    case mcp::Probe::Says::nothing_common: {
      std::string theirs;
      for (const std::string& version : probe.theirs) theirs += (theirs.empty() ? "" : ", ") + shown(version, 40);
      throw std::runtime_error("it speaks " + theirs + ", and tracetax none of these");
    }
    case mcp::Probe::Says::legacy:
      break;
  }
  style_.era = Era::legacy;
  try {
    if (link_->alive() || target.url.kind == TransportKind::stdio) {
      initialize(setup, probe.version);
      return;
    }
    // A peer may hang up on a method that it does not know.
    connect(loop, target, user);
    Setup anew(loop, *link_, setup_);
    initialize(anew, probe.version);
  } catch (const std::runtime_error& error) {
    // It was only slow to begin with.
    if (setup.late_modern()) {
      style_.era = Era::modern;
      style_.protocol_version.clear();
      return;
    }
    const std::string before = answer.response ? "not answered as a modern server does" : answer.trouble;
    const bool ended = target.url.kind == TransportKind::stdio && !link_->alive();
    throw std::runtime_error("it speaks neither era of MCP: " + discover + ": " + before + "; " + error.what() +
                             (ended ? "; a program that ends at a message it does not know needs `era: legacy`" : ""));
  }
}

void Session::initialize(Setup& setup, const std::string& version) {
  const mcp::Json params = mcp::initialize_params(client_info, version.empty() ? mcp::legacy_version : version);
  const mcp::Json result = setup.request(style_, "initialize", params);
  const auto initialized = mcp::read_initialize(result);
  if (!initialized) throw std::runtime_error("initialize: the answer names no protocol version that tracetax speaks");
  style_.protocol_version = initialized->version;
  style_.session_id = link_->session_id();
  setup.notify(style_, "notifications/initialized");
}

void Session::read_pages(EventLoop& loop, LinkUser& user, const std::string& method,
                         const std::function<std::optional<std::string>(const mcp::Json&)>& take) {
  const UserAgain again(link_, user);
  Setup setup(loop, *link_, setup_);
  std::string cursor;
  for (std::size_t page = 0; page < most_pages; ++page) {
    mcp::Json params = mcp::Json::object();
    if (!cursor.empty()) params["cursor"] = cursor;
    const std::optional<std::string> next = take(setup.request(style_, method, std::move(params)));
    if (!next) throw std::runtime_error(method + ": the answer has no list of what it is asked for");
    if (next->empty()) return;
    if (*next == cursor) break;
    cursor = *next;
  }
  throw std::runtime_error(method + ": there is no end to its pages");
}

std::vector<mcp::Tool> Session::list_tools(EventLoop& loop, LinkUser& user) {
  std::vector<mcp::Tool> tools;
  read_pages(loop, user, "tools/list", [&](const mcp::Json& result) -> std::optional<std::string> {
    auto page = mcp::read_tools_page(result);
    if (!page) return {};
    std::ranges::move(page->tools, std::back_inserter(tools));
    return page->next_cursor;
  });
  return tools;
}

std::vector<mcp::Prompt> Session::list_prompts(EventLoop& loop, LinkUser& user) {
  std::vector<mcp::Prompt> prompts;
  read_pages(loop, user, "prompts/list", [&](const mcp::Json& result) -> std::optional<std::string> {
    auto page = mcp::read_prompts_page(result);
    if (!page) return {};
    std::ranges::move(page->prompts, std::back_inserter(prompts));
    return page->next_cursor;
  });
  return prompts;
}

mcp::ResourceList Session::list_resources(EventLoop& loop, LinkUser& user) {
  mcp::ResourceList all;
  const auto into = [](std::vector<std::string>& texts, auto read) {
    return [&texts, read](const mcp::Json& result) -> std::optional<std::string> {
      auto page = read(result);
      if (!page) return {};
      std::ranges::move(page->texts, std::back_inserter(texts));
      return page->next_cursor;
    };
  };
  read_pages(loop, user, "resources/list", into(all.uris, mcp::read_resources_page));
  // Servers without templates need not have the method.
  try {
    read_pages(loop, user, "resources/templates/list", into(all.templates, mcp::read_templates_page));
  } catch (const std::runtime_error&) {
    if (!link_->alive()) throw;
  }
  return all;
}

std::string Session::version() const {
  return style_.protocol_version.empty() ? std::string(mcp::default_version(style_.era)) : style_.protocol_version;
}

}  // namespace tracetax
