// From bytes to messages and back, as the services do it at every hop. Figures: docs/performance.md.
#include <algorithm>
#include <string>
#include <variant>

#include <benchmark/benchmark.h>

#include "harness/mcp/call_text.h"
#include "harness/mcp/client_rules.h"
#include "harness/mcp/framing.h"
#include "harness/mcp/message.h"
#include "tests/micro/answers.h"

namespace tracetax::mcp {
namespace {

constexpr std::size_t limit = 16u << 20;
constexpr int small = 700, large = 65536;

void count(benchmark::State& state, std::size_t items, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

std::string repeated(const std::string& part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

// Feeds the same bytes again and again and takes out what is whole.
template <class Framer>
void take_all(benchmark::State& state, const std::string& bytes, std::size_t messages) {
  Framer framer(limit);
  for (auto _ : state) {
    framer.push(bytes);
    std::size_t taken = 0;
    while (auto next = framer.next()) {
      benchmark::DoNotOptimize(&next);
      ++taken;
    }
    if (taken != messages) return state.SkipWithError("messages are missing");
  }
  count(state, messages, bytes.size());
}

void frame_lines(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::size_t messages = std::max<std::size_t>(1, large / size);
  take_all<LineFramer>(state, repeated(answer_of(size) + "\n", messages), messages);
}
BENCHMARK(frame_lines)->Arg(small)->Arg(large);

void parse_events(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::size_t messages = std::max<std::size_t>(1, large / size);
  take_all<SseParser>(state, repeated(sse_event(answer_of(size)), messages), messages);
}
BENCHMARK(parse_events)->Arg(small)->Arg(large);

void write_event(benchmark::State& state) {
  const std::string text = answer_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(sse_event(text));
  count(state, 1, text.size());
}
BENCHMARK(write_event)->Arg(small)->Arg(large);

std::string request_text() {
  Json params = {{"name", "lookup"}, {"arguments", {{"text", "hello"}}}};
  write_draw(params, 4503599627370495);
  write_trace(params, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "");
  return make_request_text(1'000'000'007, "tools/call", std::move(params), Era::modern, {"tracetax", "0.1.0"});
}

void parse(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    const auto parsed = parse_message(text);
    benchmark::DoNotOptimize(&parsed);
    if (!std::holds_alternative<Message>(parsed)) return state.SkipWithError("the message is not read");
  }
  count(state, 1, text.size());
}
BENCHMARK_CAPTURE(parse, request, request_text());

void write(benchmark::State& state, const std::string& text) {
  const Message message = std::get<Message>(parse_message(text));
  for (auto _ : state) benchmark::DoNotOptimize(serialize(message));
  count(state, 1, text.size());
}
BENCHMARK_CAPTURE(write, request, request_text());
BENCHMARK_CAPTURE(write, answer_small, answer_of(small));
BENCHMARK_CAPTURE(write, answer_large, answer_of(large));

void write_error(benchmark::State& state) {
  const Id id = std::int64_t{1'000'000'007};
  const ErrorObject error{backend_unavailable, "no backend could be reached"};
  for (auto _ : state) benchmark::DoNotOptimize(serialize_error(id, error));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_error);

// What a hop does to pass trace context on in `_meta`.
void rewrite_trace(benchmark::State& state) {
  Json params = std::get<Request>(std::get<Message>(parse_message(request_text()))).params;
  for (auto _ : state) {
    benchmark::DoNotOptimize(read_trace(params).traceparent.data());
    write_trace(params, "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", "");
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rewrite_trace);

// The same at a hop that passes bytes on: what it looks at is found, what it has a say in is written anew.
void read_call_text(benchmark::State& state) {
  const std::string text = request_text();
  for (auto _ : state) {
    const auto parts = read_call(text);
    benchmark::DoNotOptimize(&parts);
    if (!parts) return state.SkipWithError("the call is not read");
  }
  count(state, 1, text.size());
}
BENCHMARK(read_call_text);

void forward_call_text(benchmark::State& state) {
  const std::string text = request_text();
  const CallText call{text, read_call(text).value()};
  const ClientInfo hop{"mcp-router", "0.1.0"};
  const TraceEdit trace{TraceEdit::Kind::write, "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", ""};
  std::int64_t id = 0;
  for (auto _ : state) benchmark::DoNotOptimize(forward_text(call, ++id, trace, hop));
  count(state, 1, text.size());
}
BENCHMARK(forward_call_text);

void read_result_text(benchmark::State& state) {
  const std::string text = answer_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto parts = read_result(text);
    benchmark::DoNotOptimize(&parts);
    if (!parts) return state.SkipWithError("the result is not read");
  }
  count(state, 1, text.size());
}
BENCHMARK(read_result_text)->Arg(small)->Arg(large);

void answer_result_text(benchmark::State& state) {
  const std::string text = answer_of(static_cast<std::size_t>(state.range(0)));
  const ResultText result{text, read_result(text).value()};
  const Id id = std::int64_t{1'000'000'007};
  for (auto _ : state) {
    benchmark::DoNotOptimize(answer_text(result, id, Era::modern, R"({"name":"mcp-router","version":"0.1.0"})"));
  }
  count(state, 1, text.size());
}
BENCHMARK(answer_result_text)->Arg(small)->Arg(large);

}  // namespace
}  // namespace tracetax::mcp
