#include "harness/mcp/message.h"

#include <limits>

namespace tracetax::mcp {
namespace {

constexpr int most_levels = 64;

// Counts brackets outside of strings: the parser itself does not recurse, but copying and printing its values does.
bool nested_too_deeply(std::string_view text) {
  int level = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++level > most_levels) return true;
    } else if (c == '}' || c == ']') {
      --level;
    }
  }
  return false;
}

ParseFailure failure(int code, std::string message, std::optional<Id> id = {}) {
  return {ErrorObject{code, std::move(message)}, std::move(id)};
}

// Integers that fit 64 signed bits and strings; neither null nor 1.0.
std::optional<Id> read_id(const Json& value) {
  if (value.is_string()) return Id(value.get_ref<const std::string&>());
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return {};
  }
  if (value.is_number_integer()) return Id(value.get<std::int64_t>());
  return {};
}

std::variant<Message, ParseFailure> read_call(Json& object, bool has_id, const std::optional<Id>& id) {
  if (!object["method"].is_string()) return failure(invalid_request, "method must be a string", id);
  if (object.contains("result") || object.contains("error")) {
    return failure(invalid_request, "a message has either a method or a result or an error", id);
  }
  if (has_id && !id) return failure(invalid_request, "id must be a string or an integer of 64 bits, not null");
  auto method = std::move(object["method"].get_ref<std::string&>());
  Json params = Json::object();
  // null stands for absent: a few clients write all members always.
  if (const auto found = object.find("params"); found != object.end() && !found->is_null()) {
    if (!found->is_object()) return failure(invalid_params, "params must be an object", id);
    params = std::move(*found);
  }
  if (id) return Message(Request{*id, std::move(method), std::move(params)});
  return Message(Notification{std::move(method), std::move(params)});
}

std::variant<Message, ParseFailure> read_response(Json& object, bool has_id, const std::optional<Id>& id) {
  const auto result = object.find("result");
  const auto error = object.find("error");
  if ((result == object.end()) == (error == object.end())) {
    return failure(invalid_request, "a message has either a method or a result or an error", id);
  }
  if (result != object.end()) {
    if (!id) return failure(invalid_request, "a result needs the id of its request");
    return Message(Response{id, std::move(*result)});
  }
  if (has_id && !id && !object["id"].is_null()) {
    return failure(invalid_request, "id must be a string or an integer of 64 bits");
  }
  const auto code = error->is_object() ? error->find("code") : error->end();
  if (!error->is_object() || code == error->end() || !code->is_number_integer() ||
      *code < std::numeric_limits<int>::min() || *code > std::numeric_limits<int>::max()) {
    return failure(invalid_request, "error must be an object with an integer code", id);
  }
  ErrorObject out{code->get<int>(), {}};
  if (const auto text = error->find("message"); text != error->end() && text->is_string()) {
    out.message = std::move(text->get_ref<std::string&>());
  }
  if (const auto data = error->find("data"); data != error->end()) out.data = std::move(*data);
  return Message(Response{id, std::move(out)});
}

// Replaces what is not UTF-8 rather than throwing: texts of our own making may quote a peer's bytes.
std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string id_text(const std::optional<Id>& id) {
  if (!id) return "null";
  if (const auto* number = std::get_if<std::int64_t>(&*id)) return std::to_string(*number);
  return dump(Json(std::get<std::string>(*id)));
}

std::string call_text(const std::string& head, const std::string& method, const Json& params) {
  std::string text = head + "\"method\":" + dump(Json(method));
  if (!params.empty()) text += ",\"params\":" + dump(params);
  return text + "}";
}

}  // namespace

std::variant<Message, ParseFailure> parse_message(std::string_view text) {
  if (nested_too_deeply(text)) return failure(invalid_request, "nested deeper than 64 levels");
  Json object = Json::parse(text, nullptr, false);
  if (object.is_discarded()) return failure(parse_error, "not JSON in UTF-8");
  if (object.is_array()) return failure(invalid_request, "a batch is not accepted: send one message at a time");
  if (!object.is_object()) return failure(invalid_request, "a message is an object");
  const auto found = object.find("id");
  const bool has_id = found != object.end();
  const auto id = has_id ? read_id(*found) : std::nullopt;
  if (const auto version = object.find("jsonrpc"); version == object.end() || *version != "2.0") {
    return failure(invalid_request, "jsonrpc must be \"2.0\"", id);
  }
  return object.contains("method") ? read_call(object, has_id, id) : read_response(object, has_id, id);
}

std::string serialize(const Message& message) {
  const std::string head = R"({"jsonrpc":"2.0",)";
  if (const auto* request = std::get_if<Request>(&message)) {
    return call_text(head + "\"id\":" + id_text(request->id) + ",", request->method, request->params);
  }
  if (const auto* notification = std::get_if<Notification>(&message)) {
    return call_text(head, notification->method, notification->params);
  }
  const auto& response = std::get<Response>(message);
  if (const auto* error = std::get_if<ErrorObject>(&response.outcome)) return serialize_error(response.id, *error);
  return head + "\"id\":" + id_text(response.id) + ",\"result\":" + dump(std::get<Json>(response.outcome)) + "}";
}

// Without an id the member is left out, as revision 2026-07-28 writes it ("id?: string | number").
std::string serialize_error(const std::optional<Id>& id, const ErrorObject& error) {
  std::string text = R"({"jsonrpc":"2.0",)";
  if (id) text += "\"id\":" + id_text(id) + ",";
  text += "\"error\":{\"code\":" + std::to_string(error.code) + ",\"message\":" + dump(Json(error.message));
  if (!error.data.is_null()) text += ",\"data\":" + dump(error.data);
  return text + "}}";
}

std::string to_string(const Id& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
  return std::get<std::string>(id);
}

}  // namespace tracetax::mcp
