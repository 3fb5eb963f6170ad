#include "harness/cli/tune_probes.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/cli/measure.h"
#include "harness/cli/result_folder.h"
#include "harness/experiment/environment.h"
#include "harness/scenario/fingerprint.h"
#include "harness/verdict/evaluate.h"

namespace tracetax::cli {
namespace {

constexpr std::uint64_t stream_probes = 31;

bool same_budget(const BudgetResult& a, const BudgetResult& b) {
  return a.metric == b.metric && a.arm == b.arm && a.service == b.service && a.phase == b.phase && a.limit == b.limit &&
         a.relative == b.relative;
}

bool same_machine(const Environment& a, const Environment& b) {
  return a.host == b.host && a.cpu == b.cpu && a.cores == b.cores && a.build_type == b.build_type &&
         a.versions == b.versions;
}

std::vector<std::string> joined(std::vector<std::string> sets, const std::vector<std::string>& more) {
  sets.insert(sets.end(), more.begin(), more.end());
  return sets;
}

}  // namespace

std::vector<BudgetResult> budgets_of(const Scenario& scenario) {
  return evaluate(scenario, Digest{}, {}).budgets;
}

bool probe_decided(const Result& so_far) {
  const auto exceeded = [](const BudgetResult& b) { return b.verdict == Verdict::exceeded; };
  return all_decided(so_far) || std::ranges::any_of(so_far.budgets, exceeded);
}

ProbeStore::ProbeStore(ProbeTerms terms, const std::atomic<bool>& stop)
    : terms_(std::move(terms)), stop_(stop), environment_(read_environment()) {
  const std::filesystem::path probes = terms_.folder / "probes";
  std::filesystem::create_directories(probes);
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(probes)) {
    const std::string name = entry.path().filename().string();
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || end != name.data() + name.size()) continue;
    next_ = std::max(next_, number + 1);
    if (std::filesystem::exists(entry.path() / "result.json")) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  for (const auto& folder : folders)
    kept_.push_back({"probes/" + folder.filename().string(), load_result(folder), false});
}

LoadedScenario ProbeStore::load(const std::vector<std::string>& more) const {
  return load_scenario(terms_.scenario, joined(terms_.sets, more), terms_.budgets);
}

ProbeStore::Kept* ProbeStore::find(const LoadedScenario& loaded) {
  RunInfo info;
  info.fingerprint = fingerprint_of(loaded.resolved);
  info.environment = environment_;
  const Result wanted = evaluate(loaded.scenario, Digest{}, info);
  const auto fits = [&](const Kept& kept) {
    const Result& r = kept.result;
    return !kept.used && r.valid && r.finished && r.fingerprint == wanted.fingerprint && r.method == wanted.method &&
           r.blocks_least == wanted.blocks_least && r.blocks_planned == wanted.blocks_planned &&
           same_machine(r.environment, wanted.environment) &&
           std::ranges::equal(r.budgets, wanted.budgets, same_budget);
  };
  const auto found = std::ranges::find_if(kept_, fits);
  return found == kept_.end() ? nullptr : &*found;
}

bool ProbeStore::has(const std::vector<std::string>& more) {
  return find(load(more)) != nullptr;
}

ProbeRun ProbeStore::run(const std::vector<std::string>& more, std::optional<Nanos> left) {
  // Probes of the same arrivals would share their luck, and a curve through them would count it once for each.
  const std::uint64_t seed = derive_seed({terms_.seed, stream_probes, next_});
  const LoadedScenario loaded = load(joined(more, {fmt::format("plan.seed={}", seed)}));
  if (Kept* kept = find(loaded)) {
    kept->used = true;
    return {kept->result, kept->folder, true, false};
  }
  MeasureOptions options;
  ProbeRun run;
  run.folder = fmt::format("probes/{:02}", next_++);
  options.folder = terms_.folder / run.folder;
  std::filesystem::create_directory(options.folder);
  options.scenario_file = terms_.scenario.string();
  options.max_time = left;
  options.progress = terms_.progress;
  options.notes = terms_.notes;
  options.enough = probe_decided;
  Measurement measurement = measure(loaded, options, stop_);
  run.result = std::move(measurement.result);
  run.interrupted = measurement.interrupted;
  return run;
}

}  // namespace tracetax::cli
