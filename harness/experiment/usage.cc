#include "harness/experiment/usage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <dirent.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace tracetax {
namespace {

std::optional<Nanos> read_clock(clockid_t clock) {
  timespec t{};
  if (::clock_gettime(clock, &t) != 0) return std::nullopt;
  return std::chrono::seconds(t.tv_sec) + Nanos(t.tv_nsec);
}

// The inodes of the sockets behind a process's descriptors: links of the form "socket:[12345]".
void add_socket_inodes(pid_t pid, std::unordered_set<std::uint64_t>& inodes) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
  if (!dir) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    std::array<char, 64> target{};
    const ssize_t length = ::readlink((folder + "/" + entry->d_name).c_str(), target.data(), target.size() - 1);
    constexpr std::string_view prefix = "socket:[";
    if (length <= 0 ||
        std::string_view(target.data(), static_cast<std::size_t>(length)).substr(0, prefix.size()) != prefix) {
      continue;
    }
    std::uint64_t inode = 0;
    std::from_chars(target.data() + prefix.size(), target.data() + length, inode);
    inodes.insert(inode);
  }
}

void add_connections(std::uint8_t family, const std::unordered_set<std::uint64_t>& inodes,
                     std::vector<ConnectionBytes>& out) {
  const int fd = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return;
  const std::unique_ptr<const int, void (*)(const int*)> closer(&fd, [](const int* f) { ::close(*f); });
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } query{};
  query.header.nlmsg_len = sizeof(query);
  query.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  query.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  query.request.sdiag_family = family;
  query.request.sdiag_protocol = IPPROTO_TCP;
  query.request.idiag_ext = 1 << (INET_DIAG_INFO - 1);
  query.request.idiag_states = 1 << 1;  // TCP_ESTABLISHED
  if (::send(fd, &query, sizeof(query), 0) < 0) return;
  alignas(nlmsghdr) std::array<char, 32768> buffer{};
  for (;;) {
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    auto left = static_cast<unsigned>(got);
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
      const auto* socket = static_cast<const inet_diag_msg*>(NLMSG_DATA(message));
      if (!inodes.contains(socket->idiag_inode)) continue;
      auto attributes = static_cast<unsigned>(message->nlmsg_len - NLMSG_LENGTH(sizeof(inet_diag_msg)));
      for (auto* a = reinterpret_cast<const rtattr*>(socket + 1); RTA_OK(a, attributes); a = RTA_NEXT(a, attributes)) {
        if (a->rta_type != INET_DIAG_INFO) continue;
        tcp_info info{};
        std::memcpy(&info, RTA_DATA(a), std::min<std::size_t>(RTA_PAYLOAD(a), sizeof(info)));
        out.push_back({socket->idiag_inode, info.tcpi_bytes_acked, info.tcpi_bytes_received});
      }
    }
  }
}

}  // namespace

std::optional<Nanos> process_cpu(pid_t pid) {
  clockid_t clock{};
  if (::clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
  return read_clock(clock);
}

// Of a file of lines "Key:   123 kB".
static std::optional<std::uint64_t> read_kilobytes(pid_t pid, const char* file, std::string_view key) {
  std::ifstream lines("/proc/" + std::to_string(pid) + "/" + file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) return std::stoull(line.substr(key.size())) * 1024;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> process_pss(pid_t pid) {
  return read_kilobytes(pid, "smaps_rollup", "Pss:");
}

std::optional<std::uint64_t> process_peak_rss(pid_t pid) {
  return read_kilobytes(pid, "status", "VmHWM:");
}

std::vector<ConnectionBytes> process_connections(pid_t pid) {
  return process_connections(std::span(&pid, 1));
}

std::vector<ConnectionBytes> process_connections(std::span<const pid_t> pids) {
  std::vector<ConnectionBytes> connections;
  std::unordered_set<std::uint64_t> inodes;
  for (const pid_t pid : pids) add_socket_inodes(pid, inodes);
  if (inodes.empty()) return connections;
  add_connections(AF_INET, inodes, connections);
  add_connections(AF_INET6, inodes, connections);
  return connections;
}

NetworkBytes carried(std::span<const ConnectionBytes> before, std::span<const ConnectionBytes> after) {
  std::unordered_map<std::uint64_t, const ConnectionBytes*> earlier;
  for (const ConnectionBytes& c : before) earlier.emplace(c.inode, &c);
  NetworkBytes sum;
  for (const ConnectionBytes& c : after) {
    const auto was = earlier.find(c.inode);
    // A smaller count under a known inode is another connection: the kernel gives inodes out again.
    const bool same = was != earlier.end() && was->second->sent <= c.sent && was->second->received <= c.received;
    sum.sent += c.sent - (same ? was->second->sent : 0);
    sum.received += c.received - (same ? was->second->received : 0);
  }
  return sum;
}

MachineTimes machine_times() {
  std::ifstream file("/proc/stat");
  std::string label;
  file >> label;  // "cpu": user nice system idle iowait irq softirq steal, then guest times that are within user
  MachineTimes times;
  for (int field = 0; field < 8; ++field) {
    std::uint64_t ticks = 0;
    file >> ticks;
    times.total_ticks += ticks;
    if (field == 7) times.steal_ticks = ticks;
  }
  return times;
}

double steal_share(const MachineTimes& before, const MachineTimes& after) {
  const auto total = after.total_ticks - before.total_ticks;
  return total == 0 ? 0.0 : static_cast<double>(after.steal_ticks - before.steal_ticks) / static_cast<double>(total);
}

}  // namespace tracetax
