#pragma once
// Many results of the same scenarios, in order of time: when did the tax rise? What `tracetax history` found, as values
// (schema "tracetax.history/1", docs/history.md). Reports are functions of this and nothing else.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

// What a reader needs of a result to find it again.
struct HistoryRun {
  std::string source{};  // where it was read
  std::int64_t started_at_unix_s = 0;
  std::uint64_t seed = 0;
  std::uint32_t blocks = 0;
  Verdict verdict = Verdict::inconclusive;
  std::string commit{};  // of the environment's versions; empty: it does not say
  Environment environment{};
};

// Results that may stand in one series: one scenario, one method, one class of machine.
struct HistoryFamily {
  std::string name{};  // of the scenario, as the newest has it
  std::string fingerprint{};
  int method = method_version;
  std::string cpu{}, build_type{};  // empty and 0 with --force: of any class
  std::uint32_t cores = 0;
  // False once so many newer results of this scenario and class of machine stand in others that a change could be seen
  // in those alone: what was measured here is no longer what is run.
  bool current = true;
  std::vector<HistoryRun> runs{};  // by started_at
};

// One overhead, in one result. Numbers of a series are increases for the worse: shares of the control's value
// (`relative`), else the metric's unit.
struct HistoryPoint {
  std::size_t run = 0;  // of the family
  Estimate overhead{};  // with the interval of its result
};

struct HistorySegment {
  std::size_t first = 0, last = 0;  // of the series' points, both in
  Estimate level{};
};

// Between the points `after - 1` and `after`.
struct HistoryChange {
  std::size_t after = 0;
  // Growth from segment to segment: of a relative series (1 + overhead now) ÷ (1 + overhead before) − 1, as `compare`
  // has it.
  Estimate growth{};
  bool rise = false, fall = false;       // the whole interval is above, or below, 0; else neither
  std::vector<std::string> different{};  // what else changed there: commits, versions, host, kernel
};

enum class Trend { steady, risen, fallen, too_few };
std::string_view to_string(Trend);  // "steady", "risen", "fallen", "too few results"

struct HistorySeries {
  std::size_t family = 0;  // of the report
  std::string metric{};
  std::string service{};  // empty: the whole system
  Phase phase = Phase::blocks;
  std::string control{}, treatment{};
  bool relative = false;
  std::optional<double> limit{};  // of its budget, in the newest result that has one
  bool judged = false;            // it has a budget and its family is current: it is in the verdict
  Trend trend = Trend::steady;    // the last segment against the one before
  std::uint32_t needed = 0;       // points before a change can be seen at all, among as many series as there are
  double p_value = 1;             // of "nothing ever changed"; 1 with too few results
  double between = 0;             // spread from run to run beyond each run's own error, a standard deviation
  std::vector<HistoryPoint> points{};
  std::vector<HistorySegment> segments{};
  std::vector<HistoryChange> changes{};  // one fewer than segments
};

struct HistorySkipped {
  std::string source{}, why{};
};

struct HistoryReport {
  std::string folder{};
  // risen: any judged series has; steady: none has, as far as they have enough results; too_few: none has enough.
  Trend verdict = Trend::steady;
  double confidence = 0.95;    // of all intervals of levels and growths
  double false_alarms = 0.05;  // chance that any judged series is cut when nothing ever changed, at most
  std::vector<HistoryFamily> families{};
  std::vector<HistorySeries> series{};
  std::uint32_t older = 0;  // results that began before the time asked for
  std::vector<HistorySkipped> skipped{};
};

std::string write_history_json(const HistoryReport&);

}  // namespace tracetax
