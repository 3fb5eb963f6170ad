#pragma once
// The families that an OpenMetrics file is made of. Internal to reports.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tracetax::openmetrics {

// In this order; labels without a value are left out, which is the same in OpenMetrics.
using Labels = std::vector<std::pair<std::string, std::string>>;

// "NaN", "+Inf", or the shortest decimal that reads back as the same number.
std::string number(double value);

enum class Type { gauge, counter };

// A MetricFamily: its samples stand together, and no two of them have the same labels. The unit, where there is one,
// must end the name.
class Family {
 public:
  Family(std::string name, Type type, std::string unit, std::string help);

  // Labels that were there before get one more, repeat="2": a scenario may ask twice about the same thing in other
  // words.
  void add(const Labels& labels, double value);
  // With its metadata; empty for a family without samples.
  std::string text() const;

 private:
  std::string name_, unit_, help_;
  Type type_;
  std::set<std::string> seen_{};
  std::string samples_{};
};

// A base unit, and how much of a metric's own unit one of it is.
struct BaseUnit {
  std::string name;
  double size = 1;
};

// One quantity in several units, each of which is a family: "tracetax_cost" is tracetax_cost_seconds,
// tracetax_cost_bytes.
class ByUnit {
 public:
  ByUnit(std::string name, std::string help);

  // `value` in the metric's own unit.
  void add(const BaseUnit& unit, const Labels& labels, double value);
  std::string text() const;

 private:
  std::string name_, help_;
  std::map<std::string, Family> families_{};
};

}  // namespace tracetax::openmetrics
