#include "mock_servers/tool_server/tool_server.h"

#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "harness/mcp/paging.h"
#include "harness/mcp/protocol.h"
#include "mock_servers/common/span_attributes.h"

namespace tracetax::tool_server {
namespace {

using service::McpAnswer;
using service::McpCall;
using telemetry::SpanKind;

Nanos thread_cpu_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + Nanos(used.tv_nsec);
}

// Children of the tool's span that cover its work.
std::vector<telemetry::Span> start_inner(telemetry::Tracing& tracing, const telemetry::Span& parent,
                                         std::uint32_t count) {
  std::vector<telemetry::Span> spans;
  spans.reserve(count);
  telemetry::SpanStart how;
  how.parent = parent.context();
  for (std::uint32_t step = 0; step < count; ++step) {
    spans.push_back(tracing.span("tool.step", how));
    if (spans.back().recording()) spans.back().set("tool.step.index", static_cast<std::int64_t>(step));
  }
  return spans;
}

SpanKind kind_of(StepSpec::Kind kind) {
  switch (kind) {
    case StepSpec::Kind::client:
      return SpanKind::kClient;
    case StepSpec::Kind::server:
      return SpanKind::kServer;
    case StepSpec::Kind::producer:
      return SpanKind::kProducer;
    case StepSpec::Kind::consumer:
      return SpanKind::kConsumer;
    case StepSpec::Kind::internal:
      break;
  }
  return SpanKind::kInternal;
}

// Parents before their children.
void start_step(telemetry::Tracing& tracing, const telemetry::SpanContext& parent, const StepSpec& step,
                std::vector<telemetry::Span>& started) {
  telemetry::SpanStart how;
  how.kind = kind_of(step.kind);
  how.parent = parent;
  for (std::uint32_t copy = 0; copy < step.repeat; ++copy) {
    telemetry::Span& span = started.emplace_back(tracing.span(step.name, how));
    if (span.recording()) {
      for (const auto& [key, value] : step.attributes) span.set(key, opentelemetry::nostd::string_view(value));
    }
    if (step.spans.empty()) continue;
    const telemetry::SpanContext own = span.context();
    for (const StepSpec& child : step.spans) start_step(tracing, own, child, started);
  }
}

void end_children_first(std::vector<telemetry::Span>& spans) {
  while (!spans.empty()) spans.pop_back();
}

mcp::Json result_of(const Work& work) {
  return {{"content", mcp::Json::array({{{"type", "text"}, {"text", work.text}}})}, {"isError", work.fails}};
}

}  // namespace

void spin_cpu(Nanos cpu_time) {
  if (cpu_time <= Nanos::zero()) return;
  const Nanos end = thread_cpu_time() + cpu_time;
  while (thread_cpu_time() < end) {
  }
}

Memory resident_memory(std::uint64_t bytes) {
  const std::uint64_t words = (bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
  auto memory = std::make_unique_for_overwrite<std::uint64_t[]>(words);
  // Every word has another value, none is 0: the kernel shares pages of equal content, and those of zeros above all.
  for (std::uint64_t i = 0; i < words; ++i) memory[i] = (i + 1) * 0x9e3779b97f4a7c15;
  return memory;
}

ToolServer::ToolServer(const ServerConfig& config, service::Host host)
    : host_(host),
      catalog_(config.tools),
      shelf_(config.offer, config.page_size),
      page_size_(config.page_size),
      logging_(config.logging),
      rng_(config.seed) {
  for (const ToolSpec& tool : config.tools) {
    if (tool.memory_bytes > 0) kept_.push_back(resident_memory(tool.memory_bytes));
  }
}

asio::awaitable<mcp::Json> ToolServer::capabilities() {
  mcp::Json all = shelf_.capabilities();
  all["tools"] = mcp::Json::object();
  if (logging_) all["logging"] = mcp::Json::object();
  co_return all;
}

asio::awaitable<McpAnswer> ToolServer::answer(McpCall call) {
  const auto context = service::received_context(call);
  telemetry::SpanStart how;
  how.kind = SpanKind::kServer;
  how.parent = context.parent;
  how.link = context.link;
  const std::string tool = service::tool_of(call);
  how.tool = tool;
  auto span = host_.tracing.span(service::span_name(call), how);
  service::set_server_attributes(span, call);
  set_own_attributes(span, tool);
  if (call.span) *call.span = span.context();
  McpAnswer answer;
  if (call.method == "tools/list") {
    answer.outcome = mcp::page_of("tools", catalog_.list(), page_size_, call.params);
  } else if (call.method == "tools/call") {
    answer = co_await run_tool(call, span);
  } else {
    answer.outcome = shelf_.answer(call.method, call.params);
  }
  if (call.live != nullptr && call.live->cancelled()) {
    span.error("cancelled", "the caller gave up");
  } else {
    service::set_outcome(span, answer, SpanKind::kServer);
  }
  span.end();
  co_return answer;
}

// The scenario's own.
void ToolServer::set_own_attributes(telemetry::Span& span, const std::string& name) const {
  if (!span.recording()) return;
  const ToolSpec* const tool = catalog_.configured(name);
  if (tool == nullptr) return;
  for (const auto& [key, value] : tool->attributes) span.set(key, opentelemetry::nostd::string_view(value));
}

// A tree is built only for the built-in tools, which have arguments.
std::variant<Work, mcp::ErrorObject> ToolServer::plan(const McpCall& call) {
  // Drawn also when the call brings its own, so that one call's draw does not depend on how the others came.
  const std::uint64_t own = rng_.bits();
  if (!call.text) return catalog_.plan(call.params, mcp::read_draw(call.params).value_or(own));
  const std::uint64_t draw = call.text->parts.draw.value_or(own);
  if (const ToolSpec* tool = catalog_.configured(call.text->name())) return plan_work(*tool, draw);
  return catalog_.plan(call.text->params(), draw);
}

asio::awaitable<McpAnswer> ToolServer::run_tool(const McpCall& call, telemetry::Span& span) {
  auto planned = plan(call);
  McpAnswer answer;
  if (const auto* error = std::get_if<mcp::ErrorObject>(&planned)) {
    answer.outcome = *error;
    co_return answer;
  }
  auto& work = std::get<Work>(planned);
  if (work.when_sampled > Nanos{} && span.context().IsSampled()) work.total += work.when_sampled;
  auto inner = start_inner(host_.tracing, span, work.inner_spans);
  // Who wishes for nothing pays for nothing.
  if (call.live != nullptr && call.live->wishes().any()) {
    co_await do_work(work, span, call.live, service::tool_of(call));
  } else if (work.steps != nullptr) {
    co_await run_steps(work, span, call.live);
  } else {
    co_await pass(work.total, work.compute, call.live);
  }
  inner.clear();
  if (work.llm) count_llm(*work.llm, span);
  if (call.text) {
    answer.text = mcp::make_result(work.text, work.fails);
  } else {
    answer.outcome = result_of(work);
  }
  co_return answer;
}

namespace {

Nanos part(Nanos whole, double share) {
  return Nanos(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

bool cancelled(const service::LiveCall* live) {
  return live != nullptr && live->cancelled();
}

// A tool without steps of its own tells of its progress as often as this.
constexpr int told_parts = 4;

}  // namespace

asio::awaitable<void> ToolServer::do_work(const Work& work, const telemetry::Span& parent, service::LiveCall* live,
                                          const std::string& tool) {
  const auto log = [&](mcp::LogLevel level, const char* what) {
    if (logging_) live->log(level, tool, mcp::Json{{"event", what}});
  };
  log(mcp::LogLevel::info, "begins");
  if (work.steps != nullptr) {
    co_await run_steps(work, parent, live);
  } else {
    for (int step = 1; step <= told_parts && !live->cancelled(); ++step) {
      co_await pass(work.total / told_parts, work.compute / told_parts, live);
      if (!live->cancelled()) tell_step(live, static_cast<std::size_t>(step), told_parts, {});
    }
  }
  if (work.fails) log(mcp::LogLevel::error, "failed");
  log(mcp::LogLevel::info, "ends");
}

void ToolServer::tell_step(service::LiveCall* live, std::size_t done, std::size_t all, const std::string& name) const {
  if (live == nullptr) return;
  live->progress(static_cast<double>(done), static_cast<double>(all), name);
  if (!logging_) return;
  mcp::Json data{{"event", "step"}, {"step", done}, {"of", all}};
  if (!name.empty()) data["name"] = name;
  live->log(mcp::LogLevel::debug, "tool.step", std::move(data));
}

// The clock starts after the spans did and stops before they end: what tracing costs is added to the service time, as
// in a real tool, and not hidden in the waiting.
asio::awaitable<void> ToolServer::pass(Nanos total, Nanos compute, service::LiveCall* live) {
  const Nanos end = monotonic_now() + total;
  spin_cpu(compute);
  if (monotonic_now() < end && !cancelled(live)) {
    asio::steady_timer alarm(host_.io, at(end));
    const service::CancelHook hook(live, [&alarm] { alarm.cancel(); });
    co_await alarm.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<void> ToolServer::run_steps(const Work& work, const telemetry::Span& parent, service::LiveCall* live) {
  const telemetry::SpanContext context = parent.context();
  double rest = 1;
  std::vector<telemetry::Span> spans;
  std::size_t done = 0;
  for (const StepSpec& step : *work.steps) {
    spans.reserve(count_spans(step));
    start_step(host_.tracing, context, step, spans);
    co_await pass(part(work.total, step.share), part(work.compute, step.share), live);
    const bool last = &step == &work.steps->back();
    if (last && work.fails) spans.front().error("tool_error", work.text);
    end_children_first(spans);
    if (cancelled(live)) co_return;
    tell_step(live, ++done, work.steps->size(), step.name);
    rest -= step.share;
  }
  constexpr double rounding = 1e-6;
  if (rest > rounding) co_await pass(part(work.total, rest), part(work.compute, rest), live);
}

// The attributes are those of OpenTelemetry's conventions for generative AI.
void ToolServer::count_llm(const LlmUse& use, telemetry::Span& span) {
  LlmCounts& counts = llm_[use.model];
  ++counts.requests;
  counts.prompt_tokens += use.prompt_tokens;
  counts.completion_tokens += use.completion_tokens;
  if (!span.recording()) return;
  span.set("gen_ai.request.model", use.model.c_str());
  span.set("gen_ai.usage.input_tokens", static_cast<std::int64_t>(use.prompt_tokens));
  span.set("gen_ai.usage.output_tokens", static_cast<std::int64_t>(use.completion_tokens));
}

std::string ToolServer::metrics() const {
  if (llm_.empty()) return {};
  std::string requests = "# TYPE llm_requests counter\n# HELP llm_requests Calls of tools that use a language model.\n";
  std::string tokens = "# TYPE llm_tokens counter\n# HELP llm_tokens Tokens that those calls used.\n";
  for (const auto& [model, counts] : llm_) {
    const std::string label = "{model=" + mcp::Json(model).dump();
    requests += fmt::format("llm_requests_total{}}} {}\n", label, counts.requests);
    tokens += fmt::format("llm_tokens_total{},type=\"prompt\"}} {}\n", label, counts.prompt_tokens);
    tokens += fmt::format("llm_tokens_total{},type=\"completion\"}} {}\n", label, counts.completion_tokens);
  }
  return requests + tokens;
}

}  // namespace tracetax::tool_server
