#include "harness/verdict/history_families.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/results/version_pairs.h"
#include "harness/stats/change_points.h"

namespace tracetax {
namespace {

// Empty: it can stand in a series.
std::string why_not(const DatedResult& one) {
  const Result& r = one.result;
  if (!r.valid) return "not valid" + (r.failures.empty() ? std::string{} : ": " + r.failures.front());
  if (!r.finished) return fmt::format("cut short after {} of {} blocks", r.blocks_done, r.blocks_planned);
  if (r.fingerprint.empty()) return "does not say what was measured (no fingerprint): written by an older tracetax";
  return {};
}

std::string commit_of(const Environment& environment) {
  static constexpr std::array<std::string_view, 3> names{"git commit", "git_commit", "commit"};
  for (const std::string_view name : names) {
    const auto found = environment.versions.find(std::string(name));
    if (found != environment.versions.end()) return found->second;
  }
  return {};
}

HistoryRun run_of(const DatedResult& one) {
  HistoryRun run;
  run.source = one.source;
  run.started_at_unix_s = one.result.started_at_unix_s;
  run.seed = one.result.seed;
  run.blocks = one.result.blocks_done;
  run.verdict = one.result.verdict;
  run.commit = commit_of(one.result.environment);
  run.environment = one.result.environment;
  return run;
}

using FamilyKey = std::tuple<std::string, int, std::string, std::uint32_t, std::string>;

FamilyKey key_of(const Result& r, bool any_machine) {
  if (any_machine) return {r.fingerprint, r.method, "", 0U, ""};
  const Environment& e = r.environment;
  return {r.fingerprint, r.method, e.cpu, e.cores, e.build_type};
}

Family family_of(const FamilyKey& key, std::vector<const DatedResult*> results) {
  Family family;
  family.results = std::move(results);
  HistoryFamily& values = family.values;
  std::tie(values.fingerprint, values.method, values.cpu, values.cores, values.build_type) = key;
  values.name = family.results.back()->result.name;
  for (const DatedResult* one : family.results) values.runs.push_back(run_of(*one));
  return family;
}

std::int64_t newest(const Family& family) {
  return family.values.runs.back().started_at_unix_s;
}

bool same_class(const HistoryFamily& a, const HistoryFamily& b) {
  return std::tie(a.name, a.cpu, a.cores, a.build_type) == std::tie(b.name, b.cpu, b.cores, b.build_type);
}

// The same run, also when it was copied; `results` are in order of time.
const DatedResult* copy_of(const DatedResult& one, const std::vector<const DatedResult*>& results) {
  for (auto other = results.rbegin(); other != results.rend(); ++other) {
    const Result& a = one.result;
    const Result& b = (*other)->result;
    if (a.started_at_unix_s != b.started_at_unix_s) break;
    if (a.seed == b.seed && a.duration == b.duration && a.environment.host == b.environment.host) return *other;
  }
  return nullptr;
}

// Results of the same scenario on the same class of machine that began after the family's last one.
std::size_t newer_elsewhere(const Family& family, const std::vector<Family>& families) {
  std::size_t n = 0;
  for (const Family& other : families) {
    if (!same_class(other.values, family.values)) continue;
    n += static_cast<std::size_t>(std::ranges::count_if(
        other.values.runs, [&](const HistoryRun& run) { return run.started_at_unix_s > newest(family); }));
  }
  return n;
}

}  // namespace

std::vector<Family> families_of(const std::vector<DatedResult>& results, const HistoryTerms& terms, LeftOut& left_out) {
  std::vector<const DatedResult*> ordered;
  for (const DatedResult& one : results) {
    if (one.result.started_at_unix_s < terms.since_unix_s) {
      ++left_out.older;
    } else if (const std::string why = why_not(one); !why.empty()) {
      left_out.skipped.push_back({one.source, why});
    } else {
      ordered.push_back(&one);
    }
  }
  std::ranges::stable_sort(ordered, {}, [](const DatedResult* one) { return one->result.started_at_unix_s; });
  std::map<FamilyKey, std::vector<const DatedResult*>> by_key;
  for (const DatedResult* one : ordered) {
    std::vector<const DatedResult*>& of_key = by_key[key_of(one->result, terms.any_machine)];
    if (const DatedResult* original = copy_of(*one, of_key)) {
      left_out.skipped.push_back({one->source, "the same run as " + original->source});
    } else {
      of_key.push_back(one);
    }
  }
  std::vector<Family> families;
  for (auto& [key, of_key] : by_key) families.push_back(family_of(key, std::move(of_key)));
  std::ranges::stable_sort(families, std::ranges::greater{}, newest);
  for (Family& family : families)
    family.values.current = newer_elsewhere(family, families) < least_results(terms.false_alarms);
  return families;
}

std::vector<std::string> differences_between(const Environment& before, const Environment& after) {
  std::vector<std::string> found;
  const auto compare = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) found.push_back(fmt::format("{}: {} → {}", what, a.empty() ? "none" : a, b.empty() ? "none" : b));
  };
  for (const auto& [name, was, is] : version_pairs(before, after)) compare(name, was, is);
  compare("host", before.host, after.host);
  compare("CPU", before.cpu, after.cpu);
  compare("cores", std::to_string(before.cores), std::to_string(after.cores));
  compare("kernel", before.kernel, after.kernel);
  compare("compiler", before.compiler, after.compiler);
  compare("build", before.build_type, after.build_type);
  return found;
}

}  // namespace tracetax
