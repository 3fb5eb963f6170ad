#include "harness/scenario/traffic.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/base/text.h"
#include "harness/scenario/call_names.h"
#include "harness/scenario/fingerprint.h"
#include "harness/scenario/replay.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;
using Path = shapes::Reading::Path;

constexpr std::size_t largest_lines = std::size_t{16} << 20;  // bytes of a file of lines
constexpr std::size_t longest_line = std::size_t{64} << 10;

fs::path path_of(const Node& node, const std::string& name) {
  const bool typed = node.place.source->name.starts_with("--set ");
  return (typed ? fs::path(name) : fs::path(node.place.source->name).parent_path() / name).lexically_normal();
}

const Node* node_at(const Node& root, const Path& path) {
  const Node* node = &root;
  for (const std::string& key : path) {
    if (const Entry* entry = node->find(key)) {
      node = &entry->value;
    } else if (node->kind == Node::Kind::list && std::stoul(key) < node->items.size()) {
      node = &node->items[std::stoul(key)];
    } else {
      return nullptr;
    }
  }
  return node;
}

bool is_utf8(const std::string& text) {
  try {
    nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

// Numbered from 0 in the order of their first calls: a part of a recording opens no sessions that it does not use.
Recording with_sessions_in_line(Recording recording) {
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (RecordedCall& call : recording.calls)
    call.session = numbers.emplace(call.session, static_cast<std::uint32_t>(numbers.size())).first->second;
  recording.sessions = static_cast<std::uint32_t>(numbers.size());
  return recording;
}

class Files {
 public:
  Files(Load& load, const Node& root, shapes::Reading& reading, Findings& findings)
      : load_(load), root_(root), reading_(reading), findings_(findings) {}

  std::vector<TrafficFile> read() {
    if (!reading_.sound({"load"})) return {};
    auto* const open = std::get_if<OpenArrivals>(&load_.arrivals);
    if (open && open->process == OpenArrivals::Process::replay) {
      read_replay(*open);
    } else {
      for (std::size_t i = 0; i < load_.calls.size(); ++i)
        read_call(load_.calls[i], {"load", "calls", std::to_string(i)});
    }
    count_names(open && open->process == OpenArrivals::Process::replay);
    return std::move(files_);
  }

 private:
  void finding(const Path& path, std::string what, std::string hint) { at(path, 0, std::move(what), std::move(hint)); }
  void at(const Path& path, std::size_t depth, std::string what, std::string hint) {
    if (depth == path.size()) {
      const Node* const node = node_at(root_, path);
      return reading_.finding(node ? node->place : root_.place, std::move(what), std::move(hint));
    }
    const auto inside = reading_.inside(path[depth]);
    at(path, depth + 1, std::move(what), std::move(hint));
  }

  void read_replay(OpenArrivals& arrivals) {
    const Path path{"load", "arrivals", "file"};
    const auto recording = read_recorded(arrivals.file, path);
    if (!recording) return;
    if (!Replay::can_be(*recording)) {
      finding(path,
              recording->timed ? "cannot be replayed: all of its calls are of one time"
                               : "cannot be replayed: not all of its calls have an `at_us`",
              "use it in `calls` instead: [ { recording: FILE } ] with arrivals of a rate");
      return;
    }
    CallSpec call;
    call.recording = arrivals.file;
    call.recorded = std::make_shared<const Recording>(with_sessions_in_line(*recording));
    const Place& place = node_at(root_, path)->place;
    call.places.push_back({"recording", place.source->name, place.line, place.column});
    load_.calls = {call};
    load_.sessions = call.recorded->sessions;
    arrivals.rate_per_s = Replay(*recording, arrivals.speed, arrivals.loop).rate_per_s();
    if (load_.workers > load_.sessions)
      finding({"load", "workers"},
              fmt::format("must be at most the {} sessions of the recording, got `{}`", load_.sessions, load_.workers),
              "sessions are dealt out to workers; one without a session has nothing to do");
  }

  void read_call(CallSpec& call, const Path& path) {
    Path below = path;
    if (!call.recording.empty()) {
      below.emplace_back("recording");
      call.recorded = read_recorded(call.recording, below);
      return;
    }
    below.emplace_back("arguments");
    if (const Node* arguments = node_at(root_, below)) read_lines_in(*arguments, below, call.lines);
  }

  void read_lines_in(const Node& node, const Path& path, LinesByFile& lines) {
    const auto below = [&](const std::string& key) {
      Path deeper = path;
      deeper.push_back(key);
      return deeper;
    };
    for (std::size_t i = 0; i < node.items.size(); ++i) read_lines_in(node.items[i], below(std::to_string(i)), lines);
    for (const Entry& entry : node.entries) read_lines_in(entry.value, below(entry.key), lines);
    if (node.kind != Node::Kind::scalar) return;
    for (const std::string& file : files_in_template(node.text)) {
      if (!lines.contains(file)) lines[file] = read_lines(node, file, path);
    }
  }

  // Empty, with a finding, where it cannot be read.
  std::optional<std::string> bytes_of(const fs::path& file, const Path& path, std::uintmax_t most) {
    const Node* const node = node_at(root_, path);
    const std::string& named_in = node->place.source->name;
    const std::string hint = named_in.starts_with("--set ") ? "the path is relative to the working directory"
                                                            : "the path is relative to the folder of " + named_in;
    std::error_code error;
    const bool folder = fs::is_directory(file, error);
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in || folder) {
      finding(path,
              fmt::format("{} cannot be read: {}", file.string(), folder ? "Is a directory" : std::strerror(errno)),
              hint);
      return {};
    }
    if (const auto size = fs::file_size(file, error); error || size > most) {
      finding(path, fmt::format("{} is larger than {} MiB", file.string(), most >> 20), "take a part of it");
      return {};
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  std::string remember(const fs::path& file, const std::string& bytes) {
    std::string name = "traffic/" + hash_of(bytes) + file.extension().string();
    if (std::ranges::find(files_, file, &TrafficFile::from) == files_.end()) files_.push_back({name, file});
    return name;
  }

  std::shared_ptr<const Recording> read_recorded(const std::string& name, const Path& path) {
    const Node* const node = node_at(root_, path);
    const fs::path file = path_of(*node, name);
    if (const auto known = recordings_.find(file); known != recordings_.end()) return known->second;
    const std::optional<std::string> bytes = bytes_of(file, path, largest_recording);
    if (!bytes) return {};
    try {
      const auto recording = std::make_shared<const Recording>(parse_recording(*bytes, file.string()));
      remember(file, *bytes);
      return recordings_[file] = recording;
    } catch (const ScenarioError& error) {
      const auto source = std::make_shared<const Source>(Source{file.string(), node->place.source->rank});
      for (const Problem& problem : error.problems())
        findings_.push_back({Place{source, problem.line, problem.column}, problem});
    }
    return {};
  }

  Lines read_lines(const Node& node, const std::string& name, const Path& path) {
    const fs::path file = path_of(node, name);
    if (const auto known = lines_.find(file); known != lines_.end()) return known->second;
    const std::optional<std::string> bytes = bytes_of(file, path, largest_lines);
    if (!bytes) return {};
    auto lines = std::make_shared<std::vector<std::string>>();
    std::size_t number = 0;
    for (std::size_t at = 0; at < bytes->size(); ++number) {
      const std::size_t end = std::min(bytes->find('\n', at), bytes->size());
      std::string line = bytes->substr(at, end - at);
      at = end + 1;
      if (line.ends_with('\r')) line.pop_back();
      const bool too_long = line.size() > longest_line;
      if (too_long || !is_utf8(line)) {
        finding(path,
                fmt::format("line {} of {} is {}", number + 1, file.string(),
                            too_long ? fmt::format("longer than {} KiB", longest_line >> 10) : "no UTF-8"),
                "arguments are JSON texts");
        return {};
      }
      if (!line.empty()) lines->push_back(std::move(line));
    }
    if (lines->empty()) {
      finding(path, file.string() + " has no lines to draw from", "one text a line; empty lines do not count");
      return {};
    }
    remember(file, *bytes);
    return lines_[file] = lines;
  }

  void count_names(bool replays) {
    const std::size_t count = call_targets(load_).size();
    if (count <= most_call_names) return;
    finding(replays ? Path{"load", "arrivals", "file"} : Path{"load", "calls"},
            fmt::format("comes to {} different tools, resources and prompts; at most {} are told apart", count,
                        most_call_names),
            "keep those that are called most often");
  }

  Load& load_;
  const Node& root_;
  shapes::Reading& reading_;
  Findings& findings_;
  std::vector<TrafficFile> files_{};
  std::map<fs::path, std::shared_ptr<const Recording>> recordings_{};
  std::map<fs::path, Lines> lines_{};
};

void rename_file(Node& node, const std::vector<TrafficFile>& files) {
  const auto found = std::ranges::find(files, path_of(node, node.text), &TrafficFile::from);
  if (found != files.end()) node.text = found->name;
}

void rename_lines(Node& node, const std::vector<TrafficFile>& files) {
  for (Node& item : node.items) rename_lines(item, files);
  for (Entry& entry : node.entries) rename_lines(entry.value, files);
  if (node.kind != Node::Kind::scalar || wrong_template(node.text)) return;
  std::map<std::string, std::string> names;
  for (const std::string& name : files_in_template(node.text)) {
    const auto found = std::ranges::find(files, path_of(node, name), &TrafficFile::from);
    if (found != files.end()) names[name] = found->name;
  }
  if (!names.empty()) node.text = with_files_renamed(node.text, names);
}

}  // namespace

std::vector<TrafficFile> read_traffic(Load& load, const Node& root, shapes::Reading& reading, Findings& findings) {
  return Files(load, root, reading, findings).read();
}

void rename_traffic(Node& root, const std::vector<TrafficFile>& files) {
  if (files.empty()) return;
  Entry* const load = root.find("load");
  if (Entry* arrivals = load->value.find("arrivals")) {
    if (Entry* file = arrivals->value.find("file")) rename_file(file->value, files);
  }
  Entry* const calls = load->value.find("calls");
  if (!calls) return;
  for (Node& call : calls->value.items) {
    if (Entry* recording = call.find("recording")) rename_file(recording->value, files);
    if (Entry* arguments = call.find("arguments")) rename_lines(arguments->value, files);
  }
}

}  // namespace tracetax
