#include "harness/session/answer_reader.h"

#include <simdjson.h>

namespace tracetax {
namespace {

namespace od = simdjson::ondemand;

bool is_text(od::value value, std::string_view wanted) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS && text == wanted;
}

// False: the text breaks off or is no JSON.
bool read_is_list(od::field& field, bool& out) {
  od::json_type type{};
  if (field.value().type().get(type) != simdjson::SUCCESS) return false;
  out = type == od::json_type::array;
  return true;
}

// False: the text breaks off or is no JSON.
bool read_result(od::value value, AnswerHead& head) {
  od::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  bool has_content = false, has_contents = false, has_messages = false;
  bool complete = true;
  bool sound = true;
  bool is_error = false;
  for (auto entry : object) {
    od::field field;
    if (std::move(entry).get(field) != simdjson::SUCCESS) return false;
    const od::raw_json_string key = field.key();
    if (key.unsafe_is_equal("content")) {
      if (!read_is_list(field, has_content)) return false;
    } else if (key.unsafe_is_equal("contents")) {
      if (!read_is_list(field, has_contents)) return false;
    } else if (key.unsafe_is_equal("messages")) {
      if (!read_is_list(field, has_messages)) return false;
    } else if (key.unsafe_is_equal("isError")) {
      sound = field.value().get_bool().get(is_error) == simdjson::SUCCESS && sound;
    } else if (key.unsafe_is_equal("resultType")) {
      complete = is_text(field.value(), "complete") && complete;
    }
  }
  if (has_content && sound && complete) head.outcome = is_error ? Outcome::tool_error : Outcome::ok;
  if (has_contents && complete) head.of_resource = Outcome::ok;
  if (has_messages && complete) head.of_prompt = Outcome::ok;
  return true;
}

}  // namespace

struct AnswerReader::Parser {
  od::parser parser{};
};

AnswerReader::AnswerReader() : parser_(std::make_unique<Parser>()) {}
AnswerReader::~AnswerReader() = default;

std::optional<AnswerHead> AnswerReader::read(std::string_view text) {
  const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + json_padding);
  od::document document;
  if (parser_->parser.iterate(padded).get(document) != simdjson::SUCCESS) return {};
  od::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return {};
  AnswerHead head;
  bool is_2_0 = false;
  bool has_result = false;
  bool has_error = false;
  for (auto entry : object) {
    od::field field;
    if (std::move(entry).get(field) != simdjson::SUCCESS) return {};
    const od::raw_json_string key = field.key();
    if (key.unsafe_is_equal("jsonrpc")) {
      is_2_0 = is_text(field.value(), "2.0");
    } else if (key.unsafe_is_equal("id")) {
      std::int64_t id = 0;
      if (field.value().get_int64().get(id) == simdjson::SUCCESS) head.id = id;
    } else if (key.unsafe_is_equal("result")) {
      od::json_type type{};
      if (field.value().type().get(type) != simdjson::SUCCESS) return {};
      has_result = true;
      if (type == od::json_type::object && !read_result(field.value(), head)) return {};
    } else if (key.unsafe_is_equal("error")) {
      od::json_type type{};
      if (field.value().type().get(type) != simdjson::SUCCESS) return {};
      has_error = type == od::json_type::object;
    } else if (key.unsafe_is_equal("method")) {
      return {};
    }
  }
  if (!is_2_0 || has_result == has_error) return {};
  // There is no place left where anything could stand.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return {};
  return head;
}

}  // namespace tracetax
