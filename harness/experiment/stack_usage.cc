// What the services' processes use, and where they run.
#include <algorithm>

#include "harness/experiment/placement.h"
#include "harness/experiment/stack.h"

namespace tracetax {
namespace {

std::vector<pid_t> pids_of(const std::vector<ProcessCpu>& processes) {
  std::vector<pid_t> pids;
  for (const ProcessCpu& process : processes) pids.push_back(process.process.pid);
  return pids;
}

}  // namespace

// To read it takes milliseconds, which runs of our own services alone shall not wait for between load and window.
ProcessTable Stack::processes_now() const {
  const bool any = std::ranges::any_of(members_, [](const Member& m) { return m.process && m.process->is_tree(); });
  return any ? ProcessTable::now() : ProcessTable{};
}

std::vector<std::string> Stack::instances() const {
  std::vector<std::string> names;
  for (const Member& member : members_) {
    if (!member.is_receiver()) names.push_back(member.instance);
  }
  return names;
}

void Stack::place(const std::map<std::string, int>& cores) const {
  const ProcessTable table = processes_now();
  for (const Member& member : members_) {
    const auto core = cores.find(member.instance);
    if (core == cores.end() || !member.process) continue;
    if (member.process->is_tree()) {
      place_all_threads(member.process->members(table), core->second);
    } else {
      place_main_thread(member.process->pid(), core->second);
    }
  }
}

UsageReading Stack::read_usage() const {
  const ProcessTable table = processes_now();
  UsageReading reading;
  for (const Member& member : members_) {
    if (!member.process) continue;
    std::vector<ProcessCpu> cpu = read_cpu(member.process->members(table));
    std::vector<ConnectionBytes> connections = process_connections(pids_of(cpu));
    reading.processes.push_back({member.service, member.process->pid(), std::move(cpu), std::move(connections)});
  }
  return reading;
}

std::vector<ServiceUsage> Stack::usage_between(const UsageReading& before, const UsageReading& after) const {
  std::vector<ServiceUsage> services;
  for (const UsageReading::OfProcess& now : after.processes) {
    const auto was = std::ranges::find(before.processes, now.pid, &UsageReading::OfProcess::pid);
    if (was == before.processes.end()) continue;
    auto service = std::ranges::find(services, now.service, &ServiceUsage::name);
    if (service == services.end()) {
      services.emplace_back().name = now.service;
      service = services.end() - 1;
    }
    const NetworkBytes bytes = carried(was->connections, now.connections);
    service->processes += static_cast<std::uint32_t>(now.cpu.size());
    service->cpu += cpu_between(was->cpu, now.cpu);
    for (const ProcessCpu& one : now.cpu) service->memory_bytes += process_pss(one.process.pid).value_or(0);
    service->network_sent_bytes += bytes.sent;
    service->network_received_bytes += bytes.received;
  }
  return services;
}

}  // namespace tracetax
