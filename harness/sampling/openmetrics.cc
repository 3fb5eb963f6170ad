#include "harness/sampling/openmetrics.h"

#include <algorithm>
#include <charconv>

namespace tracetax {
namespace {

// Reads one line from left to right; every step says whether what it wants is there.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  std::string until(std::string_view ends) {
    const std::size_t length = std::min(rest_.find_first_of(ends), rest_.size());
    std::string word(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return word;
  }
  // The braces as well.
  bool labels(std::map<std::string, std::string>& out) {
    if (!take("{")) return false;
    while (!take("}")) {
      const std::string key = until("=");
      std::string value;
      if (key.empty() || !take("=\"") || !quoted(value)) return false;
      out[key] = std::move(value);
      take(",");
    }
    return true;
  }
  bool number(double& out) {
    const std::string word = until(" ");
    if (word == "+Inf") return true;  // of a bound or a sum: nobody here computes with it
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
    return error == std::errc() && end == word.data() + word.size();
  }
  bool at_end() const { return rest_.empty(); }

 private:
  bool quoted(std::string& out) {
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (rest_.empty()) return false;
      out += rest_.front() == 'n' ? '\n' : rest_.front();
      rest_.remove_prefix(1);
    }
    return false;
  }

  std::string_view rest_;
};

// NAME[{labels}] VALUE[ TIME][ # {labels} VALUE[ TIME]]
std::optional<MetricSample> parse_sample(std::string_view text) {
  Line line(text);
  MetricSample sample;
  sample.name = line.until("{ ");
  if (sample.name.empty()) return std::nullopt;
  if (!line.take(" ") && !(line.labels(sample.labels) && line.take(" "))) return std::nullopt;
  if (!line.number(sample.value)) return std::nullopt;
  double number = 0;
  if (line.at_end()) return sample;
  if (!line.take(" # ")) {
    if (!line.take(" ") || !line.number(number)) return std::nullopt;
    if (line.at_end()) return sample;
    if (!line.take(" # ")) return std::nullopt;
  }
  if (!line.labels(sample.exemplar) || !line.take(" ") || !line.number(number)) return std::nullopt;
  if (!line.at_end() && !(line.take(" ") && line.number(number) && line.at_end())) return std::nullopt;
  return sample;
}

}  // namespace

std::optional<std::vector<MetricSample>> parse_openmetrics(std::string_view text) {
  std::vector<MetricSample> samples;
  bool ended = false;
  while (!text.empty()) {
    const std::size_t length = text.find('\n');
    if (ended || length == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length + 1);
    ended = line == "# EOF";
    if (line.starts_with('#')) continue;
    auto sample = parse_sample(line);
    if (!sample) return std::nullopt;
    samples.push_back(std::move(*sample));
  }
  if (!ended) return std::nullopt;
  return samples;
}

std::optional<double> sum_of(const std::vector<MetricSample>& samples, std::string_view name,
                             const std::map<std::string, std::string>& labels) {
  std::optional<double> sum;
  for (const MetricSample& sample : samples) {
    const bool has_labels = std::ranges::all_of(labels, [&](const auto& label) {
      const auto found = sample.labels.find(label.first);
      return found != sample.labels.end() && found->second == label.second;
    });
    if (sample.name == name && has_labels) sum = sum.value_or(0) + sample.value;
  }
  return sum;
}

}  // namespace tracetax
