#include "harness/results/trial_csv.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/results/gzip.h"

namespace tracetax {
namespace {

constexpr std::string_view header = "call,session,tool,intended_ns,sent_ns,received_ns,outcome";
constexpr std::size_t flush_at = 64 * 1024;
constexpr std::size_t longest_number = 20;  // of 64 bits, with its sign

// RFC 4180: quoted where it must be.
std::string csv_field(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

template <class T>
void append_number(std::string& text, T value) {
  const std::size_t before = text.size();
  text.resize(before + longest_number);
  const auto result = std::to_chars(text.data() + before, text.data() + text.size(), value);
  text.resize(static_cast<std::size_t>(result.ptr - text.data()));
  text.push_back(',');
}

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::vector<std::string>& tool_names) : text_(text), tool_names_(tool_names) {}

  std::vector<Sample> read() {
    if (take_until('\n') != header) fail(fmt::format("expected the header \"{}\"", header));
    std::vector<Sample> samples;
    // A row has at least 24 characters.
    samples.reserve(text_.size() / 32);
    while (position_ < text_.size()) {
      ++line_;
      samples.push_back(row());
    }
    return samples;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(fmt::format("line {}: {}", line_, what));
  }

  std::string_view take_until(char end) {
    const std::size_t found = text_.find(end, position_);
    if (found == std::string_view::npos) fail("the line is cut off");
    const std::string_view field = text_.substr(position_, found - position_);
    position_ = found + 1;
    return field;
  }

  template <class T>
  T number(const char* column) {
    T value{};
    const char* const begin = text_.data() + position_;
    const char* const end = text_.data() + text_.size();
    const auto result = std::from_chars(begin, end, value);
    if (result.ec != std::errc{} || result.ptr == end || *result.ptr != ',') {
      fail(fmt::format("{}: expected an integer of at most {}", column, std::numeric_limits<T>::max()));
    }
    position_ += static_cast<std::size_t>(result.ptr - begin) + 1;
    return value;
  }

  std::uint8_t tool() {
    std::string name;
    if (text_.substr(position_).starts_with('"')) {
      ++position_;
      name = take_until('"');
      while (text_.substr(position_).starts_with('"')) {
        ++position_;
        name += '"';
        name += take_until('"');
      }
      if (!take_until(',').empty()) fail("tool: text after the closing quote");
    } else {
      name = take_until(',');
    }
    // Rows of one tool mostly follow each other.
    if (last_tool_ >= tool_names_.size() || tool_names_[last_tool_] != name) {
      last_tool_ = static_cast<std::size_t>(std::ranges::find(tool_names_, name) - tool_names_.begin());
      if (last_tool_ >= tool_names_.size()) fail(fmt::format("tool: \"{}\" is not a tool of this scenario", name));
    }
    return static_cast<std::uint8_t>(last_tool_);
  }

  Sample row() {
    Sample sample;
    sample.call = number<std::uint32_t>("call");
    sample.session = number<std::uint16_t>("session");
    sample.tool = tool();
    sample.intended = Nanos(number<std::int64_t>("intended_ns"));
    sample.sent = Nanos(number<std::int64_t>("sent_ns"));
    sample.received = Nanos(number<std::int64_t>("received_ns"));
    const std::string_view name = take_until('\n');
    const std::optional<Outcome> outcome = outcome_from(name);
    if (!outcome) fail(fmt::format("outcome: \"{}\" is not an outcome", name));
    sample.outcome = *outcome;
    return sample;
  }

  std::string_view text_;
  const std::vector<std::string>& tool_names_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t last_tool_ = 0;
};

}  // namespace

std::string write_samples_csv_gz(const std::vector<Sample>& samples, const std::vector<std::string>& tool_names) {
  std::vector<std::string> tools;
  for (const std::string& name : tool_names) tools.push_back(csv_field(name) + ",");

  GzipWriter gzip;
  std::string text(header);
  text += '\n';
  for (const Sample& sample : samples) {
    if (sample.tool >= tools.size()) {
      throw std::invalid_argument(
          fmt::format("call {} has tool {}, but there are {} tools", sample.call, sample.tool, tools.size()));
    }
    append_number(text, sample.call);
    append_number(text, sample.session);
    text += tools[sample.tool];
    append_number(text, sample.intended.count());
    append_number(text, sample.sent.count());
    append_number(text, sample.received.count());
    text += to_string(sample.outcome);
    text += '\n';
    if (text.size() >= flush_at) {
      gzip.push(text);
      text.clear();
    }
  }
  gzip.push(text);
  return gzip.finish();
}

std::vector<Sample> read_samples_csv(std::string_view text, const std::vector<std::string>& tool_names) {
  return CsvReader(text, tool_names).read();
}

}  // namespace tracetax
