#pragma once
// One HTTP/1.1 response after the other from one connection's bytes. The syntax is Boost.Beast's affair; this keeps it
// out of headers, and hands a body that came in one piece on without copying it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/session/trouble.h"

namespace tracetax {

class HttpResponseReader {
 public:
  enum class State : std::uint8_t { more, done, bad };

  explicit HttpResponseReader(std::uint64_t body_limit);
  ~HttpResponseReader();
  HttpResponseReader(const HttpResponseReader&) = delete;
  HttpResponseReader& operator=(const HttpResponseReader&) = delete;

  // Forgets the response before. Interim responses (1xx) are passed over by the caller, who begins again.
  void begin();
  // Takes bytes and says how many it used up. What it leaves must come again, with more behind it.
  std::size_t put(std::string_view bytes);
  // The peer has closed the connection, which ends a body without a length.
  void put_end();

  State state() const;
  bool header_done() const;
  int status() const;
  bool is_json() const;
  bool is_event_stream() const;
  bool keep_alive() const;              // when done
  std::string_view session_id() const;  // Mcp-Session-Id
  const AnswerFields& fields() const;   // what answers of peers that do as asked do not have
  bool is_encoded() const;              // Content-Encoding other than identity
  // The body so far, with json_padding bytes behind it; valid until the next put() or until its bytes go.
  std::string_view body() const;
  // Event streams: the body so far has been dealt with.
  void drop_body();
  std::string error() const;
  bool is_too_large() const;  // bad: for a limit of ours

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace tracetax
