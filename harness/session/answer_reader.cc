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
bool read_result(od::value value, Outcome& outcome) {
  outcome = Outcome::protocol_error;
  od::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  bool has_content = false;
  bool sound = true;
  bool is_error = false;
  for (auto entry : object) {
    od::field field;
    if (std::move(entry).get(field) != simdjson::SUCCESS) return false;
    const od::raw_json_string key = field.key();
    if (key.unsafe_is_equal("content")) {
      od::json_type type{};
      if (field.value().type().get(type) != simdjson::SUCCESS) return false;
      has_content = type == od::json_type::array;
    } else if (key.unsafe_is_equal("isError")) {
      sound = field.value().get_bool().get(is_error) == simdjson::SUCCESS && sound;
    } else if (key.unsafe_is_equal("resultType")) {
      sound = is_text(field.value(), "complete") && sound;
    }
  }
  if (has_content && sound) outcome = is_error ? Outcome::tool_error : Outcome::ok;
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
      if (type == od::json_type::object && !read_result(field.value(), head.outcome)) return {};
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
  if (has_error) head.outcome = Outcome::protocol_error;
  return head;
}

}  // namespace tracetax
