#include "real_collector.h"

#include <array>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "harness/base/time.h"
#include "tests/support/http.h"

namespace tracetax::test {
namespace {

using Tcp = boost::asio::ip::tcp;

// With a decision_wait of 1 s everything is decided after 2.
constexpr Nanos decided_by = std::chrono::seconds(5);

const Tcp::endpoint any_port{boost::asio::ip::address_v4::loopback(), 0};

// The Collector does not say which port it got, so it is told one that was free a moment ago.
std::uint16_t free_port() {
  boost::asio::io_context io;
  return Tcp::acceptor(io, any_port).local_endpoint().port();
}

bool accepts(std::uint16_t port) {
  boost::asio::io_context io;
  Tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect({boost::asio::ip::address_v4::loopback(), port}, error);
  return !error;
}

Launch sink_launch() {
  Launch how;
  how.program = "otlp-sink";
  how.arguments = {"--listen", "grpc://127.0.0.1:0", "--admin", "127.0.0.1:0"};
  return how;
}

}  // namespace

std::optional<std::string> real_collector() {
  const std::string command = "'" TRACETAX_SOURCE_DIR "/scripts/real_collector.sh' --path";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (!pipe) return std::nullopt;
  std::array<char, 4096> line{};
  const bool read = std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr;
  if (::pclose(pipe) != 0 || !read) return std::nullopt;
  std::string path = line.data();
  path.erase(path.find_last_not_of('\n') + 1);
  return path;
}

CollectorUnderTest::CollectorUnderTest(const std::string& processors, const std::string& names) : sink_(sink_launch()) {
  sink_.wait_ready();
  port_ = free_port();
  const std::string endpoint = sink_.url().substr(std::string("grpc://").size());
  // A tail sampler hands on each trace for itself, and the queue's default room, 1000, is lost in an instant.
  config_ = "receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:" + std::to_string(port_) +
            "' } } } }\n"
            "processors:\n" +
            processors + "exporters: { otlp_grpc: { endpoint: '" + endpoint +
            "', tls: { insecure: true }, sending_queue: { queue_size: 100000 } } }\n"
            "service:\n"
            "  telemetry: { metrics: { level: none }, logs: { level: info } }\n"
            "  pipelines: { traces: { receivers: [otlp], processors: [" +
            names + "], exporters: [otlp_grpc] } }\n";
  file_.emplace(config_);
  Launch how;
  how.program = real_collector().value();
  how.arguments = {"--config", file_->path()};
  collector_.emplace(how);
  const auto ready = [&] {
    return accepts(port_) && collector_->stderr_text().find("Everything is ready") != std::string::npos;
  };
  for (const Nanos until = monotonic_now() + patience; !ready();) {
    if (!collector_->running() || monotonic_now() > until) {
      throw std::runtime_error("the Collector does not start: " + collector_->stderr_text());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // It heeds signals a moment after it says so, and until then dies of them.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

bool CollectorUnderTest::survives(const std::string& request) {
  send(request);
  for (const Nanos until = monotonic_now() + decided_by; monotonic_now() < until && collector_->running();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return collector_->running();
}

void CollectorUnderTest::send(const std::string& request) {
  const std::string url = "http://127.0.0.1:" + std::to_string(port_) + "/v1/traces";
  const HttpReply reply = http_request("POST", url, request, {{"Content-Type", "application/x-protobuf"}});
  if (reply.status != 200) throw std::runtime_error("the Collector refused spans: " + reply.body);
  std::optional<otlp::Decoded> decoded = otlp::decode(request, monotonic_now().count());
  if (!decoded) throw std::runtime_error("the test sent what is no request");
  for (otlp::Span& span : decoded->spans) spans_.push_back(std::move(span));
}

std::vector<otlp::Trace> CollectorUnderTest::sent() const {
  return otlp::group_by_trace(spans_);
}

std::map<std::string, std::size_t> CollectorUnderTest::finish() {
  if (collector_->stop() != 0) throw std::runtime_error("the Collector did not end well: " + collector_->stderr_text());
  http_request("POST", sink_.admin() + "/flush");
  std::map<std::string, std::size_t> counts;
  const Json all = Json::parse(http_request("GET", sink_.admin() + "/traces").body);
  for (const Json& trace : all["traces"]) {
    counts[trace["trace_id"]] += trace["spans"].size();
  }
  return counts;
}

}  // namespace tracetax::test
