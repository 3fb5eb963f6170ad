// The bytes of one call, on their way out and back. Answers of 700 bytes are those of a tool with 512 bytes of text.
// Figures: docs/performance.md.
#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include <benchmark/benchmark.h>

#include "harness/mcp/client_rules.h"
#include "harness/session/answer_reader.h"
#include "harness/session/http_response.h"
#include "harness/session/request_bytes.h"
#include "harness/session/request_frame.h"
#include "harness/session/ws_frames.h"
#include "harness/transport/url.h"
#include "tests/micro/answers.h"

namespace tracetax {
namespace {

constexpr std::size_t limit = 16u << 20;
constexpr int small = 700, large = 65536;

void count_bytes(benchmark::State& state, std::size_t of_each) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(of_each));
}

RequestBytes request_over(const std::string& url) {
  RequestStyle style;
  style.url = transport::parse_url(url).value();
  style.client = {"tracetax", "0.1.0"};
  return {style, "lookup", {{"text", "hello"}}};
}

void fill_request(benchmark::State& state, const std::string& url) {
  RequestBytes request = request_over(url);
  std::int64_t id = first_id;
  std::uint64_t draw = 0;
  for (auto _ : state) {
    draw = (draw + 0x123456789abcd) & 0xfffffffffffff;
    benchmark::DoNotOptimize(request.fill(id++, draw).data());
    benchmark::ClobberMemory();
  }
  count_bytes(state, request.fill(first_id, 0).size());
}
BENCHMARK_CAPTURE(fill_request, http, "http://127.0.0.1:8080/mcp");
BENCHMARK_CAPTURE(fill_request, stdio, "stdio");

// A call whose arguments are drawn: three templates into 60 bytes, and the request around them.
void render_request(benchmark::State& state, const std::string& url) {
  RequestStyle style;
  style.url = transport::parse_url(url).value();
  style.client = {"tracetax", "0.1.0"};
  const RequestFrame frame(style, {CallKind::tool, "lookup"});
  const ArgumentTemplate drawn(R"({"text":"${hex:16} of ${choice:a,b,c}","limit":"${int:1..1000}"})", {});
  std::string arguments, buffer;
  std::int64_t id = first_id;
  std::uint64_t draw = 0;
  for (auto _ : state) {
    draw = (draw + 0x123456789abcd) & 0xfffffffffffff;
    arguments.clear();
    drawn.render(arguments, draw, draw);
    benchmark::DoNotOptimize(frame.fill(buffer, id++, draw, arguments).data());
    benchmark::ClobberMemory();
  }
  count_bytes(state, buffer.size());
}
BENCHMARK_CAPTURE(render_request, http, "http://127.0.0.1:8080/mcp");
BENCHMARK_CAPTURE(render_request, stdio, "stdio");

// What the place of a fill() would be taken by: the request made from values for every call.
void build_request(benchmark::State& state) {
  const mcp::ClientInfo client{"tracetax", "0.1.0"};
  std::int64_t id = first_id;
  for (auto _ : state) {
    mcp::Json params = {{"name", "lookup"}, {"arguments", {{"text", "hello"}}}};
    mcp::write_draw(params, 4503599627370495);
    benchmark::DoNotOptimize(mcp::make_request_text(id++, "tools/call", std::move(params), Era::modern, client));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(build_request);

void append_frame(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  std::string out;
  std::uint32_t mask = 1;
  for (auto _ : state) {
    out.clear();
    append_ws_frame(out, WsOpcode::text, text, mask);
    mask = mask * 1664525 + 1013904223;
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_bytes(state, text.size());
}
BENCHMARK(append_frame)->Arg(400)->Arg(large);

// As a server sends it: one final text frame, not masked.
std::string server_frame(const std::string& text) {
  std::string frame{'\x81'};
  const int bytes = text.size() > 0xffff ? 8 : 2;
  frame += static_cast<char>(bytes == 8 ? 127 : 126);
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) frame += static_cast<char>(text.size() >> shift);
  return frame + text;
}

void read_frame(benchmark::State& state) {
  const std::string frame = server_frame(answer_of(static_cast<std::size_t>(state.range(0))));
  WsFrameReader reader(limit);
  for (auto _ : state) {
    reader.push(frame);
    const WsFrameReader::Message message = reader.next();
    benchmark::DoNotOptimize(message.payload.data());
    if (message.got != WsFrameReader::Got::text) return state.SkipWithError("the frame is not read");
  }
  count_bytes(state, frame.size());
}
BENCHMARK(read_frame)->Arg(small)->Arg(large);

void read_answer(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::string padded = answer_of(size) + std::string(json_padding, '\0');
  const std::string_view text = std::string_view(padded).substr(0, size);
  AnswerReader reader;
  for (auto _ : state) {
    const auto head = reader.read(text);
    benchmark::DoNotOptimize(head);
    if (!head || head->outcome != Outcome::ok) return state.SkipWithError("the answer is not read");
  }
  count_bytes(state, size);
}
BENCHMARK(read_answer)->Arg(small)->Arg(large);

// The same answer as a tree of values: what read_answer takes the place of in the load, and what the services do.
void parse_answer(benchmark::State& state) {
  const std::string text = answer_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto parsed = mcp::parse_message(text);
    benchmark::DoNotOptimize(&parsed);
    if (!std::holds_alternative<mcp::Message>(parsed)) return state.SkipWithError("the answer is not read");
  }
  count_bytes(state, text.size());
}
BENCHMARK(parse_answer)->Arg(small)->Arg(large);

std::string http_response(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: mcp-server\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunked_response(const std::string& body, std::size_t of_each) {
  std::string text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += of_each) {
    const std::string chunk = body.substr(at, of_each);
    std::string hex;
    for (std::size_t n = chunk.size(); n > 0; n /= 16) hex.insert(hex.begin(), "0123456789abcdef"[n % 16]);
    text += hex + "\r\n" + chunk + "\r\n";
  }
  return text + "0\r\n\r\n";
}

// `piece`: what a read of the socket brings.
void read_response(benchmark::State& state, const std::string& bytes, std::size_t piece) {
  HttpResponseReader reader(limit);
  for (auto _ : state) {
    reader.begin();
    std::size_t used = 0, come = 0;
    while (reader.state() == HttpResponseReader::State::more && come < bytes.size()) {
      come = std::min(come + piece, bytes.size());
      used += reader.put(std::string_view(bytes).substr(used, come - used));
    }
    benchmark::DoNotOptimize(reader.body().data());
    if (reader.state() != HttpResponseReader::State::done) return state.SkipWithError("the response is not read");
  }
  count_bytes(state, bytes.size());
}
BENCHMARK_CAPTURE(read_response, small, http_response(answer_of(small)), limit);
BENCHMARK_CAPTURE(read_response, large, http_response(answer_of(large)), limit);
BENCHMARK_CAPTURE(read_response, large_in_16_KiB, http_response(answer_of(large)), 16384);
BENCHMARK_CAPTURE(read_response, small_chunked, chunked_response(answer_of(small), 4096), limit);
BENCHMARK_CAPTURE(read_response, large_chunked, chunked_response(answer_of(large), 4096), limit);

}  // namespace
}  // namespace tracetax
