#include "harness/load/generator.h"

#include <algorithm>
#include <future>
#include <stdexcept>

#include <sys/resource.h>

#include "harness/base/ensure.h"
#include "harness/load/worker.h"

namespace tracetax {
namespace {

// Lead between preparing a window and its first due time, so that no worker starts late.
constexpr Nanos start_lead = std::chrono::milliseconds(5);

std::int64_t unix_time_at(Nanos monotonic) {
  const auto unix_now = std::chrono::duration_cast<Nanos>(std::chrono::system_clock::now().time_since_epoch());
  return (unix_now + (monotonic - monotonic_now())).count();
}

// Involuntary context switches of this thread so far.
std::uint64_t preemptions() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return static_cast<std::uint64_t>(usage.ru_nivcsw);
}

}  // namespace

Generator::Generator(const Load& load, std::vector<Target> targets, LoadThreads& threads, Spin spin)
    : load_(load), threads_(threads), spin_(spin), table_(std::make_unique<CallTable>(load)) {
  ensure(targets.size() == load_.sessions, "every session has a target");
  const std::size_t count = std::min<std::size_t>(threads_.count(), load_.sessions);
  for (std::size_t w = 0; w < count; ++w) {
    workers_.push_back(std::make_unique<Worker>(load_, *table_, w, count));
    for (std::size_t s = w; s < targets.size(); s += count) workers_[w]->add_session(std::move(targets[s]));
  }
}

Generator::~Generator() {
  std::vector<std::future<void>> ending;
  for (std::size_t w = 0; w < workers_.size(); ++w)
    ending.push_back(threads_.run(w, [this, w](EventLoop&) { workers_[w]->close(); }));
  for (const auto& one : ending) one.wait();
}

void Generator::open() {
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    threads_.run(w, [this, w](EventLoop& loop) { workers_[w]->open(loop); }).get();
  }
  // Sessions that speak differently would be two loads in one.
  std::size_t first = 0;
  version_.clear();
  for (const auto& worker : workers_) {
    for (const auto& [session, version] : worker->versions()) {
      if (version_.empty()) {
        first = session;
        version_ = version;
      }
      if (version == version_) continue;
      throw std::runtime_error("session " + std::to_string(first) + " has come to speak " + version_ + " and session " +
                               std::to_string(session) + " " + version +
                               "; write `era: modern` or `era: legacy` at the first hop");
    }
  }
}

std::vector<mcp::Tool> Generator::list_tools() {
  std::vector<mcp::Tool> tools;
  threads_.run(0, [&](EventLoop&) { tools = workers_.front()->list_tools(); }).get();
  return tools;
}

std::vector<mcp::Prompt> Generator::list_prompts() {
  std::vector<mcp::Prompt> prompts;
  threads_.run(0, [&](EventLoop&) { prompts = workers_.front()->list_prompts(); }).get();
  return prompts;
}

mcp::ResourceList Generator::list_resources() {
  mcp::ResourceList resources;
  threads_.run(0, [&](EventLoop&) { resources = workers_.front()->list_resources(); }).get();
  return resources;
}

void Generator::mirror(const std::map<std::string, mcp::Json>& schemas) {
  for (const auto& worker : workers_) worker->mirror(schemas);
}

std::map<std::string, std::uint64_t> Generator::take_oddities() {
  std::map<std::string, std::uint64_t> all;
  for (const auto& worker : workers_) {
    for (const auto& [what, times] : worker->take_oddities()) all[what] += times;
  }
  return all;
}

void Generator::prepare_open(const ArrivalSchedule& schedule, const WindowPlace& place) {
  window_ = {};
  length_ = schedule.length;
  window_.samples.resize(schedule.calls.size());
  for (const auto& worker : workers_) worker->prepare_open(first_number(load_, place));
  for (std::size_t i = 0; i < schedule.calls.size(); ++i) {
    const PlannedCall& planned = schedule.calls[i];
    const auto number = static_cast<std::uint32_t>(i);
    workers_[planned.session % workers_.size()]->add(planned, number);
    Sample& sample = window_.samples[i];
    sample.intended = sample.sent = sample.received = planned.due;
    sample.call = number;
    sample.session = planned.session;
    sample.tool = table_->name_of(planned.spec, planned.item);
  }
}

void Generator::prepare_closed(Nanos window, std::uint64_t seed, const WindowPlace& place) {
  window_ = {};
  length_ = window;
  for (const auto& worker : workers_) worker->prepare_closed(window, seed, first_number(load_, place));
}

void Generator::begin(Nanos start) {
  window_.start = start;
  window_.started_at_unix_ns = unix_time_at(start);
  for (const auto& worker : workers_) worker->begin(start, window_.samples.data());
}

// All generators have as many workers: they have one load.
Generator::Effort Generator::drive_all(std::span<Generator* const> generators, const std::atomic<bool>& stop) {
  LoadThreads& threads = generators.front()->threads_;
  const std::size_t count = generators.front()->workers_.size();
  std::vector<Effort> efforts(count);
  const Nanos cpu_before = threads.cpu();
  const Nanos start = monotonic_now() + start_lead;
  for (Generator* generator : generators) generator->begin(start);
  std::vector<std::future<void>> running;
  for (std::size_t w = 0; w < count; ++w) {
    running.push_back(threads.run(w, [generators, w, &efforts, &stop](EventLoop& loop) {
      std::vector<Worker*> workers;
      for (Generator* generator : generators) workers.push_back(generator->workers_[w].get());
      const std::uint64_t before = preemptions();
      efforts[w].spun = drive(loop, workers, generators.front()->spin_, stop);
      efforts[w].preempted = preemptions() - before;
    }));
  }
  for (auto& future : running) future.wait();
  for (auto& future : running) future.get();
  Effort all{threads.cpu() - cpu_before};
  for (const Effort& effort : efforts) {
    all.spun += effort.spun;
    all.preempted += effort.preempted;
  }
  return all;
}

WindowResult Generator::finish(const Effort& effort, const std::atomic<bool>& stop) {
  window_.duration = length_;
  window_.cpu = effort.cpu;
  window_.spun = effort.spun;
  window_.preempted = effort.preempted;
  window_.first_request_id = workers_.front()->first_request_id();
  std::vector<Sample>& samples = window_.samples;
  for (const auto& worker : workers_) {
    samples.insert(samples.end(), worker->closed_samples().begin(), worker->closed_samples().end());
    for (const auto& [reason, times] : worker->reasons()) window_.reasons[reason] += times;
  }
  for (const Sample& sample : samples) window_.duration = std::max(window_.duration, sample.received);
  if (stop) window_.failure = "interrupted";
  return std::move(window_);
}

WindowResult Generator::run(Nanos window, std::uint64_t seed, const std::atomic<bool>& stop, const WindowPlace& place) {
  const auto* open = std::get_if<OpenArrivals>(&load_.arrivals);
  if (open != nullptr) {
    prepare_open(make_schedule(*open, load_, window, seed, place.block), place);
  } else {
    prepare_closed(window, seed, place);
  }
  Generator* const self = this;
  const Effort effort = drive_all({&self, 1}, stop);
  WindowResult result = finish(effort, stop);
  if (open == nullptr) {
    std::ranges::sort(result.samples, {}, &Sample::intended);
    for (std::size_t i = 0; i < result.samples.size(); ++i) result.samples[i].call = static_cast<std::uint32_t>(i);
  }
  return result;
}

std::vector<WindowResult> run_together(std::span<Generator* const> generators, const ArrivalSchedule& schedule,
                                       std::uint64_t seed, const std::atomic<bool>& stop, const WindowPlace& place) {
  const std::vector<ArrivalSchedule> dealt = deal_to_arms(schedule, generators.size(), seed);
  for (std::size_t i = 0; i < generators.size(); ++i) generators[i]->prepare_open(dealt[i], place);
  const Generator::Effort effort = Generator::drive_all(generators, stop);
  std::vector<WindowResult> results;
  for (Generator* generator : generators) results.push_back(generator->finish(effort, stop));
  return results;
}

}  // namespace tracetax
