#pragma once
// The misbehaving server peer.py as a test sees it, and a window of load against it.

#include <memory>
#include <string>
#include <vector>

#include "harness/load/generator.h"
#include "harness/results/trial.h"
#include "tests/support/process.h"

namespace tracetax::test {

// peer.py over http or ws, as a process of its own.
class Peer {
 public:
  explicit Peer(const std::string& mode, const std::string& transport = "http", const std::string& era = "both",
                std::vector<std::string> more = {});

  std::string url() { return process_.url(); }
  std::string errors() const { return process_.stderr_text(); }  // its stderr so far
  // The era is to be found out.
  Target target();

 private:
  Process process_;
};

// peer.py over stdio. The session that is opened owns the descriptors.
class StdioPeer {
 public:
  explicit StdioPeer(const std::string& mode, const std::string& era = "both");
  ~StdioPeer();
  StdioPeer(const StdioPeer&) = delete;
  StdioPeer& operator=(const StdioPeer&) = delete;
  Target target() const;
  std::string errors() const;  // its stderr so far

 private:
  int pid_ = -1;
  int read_fd_ = -1;
  int write_fd_ = -1;
  std::string log_{};
};

// What a window of echo calls came to, and what was said of it.
struct Seen {
  WindowResult window{};
  OutcomeCounts calls{};
  std::map<std::string, std::uint64_t> oddities{};
  std::string version{};

  // The reasons, one a line, with their counts.
  std::string reasons() const;
  std::string all_oddities() const;
  std::uint64_t counted() const;  // calls with a reason
};

Load echo_load(double rate_per_s = 100, std::uint32_t sessions = 1);
Seen call(const Load& load, const std::vector<Target>& targets, int windows = 1);
Seen call(const Target& target);  // one session, 100 calls a second for 300 ms

// planned = the sum of the outcomes, and every call without a result has its reason.
void expect_accounts_add_up(const Seen& seen);

}  // namespace tracetax::test
