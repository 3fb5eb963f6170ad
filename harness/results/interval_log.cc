// HdrHistogram interval log, format version 1.3.

#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/results/histogram.h"

namespace tracetax {
namespace {

constexpr std::string_view start_time_mark = "#[StartTime: ";
constexpr std::string_view base_time_mark = "#[BaseTime: ";
constexpr std::string_view version_mark = "#[Histogram log format version ";
constexpr std::string_view legend =
    R"("StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram")";
// HdrHistogram_c reads comments into 128 bytes; "# ", the line's end and a NUL take four of them.
constexpr std::size_t comment_width = 120;
// Java shows the maximum of nanoseconds as milliseconds.
constexpr double max_value_unit = 1e6;

// "Wed Sep 09 08:24:39 UTC 2015": the form of Java's Date, for people only.
std::string date_text(double unix_seconds) {
  constexpr double year_9999 = 253402300799.0;
  if (!(unix_seconds >= 0 && unix_seconds <= year_9999))
    throw std::invalid_argument("interval log: the start time is no date");
  const auto t = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  gmtime_r(&t, &utc);
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{} {} {:02} {:02}:{:02}:{:02} UTC {}", days[utc.tm_wday], months[utc.tm_mon], utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, utc.tm_year + 1900);
}

void append_comment(std::string& text, std::string_view comment) {
  while (!comment.empty()) {
    std::string_view line = comment.substr(0, comment.find('\n'));
    std::size_t taken = line.size() + 1;
    if (line.size() > comment_width) {
      const std::size_t blank = line.rfind(' ', comment_width);
      std::size_t width = blank == std::string_view::npos || blank == 0 ? comment_width : blank;
      // Not within a UTF-8 sequence.
      while (width > 1 && (static_cast<unsigned char>(line[width]) & 0xc0) == 0x80) --width;
      taken = line[width] == ' ' ? width + 1 : width;
      line = line.substr(0, width);
    }
    text += fmt::format("# {}\n", line);
    comment.remove_prefix(std::min(taken, comment.size()));
  }
}

class LogParser {
 public:
  IntervalLog parse(std::string_view text) {
    while (!text.empty()) {
      ++line_number_;
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.starts_with('#')) {
        take_comment(line);
      } else if (!line.empty() && !line.starts_with('"')) {  // the legend begins with a quote
        take_interval(line);
      }
    }
    return std::move(log_);
  }

 private:
  [[noreturn]] void fail(std::string_view reason) const {
    throw std::runtime_error(fmt::format("interval log, line {}: {}", line_number_, reason));
  }

  // The number at the start of `text`; what follows it is checked by the caller.
  double number(std::string_view text, std::string_view what, std::string_view& rest) const {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) fail(fmt::format("{} is not a number", what));
    rest = text.substr(static_cast<std::size_t>(end - text.data()));
    return value;
  }

  void take_comment(std::string_view line) {
    std::string_view rest;
    if (line.starts_with(start_time_mark)) {
      log_.start_time_s = number(line.substr(start_time_mark.size()), "StartTime", rest);
      has_start_time_ = true;
    } else if (line.starts_with(base_time_mark)) {
      base_time_s_ = number(line.substr(base_time_mark.size()), "BaseTime", rest);
    } else if (!line.starts_with(version_mark)) {
      line.remove_prefix(line.starts_with("# ") ? 2 : 1);
      if (!log_.comment.empty()) log_.comment += '\n';
      log_.comment += line;
    }
  }

  std::string_view field(std::string_view& line, std::string_view what) const {
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) fail(fmt::format("the fields end before {}", what));
    const std::string_view text = line.substr(0, comma);
    line.remove_prefix(comma + 1);
    return text;
  }

  double numeric_field(std::string_view& line, std::string_view what) const {
    std::string_view rest;
    const double value = number(field(line, what), what, rest);
    if (!rest.empty()) fail(fmt::format("{} is not a number", what));
    return value;
  }

  void take_interval(std::string_view line) {
    LogInterval interval;
    if (line.starts_with("Tag=")) {
      const std::string_view tag = field(line, "the start");
      interval.tag = tag.substr(4);
    }
    const double start = numeric_field(line, "the start");
    interval.length_s = numeric_field(line, "the length");
    if (interval.length_s < 0) fail("the length is negative");
    numeric_field(line, "the maximum");  // the histogram has it more exactly
    if (!base_time_s_) base_time_s_ = deduced_base(start);
    interval.start_s = start + (*base_time_s_ - log_.start_time_s);  // in this order the usual 0 loses no digits
    try {
      interval.histogram = Histogram::decode(line);
    } catch (const std::runtime_error& error) {
      fail(error.what());
    }
    log_.intervals.push_back(std::move(interval));
  }

  // Java's rule for logs without a BaseTime: a first stamp more than a year before StartTime is relative to it.
  double deduced_base(double first_start) const {
    constexpr double year_s = 365 * 24 * 3600.0;
    return has_start_time_ && first_start < log_.start_time_s - year_s ? log_.start_time_s : 0;
  }

  IntervalLog log_;
  std::optional<double> base_time_s_;
  bool has_start_time_ = false;
  std::size_t line_number_ = 0;
};

}  // namespace

std::string interval_log_head(const IntervalLog& log) {
  std::string text = fmt::format("{}1.3]\n", version_mark);
  append_comment(text, log.comment);
  text += fmt::format("{}{:.3f} (seconds since epoch), {}]\n", start_time_mark, log.start_time_s,
                      date_text(log.start_time_s));
  text += fmt::format("{}{:.3f} (seconds since epoch)]\n", base_time_mark, log.start_time_s);
  text += fmt::format("{}\n", legend);
  return text;
}

std::string interval_log_line(const LogInterval& interval) {
  if (interval.tag.find_first_of(", \t\r\n") != std::string::npos) {
    throw std::invalid_argument(
        fmt::format("interval log: the tag \"{}\" holds a comma, blank or line break", interval.tag));
  }
  if (!std::isfinite(interval.start_s) || !std::isfinite(interval.length_s) || interval.length_s < 0) {
    throw std::invalid_argument("interval log: an interval's start and length must be finite, its length not negative");
  }
  return fmt::format("{}{:.3f},{:.3f},{:.3f},{}\n", interval.tag.empty() ? "" : "Tag=" + interval.tag + ",",
                     interval.start_s, interval.length_s,
                     static_cast<double>(interval.histogram.max()) / max_value_unit, interval.histogram.encode());
}

std::string write_interval_log(const IntervalLog& log) {
  std::string text = interval_log_head(log);
  for (const LogInterval& interval : log.intervals) text += interval_log_line(interval);
  return text;
}

IntervalLog read_interval_log(std::string_view text) {
  return LogParser().parse(text);
}

}  // namespace tracetax
