#include "harness/tap/observer.h"

#include <utility>
#include <variant>

#include "harness/tap/message_parts.h"

namespace tracetax::tap {
namespace {

// Of a line's own limit, what the recorder itself adds to the client's arguments.
constexpr std::size_t room_for_the_rest = 4096;

}  // namespace

Observer::Observer(Nanos began, Redaction redaction)
    : began_(began),
      redaction_(std::move(redaction)),
      requests_(longest_recorded_line - room_for_the_rest),
      answers_(longest_answer) {}

void Observer::from_client(std::string_view bytes, Nanos at) {
  requests_.push(bytes);
  while (const auto line = requests_.next()) {
    if (const auto* text = std::get_if<std::string>(&*line)) {
      request_line(*text, at);
    } else {
      ++left_out_;
    }
  }
}

void Observer::from_server(std::string_view bytes, Nanos at) {
  answers_.push(bytes);
  while (const auto line = answers_.next()) {
    if (const auto* text = std::get_if<std::string>(&*line)) answer_line(*text, at);
  }
}

void Observer::request_line(std::string_view line, Nanos at) {
  for (MessageParts& message : read_line(line)) {
    if (!message.cancelled.empty()) finish(message.cancelled, "cancelled", at);
    if (!message.kind) continue;
    RecordedCall call{.kind = *message.kind, .name = std::move(message.name), .at = at - began_};
    if (call.kind == RecordedCall::Kind::resource) {
      call.name = redaction_.uri(call.name);
    } else if (!message.arguments.empty()) {
      call.arguments_json = redaction_.arguments(message.arguments);
    }
    // An id that is still in use is against the protocol, and the answer could belong to either.
    if (const auto earlier = by_id_.find(message.id); earlier != by_id_.end()) {
      give_up(std::move(earlier->second->call));
      waiting_.erase(earlier->second);
      by_id_.erase(earlier);
    }
    if (waiting_.size() == most_waiting) {
      give_up(std::move(waiting_.front().call));
      by_id_.erase(waiting_.front().id);
      waiting_.pop_front();
    }
    waiting_.push_back({message.id, std::move(call)});
    by_id_[message.id] = std::prev(waiting_.end());
  }
}

void Observer::answer_line(std::string_view line, Nanos at) {
  if (waiting_.empty()) return;  // it answers no call, and a large one need not be read
  for (MessageParts& message : read_line(line)) {
    if (!message.outcome.empty() && message.method.empty()) finish(message.id, std::move(message.outcome), at);
  }
}

void Observer::finish(const std::string& id, std::string outcome, Nanos at) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  RecordedCall call = std::move(found->second->call);
  waiting_.erase(found->second);
  by_id_.erase(found);
  call.outcome = std::move(outcome);
  call.duration = at - began_ - *call.at;
  over_.push_back(std::move(call));
}

void Observer::give_up(RecordedCall call) {
  call.outcome = "no answer";
  over_.push_back(std::move(call));
}

void Observer::end() {
  for (Waiting& one : waiting_) give_up(std::move(one.call));
  waiting_.clear();
  by_id_.clear();
}

std::vector<RecordedCall> Observer::take() {
  return std::exchange(over_, {});
}

}  // namespace tracetax::tap
