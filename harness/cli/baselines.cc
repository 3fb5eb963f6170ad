#include "harness/cli/baselines.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/result_folder.h"

namespace tracetax::cli {
namespace {

constexpr int levels_below = 2;
constexpr std::size_t most_listed = 10;

bool is_result_folder(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / "result.json") || std::filesystem::exists(folder / "run.json");
}

void gather(const std::filesystem::path& folder, int levels, std::vector<std::filesystem::path>& found) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_directory()) {
      if (is_result_folder(entry.path())) {
        found.push_back(entry.path());
      } else if (levels > 0) {
        gather(entry.path(), levels - 1, found);
      }
    } else if (entry.path().extension() == ".json") {
      found.push_back(entry.path());
    }
  }
}

// The same run, also when it was copied.
bool same_run(const Result& a, const Result& b) {
  return a.started_at_unix_s == b.started_at_unix_s && a.seed == b.seed && a.environment.host == b.environment.host &&
         a.duration == b.duration;
}

struct Skipped {
  std::filesystem::path path;
  std::string why;
};

// Empty: it may be a baseline.
std::string why_not(const Result& candidate, const Result& later, const CompareTerms& terms) {
  if (same_run(candidate, later)) return "the result itself";
  if (candidate.started_at_unix_s > later.started_at_unix_s) return "newer than the result";
  if (!candidate.valid) return "not valid";
  if (!candidate.finished) return "cut short";
  return fmt::format("{}", fmt::join(reasons_not_to_compare(candidate, later, terms), "; "));
}

Baseline chosen_of(std::vector<Baseline>& candidates, std::vector<Skipped>& skipped, const Result& later,
                   const CompareTerms& terms, const std::filesystem::path& folder) {
  const std::size_t all = candidates.size() + skipped.size();
  std::ranges::stable_sort(candidates, std::ranges::greater{},
                           [](const Baseline& b) { return b.result.started_at_unix_s; });
  const auto first_fitting = [&](bool force) {
    return std::ranges::find_if(candidates, [&](const Baseline& b) {
      return why_not(b.result, later, {terms.allow, force}).empty();
    });
  };
  auto chosen = first_fitting(false);
  if (chosen == candidates.end() && terms.force) chosen = first_fitting(true);

  std::size_t fitting = 0;
  for (auto one = candidates.begin(); one != candidates.end(); ++one) {
    const std::string why = why_not(one->result, later, {terms.allow, false});
    if (why.empty()) ++fitting;
    if (!why.empty() && one != chosen) skipped.push_back({one->path, why});
  }
  std::vector<std::string> lines;
  for (const Skipped& s : skipped) {
    if (lines.size() == most_listed) {
      lines.push_back(fmt::format("… and {} more", skipped.size() - most_listed));
      break;
    }
    lines.push_back(fmt::format("skipped {}: {}", s.path.string(), s.why));
  }
  Baseline baseline;
  if (chosen == candidates.end()) {
    baseline.path = folder;
    baseline.refusals = {fmt::format("none of the {} results in {} can be the baseline", all, folder.string())};
    baseline.refusals.insert(baseline.refusals.end(), lines.begin(), lines.end());
    return baseline;
  }
  baseline = std::move(*chosen);
  baseline.notes = {fmt::format("{}: the newest of {} comparable results among {} in {}", baseline.path.string(),
                                std::max<std::size_t>(fitting, 1), all, folder.string())};
  baseline.notes.insert(baseline.notes.end(), lines.begin(), lines.end());
  return baseline;
}

}  // namespace

Baseline find_baseline(const std::filesystem::path& path, const Result& later, const std::filesystem::path& later_path,
                       const CompareTerms& terms) {
  if (!std::filesystem::is_directory(path) || is_result_folder(path)) {
    Baseline one{path, load_result(path), {}, {}};
    one.refusals = reasons_not_to_compare(one.result, later, terms);
    if (same_run(one.result, later)) one.notes.emplace_back("both are the same run: nothing can have changed");
    return one;
  }
  std::vector<std::filesystem::path> paths;
  gather(path, levels_below, paths);
  if (paths.empty())
    throw std::runtime_error(path.string() +
                             " holds no results: neither result folders nor *.json, up to two levels down");
  std::ranges::sort(paths);
  std::vector<Baseline> candidates;
  std::vector<Skipped> skipped;
  for (const std::filesystem::path& candidate : paths) {
    try {
      if (std::filesystem::equivalent(candidate, later_path)) {
        skipped.push_back({candidate, "the result itself"});
      } else {
        candidates.push_back({candidate, load_result(candidate), {}, {}});
      }
    } catch (const std::runtime_error& error) {
      const std::string why = error.what();
      skipped.push_back({candidate, why.substr(0, why.find('\n'))});  // without its hint: it may not be meant at all
    }
  }
  return chosen_of(candidates, skipped, later, terms, path);
}

}  // namespace tracetax::cli
