#include "reports/openmetrics_families.h"

#include <cmath>

#include <fmt/format.h>

namespace tracetax::openmetrics {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

std::string text_of(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!value.empty()) text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped(value));
  }
  return text.empty() ? text : "{" + text + "}";
}

}  // namespace

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

Family::Family(std::string name, Type type, std::string unit, std::string help)
    : name_(std::move(name)), unit_(std::move(unit)), help_(std::move(help)), type_(type) {}

void Family::add(const Labels& labels, double value) {
  std::string text = text_of(labels);
  for (int repeat = 2; !seen_.insert(text).second; ++repeat) {
    Labels numbered = labels;
    numbered.emplace_back("repeat", std::to_string(repeat));
    text = text_of(numbered);
  }
  samples_ += fmt::format("{}{}{} {}\n", name_, type_ == Type::counter ? "_total" : "", text, number(value));
}

std::string Family::text() const {
  if (samples_.empty()) return {};
  std::string head = fmt::format("# TYPE {} {}\n", name_, type_ == Type::counter ? "counter" : "gauge");
  if (!unit_.empty()) head += fmt::format("# UNIT {} {}\n", name_, unit_);
  return head + fmt::format("# HELP {} {}\n", name_, help_) + samples_;
}

ByUnit::ByUnit(std::string name, std::string help) : name_(std::move(name)), help_(std::move(help)) {}

void ByUnit::add(const BaseUnit& unit, const Labels& labels, double value) {
  const std::string name = unit.name.empty() ? name_ : name_ + "_" + unit.name;
  families_.try_emplace(unit.name, name, Type::gauge, unit.name, help_).first->second.add(labels, value / unit.size);
}

std::string ByUnit::text() const {
  std::string all;
  for (const auto& [unit, family] : families_) all += family.text();
  return all;
}

}  // namespace tracetax::openmetrics
