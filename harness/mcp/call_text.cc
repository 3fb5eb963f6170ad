#include "harness/mcp/call_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tracetax::mcp {
namespace {

using Kind = JsonPart::Kind;

constexpr std::uint64_t draw_end = std::uint64_t{1} << 53;
constexpr const char* traceparent_key = "traceparent";
constexpr const char* tracestate_key = "tracestate";

// A member that may come once. Twice is for the tree to judge, which takes the last.
bool first(bool& seen) {
  return !std::exchange(seen, true);
}

// A string whose bytes are its value.
bool plain_string(JsonReader& reader, JsonPart& part) {
  return reader.value(part) && part.kind == Kind::string && !part.escaped;
}

bool is_text(JsonReader& reader, std::string_view text, std::string_view wanted) {
  JsonPart part;
  return plain_string(reader, part) && part.at.in(text) == wanted;
}

template <class Integer>
std::optional<Integer> integer(std::string_view text) {
  Integer value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return value;
}

bool read_id(JsonReader& reader, std::string_view text, CallParts& parts) {
  JsonPart part;
  if (!reader.value(part) || part.escaped) return false;
  parts.id_at = part.at;
  if (part.kind == Kind::string) {
    parts.id_at = {part.at.begin - 1, part.at.end + 1};
    parts.id = std::string(part.at.in(text));
    return true;
  }
  const auto number = part.kind == Kind::number ? integer<std::int64_t>(part.at.in(text)) : std::nullopt;
  if (number) parts.id = *number;
  return number.has_value();
}

class MetaReader {
 public:
  MetaReader(JsonReader& reader, std::string_view text, CallParts& parts)
      : reader_(reader), text_(text), parts_(parts) {}

  bool read() {
    const std::size_t begin = reader_.next();
    if (!reader_.object([this](std::string_view key, std::size_t) { return member(key); })) return false;
    parts_.meta = {begin, reader_.position()};
    parts_.modern = version_ && capabilities_;
    parts_.has_client_info = info_;
    parts_.has_trace = traceparent_ || tracestate_;
    return parts_.modern || (!version_ && !capabilities_ && !info_);
  }

 private:
  bool member(std::string_view key) {
    JsonPart part;
    if (key == meta_key::protocol_version) return first(version_) && string(parts_.version);
    if (key == traceparent_key) return first(traceparent_) && string(parts_.traceparent);
    if (key == tracestate_key) return first(tracestate_) && string(parts_.tracestate);
    if (!reader_.value(part)) return false;
    if (key == meta_key::client_capabilities) return first(capabilities_) && part.kind == Kind::object;
    if (key == meta_key::client_info) return first(info_);
    if (key == meta_key::progress_token) return first(token_) && token(part);
    if (key == meta_key::log_level) return first(level_) && level(part);
    return key != meta_key::draw || (first(draw_) && draw(part));
  }
  bool string(TextRange& at) {
    JsonPart part;
    if (!plain_string(reader_, part)) return false;
    at = part.at;
    return true;
  }
  bool draw(const JsonPart& part) {
    if (part.kind == Kind::number) parts_.draw = integer<std::uint64_t>(part.at.in(text_));
    return parts_.draw && *parts_.draw < draw_end;
  }

  bool token(const JsonPart& part) {
    parts_.progress_token = part.at;
    if (part.kind == Kind::number) return integer<std::int64_t>(part.at.in(text_)).has_value();
    parts_.progress_token = {part.at.begin - 1, part.at.end + 1};
    return part.kind == Kind::string && !part.escaped;
  }
  bool level(const JsonPart& part) {
    parts_.log_level = part.at;
    return part.kind == Kind::string && !part.escaped && read_log_level(part.at.in(text_)).has_value();
  }

  JsonReader& reader_;
  std::string_view text_;
  CallParts& parts_;
  bool version_ = false, capabilities_ = false, info_ = false;
  bool traceparent_ = false, tracestate_ = false, draw_ = false;
  bool token_ = false, level_ = false;
};

bool read_params(JsonReader& reader, std::string_view text, CallParts& parts) {
  bool name = false, arguments = false, meta = false;
  const std::size_t begin = reader.next();
  const bool good = reader.object([&](std::string_view key, std::size_t member) {
    if (key == "_meta") {
      if (!first(meta) || !MetaReader(reader, text, parts).read()) return false;
      parts.meta_member = {member, parts.meta.end};
      return true;
    }
    JsonPart part;
    if (key == "name") {
      if (!first(name) || !plain_string(reader, part)) return false;
      parts.name = part.at;
      return true;
    }
    if (!reader.value(part)) return false;
    return key != "arguments" || (first(arguments) && part.kind == Kind::object);
  });
  parts.params = {begin, reader.position()};
  return good && name;
}

bool read_result_meta(JsonReader& reader, ResultParts& parts) {
  bool info = false;
  const std::size_t begin = reader.next();
  const bool good = reader.object([&](std::string_view key, std::size_t) {
    JsonPart part;
    if (!reader.value(part)) return false;
    if (key != meta_key::server_info) return true;
    parts.server_info = part.at;
    return first(info) && part.kind == Kind::object;
  });
  parts.meta = {begin, reader.position()};
  return good;
}

bool read_result_object(JsonReader& reader, std::string_view text, ResultParts& parts) {
  bool content = false, error = false, type = false, meta = false;
  const std::size_t begin = reader.next();
  const bool good = reader.object([&](std::string_view key, std::size_t) {
    if (key == "_meta") return first(meta) && read_result_meta(reader, parts);
    if (key == "resultType") return first(type) && is_text(reader, text, "complete");
    JsonPart part;
    if (!reader.value(part)) return false;
    if (key == "content") return first(content) && part.kind == Kind::array;
    if (key == "isError") {
      parts.is_error = text[part.at.begin] == 't';
      return first(error) && part.kind == Kind::boolean;
    }
    // These are of other results, and each hop writes them anew.
    return key != "ttlMs" && key != "cacheScope";
  });
  parts.result = {begin, reader.position()};
  parts.has_type = type;
  return good && content;
}

// Parts of a text that are written anew, the rest as it is. Keeps views of what it is given.
class Splice {
 public:
  explicit Splice(std::string_view text) : text_(text) {}
  void replace(TextRange at, std::string_view with) {
    edits_[size_++] = {at, with};
    grown_ += with.size();
  }
  void insert(std::size_t at, std::string_view what) { replace({at, at}, what); }

  std::string text() {
    std::sort(edits_.begin(), edits_.begin() + static_cast<std::ptrdiff_t>(size_),
              [](const Edit& a, const Edit& b) { return a.at.begin < b.at.begin; });
    std::string out;
    out.reserve(text_.size() + grown_);
    std::size_t done = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      out.append(text_.substr(done, edits_[i].at.begin - done)).append(edits_[i].with);
      done = edits_[i].at.end;
    }
    return out.append(text_.substr(done));
  }

 private:
  struct Edit {
    TextRange at{};
    std::string_view with{};
  };
  std::string_view text_;
  std::array<Edit, 4> edits_{};
  std::size_t size_ = 0;
  std::size_t grown_ = 0;
};

void add_member(std::string& object, std::string_view key, std::string_view value) {
  if (object.size() > 1) object += ',';
  object.append("\"").append(key).append("\":").append(value);
}

std::string json_string(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// `_meta` with what the hop has to say. "{}" when nothing is left.
std::string edited_meta(const CallText& call, const TraceEdit& trace, const ClientInfo& client, std::string_view id) {
  std::string meta = "{";
  const bool has_token = !call.parts.progress_token.empty();
  const auto text = call.parts.meta.empty() ? std::string_view("{}") : call.parts.meta.in(call.text);
  JsonReader reader(text);
  reader.object([&](std::string_view key, std::size_t) {
    JsonPart value;
    const std::size_t begin = reader.next();
    const bool good = reader.value(value);
    const bool is_trace = key == traceparent_key || key == tracestate_key;
    if (!is_trace || trace.kind == TraceEdit::Kind::keep) {
      const bool is_token = has_token && key == meta_key::progress_token;
      add_member(meta, key, is_token ? id : text.substr(begin, reader.position() - begin));
    }
    return good;
  });
  if (trace.kind == TraceEdit::Kind::write) {
    if (!trace.traceparent.empty()) add_member(meta, traceparent_key, json_string(trace.traceparent));
    if (!trace.tracestate.empty()) add_member(meta, tracestate_key, json_string(trace.tracestate));
  }
  if (call.parts.modern && !call.parts.has_client_info) {
    add_member(meta, meta_key::client_info, to_json(client).dump());
  }
  return meta += '}';
}

// The member and one of the commas beside it; params has a name besides.
TextRange with_comma(std::string_view text, TextRange member) {
  const std::size_t after = text.find_first_not_of(" \n\r\t", member.end);
  if (text[after] == ',') return {member.begin, after + 1};
  return {text.rfind(',', member.begin), member.end};
}

// Whether `quoted`, a text between quotes, is a JSON string of that text.
bool is_plain(std::string_view quoted) {
  JsonReader reader(quoted);
  JsonPart part;
  return plain_string(reader, part) && reader.at_end();
}

}  // namespace

std::optional<CallParts> read_call(std::string_view text) {
  JsonReader reader(text);
  std::optional<CallParts> parts(std::in_place);
  bool jsonrpc = false, id = false, method = false, params = false;
  const bool good = reader.object([&](std::string_view key, std::size_t) {
    if (key == "jsonrpc") return first(jsonrpc) && is_text(reader, text, "2.0");
    if (key == "id") return first(id) && read_id(reader, text, *parts);
    if (key == "method") return first(method) && is_text(reader, text, "tools/call");
    return key == "params" && first(params) && read_params(reader, text, *parts);
  });
  if (!good || !jsonrpc || !id || !method || !params || !reader.at_end()) parts.reset();
  return parts;
}

Json CallText::params() const {
  return Json::parse(parts.params.in(text));
}

Wishes wishes_of(std::string_view text, const CallParts& parts) {
  Wishes wishes;
  if (!parts.progress_token.empty()) wishes.progress_token = Json::parse(parts.progress_token.in(text));
  if (!parts.log_level.empty()) wishes.log_level = read_log_level(parts.log_level.in(text));
  return wishes;
}

std::string forward_text(const CallText& call, std::int64_t id, const TraceEdit& trace, const ClientInfo& client) {
  const CallParts& parts = call.parts;
  Splice splice(call.text);
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), id).ptr;
  const std::string_view own_id(digits.data(), static_cast<std::size_t>(end - digits.data()));
  splice.replace(parts.id_at, own_id);
  const bool rewrites = (trace.kind == TraceEdit::Kind::remove && parts.has_trace) ||
                        trace.kind == TraceEdit::Kind::write || (parts.modern && !parts.has_client_info);
  if (!rewrites) {
    if (!parts.progress_token.empty()) splice.replace(parts.progress_token, own_id);
    return splice.text();
  }
  std::string meta = edited_meta(call, trace, client, own_id);
  if (meta == "{}") {
    if (!parts.meta.empty()) splice.replace(with_comma(call.text, parts.meta_member), {});
  } else if (!parts.meta.empty()) {
    splice.replace(parts.meta, meta);
  } else {
    meta = "\"_meta\":" + meta + ",";
    splice.insert(parts.params.begin + 1, meta);
  }
  return splice.text();
}

std::optional<ResultParts> read_result(std::string_view text) {
  JsonReader reader(text);
  std::optional<ResultParts> parts(std::in_place);
  bool jsonrpc = false, id = false, result = false;
  const bool good = reader.object([&](std::string_view key, std::size_t) {
    if (key == "jsonrpc") return first(jsonrpc) && is_text(reader, text, "2.0");
    if (key == "result") return first(result) && read_result_object(reader, text, *parts);
    JsonPart part;
    if (key != "id" || !first(id) || !reader.value(part) || part.kind != Kind::number) return false;
    const auto number = integer<std::int64_t>(part.at.in(text));
    parts->id_at = part.at;
    parts->id = number.value_or(0);
    return number.has_value();
  });
  if (!good || !jsonrpc || !id || !result || !reader.at_end()) parts.reset();
  return parts;
}

Json ResultText::result() const {
  return Json::parse(parts.result.in(text));
}

ResultText make_result(std::string_view text, bool is_error) {
  constexpr std::string_view head = R"({"jsonrpc":"2.0","id":)";
  constexpr std::string_view before_result = R"(,"result":)";
  ResultText out;
  out.text.reserve(text.size() + 128);
  out.text.append(head).append("0").append(before_result);
  out.parts.id_at = {head.size(), head.size() + 1};
  out.parts.result.begin = out.text.size();
  out.text.append(R"({"content":[{"type":"text","text":)");
  const std::size_t text_at = out.text.size();
  out.text.append("\"").append(text).append("\"");
  if (!is_plain(std::string_view(out.text).substr(text_at)))
    out.text.replace(text_at, text.size() + 2, json_string(text));
  out.text.append(is_error ? R"(}],"isError":true})" : R"(}],"isError":false})");
  out.parts.result.end = out.text.size();
  out.parts.is_error = is_error;
  out.text.append("}");
  return out;
}

std::string answer_text(const ResultText& result, const Id& id, Era era, std::string_view server_info) {
  const ResultParts& parts = result.parts;
  Splice splice(result.text);
  const auto* number = std::get_if<std::int64_t>(&id);
  const std::string own_id = number != nullptr ? std::to_string(*number) : json_string(std::get<std::string>(id));
  splice.replace(parts.id_at, own_id);
  if (era == Era::legacy) return splice.text();
  std::string member;
  if (!parts.server_info.empty()) {
    splice.replace(parts.server_info, server_info);
  } else {
    member.append("\"").append(meta_key::server_info).append("\":").append(server_info);
    if (parts.meta.empty()) {
      member = "\"_meta\":{" + member + "},";
      splice.insert(parts.result.begin + 1, member);
    } else {
      const std::size_t next = result.text.find_first_not_of(" \n\r\t", parts.meta.begin + 1);
      if (next + 1 != parts.meta.end) member += ',';
      splice.insert(parts.meta.begin + 1, member);
    }
  }
  if (!parts.has_type) splice.insert(parts.result.begin + 1, R"("resultType":"complete",)");
  return splice.text();
}

}  // namespace tracetax::mcp
