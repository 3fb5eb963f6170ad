#pragma once
// From the bytes of both directions of a stdio conversation to the calls that were made in it. Pure: times are given.
//
// What is no message of MCP, or none of a call, is passed over: an observer judges nobody. Batches (2025-03-26) are
// read as their messages.

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/base/time.h"
#include "harness/mcp/framing.h"
#include "harness/scenario/recording.h"
#include "harness/tap/redaction.h"

namespace tracetax::tap {

class Observer {
 public:
  // A line of the server's may be longer than a recorded one: its answer is looked at and not kept.
  static constexpr std::size_t longest_answer = std::size_t{64} << 20;
  // Calls without an answer; of more the oldest is given up on.
  static constexpr std::size_t most_waiting = 10'000;

  // `began` is the time that calls' times count from.
  Observer(Nanos began, Redaction redaction);

  // Bytes as they came, at the monotonic time `at`.
  void from_client(std::string_view bytes, Nanos at);
  void from_server(std::string_view bytes, Nanos at);
  // The conversation is over: what waits gets no answer.
  void end();

  // The calls that are over, in the order in which they ended: ok, tool_error, protocol_error, input_required (the
  // server asked back), cancelled (by the client), "no answer" (without a duration).
  std::vector<RecordedCall> take();

  // Lines of the client's that are longer than a recorded one can be.
  std::uint64_t left_out() const { return left_out_; }

 private:
  void request_line(std::string_view line, Nanos at);
  void answer_line(std::string_view line, Nanos at);
  void finish(const std::string& id, std::string outcome, Nanos at);
  void give_up(RecordedCall call);

  struct Waiting {
    std::string id;
    RecordedCall call;
  };

  Nanos began_;
  Redaction redaction_;
  mcp::LineFramer requests_;
  mcp::LineFramer answers_;
  std::list<Waiting> waiting_{};  // the oldest first
  std::unordered_map<std::string, std::list<Waiting>::iterator> by_id_{};
  std::vector<RecordedCall> over_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace tracetax::tap
