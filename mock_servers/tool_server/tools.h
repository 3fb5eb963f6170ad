#pragma once
// The tools of mcp-server as values: what each looks like in tools/list, and what a call of it is to do. Pure.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/time.h"
#include "harness/mcp/message.h"
#include "harness/scenario/tool.h"

namespace tracetax::tool_server {

// What one call is to do, all of it decided before the work begins.
struct Work {
  Nanos compute{};       // CPU time of the serving thread, spent first
  Nanos total{};         // from the beginning of the work to its end, `compute` inside
  Nanos when_sampled{};  // more of `total`, without CPU, when the call's span is sampled
  bool fails = false;
  std::string text{};  // of the answer
  std::uint32_t inner_spans = 0;
  const LlmUse* llm = nullptr;  // the tool's own; null: it uses none
  // The tool's own, which `total` and `compute` are shared out to; null: it has none.
  const std::vector<StepSpec>* steps = nullptr;
};

// Every random choice comes from `draw` (streams 1: service time, 2: failure), so equal draws are equal work in every
// arm of an experiment.
Work plan_work(const ToolSpec& tool, std::uint64_t draw);

class Catalog {
 public:
  // echo, sleep and spin, then `tools` in their order; one that is called like a built-in replaces it.
  explicit Catalog(std::vector<ToolSpec> tools);

  // All tools, as tools/list has them: an array that does not change.
  const mcp::Json& list() const { return list_; }

  // The configured tool of that name; null: none.
  const ToolSpec* configured(std::string_view name) const;

  // The work of a tools/call, or -32602 for a tool that does not exist and for arguments it does not take.
  // `params` has a string `name`, and an object or no `arguments`. `draw` is for configured tools.
  std::variant<Work, mcp::ErrorObject> plan(const mcp::Json& params, std::uint64_t draw) const;

 private:
  std::map<std::string, ToolSpec, std::less<>> configured_{};
  mcp::Json list_{};
};

}  // namespace tracetax::tool_server
