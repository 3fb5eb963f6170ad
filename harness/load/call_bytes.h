#pragma once
// The load's calls, made ready once, and their requests as one session sends them. Private to the load.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/schedule.h"
#include "harness/session/request_bytes.h"
#include "harness/session/request_frame.h"

namespace tracetax {

// inputSchemas with x-mcp-header, by tool.
using MirroringSchemas = std::map<std::string, mcp::Json>;

// What is the same for all sessions.
class CallTable {
 public:
  explicit CallTable(const Load& load);

  // Index in call_names(load).
  std::uint8_t name_of(std::uint8_t spec, std::uint32_t item) const;
  CallKind kind_of(std::uint8_t name) const { return targets_[name].kind; }
  // Its requests differ in more than id and draw.
  bool varies(std::uint8_t spec) const { return specs_[spec].recorded || specs_[spec].arguments; }

 private:
  friend class CallBytes;
  struct Spec {
    std::uint8_t name = 0;
    std::optional<ArgumentTemplate> arguments{};  // that vary
    mcp::Json fixed{};                            // those that do not
    std::shared_ptr<const Recording> recorded{};
    std::vector<std::uint8_t> names{};  // of the recorded calls
  };
  std::vector<Spec> specs_{};
  std::vector<CallTarget> targets_{};
};

class CallBytes {
 public:
  // The table must outlive it.
  CallBytes(const RequestStyle& style, const CallTable& table, const MirroringSchemas& mirrors);

  // The whole request. `item`, `draw`: of the PlannedCall; `number`: what ${counter} says. Valid until the next call.
  std::string_view fill(std::uint8_t spec, std::uint32_t item, std::int64_t id, std::uint64_t draw,
                        std::uint64_t number);

 private:
  const CallTable& table_;
  std::vector<std::optional<RequestBytes>> fixed_{};   // by spec
  std::vector<std::optional<RequestFrame>> frames_{};  // by name
  std::string buffer_{}, arguments_{};
};

}  // namespace tracetax
