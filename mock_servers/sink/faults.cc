#include "mock_servers/sink/faults.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace tracetax::sink {

namespace {

constexpr std::array<std::string_view, fault_modes> words{"none", "slow", "refuse", "partial", "reset", "hang"};
constexpr double most_ms = 24.0 * 3600 * 1000;

// 0.1 is a little more than a tenth in binary and 0.3 a little less than three: ten requests at 0.1 must make one.
constexpr double rounding = 1e-9;

std::uint64_t take_whole(double& owed) {
  const double whole = std::floor(owed + rounding);
  owed = std::max(owed - whole, 0.0);
  return static_cast<std::uint64_t>(whole);
}

std::optional<double> number_in(const nlohmann::json& value, double most) {
  if (!value.is_number()) return {};
  const double number = value.get<double>();
  if (!(number >= 0 && number <= most)) return {};
  return number;
}

Nanos from_ms(double ms) {
  return Nanos(static_cast<std::int64_t>(std::llround(ms * 1e6)));
}

}  // namespace

std::string_view to_string(FaultMode mode) {
  return words[static_cast<std::size_t>(mode)];
}

void Faults::set(const FaultPlan& plan, Nanos now) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
  ends_ = now + plan.lasts;
  owed_ = 0;
}

FaultPlan Faults::current_locked(Nanos now) const {
  const bool over = plan_.lasts > Nanos::zero() && now >= ends_;
  return over ? FaultPlan{} : plan_;
}

FaultPlan Faults::current(Nanos now) const {
  const std::lock_guard lock(mutex_);
  return current_locked(now);
}

FaultPlan Faults::next(Nanos now) {
  const std::lock_guard lock(mutex_);
  const FaultPlan plan = current_locked(now);
  if (plan.mode == FaultMode::none || plan.mode == FaultMode::partial) return plan;
  owed_ += plan.share;
  if (take_whole(owed_) == 0) return {};
  ++counts_.requests[static_cast<std::size_t>(plan.mode)];
  return plan;
}

std::uint64_t Faults::reject(std::uint64_t spans, double share) {
  const std::lock_guard lock(mutex_);
  owed_ += static_cast<double>(spans) * share;
  const std::uint64_t rejected = std::min(take_whole(owed_), spans);
  if (rejected > 0) ++counts_.requests[static_cast<std::size_t>(FaultMode::partial)];
  counts_.rejected_spans += rejected;
  return rejected;
}

FaultCounts Faults::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::optional<FaultPlan> parse_fault(std::string_view text, std::string& problem) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) {
    problem = "expected a JSON object such as {\"mode\": \"refuse\", \"for_ms\": 5000}";
    return {};
  }
  FaultPlan plan;
  bool has_mode = false, has_share = false;
  for (const auto& [key, value] : json.items()) {
    if (key == "mode") {
      const auto found = value.is_string() ? std::ranges::find(words, value.get<std::string>()) : words.end();
      if (found == words.end()) {
        problem = "mode: must be one of none, slow, refuse, partial, reset, hang, got " + value.dump();
        return {};
      }
      plan.mode = static_cast<FaultMode>(found - words.begin());
      has_mode = true;
    } else if (key == "share") {
      const auto share = number_in(value, 1);
      if (!share) {
        problem = "share: must be a number from 0 to 1, got " + value.dump();
        return {};
      }
      plan.share = *share;
      has_share = true;
    } else if (key == "delay_ms" || key == "for_ms") {
      const auto ms = number_in(value, most_ms);
      if (!ms) {
        problem = key + ": must be a number of milliseconds, at most a day of them, got " + value.dump();
        return {};
      }
      (key == "delay_ms" ? plan.delay : plan.lasts) = from_ms(*ms);
    } else {
      problem = key + ": unknown key\n  hint: possible are mode, delay_ms, share, for_ms";
      return {};
    }
  }
  if (!has_mode) problem = "mode: is missing\n  hint: one of none, slow, refuse, partial, reset, hang";
  if (has_mode && plan.mode == FaultMode::slow && plan.delay == Nanos::zero()) {
    problem = "delay_ms: slow needs one above 0";
  }
  if (has_mode && plan.mode == FaultMode::partial && !has_share) {
    problem = "share: partial needs the share of the spans that it rejects";
  }
  if (!problem.empty()) return {};
  return plan;
}

}  // namespace tracetax::sink
