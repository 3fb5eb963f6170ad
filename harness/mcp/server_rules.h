#pragma once
// What a server end does with what arrives, in both eras: which messages are answered by the rules alone, which refused
// and how, and which go to the application. State is what the protocol itself keeps: the legacy connections of stdio
// and WebSocket, and the legacy sessions of http. No I/O.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "harness/base/wire.h"
#include "harness/mcp/call_text.h"
#include "harness/mcp/message.h"
#include "harness/mcp/notices.h"
#include "harness/mcp/protocol.h"

namespace tracetax::mcp {

// The header fields that the rules look at; empty optionals are absent fields.
struct HttpFields {
  std::optional<std::string_view> protocol_version{};
  std::optional<std::string_view> method{};
  std::optional<std::string_view> name{};
  std::optional<std::string_view> session_id{};
  std::optional<std::string_view> origin{};  // ws: of the handshake
  std::optional<std::string_view> content_type{};
  std::optional<std::string_view> host{};
  std::optional<std::string_view> accept{};
};

struct Arrival {
  TransportKind transport = TransportKind::stdio;
  std::uint64_t connection = 0;
  std::string_view http_method{};  // http only
  HttpFields fields{};
  std::string_view text{};
  bool too_long = false;  // over the size limit, `text` is empty
  bool loopback = false;  // http and ws: the listener's address is one of this machine's loopback
  bool asked = false;     // offer() has been called for this arrival: no AskCapabilities
};

// What goes back. An empty text: nothing on stdio and ws, an empty body on http.
struct Reply {
  std::string text{};
  int http_status = 200;
  std::string session_id{};  // not empty: to be sent as Mcp-Session-Id
  std::string allow{};       // not empty: to be sent as Allow (405)
  bool refused = false;      // the answer is a JSON-RPC error
};

// A request that the application has to answer: one of tools, or of what offer() says besides. Its parameters have the
// types that the protocol wants: a tools/call has a string params.name and an object or absent params.arguments, a
// prompts/get the same with texts for arguments, a resources/read a string params.uri, a completion/complete an object
// params.ref and texts params.argument.name and .value.
struct Accepted {
  Request request;
  // A tools/call of which no tree was built: where things are in the text that arrived; request.params is empty.
  std::optional<CallParts> parts{};
  Era era = Era::modern;
  std::string protocol_version{};
  std::string session_id{};  // legacy http only
  Wishes wishes{};           // none where nothing can be sent before the answer: http without event streams
};

// A notifications/cancelled: the request of the same connection (stdio, ws) or session (http) is to end unanswered. The
// notification itself is answered as any other, with 202.
struct Cancelled {
  Id id;
  std::string session_id{};  // legacy http only
};

// Whoever decides needs to know first what is served: call offer(), then decide() once more with Arrival::asked.
struct AskCapabilities {};

using Decision = std::variant<Reply, Accepted, Cancelled, AskCapabilities>;

// Who may call besides this machine.
struct Access {
  std::vector<std::string> origins{};  // "https://app.example", as browsers write them
  std::vector<std::string> hosts{};    // "tools.example", without a port
};
using Outcome = std::variant<Json, ErrorObject>;

class ServerRules {
 public:
  // `mint` gives a session id nobody can guess. More than `most_sessions` legacy sessions: the one unused the longest
  // ends (its client gets 404 and initializes anew).
  ServerRules(Implementation self, std::function<std::string()> mint, std::size_t most_sessions = 4096);

  // What is advertised and served, as the specification's ServerCapabilities; {"tools":{}} in the beginning. prompts,
  // resources, completions and logging each open their methods.
  void offer(Json capabilities) { capabilities_ = std::move(capabilities); }
  // From now on decide() asks for it before it answers initialize and server/discover, and before it refuses a method
  // as not offered.
  void ask_for_capabilities() { asks_ = true; }
  void allow(Access access) { access_ = std::move(access); }

  Decision decide(const Arrival& arrival);
  // An application's outcome as the era wants it. http_status 0: what the rules say.
  Reply finish(const Accepted& call, Outcome outcome, int http_status = 0) const;
  // The same for a result whose bytes pass through where the eras let them.
  Reply finish(const Accepted& call, const ResultText& result, int http_status = 0) const;
  void connection_closed(std::uint64_t connection) { connections_.erase(connection); }

  std::size_t sessions() const { return sessions_.size(); }

 private:
  // What initialize has opened: a connection of stdio or ws, or a session of http.
  struct Opened {
    std::string version;
    std::optional<LogLevel> log_level{};      // of logging/setLevel
    std::list<std::string>::iterator used{};  // http: its place in used_
  };

  // A call that is good beyond doubt, without building a tree of it. Empty: the tree is to decide.
  std::optional<Accepted> accept_text(const Arrival& arrival);
  Reply end_session(const Arrival& arrival);
  Reply initialize(const Request& request, const Arrival& arrival);
  Decision modern(Request request, const Arrival& arrival);
  Decision legacy(Request request, const Arrival& arrival);
  Opened* find_session(std::string_view id);  // and marks it used
  std::optional<Reply> refuse_stranger(const Arrival& arrival) const;
  bool offers(std::string_view method, Era era) const;
  Reply answer(const Request& request, Json result, Era era) const;

  Implementation self_;
  std::string server_info_;  // self_ as JSON
  std::function<std::string()> mint_;
  std::size_t most_sessions_;
  Json capabilities_{{"tools", Json::object()}};
  bool asks_ = false;
  Access access_{};
  std::unordered_map<std::uint64_t, Opened> connections_{};  // legacy ones of stdio and ws
  std::unordered_map<std::string, Opened> sessions_{};
  std::list<std::string> used_{};  // session ids, the one used last in front
};

// Adds (modern) or takes out (legacy) the members of a result that depend on the era: resultType, _meta.serverInfo, and
// for tools/list and server/discover ttlMs and cacheScope. What is there already stays, but for serverInfo: each hop
// names itself.
void dress_result(Json& result, std::string_view method, Era era, const Implementation& self);

// Whether a browser's page of this origin may call: loopback hosts only, so that a foreign page that resolves its name
// to 127.0.0.1 (DNS rebinding) is kept out.
bool is_allowed_origin(std::string_view origin);
// Whether a Host header, "NAME" or "NAME:PORT", names this machine by a loopback name or address.
bool is_local_host(std::string_view host);

}  // namespace tracetax::mcp
