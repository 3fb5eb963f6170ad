#include "harness/session/http_response.h"

#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "harness/session/answer_reader.h"

namespace tracetax {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::uint32_t header_limit = 16u << 10;

bool begins_with(std::string_view value, std::string_view type) {
  return value.size() >= type.size() &&
         beast::iequals(beast::string_view(value.data(), type.size()), {type.data(), type.size()});
}

class OneResponse : public http::basic_parser<false> {
 public:
  int status = 0;
  bool json = false;
  bool event_stream = false;
  std::string session_id{};
  std::unique_ptr<AnswerFields> fields{};
  std::optional<std::uint64_t> length{};
  std::string_view whole{};  // the body, when it came in one piece
  std::string parts{};       // otherwise

 private:
  AnswerFields& unusual() {
    if (!fields) fields = std::make_unique<AnswerFields>();
    return *fields;
  }
  void take(beast::string_view bytes) {
    if (length && *length == bytes.size() && parts.empty()) {
      whole = {bytes.data(), bytes.size()};
      return;
    }
    if (parts.capacity() < parts.size() + bytes.size() + json_padding) {
      parts.reserve(2 * (parts.size() + bytes.size()) + json_padding);
    }
    parts.append(bytes.data(), bytes.size());
  }

  void on_request_impl(http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
  void on_response_impl(int code, beast::string_view, int, error_code&) override { status = code; }
  void on_field_impl(http::field name, beast::string_view text, beast::string_view value, error_code&) override {
    switch (name) {
      case http::field::content_type:
        json = begins_with({value.data(), value.size()}, "application/json");
        event_stream = begins_with({value.data(), value.size()}, "text/event-stream");
        break;
      case http::field::unknown:
        if (beast::iequals(text, "Mcp-Session-Id")) session_id.assign(value.data(), value.size());
        break;
      case http::field::location:
        unusual().location.assign(value.data(), value.size());
        break;
      case http::field::retry_after:
        unusual().retry_after.assign(value.data(), value.size());
        break;
      case http::field::www_authenticate:
        unusual().www_authenticate.assign(value.data(), value.size());
        break;
      case http::field::content_encoding:
        if (!beast::iequals(value, "identity")) unusual().content_encoding.assign(value.data(), value.size());
        break;
      default:
        break;
    }
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& given, error_code&) override {
    if (given) length = *given;
  }
  std::size_t on_body_impl(beast::string_view body, error_code&) override {
    take(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
    take(body);
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

}  // namespace

struct HttpResponseReader::Parser {
  explicit Parser(std::uint64_t limit) : body_limit(limit) {}
  std::uint64_t body_limit;
  std::optional<OneResponse> response{};
  error_code error{};
};

HttpResponseReader::HttpResponseReader(std::uint64_t body_limit) : parser_(std::make_unique<Parser>(body_limit)) {
  begin();
}
HttpResponseReader::~HttpResponseReader() = default;

void HttpResponseReader::begin() {
  parser_->error = {};
  // The room for a body in pieces is kept, unless it is so large that thousands of connections could not each have it.
  constexpr std::size_t most_kept = 256u << 10;
  std::string room;
  if (parser_->response && parser_->response->parts.capacity() <= most_kept) room = std::move(parser_->response->parts);
  room.clear();
  OneResponse& response = parser_->response.emplace();
  response.parts = std::move(room);
  response.eager(true);
  response.header_limit(header_limit);
  response.body_limit(parser_->body_limit);
}

std::size_t HttpResponseReader::put(std::string_view bytes) {
  OneResponse& response = *parser_->response;
  std::size_t used = 0;
  while (!response.is_done() && used < bytes.size()) {
    const std::size_t n = response.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), parser_->error);
    used += n;
    if (parser_->error == http::error::need_more) {
      parser_->error = {};
      break;
    }
    if (parser_->error || n == 0) break;
    // The parser of events keeps the limit, for each event.
    if (response.event_stream && response.is_header_done()) response.body_limit(boost::none);
  }
  return used;
}

void HttpResponseReader::put_end() {
  OneResponse& response = *parser_->response;
  if (response.is_done()) return;
  response.put_eof(parser_->error);
}

HttpResponseReader::State HttpResponseReader::state() const {
  if (parser_->error) return State::bad;
  return parser_->response->is_done() ? State::done : State::more;
}

bool HttpResponseReader::header_done() const {
  return parser_->response->is_header_done();
}
int HttpResponseReader::status() const {
  return parser_->response->status;
}
bool HttpResponseReader::is_json() const {
  return parser_->response->json;
}
bool HttpResponseReader::is_event_stream() const {
  return parser_->response->event_stream;
}
bool HttpResponseReader::keep_alive() const {
  return parser_->response->keep_alive();
}
std::string_view HttpResponseReader::session_id() const {
  return parser_->response->session_id;
}
const AnswerFields& HttpResponseReader::fields() const {
  static const AnswerFields none{};
  return parser_->response->fields ? *parser_->response->fields : none;
}
bool HttpResponseReader::is_encoded() const {
  return parser_->response->fields && !parser_->response->fields->content_encoding.empty();
}
std::string_view HttpResponseReader::body() const {
  const OneResponse& response = *parser_->response;
  return response.whole.empty() ? std::string_view(response.parts) : response.whole;
}
void HttpResponseReader::drop_body() {
  parser_->response->parts.clear();
  parser_->response->whole = {};
}
std::string HttpResponseReader::error() const {
  return parser_->error.message();
}
bool HttpResponseReader::is_too_large() const {
  return parser_->error == http::error::header_limit || parser_->error == http::error::body_limit;
}

}  // namespace tracetax
