#pragma once
// What a scrape of /metrics says, as values. Internal.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax {

struct MetricSample {
  std::string name;  // of the sample, with its suffix: "spans_created_total"
  std::map<std::string, std::string> labels{};
  double value = 0;
  std::map<std::string, std::string> exemplar{};  // its labels; empty: it has none
};

// The samples of an OpenMetrics 1.0 text, in its order. Empty when a line is none of the format or "# EOF" is not the
// last one: half a scrape must not pass for a whole one.
std::optional<std::vector<MetricSample>> parse_openmetrics(std::string_view text);

// Over all samples of the name that have the labels; empty: there is none.
std::optional<double> sum_of(const std::vector<MetricSample>& samples, std::string_view name,
                             const std::map<std::string, std::string>& labels = {});

}  // namespace tracetax
