#pragma once
// Recorded calls: what a real client asked of an MCP server, and when. Files of JSON Lines, one call a line, written by
// `tracetax record` and read as a source of calls and of arrivals. docs/recording.md has the format.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"

namespace tracetax {

struct RecordedCall {
  enum class Kind : std::uint8_t { tool, resource, prompt };  // tools/call, resources/read, prompts/get

  Kind kind = Kind::tool;
  std::string name{};  // of the tool or the prompt; the resource's URI
  std::string arguments_json =
      "{}";                   // a JSON object on one line, keys in the order of the recording; of a resource: {}
  std::optional<Nanos> at{};  // since the recording began; empty: not known
  std::uint32_t session = 0;  // calls of one conversation have the same

  // What became of it: written for people, ignored on reading.
  std::string outcome{};  // empty: not said
  std::optional<Nanos> duration{};

  int line = 0;  // where it was read, from 1; not written
};

// The key that a call of the kind stands under: "tool", "resource", "prompt".
std::string_view word_for(RecordedCall::Kind kind);

struct Recording {
  std::vector<RecordedCall> calls{};  // at least one; by time where all have one, those of one time as in the file;
                                      // else in the order of the file
  bool timed = false;                 // every call has its time: the recording can be replayed
  std::uint32_t sessions = 0;         // the highest session + 1
};

constexpr std::size_t most_recorded_calls = 100'000;
constexpr std::size_t longest_recorded_line = std::size_t{4} << 20;
constexpr std::size_t largest_recording = std::size_t{256} << 20;  // bytes: it is held in memory
constexpr std::uint32_t most_recorded_sessions = 10'000;           // as load.sessions has it

// Throws ScenarioError with the mistakes of the file, each with its line; beyond 20 of them it reads no further. Empty
// lines are skipped. A last line that was cut off, as by a crash of the recorder, is a mistake like others: calls are
// never left out unsaid.
Recording read_recording(const std::filesystem::path& file);
// The same from text; `name` stands where the file's name would in messages.
Recording parse_recording(std::string_view text, const std::string& name);

// One line, with its line feed; read_recording() gives the same call, but for what is ignored. Times are rounded down
// to microseconds. `arguments_json` goes in as it is, so it must be a JSON object without line breaks.
std::string recording_line(const RecordedCall& call);

}  // namespace tracetax
