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

#include "harness/base/wire.h"
#include "harness/mcp/call_text.h"
#include "harness/mcp/message.h"
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
};

struct Arrival {
  TransportKind transport = TransportKind::stdio;
  std::uint64_t connection = 0;
  std::string_view http_method{};  // http only
  HttpFields fields{};
  std::string_view text{};
  bool too_long = false;  // over the size limit, `text` is empty
};

// What goes back. An empty text: nothing on stdio and ws, an empty body on http.
struct Reply {
  std::string text{};
  int http_status = 200;
  std::string session_id{};  // not empty: to be sent as Mcp-Session-Id
  std::string allow{};       // not empty: to be sent as Allow (405)
  bool refused = false;      // the answer is a JSON-RPC error
};

// A "tools/list" or "tools/call" that the application has to answer; a tools/call has a string params.name and an
// object or absent params.arguments.
struct Accepted {
  Request request;
  // A tools/call of which no tree was built: where things are in the text that arrived; request.params is empty.
  std::optional<CallParts> parts{};
  Era era = Era::modern;
  std::string protocol_version{};
  std::string session_id{};  // legacy http only
};

using Decision = std::variant<Reply, Accepted>;
using Outcome = std::variant<Json, ErrorObject>;

class ServerRules {
 public:
  // `mint` gives a session id nobody can guess. More than `most_sessions` legacy sessions: the one unused the longest
  // ends (its client gets 404 and initializes anew).
  ServerRules(Implementation self, std::function<std::string()> mint, std::size_t most_sessions = 4096);

  Decision decide(const Arrival& arrival);
  // An application's outcome as the era wants it. http_status 0: what the rules say.
  Reply finish(const Accepted& call, Outcome outcome, int http_status = 0) const;
  // The same for a result whose bytes pass through where the eras let them.
  Reply finish(const Accepted& call, const ResultText& result, int http_status = 0) const;
  void connection_closed(std::uint64_t connection) { connections_.erase(connection); }

  std::size_t sessions() const { return sessions_.size(); }

 private:
  struct Session {
    std::string version;
    std::list<std::string>::iterator used;  // its place in used_
  };

  // A call that is good beyond doubt, without building a tree of it. Empty: the tree is to decide.
  std::optional<Accepted> accept_text(const Arrival& arrival);
  Reply end_session(const Arrival& arrival);
  Reply initialize(const Request& request, const Arrival& arrival);
  Decision modern(Request request, const Arrival& arrival);
  Decision legacy(Request request, const Arrival& arrival);
  Session* find_session(std::string_view id);  // and marks it used
  Reply answer(const Request& request, Json result, Era era) const;

  Implementation self_;
  std::string server_info_;  // self_ as JSON
  std::function<std::string()> mint_;
  std::size_t most_sessions_;
  std::unordered_map<std::uint64_t, std::string> connections_{};  // legacy ones of stdio and ws: their version
  std::unordered_map<std::string, Session> sessions_{};
  std::list<std::string> used_{};  // session ids, the one used last in front
};

// Adds (modern) or takes out (legacy) the members of a result that depend on the era: resultType, _meta.serverInfo, and
// for tools/list and server/discover ttlMs and cacheScope. What is there already stays, but for serverInfo: each hop
// names itself.
void dress_result(Json& result, std::string_view method, Era era, const Implementation& self);

// Whether a browser's page of this origin may call: loopback hosts only, so that a foreign page that resolves its name
// to 127.0.0.1 (DNS rebinding) is kept out.
bool is_allowed_origin(std::string_view origin);

}  // namespace tracetax::mcp
