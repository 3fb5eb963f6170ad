#include "harness/scenario/recording.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/yaml_tree.h"

namespace tracetax {
namespace {

// Ordered: arguments keep the order that the client gave them.
using Json = nlohmann::ordered_json;

constexpr std::size_t most_mistakes = 20;
constexpr std::size_t most_levels = 64;
constexpr std::size_t longest_shown = 60;        // bytes of a value in a message
constexpr double longest_us = 366.0 * 86'400e6;  // a year of recording fits Nanos a hundred times

constexpr std::array<std::string_view, 8> keys{"at_us",  "session",   "tool",    "resource",
                                               "prompt", "arguments", "outcome", "duration_us"};

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > longest_shown) text = text.substr(0, longest_shown) + "…";
  return "`" + text + "`";
}

int column_of(std::string_view line, std::size_t byte) {
  const std::string_view before = line.substr(0, std::min(byte, line.size()));
  return 1 + static_cast<int>(std::ranges::count_if(
                 before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

class Reader {
 public:
  explicit Reader(const std::string& name) : source_(std::make_shared<Source>(Source{name, 0})) {}

  void line(std::string_view text, bool ended) {
    ++line_;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.find_first_not_of(" \t") == std::string_view::npos) return;
    if (text.size() > longest_recorded_line)
      return mistake({}, fmt::format("is longer than {} MiB", longest_recorded_line >> 20), "remove the call");
    if (recording_.calls.size() == most_recorded_calls)
      return stop(fmt::format("has more than {} calls", most_recorded_calls), "take a part of it, e.g. with head -n");
    const std::optional<Json> object = parse(text, ended);
    if (!object) return;
    const std::size_t before = findings_.size();
    RecordedCall call = read(*object);
    if (findings_.size() == before) recording_.calls.push_back(std::move(call));
  }

  bool stopped() const { return stopped_; }

  void whole_file(std::string what, std::string hint) {
    add_finding(findings_, {source_, 0, 0}, {}, std::move(what), std::move(hint));
  }

  Recording finish() {
    if (findings_.empty() && recording_.calls.empty())
      whole_file("has no calls", "record some with: tracetax record --output FILE -- COMMAND");
    throw_findings(std::move(findings_));
    auto& calls = recording_.calls;
    recording_.timed = std::ranges::all_of(calls, [](const RecordedCall& c) { return c.at.has_value(); });
    if (recording_.timed) std::ranges::stable_sort(calls, {}, [](const RecordedCall& c) { return *c.at; });
    for (const RecordedCall& call : calls) recording_.sessions = std::max(recording_.sessions, call.session + 1);
    return std::move(recording_);
  }

 private:
  void mistake(std::string key, std::string what, std::string hint = {}, int column = 1) {
    if (stopped_) return;
    add_finding(findings_, {source_, line_, column}, std::move(key), std::move(what), std::move(hint));
    if (findings_.size() == most_mistakes) stop("is read no further: too many mistakes", "mend those above first");
  }

  void stop(std::string what, std::string hint) {
    add_finding(findings_, {source_, line_, 1}, {}, std::move(what), std::move(hint));
    stopped_ = true;
  }

  std::optional<Json> parse(std::string_view text, bool ended) {
    std::set<std::string> seen;
    std::string twice;
    bool too_deep = false;
    const auto look = [&](int depth, Json::parse_event_t event, Json& value) {
      if (depth == 1 && event == Json::parse_event_t::key && !seen.insert(value.get<std::string>()).second)
        twice = value.get<std::string>();
      if (depth > static_cast<int>(most_levels)) too_deep = true;
      return depth <= static_cast<int>(most_levels);
    };
    try {
      Json object = Json::parse(text, look);
      if (too_deep) {
        mistake({}, fmt::format("is nested deeper than {} levels", most_levels), "remove the call");
      } else if (!object.is_object()) {
        mistake({}, "must be an object, got " + shown(object), R"(e.g. {"at_us": 0, "tool": "echo", "arguments": {}})");
      } else if (!twice.empty()) {
        mistake(twice, "is there twice", "remove one of them");
      } else {
        return object;
      }
    } catch (const Json::parse_error& error) {
      // Of a line that its writer did not end the end is what is wrong, wherever the parser noticed.
      if (!ended) {
        mistake({}, "is cut off in the middle: its recorder ended while it wrote", "remove the line",
                column_of(text, text.size()));
      } else {
        mistake({}, "is not JSON", "a line is one object, written by tracetax record or json.dumps",
                column_of(text, error.byte > 0 ? error.byte - 1 : 0));
      }
    } catch (const Json::exception&) {
      mistake({}, "has a number that is too large", "remove the call");
    }
    return {};
  }

  RecordedCall read(const Json& object) {
    RecordedCall call;
    call.line = line_;
    for (const auto& [key, value] : object.items()) {
      if (std::ranges::find(keys, key) == keys.end()) mistake(key, "unknown key", shapes::hint_towards(key, keys));
    }
    read_name(object, call);
    if (const auto arguments = object.find("arguments"); arguments != object.end()) read_arguments(*arguments, call);
    if (const auto at = object.find("at_us"); at != object.end()) read_time(*at, call);
    if (const auto session = object.find("session"); session != object.end()) read_session(*session, call);
    return call;
  }

  void read_name(const Json& object, RecordedCall& call) {
    int names = 0;
    for (const auto kind : {RecordedCall::Kind::tool, RecordedCall::Kind::resource, RecordedCall::Kind::prompt}) {
      const std::string key(word_for(kind));
      const auto name = object.find(key);
      if (name == object.end()) continue;
      call.kind = kind;
      if (++names > 1) {
        mistake(key, "stands beside another name: a call has one of `tool`, `resource` and `prompt`", "remove one");
      } else if (!name->is_string() || name->get_ref<const std::string&>().empty()) {
        mistake(key, "must be a text, got " + shown(*name));
      } else {
        call.name = name->get<std::string>();
      }
    }
    if (names == 0) mistake({}, "has no `tool`, `resource` or `prompt`", R"(e.g. "tool": "echo")");
  }

  void read_arguments(const Json& arguments, RecordedCall& call) {
    if (!arguments.is_object()) return mistake("arguments", "must be an object, got " + shown(arguments));
    if (call.kind == RecordedCall::Kind::resource && !arguments.empty())
      return mistake("arguments", "has no meaning for a resource", "what is asked for is in its URI");
    call.arguments_json = arguments.dump();
  }

  void read_time(const Json& at, RecordedCall& call) {
    const double us = at.is_number() ? at.get<double>() : -1;
    if (!(us >= 0 && us <= longest_us))
      return mistake("at_us", "must be microseconds since the recording began, from 0 to a year, got " + shown(at));
    // Whole microseconds stay exact.
    call.at = at.is_number_integer() ? std::chrono::microseconds(at.get<std::int64_t>()) : from_seconds(us / 1e6);
  }

  void read_session(const Json& session, RecordedCall& call) {
    if (!session.is_number_unsigned() || session.get<std::uint64_t>() >= most_recorded_sessions)
      return mistake("session", fmt::format("must be a whole number from 0 to {}, got {}", most_recorded_sessions - 1,
                                            shown(session)));
    call.session = session.get<std::uint32_t>();
  }

  std::shared_ptr<const Source> source_;
  int line_ = 0;
  bool stopped_ = false;
  Findings findings_{};
  Recording recording_{};
};

std::int64_t whole_microseconds(Nanos t) {
  return std::chrono::duration_cast<std::chrono::microseconds>(t).count();
}

}  // namespace

std::string_view word_for(RecordedCall::Kind kind) {
  switch (kind) {
    case RecordedCall::Kind::tool:
      return "tool";
    case RecordedCall::Kind::resource:
      return "resource";
    case RecordedCall::Kind::prompt:
      break;
  }
  return "prompt";
}

Recording parse_recording(std::string_view text, const std::string& name) {
  Reader reader(name);
  while (!text.empty() && !reader.stopped()) {
    const std::size_t end = text.find('\n');
    const bool ended = end != std::string_view::npos;
    reader.line(text.substr(0, end), ended);
    text.remove_prefix(ended ? end + 1 : text.size());
  }
  return reader.finish();
}

Recording read_recording(const std::filesystem::path& file) {
  Reader reader(file.string());
  std::error_code error;
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  const auto size = in ? std::filesystem::file_size(file, error) : 0;
  if (!in) {
    reader.whole_file(std::string("cannot be read: ") + std::strerror(errno), {});
  } else if (error) {
    reader.whole_file("cannot be read: " + error.message(), {});
  } else if (size > largest_recording) {
    reader.whole_file(fmt::format("is larger than {} MiB", largest_recording >> 20),
                      "take a part of it, e.g. with head -n");
  }
  if (!in || error || size > largest_recording) return reader.finish();
  std::string line;
  while (!reader.stopped() && std::getline(in, line)) reader.line(line, !in.eof());
  if (in.bad()) reader.whole_file("cannot be read to its end", {});
  return reader.finish();
}

std::string recording_line(const RecordedCall& call) {
  Json line = Json::object();
  if (call.at) line["at_us"] = whole_microseconds(*call.at);
  line["session"] = call.session;
  line[std::string(word_for(call.kind))] = call.name;
  std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.pop_back();
  // As it is: a tree would lose digits of large numbers.
  if (call.kind != RecordedCall::Kind::resource) text.append(R"(,"arguments":)").append(call.arguments_json);
  Json rest = Json::object();
  if (!call.outcome.empty()) rest["outcome"] = call.outcome;
  if (call.duration) rest["duration_us"] = whole_microseconds(*call.duration);
  if (!rest.empty()) text += "," + rest.dump().substr(1, rest.dump().size() - 2);
  return text + "}\n";
}

}  // namespace tracetax
